"""`team_log/get_events` and `/continue`: the audit log, page by page.

A cursor carries its query and its position under a seal; it differs on every reply, as Dropbox's
does. https://www.dropbox.com/developers/documentation/http/teams#team_log-get_events
"""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from sandbox.dropbox import wire
from sandbox.dropbox.log import Query

if TYPE_CHECKING:
    from sandbox.dropbox.api import Call

MOST = 1000
_EMPTY_IN_A_ROW = 3
_TIME = re.compile(rb'\{"timestamp": ?"([0-9TZ:-]{20})"')
_OF_FILES = re.compile(rb'"event_category": ?\{"\.tag": ?"(file_operations|paper)"')


@dataclass(frozen=True)
class Walk:
    """A reader's way through the log, as its cursor carries it."""

    start: str | None
    end: str | None
    account_id: str | None
    category: str | None
    event_type: str | None
    limit: int
    newest: str  # the newest event time returned so far
    position: int = 0
    turn: int = 0
    empty: int = 0  # empty pages in a row

    @property
    def query(self) -> Query:
        """What the log is asked for."""
        return Query(
            start=datetime.fromisoformat(self.start) if self.start else None,
            end=datetime.fromisoformat(self.end) if self.end else None,
            account_id=self.account_id,
            category=self.category,
            event_type=self.event_type,
        )

    @classmethod
    def begin(cls, call: "Call") -> Self:
        """The walk that `get_events` asks for."""
        wanted = call.argument
        period = wanted["time"] or {"start_time": None, "end_time": None}
        start, end = period["start_time"], period["end_time"]
        if start is not None and end is not None and start >= end:
            raise wire.route_error("invalid_time_range")
        if wanted["category"] is not None and wanted["event_type"] is not None:
            raise wire.route_error("invalid_filters")
        if wanted["account_id"] and wanted["account_id"] not in call.side.accounts:
            raise wire.route_error("account_id_not_found")
        return cls(
            start=start.isoformat() if start else None,
            end=end.isoformat() if end else None,
            account_id=wanted["account_id"],
            category=wanted["category"],
            event_type=wanted["event_type"],
            limit=wanted["limit"],
            newest=_wire_time(start or call.side.oldest),
        )


def get_events(call: "Call") -> bytes:
    """The first page of a walk."""
    return _page(call, Walk.begin(call))


def get_events_continue(call: "Call") -> bytes:
    """The next page; without an end the last cursor may be asked again for ever."""
    carried = call.side.seal.open(call.argument["cursor"])
    if carried is None or "turn" not in carried or call.visit.struck("bad_cursor"):
        raise wire.route_error("bad_cursor")
    walk = Walk(**carried)
    if call.visit.struck("reset"):
        raise wire.route_error("reset", value=_resumption(call, walk))
    return _page(call, walk)


def _page(call: "Call", walk: Walk) -> bytes:
    if walk.empty < _EMPTY_IN_A_ROW and call.visit.struck("empty_pages"):
        return _reply(call, [], replace(walk, empty=walk.empty + 1), has_more=True)
    chance = call.visit.chance("unsorted") if call.visit.struck("unsorted") else None
    limit = chance.randint(1 + walk.limit // 20, walk.limit) if chance else walk.limit
    events, position, has_more = call.side.log.page(
        walk.query, walk.position, limit, call.side.memory.now()
    )
    if not call.caller.app.file_events:
        events = [event for event in events if not _OF_FILES.search(event)]
    if chance:
        chance.shuffle(events)
    newest = max([walk.newest, *_times(events)])
    walk = replace(walk, position=position, newest=newest, empty=0)
    return _reply(call, events, walk, has_more=has_more)


def _reply(call: "Call", events: list[bytes], walk: Walk, *, has_more: bool) -> bytes:
    cursor = call.side.seal.close(asdict(replace(walk, turn=walk.turn + 1)))
    tail = b'],"cursor":"%b","has_more":%b}' % (cursor.encode(), b"true" if has_more else b"false")
    return b'{"events":[' + b",".join(events) + tail


def _resumption(call: "Call", walk: Walk) -> str:
    """About the newest event returned, and never later than one that was not returned yet."""
    now, position, has_more = call.side.memory.now(), walk.position, True
    times = [walk.newest]
    while has_more:
        events, position, has_more = call.side.log.page(walk.query, position, MOST, now)
        times += _times(events)
    return min(times)


def _times(events: Iterable[bytes]) -> list[str]:
    return [found[1].decode() for event in events if (found := _TIME.match(event))]


def _wire_time(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
