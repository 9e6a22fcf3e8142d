"""What is to be read next, as it follows from the ledger. Nothing else remembers it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from data.lake import Landing, Lane

# How far back a day is read again by itself, when events came late or no lane has read it whole.
FAR = timedelta(days=60)
# What has just been read again is not read once more: a killed run goes on with the other days.
FRESH = timedelta(hours=6)
# The vendors do not say how late an event may reach their log. A lane that is begun anew goes back
# this far behind what the last one saw.
OVERLAP = timedelta(days=1)
DAY = timedelta(days=1)
WINDOWS_AT_ONCE = 3


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


def closed_days(
    landings: Sequence[Landing],
    days: int,
    now: datetime,
    newest: Mapping[date, datetime],
    *,
    again: bool = False,
) -> list[Place]:
    """The days that are over and should be read again, each as a whole, newest first.

    They are the last `days`, and of those before the ones that no walk has read whole, or into
    which events have landed since one did (`newest` says when). What has been reconciled a moment
    ago is left out, unless `again`. Days from before all that was ever read are none of them.
    """
    begun = [each.window_start for each in landings if each.done and each.window_start]
    whole, reconciled = _read_whole(landings), _read_whole(landings, "reconcile")
    today = datetime.combine(now.date(), time(), UTC)

    def due(start: datetime) -> bool:
        read = whole.get(start)
        late = read is None or newest.get(start.date(), read) > read
        asked = start >= today - days * DAY
        fresh = now - reconciled.get(start, now - 2 * FRESH) < FRESH
        return late or (asked and (again or not fresh))

    since = today - max(FAR, days * DAY)
    return [
        Place("reconcile", start, end)
        for start, end in reversed(list(_days(since, today)))
        if begun and start >= min(begun) and due(start)
    ]


def _read_whole(landings: Iterable[Landing], *lanes: Lane) -> dict[datetime, datetime]:
    """When each day was last read from its beginning to its end by one walk of these lanes."""
    read: dict[datetime, datetime] = {}
    for each in landings:
        if each.lane in (lanes or ("history", "reconcile")) and each.done and each.window_start:
            start = each.window_start
            if start.time() == time() and each.window_end == start + DAY:
                read[start] = max(each.landed_at, read.get(start, each.landed_at))
    return read


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
