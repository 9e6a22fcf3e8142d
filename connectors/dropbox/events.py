"""Pages of Dropbox's audit log (`team_log/get_events`), by time window and by open cursor.

The specification (team_log.stone): events are "not guaranteed to be sorted by their timestamp"; a
page may be empty while `has_more` is true, and only `has_more` ends a walk; the cursor changes with
every answer, and the newest one is to be kept; `/continue` takes the cursor alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from connectors.bodies import with_pieces
from connectors.contract import Page, Window
from connectors.decoders import decoder
from connectors.dropbox.api import Api
from connectors.dropbox.refusals import RouteError
from connectors.errors import CursorLost, NeedsPerson

LIMIT = 1000


class _Events(msgspec.Struct):
    events: list[msgspec.Raw]
    cursor: str
    has_more: bool


ANSWER = decoder(_Events)


def history(api: Api, window: Window, cursor: str | None = None) -> Iterator[Page]:
    """The events that happened in a window, which ends the walk. See `Connector.history`."""
    return _walk(api, {"start_time": _iso(window.start), "end_time": _iso(window.end)}, cursor)


def live(api: Api, since: datetime, cursor: str | None = None) -> Iterator[Page]:
    """All events since a moment; the last page's cursor serves for ever. See `Connector.live`."""
    return _walk(api, {"start_time": _iso(since)}, cursor)


def _walk(api: Api, time: dict[str, str], cursor: str | None) -> Iterator[Page]:
    more = True
    while more:
        asked = datetime.now(UTC)
        try:
            if cursor is None:
                first = {"limit": LIMIT, "time": time}
                found, answer = api.ask("team_log/get_events", first, _read)
            else:
                then = {"cursor": cursor}
                found, answer = api.ask("team_log/get_events/continue", then, _read)
        except RouteError as error:
            raise _understood(error) from None
        cursor, more = answer.cursor, answer.has_more
        yield Page(found, cursor, more, asked)


def _read(body: bytes) -> tuple[list[bytes], _Events]:
    """The events byte for byte, and what came with them."""
    return with_pieces(body, ANSWER, lambda answer: answer.events)


def _understood(error: RouteError) -> Exception:
    if error.tag == "reset":
        return CursorLost("reset", _moment(error.value))
    if error.tag == "bad_cursor":
        return CursorLost("bad cursor")
    if error.tag == "invalid_time_range":
        return NeedsPerson(
            "Dropbox does not accept this range of time.", "Ask for fewer days of history."
        )
    return error


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)).astimezone(UTC)
    except ValueError:
        return None
