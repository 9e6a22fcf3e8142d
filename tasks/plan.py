"""What is to be read next, as it follows from the ledger. Nothing else remembers it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from data.lake import Landing, Lane

# The vendors do not say how late an event may reach their log. A lane that is begun anew goes back
# this far behind what the last one saw.
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


def live_place(
    landings: Sequence[Landing], now: datetime, begins: timedelta, keeps: timedelta | None = None
) -> Place:
    """Where the live lane stands; a new one begins as far back as the app lets it (`begins`).

    A cursor older than the app `keeps` one is not used: the lane begins anew, and `gaps` has what
    it then lacks.
    """
    live = [landing for landing in landings if landing.lane == "live"]
    anew = Place("live", _second(now - begins))
    if not live or (keeps and now - live[-1].fetched_at > keeps):
        return anew
    return Place("live", live[-1].window_start or anew.start, cursor=live[-1].cursor)


def live_since(landings: Sequence[Landing]) -> datetime:
    """Since when there has been a live lane."""
    return min(start for start, _ in live_spans(landings))


def live_spans(landings: Sequence[Landing]) -> list[tuple[datetime, datetime]]:
    """What each live lane has seen, from where it began to where it last caught up."""
    spans: dict[datetime, datetime] = {}
    for landing in landings:
        if landing.lane == "live" and landing.window_start:
            reached = landing.fetched_at if landing.done else landing.window_start
            spans[landing.window_start] = max(
                spans.get(landing.window_start, landing.window_start), reached
            )
    return sorted(spans.items())


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
    return Place("live", max(live_since(landings), _second(seen - OVERLAP)))


def history_places(
    landings: Sequence[Landing],
    days: int,
    now: datetime,
    until: datetime,
    *,
    again: bool = False,
) -> list[Place]:
    """What of the last `days` days before `until` is still to be read, newest first.

    Windows begin and end at midnight UTC, the first and last excepted. One that was begun goes on
    from its cursor. `again` is all of the days, whatever has been read of them.
    """
    since = datetime.combine(now.date() - timedelta(days=days), time(), UTC)
    if again:
        return [Place("history", start, end) for start, end in _days(since, until)][::-1]
    begun = [
        Place("history", start, end, landing.cursor)
        for (start, end), landing in _windows(landings).items()
        if not landing.done
    ]
    return _newest_first([*begun, *_fresh(landings, since, until)])


def gaps(landings: Sequence[Landing]) -> list[Place]:
    """What no live lane has seen between two of them, and history has not read, newest first."""
    spans = live_spans(landings)
    return _newest_first(
        place
        for (_, caught_up), (anew, _) in pairwise(spans)
        for place in _fresh(landings, _second(caught_up - OVERLAP), anew)
    )


def _windows(landings: Iterable[Landing]) -> dict[tuple[datetime, datetime], Landing]:
    return {
        (landing.window_start, landing.window_end): landing
        for landing in landings
        if landing.lane == "history" and landing.window_start and landing.window_end
    }


def _fresh(landings: Sequence[Landing], since: datetime, until: datetime) -> Iterable[Place]:
    """The days between `since` and `until` that no window of history has begun."""
    for gap in _gaps(since, until, sorted(_windows(landings))):
        for start, end in _days(*gap):
            yield Place("history", start, end)


def _newest_first(places: Iterable[Place]) -> list[Place]:
    return sorted(places, key=lambda place: place.start, reverse=True)


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
