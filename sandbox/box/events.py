"""`events`: both streams of the enterprise, page by page.

https://developer.box.com/guides/events/enterprise-events/for-enterprise/ . Pages may be short,
positions are text or numbers, an empty page of admin_logs has position 0 (box-node-sdk PR#110), and
the live stream is neither sorted nor free of repeats, always a little and more by fault.
"""

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Final

import numpy as np

from sandbox.box import wire
from sandbox.box.api import Call
from sandbox.box.log import FIRST, Query
from sandbox.chance import Ints

MOST: Final = 500
ENTERPRISE: Final = {"admin_logs", "admin_logs_streaming"}
REACH: Final = 60  # how many events back a repeat comes from


def events(call: Call) -> bytes:
    """A page of the stream that is asked for."""
    kind = call.query.get("stream_type", "all")
    limit = call.number("limit", 100, MOST)
    if kind not in {"all", "changes", "sync", *ENTERPRISE}:
        raise wire.bad_request("stream_type", kind, "this is no stream_type")
    if kind not in ENTERPRISE:  # what a user did is not told here
        return _page([], FIRST, call.visit.chance("box position"))
    if "manage_enterprise_properties" not in call.caller.scope:
        raise wire.insufficient_scope()
    if call.user.role == "user":
        raise wire.forbidden()
    read: Callable[[Call, int], bytes] = _logged if kind == "admin_logs" else _streamed
    return read(call, max(1, limit))


def _streamed(call: Call, limit: int) -> bytes:
    log, now, chance = call.side.log, call.side.memory.now(), call.visit.chance("box stream")
    given = call.query.get("stream_position", "0")
    if given == "now":
        return _page([], log.newest(now), chance)
    room = chance.randint(1 + limit // 4, limit) if chance.random() < 0.3 else limit
    fresh = 1 + room * 9 // 10 if room > 1 else 1  # the rest is for repeats
    position, types = _position(given), _types(call)
    found, position = log.streamed(position, fresh, now)
    shown = found if types is None else log.of_types(found, types)
    while len(found) and not len(shown):  # an empty page would be the end
        found, position = log.streamed(position, fresh, now)
        shown = log.of_types(found, types or frozenset())
    if len(shown) and types is None:
        before = log.before(position - len(found), REACH, now)
        shown = _disturbed(call, before, found, room, chance)
    return _page(log.told(shown), position, chance)


def _disturbed(call: Call, before: Ints, found: Ints, room: int, chance: Random) -> Ints:
    """With some of what came before once more, as far as there is room, and out of order."""
    often, wild = call.visit.struck("repeats"), call.visit.struck("disorder")
    share = 0.5 if often else 0.02
    again = [number for number in [*before, *found] if chance.random() < share]
    mixed = [*found, *again][: max(room, len(found))]
    # Neighbours change places; wildly, everybody does.
    width = len(mixed) if wild else 4
    places = [n + chance.random() * width for n in range(len(mixed))]
    return np.array([number for _, number in sorted(zip(places, mixed, strict=True))], np.int64)


def _logged(call: Call, limit: int) -> bytes:
    log, now, chance = call.side.log, call.side.memory.now(), call.visit.chance("box log")
    if chance.random() < 0.2:
        limit = chance.randint(1 + limit // 4, limit)
    query = Query(_moment(call, "created_after"), _moment(call, "created_before"), _types(call))
    given = call.query.get("stream_position", "0")
    found, position = log.logged(query, 0 if given == "now" else _position(given), limit, now)
    return _page(log.told(found), position or 0, chance)


def _page(entries: list[bytes], position: int, chance: Random) -> bytes:
    written = b"%d" if chance.random() < 0.4 else b'"%d"'
    head = b'{"chunk_size":%d,"next_stream_position":' % len(entries) + written % position
    return head + b',"entries":[' + b",".join(entries) + b"]}"


def _position(given: str) -> int:
    if not given.isdecimal():
        raise wire.bad_request("stream_position", given, "this is no stream_position")
    return int(given)


def _types(call: Call) -> frozenset[str] | None:
    given = call.query.get("event_type", "")
    return frozenset(given.split(",")) if given else None


def _moment(call: Call, name: str) -> datetime | None:
    given = call.query.get(name)
    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        moment = datetime.min  # noqa: DTZ901 refused below
    if moment.tzinfo is None:
        raise wire.bad_request(name, given, "this is no date and time of RFC 3339")
    return moment
