"""What is to be read next, from nothing but the ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from data.lake import Landing
from tasks import plan
from tasks.plan import Place

NOW = datetime(2026, 11, 20, 15, 30, 12, 345_678, UTC)
LIVE = datetime(2026, 11, 19, 15, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def day(number: int, month: int = 11) -> datetime:
    return datetime(2026, month, number, tzinfo=UTC)


def landing(
    lane: Any, start: datetime | None, end: datetime | None = None, **parts: Any
) -> Landing:
    """A landing of which only place and time matter."""
    given = {
        "app": "dropbox", "connection": "acme", "n": 1, "lane": lane, "window_start": start,
        "window_end": end, "cursor": None, "done": False, "pages": 1, "rows": 1, "repeats": 0,
        "unknown": 0, "first_event_time": None, "last_event_time": None, "fetched_at": NOW,
        "landed_at": NOW, "note": None,
    }  # fmt: skip
    return Landing(**{**given, **parts})


def live(start: datetime = LIVE, **parts: Any) -> Landing:
    return landing("live", start, **parts)


def read(place: Place) -> Landing:
    """The landing that ends a place's reading."""
    return landing("history", place.start, place.end, done=True)


def spans(places: list[Place]) -> list[tuple[datetime, datetime | None]]:
    return [(place.start, place.end) for place in places]


def test_history_is_days_newest_first_up_to_the_live_lane() -> None:
    """Windows part at midnight UTC, touch each other, and end where the live lane begins."""
    places = plan.history_places([live()], 3, NOW, LIVE)
    assert spans(places) == [
        (day(19), LIVE), (day(18), day(19)), (day(17), day(18)),
    ]  # fmt: skip
    assert all(place.lane == "history" and place.whole for place in places)


def test_every_moment_of_the_days_is_covered_once() -> None:
    """Whatever was read or begun before, all windows together have no gap and no overlap."""
    done = landing("history", day(10), day(11), done=True)
    begun = landing("history", day(3) + timedelta(hours=5), day(4), cursor="c")
    places = plan.history_places([live(), done, begun], 30, NOW, LIVE)
    whole = sorted([*spans(places), (day(10), day(11))])
    assert whole[0][0] == day(21, 10)
    assert whole[-1][1] == LIVE
    assert all(end == start for (_, end), (start, _) in pairwise(whole))


def test_no_days_are_nothing_to_read() -> None:
    """Without history wanted there is no window: the live lane began yesterday."""
    assert plan.history_places([live()], 0, NOW, LIVE) == []
    assert spans(plan.history_places([live()], 1, NOW, LIVE)) == [(day(19), LIVE)]


def test_what_was_read_is_not_asked_again() -> None:
    """A second backfill asks for nothing; one with more days asks only for the days before."""
    first = plan.history_places([live()], 3, NOW, LIVE)
    ledger = [live(), *map(read, first)]
    assert plan.history_places(ledger, 3, NOW, LIVE) == []
    assert plan.history_places(ledger, 2, NOW + timedelta(days=9), LIVE) == []
    assert spans(plan.history_places(ledger, 5, NOW, LIVE)) == [
        (day(16), day(17)),
        (day(15), day(16)),
    ]


def test_a_begun_window_goes_on_from_its_cursor() -> None:
    """The latest landing of a window counts; done is done, whatever came first."""
    ledger = [
        live(),
        landing("history", day(18), day(19), cursor="one"),
        landing("history", day(18), day(19), cursor="two"),
        landing("history", day(17), day(18), cursor="three"),
        landing("history", day(17), day(18), cursor="four", done=True),
    ]
    places = plan.history_places(ledger, 3, NOW, LIVE)
    assert places == [
        Place("history", day(19), LIVE),
        Place("history", day(18), day(19), "two"),
    ]
    assert not places[1].whole


def test_a_begun_window_is_finished_though_fewer_days_are_wanted() -> None:
    """What was begun ends; it goes on after the newer days."""
    ledger = [live(), landing("history", day(2), day(3), cursor="c")]
    places = plan.history_places(ledger, 1, NOW, LIVE)
    assert spans(places) == [(day(19), LIVE), (day(2), day(3))]


def test_gaps_between_windows_are_found() -> None:
    """A hole in the middle of what was read is cut at midnight, too."""
    ledger = [
        live(),
        landing("history", day(19), LIVE, done=True),
        landing("history", day(16), day(17) + timedelta(hours=3), done=True),
    ]
    assert spans(plan.history_places(ledger, 4, NOW, LIVE)) == [
        (day(18), day(19)),
        (day(17) + timedelta(hours=3), day(18)),
    ]


def test_the_live_lane_begins_a_day_ago_on_a_whole_second() -> None:
    """A new lane overlaps the day before, for events that the vendor tells late."""
    place = plan.live_place([], NOW, DAY)
    assert place == Place("live", LIVE)
    assert place.whole


def test_the_live_lane_goes_on_from_its_last_cursor() -> None:
    """The last landing's cursor counts, and the lane's own start."""
    ledger = [live(cursor="a"), read(Place("history", day(1), day(2))), live(cursor="b", done=True)]
    place = plan.live_place(ledger, NOW + timedelta(days=5), DAY)
    assert place == Place("live", LIVE, cursor="b")
    assert not place.whole


