"""How far the work has come, and how long the rest takes."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from data.inventory import Scan
from data.lake import Landing
from tasks.gauge import Gauge, span

MOMENT = datetime(2026, 11, 22, tzinfo=UTC)


def landing(rows: int, **changed: Any) -> Landing:
    """A landing of history that ends its day."""
    parts: dict[str, Any] = dict.fromkeys(Landing.__dataclass_fields__)
    parts |= {"lane": "history", "done": True, "rows": rows, "connection": "acme"}
    return Landing(**(parts | changed))


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


def test_what_nobody_has_begun_shows_nothing() -> None:
    """Before the plan is known there is nothing to show, and after an empty one all is done."""
    gauge = Gauge("backfill", "acme")
    gauge.landed(landing(5))
    assert gauge.read() is None
    gauge.planned("acme", 0)
    reading = gauge.read()
    assert reading
    assert (reading.percent, str(reading)) == (
        100.0,
        "Nothing is left to read: all days are in the lake.",
    )


def test_days_and_events_and_the_time_left() -> None:
    """Days of history count as steps, rows of every lane as events; the rest goes at that rate."""
    clock = Clock()
    gauge = Gauge("backfill", "acme", clock)
    gauge.planned("acme", 60)
    assert "0 of 60 days**, 0 events; a second gone, time left not known yet" in str(gauge.read())
    for _ in range(15):
        clock.time += 2
        gauge.landed(landing(100))
    gauge.landed(landing(30, lane="live"))
    gauge.landed(landing(70, done=False))
    reading = gauge.read()
    assert reading
    assert (reading.done, reading.things, reading.percent, reading.left) == (15, 1600, 25.0, 90.0)
    assert str(reading) == (
        "**15 of 60 days**, 1,600 events (53 a second); 30 seconds gone, about 2 minutes left."
    )
    clock.time += 60  # nothing comes: it takes longer than it seemed
    assert gauge.read().left == 270.0  # type: ignore[union-attr]


def test_the_last_while_says_how_fast_it_goes() -> None:
    """What went fast an hour ago does not promise that the rest does."""
    clock = Clock()
    gauge = Gauge("backfill", "acme", clock)
    gauge.planned("acme", 100)
    for _ in range(50):
        clock.time += 1
        gauge.landed(landing(1))
    for _ in range(10):
        clock.time += 60
        gauge.landed(landing(1))
    assert gauge.read().left == pytest.approx(40 * 60)  # type: ignore[union-attr]


def test_a_scan_that_goes_on_counts_what_it_does_itself() -> None:
    """Branches that were read before this run are done, and say nothing about its speed."""
    clock = Clock()
    gauge = Gauge("scan", "acme", clock)
    seen = count(1000, 10)
    for closed in (500, 510, 520):
        scan = Scan(started_at=MOMENT, open=80, closed=closed, seen=next(seen))
        gauge.scanned("acme", scan)
        clock.time += 5
    reading = gauge.read()
    assert reading
    assert (reading.done, reading.total, reading.things) == (520, 600, 1020)
    assert reading.left == pytest.approx(80 * 15 / 20)
    assert "more if further branches are found" in str(reading)


def test_a_while_in_words() -> None:
    """Seconds, minutes or hours, as a person would say it."""
    told = [span(seconds) for seconds in (0.2, 42, 100, 5000, 9000)]
    assert told == ["a second", "42 seconds", "2 minutes", "83 minutes", "2.5 hours"]
