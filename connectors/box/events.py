"""Pages of Box's enterprise events: `admin_logs` by time window, `admin_logs_streaming` live.

Box's OpenAPI specification and events guides: both streams tell the same events under the same ids;
`admin_logs` has a year in order of time, `admin_logs_streaming` two weeks, as things happen, in
disorder and with repeats. A page may be short while more remain; an empty one, or a position that
does not move, is the end. A position comes as a string or as a number beyond 2^53
(elastic/integrations#14320), and as 0 when there is nothing to tell (box-node-sdk PR#110).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from connectors.bodies import with_pieces
from connectors.box.api import Api
from connectors.box.refusals import Rejected
from connectors.contract import Page, Window
from connectors.decoders import decoder
from connectors.errors import CursorLost, NeedsPerson

LIMIT = 500
OLDEST = "0"
# Box does not say whether `created_after` takes in the moment itself.
IN_DOUBT = timedelta(seconds=1)


class _Events(msgspec.Struct):
    entries: list[msgspec.Raw]
    next_stream_position: msgspec.Raw = msgspec.Raw()


ANSWER = decoder(_Events)


def history(api: Api, window: Window, cursor: str | None = None) -> Iterator[Page]:
    """The events that happened in a window, and perhaps some beside it. See `Connector.history`."""
    asked = {
        "stream_type": "admin_logs",
        "created_after": _iso(window.start - IN_DOUBT),
        "created_before": _iso(window.end),
    }
    return _walk(api, asked, cursor)


def live(api: Api, cursor: str | None = None) -> Iterator[Page]:
    """The events since a position, or all that the stream still has. See `Connector.live`."""
    return _walk(api, {"stream_type": "admin_logs_streaming"}, cursor)


def _walk(api: Api, asked: Mapping[str, str], cursor: str | None) -> Iterator[Page]:
    """Filters hold for one request only, so they go with every position."""
    position, more = cursor or OLDEST, True
    while more:
        fetched_at = datetime.now(UTC)
        parameters = {**asked, "stream_position": position, "limit": str(LIMIT)}
        try:
            found, answer = api.ask("events", parameters, _read)
        except Rejected as refused:
            raise _understood(refused) from None
        after = _text(answer.next_stream_position)
        if after == OLDEST:
            after = position
        more = bool(found) and after != position
        position = after
        yield Page(found, position, more, fetched_at)


def _read(body: bytes) -> tuple[list[bytes], _Events]:
    """The events byte for byte, and what came with them."""
    return with_pieces(body, ANSWER, lambda answer: answer.entries)


def _understood(refused: Rejected) -> Exception:
    if "stream_position" in refused.names:
        return CursorLost("the stream position is not accepted")
    if refused.names & {"created_after", "created_before"}:
        return NeedsPerson(
            "Box does not accept this range of time.",
            "Ask for fewer days of history: Box keeps one year.",
        )
    return refused


def _text(position: msgspec.Raw) -> str:
    """A position exactly as given; absent or null is as good as 0."""
    text = bytes(position).decode().strip('"')
    return OLDEST if text in {"", "null"} else text


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