def test_history_ends_where_the_first_live_lane_began() -> None:
    """A live lane that was opened anew later takes no day from history."""
    ledger = [live(), live(LIVE + timedelta(days=2), cursor="c")]
    assert plan.live_since(ledger) == LIVE
    assert plan.history_places(ledger, 1, NOW + timedelta(days=3), LIVE) == []


def test_a_position_that_the_app_no_longer_keeps_is_not_used() -> None:
    """The lane begins anew as far back as it can, and history has what lies between."""
    later = NOW + timedelta(days=20)
    ledger = [live(), live(cursor="old", done=True, fetched_at=NOW)]
    keeps = timedelta(days=13)
    assert plan.live_place(ledger, NOW + keeps, keeps, keeps).cursor == "old"
    anew = plan.live_place(ledger, later, keeps, keeps)
    assert anew == Place("live", (later - keeps).replace(microsecond=0))
    healed = [*ledger, live(anew.start, cursor="new", done=True, fetched_at=later)]
    missed = plan.gaps(healed)
    assert missed[-1].start == (NOW - DAY).replace(microsecond=0)
    assert missed[0].end == anew.start
    assert plan.gaps([*healed, *map(read, missed)]) == []
    assert plan.gaps(ledger) == []


def test_a_lane_that_never_caught_up_is_read_from_its_start() -> None:
    """Without a finished walk nobody knows what was missed."""
    place = Place("live", LIVE, cursor="dead")
    ledger = [live(), live(cursor="dead")]
    assert plan.restarted(ledger, place, NOW) == Place("live", LIVE)
    assert plan.restarted([], place, None) == Place("live", LIVE)


def test_a_lost_cursor_is_healed_from_before_what_was_seen() -> None:
    """The new walk begins a day before the last catching up, or before the vendor's time."""
    seen = NOW + timedelta(days=5)
    place = Place("live", LIVE, cursor="dead")
    ledger = [live(), live(cursor="x", done=True, fetched_at=seen), live(cursor="dead")]
    second = seen.replace(microsecond=0)
    day_before = Place("live", second - timedelta(days=1))
    assert plan.restarted(ledger, place, None) == day_before
    assert plan.restarted(ledger, place, seen + timedelta(hours=9)) == day_before
    early = NOW.replace(microsecond=0) + timedelta(days=3)
    assert plan.restarted(ledger, place, early) == Place("live", early - timedelta(days=1))


def test_a_restart_goes_no_further_back_than_the_lane() -> None:
    """What lies before the live lane's first start belongs to history."""
    ledger = [live(), live(cursor="dead", done=True, fetched_at=NOW)]
    place = Place("live", LIVE, cursor="dead")
    assert plan.restarted(ledger, place, day(1)) == Place("live", LIVE)


def test_all_of_it_can_be_read_again() -> None:
    """Asked for again, every day is read whole, whatever has been read of it."""
    fresh = plan.history_places([live()], 3, NOW, LIVE)
    done = [live(), *map(read, fresh)]
    assert plan.history_places(done, 3, NOW, LIVE) == []
    assert plan.history_places(done, 3, NOW, LIVE, again=True) == fresh


def closed(landings: list[Landing], days: int = 2, **landed: datetime) -> list[int]:
    """Days of November that should be read again; `d15=…` is when an event of the 15th landed."""
    newest = {day(int(name[1:])).date(): moment for name, moment in landed.items()}
    places = plan.closed_days(landings, days, NOW, newest)
    assert all(place.lane == "reconcile" and place.whole for place in places)
    assert all(place.end == place.start + DAY for place in places)
    return [place.start.day for place in places]


def whole(number: int, lane: Any = "history", hours_ago: float = 48) -> Landing:
    """The landing with which a day had been read to its end."""
    at = NOW - timedelta(hours=hours_ago)
    return landing(lane, day(number), day(number + 1), done=True, landed_at=at)


def test_closed_days_are_the_last_ones() -> None:
    """Today is not over; from before what was ever read nothing is asked for."""
    assert closed([]) == []
    read = [whole(number) for number in range(15, 20)]
    assert closed(read) == [19, 18]
    assert closed(read, days=90) == [19, 18, 17, 16, 15]


def test_a_day_that_nobody_read_whole_is_read_again() -> None:
    """Half a day by each lane is no whole one; a walk that did not end is none."""
    half = landing("history", day(16), day(16) + DAY / 2, done=True)
    begun = landing("reconcile", day(17), day(18))
    assert closed([whole(15), half, begun, whole(18), whole(19)], days=1) == [19, 17, 16]


def test_a_day_into_which_an_event_fell_is_read_again() -> None:
    """An event that landed after the day had been read to its end says that there may be more."""
    read = [whole(number) for number in range(15, 20)]
    earlier, later = (NOW - timedelta(hours=hours) for hours in (49, 47))
    assert closed(read, days=1, d15=earlier, d16=later, d18=later) == [19, 18, 16]
    assert closed([*read, whole(16, "reconcile", 40)], days=1, d16=later) == [19]


def test_what_was_just_reconciled_is_left_out() -> None:
    """A run that was killed goes on with the other days; what came since is read all the same."""
    read = [whole(number) for number in range(15, 20)]
    fresh = [whole(19, "reconcile", 1), whole(18, "reconcile", 7)]
    assert closed([*read, *fresh], days=3) == [18, 17]
    assert closed([*read, *fresh], days=1, d19=NOW) == [19]
    again = plan.closed_days([*read, *fresh], 2, NOW, {}, again=True)
    assert [place.start.day for place in again] == [19, 18]
