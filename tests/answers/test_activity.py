"""The reports of what happened equal what plain Python counts in the events of both apps."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

import pytest
from company import Told
from plain import Event

pytestmark = pytest.mark.xdist_group("told")
DAY = timedelta(days=1)


def test_the_log_was_read_whole(told: Told) -> None:
    """As many events as the truth knows, by app, type, and whether their actor had signed in."""
    for app, truth in told.truth.items():
        real = Counter((row["native_type"], row["authenticated"] is False) for row in truth)
        rows = told.sql(
            f"select native_type, authenticated is false as no, count(*) as n from events"  # noqa: S608
            f" where app = '{app}' group by all"
        )
        assert {(row["native_type"], row["no"]): row["n"] for row in rows} == real
        plain = Counter(event.native for event in told.events if event.app == app)
        assert plain == Counter(row["native_type"] for row in truth)


def test_activity(told: Told) -> None:
    """Events and different items of each person's activity on each day."""
    events: Counter[Any] = Counter()
    items = defaultdict(set)
    for event in told.events:
        key = (event.time.date(), event.label, event.person, event.app)
        events[key] += 1
        items[key].add(event.item or event.item_name)
    rows = told.ask("activity")
    found = {
        (row["day"], row["activity"], row["person"], row["app"]): (row["events"], row["items"])
        for row in rows
    }
    assert found == {key: (n, len(items[key] - {None})) for key, n in events.items()}
    assert len(rows) == len(found)


EACH = {
    "day": lambda e: f"{e.time:%Y-%m-%d}",
    "hour": lambda e: f"{e.time:%Y-%m-%d %H}:00",
    "hour_of_day": lambda e: f"{e.time:%H}:00",
    "weekday": lambda e: f"{e.time:%u %A}",
    "person": lambda e: e.person,
    "activity": lambda e: e.label,
    "category": lambda e: e.word["category"],
    "app": lambda e: e.app,
    "address": lambda e: e.ip,
    "country": lambda e: e.country,
}


@pytest.mark.parametrize("per", EACH)
def test_activity_per(told: Told, per: str) -> None:
    """Per day, hour, person, address and so on: events, people, failures, visitors and times."""
    groups = defaultdict(list)
    for event in told.events:
        groups[EACH[per](event), event.app].append(event)
    expected = {
        key: (
            len(some),
            len({e.named for e in some} - {None}),
            sum(e.kind == "unauthenticated" for e in some),
            sum(e.failed for e in some),
            min(e.time for e in some),
            max(e.time for e in some),
        )
        for key, some in groups.items()
    }
    columns = ("events", "people", "unauthenticated", "failures", "first_time", "last_time")
    found = {
        (row["each"], row["app"]): tuple(row[name] for name in columns)
        for row in told.ask("activity_per", per=per)
    }
    assert found == expected


def test_activity_per_day_is_what_is_meant_without_a_word(told: Told) -> None:
    """Left out, `per` is a day."""
    assert told.ask("activity_per") == told.ask("activity_per", per="day")


def test_first_time_activities(told: Told) -> None:
    """What somebody known for a week did for the first time, and how many had done it before."""
    firsts: dict[Any, datetime] = {}
    seen: dict[Any, datetime] = {}
    for event in sorted(told.events, key=lambda e: e.time):
        if event.named:
            firsts.setdefault((event.app, event.named, event.word["activity"]), event.time)
            seen.setdefault((event.app, event.named), event.time)
    expected = {}
    for (app, person, activity), at in firsts.items():
        if at >= seen[app, person] + 7 * DAY:
            before = sum(
                other < at for (a, _, did), other in firsts.items() if (a, did) == (app, activity)
            )
            known = (at - seen[app, person]).days
            label = next(e.label for e in told.events if e.word["activity"] == activity)
            expected[app, person, label] = (at, before, known)
    rows = told.ask("first_time_activities")
    found = {
        (r["app"], r["person"], r["activity"]): (
            r["first_time"],
            r["others_before"],
            r["known_days"],
        )
        for r in rows
    }
    assert expected
    assert found == expected
    middle = sorted(row["first_time"] for row in rows)[len(rows) // 2]
    later = [row for row in rows if row["first_time"] >= middle]
    assert told.ask("first_time_activities", since=middle) == later


def test_unusual_days(told: Told) -> None:
    """20 events, 3 times the median of the days before, and more than the most of them."""
    days: Counter[tuple[str, str, date]] = Counter()
    for event in told.events:
        days[event.app, event.person, event.time.date()] += 1
    expected = {}
    for (app, person, day), n in days.items():
        before = [days[app, person, day - back * DAY] for back in range(1, 29)]
        active = [count for count in before if count]
        if n >= 20 and len(active) >= 5 and n >= 3 * median(active) and n > max(active):
            expected[app, person, day] = (n, median(active), len(active))
    rows = told.ask("unusual_days")
    found = {
        (r["app"], r["person"], r["day"]): (r["events"], r["usual"], r["days_before"]) for r in rows
    }
    assert found == expected  # of some companies none; tests/data has one of certain ones
    for day in {row["day"] for row in rows}:
        of_day = [row for row in rows if row["day"] == day]
        assert told.ask("unusual_days", since=day, until=day + DAY) == of_day


def test_sign_in_failures(told: Told) -> None:
    """By address and day: how often, whom, and who got in there afterwards."""
    tries = [
        event
        for event in told.events
        if (event.word["category"], event.word["ocsf_class"], event.word["ocsf_activity"])
        == ("sign_in", "3002", "1")
    ]
    places = defaultdict(list)
    for event in tries:
        places[event.app, event.time.date(), event.ip].append(event)
    expected = {
        key: (
            sum(e.failed for e in some),
            len({e.named for e in some if e.failed} - {None}),
            ", ".join(sorted({e.named for e in some if _in_after(e, some)})) or None,
        )
        for key, some in places.items()
        if any(e.failed for e in some)
    }
    found = {
        (r["app"], r["day"], r["ip"]): (r["failures"], r["people"], r["signed_in_after"] or None)
        for r in told.ask("sign_in_failures")
    }
    assert expected
    assert found == expected


def _in_after(event: Event, some: list[Event]) -> bool:
    mine = [e.time for e in some if e.failed and e.named == event.named]
    return bool(event.named and not event.failed and mine and event.time > min(mine))


def test_administrator_acts(told: Told) -> None:
    """Every event of an administrator as such, and every change of what holds for all."""
    expected = Counter(
        (event.app, event.time, event.native, event.person)
        for event in told.events
        if event.kind == "admin" or event.word["category"] == "admin_settings"
    )
    rows = told.ask("administrator_acts")
    assert Counter((r["app"], r["time"], r["native_type"], r["admin"]) for r in rows) == expected
