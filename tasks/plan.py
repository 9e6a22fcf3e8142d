"""What is to be read next, as it follows from the ledger. Nothing else remembers it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from data.lake import Landing, Lane

# The vendors do not say how late an event may reach their log. A live lane that begins this long
# ago sees all that come later than the history lane has passed, if they are no later than that.
OVERLAP = timedelta(days=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Place:
    """Where a lane goes on: a span of event time (no end: for ever), from its start or a cursor."""

    lane: Lane
    start: datetime
    end: datetime | None = None
    cursor: str | None = None

    @property
    def whole(self) -> bool:
        """Whether this walk will see every event of its span, from the first."""
        return self.cursor is None


def live_place(landings: Sequence[Landing], now: datetime) -> Place:
    """Where the live lane stands; a new one begins early enough for late events."""
    live = [landing for landing in landings if landing.lane == "live"]
    if not live:
        return Place("live", _second(now - OVERLAP))
    last = live[-1]
    return Place("live", last.window_start or _second(now - OVERLAP), cursor=last.cursor)


def live_since(landings: Sequence[Landing], now: datetime) -> datetime:
    """Since when the live lane has been seeing everything; history is what lies before."""
    starts = [
        landing.window_start
        for landing in landings
        if landing.lane == "live" and landing.window_start
    ]
    return min(starts, default=_second(now - OVERLAP))


def restarted(landings: Sequence[Landing], place: Place, resume_at: datetime | None) -> Place:
    """The live lane's new walk after its cursor was lost: from before anything it may have missed.

    The vendor names a time close to the newest event that it gave us, and is only about right.
    """
    caught_up = [
        landing.fetched_at for landing in landings if landing.lane == "live" and landing.done
    ]
    if not caught_up:
        return Place("live", place.start)
    seen = min(caught_up[-1], resume_at or caught_up[-1])
    return Place("live", max(live_since(landings, seen), _second(seen - OVERLAP)))


def history_places(
    landings: Sequence[Landing], days: int, now: datetime, *, again: bool = False
) -> list[Place]:
    """What of the last `days` days is still to be read before the live lane's time, newest first.

    Windows begin and end at midnight UTC, the first and last excepted. One that was begun goes on
    from its cursor. `again` is all of the days, whatever has been read of them.
    """
    until = live_since(landings, now)
    since = datetime.combine(now.date() - timedelta(days=days), time(), UTC)
    if again:
        return [Place("history", start, end) for start, end in _days(since, until)][::-1]
    latest = {
        (landing.window_start, landing.window_end): landing
        for landing in landings
        if landing.lane == "history" and landing.window_start and landing.window_end
    }
    begun = [
        Place("history", start, end, landing.cursor)
        for (start, end), landing in latest.items()
        if start and end and not landing.done
    ]
    taken = sorted((start, end) for start, end in latest if start and end)
    fresh = [
        Place("history", start, end)
        for gap in _gaps(since, until, taken)
        for start, end in _days(*gap)
    ]
    return sorted([*begun, *fresh], key=lambda place: place.start, reverse=True)


def _gaps(
    since: datetime, until: datetime, taken: Iterable[tuple[datetime, datetime]]
) -> Iterable[tuple[datetime, datetime]]:
    """The spans between `since` and `until` that lie in no taken span (sorted by start)."""
    for start, end in taken:
        if since < min(start, until):
            yield since, min(start, until)
        since = max(since, end)
    if since < until:
        yield since, until


def _days(since: datetime, until: datetime) -> Iterable[tuple[datetime, datetime]]:
    while since < until:
        midnight = datetime.combine(since.date() + DAY, time(), UTC)
        yield since, min(midnight, until)
        since = midnight


def _second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
