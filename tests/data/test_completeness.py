"""How complete an answer is: coverage, freshness and drift, and what every report says of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest
from made_events import START, at, made_rows

from data import catalog, reports
from data.lake import Lake, Stream

DAY, HOUR, MICRO = timedelta(days=1), timedelta(hours=1), timedelta(microseconds=1)
MIDNIGHT = datetime(2026, 11, 2, tzinfo=UTC)


def asked(lake: Lake, name: str, **filters: Any) -> list[dict[str, Any]]:
    return reports.run(lake, name, **filters).table.to_pylist()


def read(
    lake: Lake, stream: Stream, lane: str, start: datetime, end: datetime, **more: Any
) -> None:
    """A window of a lane that was read to its end, in which something may have happened."""
    ids = more.pop("ids", range(0))
    rows = made_rows(ids, more.pop("first", start))
    lake.land(stream, rows, at(lane, window_start=start, window_end=end, done=True, **more))


def test_coverage_says_of_each_day_what_was_read(lake: Lake, acme: Stream) -> None:
    """Hours of each lane count once however they overlap, and what nobody read is named."""
    read(lake, acme, "history", MIDNIGHT, MIDNIGHT + DAY, ids=range(3), first=START)
    read(lake, acme, "history", MIDNIGHT + DAY, MIDNIGHT + DAY + 9 * HOUR)
    read(lake, acme, "history", MIDNIGHT + DAY + 6 * HOUR, MIDNIGHT + DAY + 12 * HOUR)
    live = MIDNIGHT + DAY + 18 * HOUR
    for asked_at in (live + 12 * HOUR, live + 2 * DAY):
        lake.land(acme, made_rows([]), at(window_start=live, done=True, fetched_at=asked_at))
    days = {row["day"]: row for row in asked(lake, "coverage", until=live + DAY)}
    first, second, third = (days[date(2026, 11, day)] for day in (2, 3, 4))
    assert (first["state"], first["history_hours"], first["events"]) == ("complete", 24, 3)
    assert (second["state"], second["history_hours"], second["live_hours"]) == ("gaps", 12, 6)
    assert (second["gap_hours"], second["gaps"]) == (6, "12:00 to 18:00")
    assert (third["state"], third["live_hours"], third["gaps"]) == ("complete", 24, None)
    later = asked(lake, "coverage", since=live + 2 * DAY)[-1]
    assert (later["day"], later["state"]) == (date(2026, 11, 5), "gaps")
    assert (later["live_hours"], later["gaps"]) == (18, "18:00 to 24:00")


def test_what_lies_before_the_first_reading_is_no_gap(lake: Lake, acme: Stream) -> None:
    """The day on which reading begins says so; a gap after its beginning is one."""
    began = MIDNIGHT + 18 * HOUR
    read(lake, acme, "live", began, began, fetched_at=began + DAY)
    whole = asked(lake, "coverage", until=MIDNIGHT + DAY)
    assert [(row["state"], row["gaps"]) for row in whole] == [("begins", "00:00 to 18:00")]
    read(lake, acme, "history", MIDNIGHT + 6 * HOUR, MIDNIGHT + 12 * HOUR)
    (broken,) = asked(lake, "coverage", until=MIDNIGHT + DAY)
    assert (broken["state"], broken["gaps"]) == ("gaps", "00:00 to 06:00, 12:00 to 18:00")


def test_a_day_read_in_pieces_has_no_gap(lake: Lake, acme: Stream) -> None:
    """Wherever one window ends and the next begins, nothing is missing between them."""
    # Of such pieces the hours, as binary fractions, do not add up to 24.
    for day, seed in enumerate(seeds := (58, 129, 192, 262, 334)):
        cuts = sorted(
            (n * 7_654_321_987 + seed * 1_234_567_891) % (DAY // MICRO) for n in (1, 2, 3)
        )
        ends = [MIDNIGHT + day * DAY + MICRO * cut for cut in (0, *cuts, DAY // MICRO)]
        for start, end in pairwise(ends):
            read(lake, acme, "history", start, end)
    told = asked(lake, "coverage", until=MIDNIGHT + len(seeds) * DAY)
    assert [(row["state"], row["gap_hours"], row["gaps"]) for row in told] == [
        ("complete", 0, None)
    ] * len(seeds)


def test_a_window_that_was_not_read_to_its_end_covers_nothing(lake: Lake, acme: Stream) -> None:
    """The last landing of a window decides."""
    window = {"window_start": MIDNIGHT, "window_end": MIDNIGHT + DAY}
    lake.land(acme, made_rows(range(3)), at("history", done=False, **window))
    read(lake, acme, "history", MIDNIGHT + DAY, MIDNIGHT + 2 * DAY)
    rows = asked(lake, "coverage", until=MIDNIGHT + 2 * DAY)
    assert [(row["day"].day, row["state"]) for row in rows] == [(3, "complete")]


def test_repairs_are_told_by_coverage_and_by_every_report(lake: Lake, acme: Stream) -> None:
    """What a second reading of a day brought is counted there, and said below each answer."""
    read(lake, acme, "history", MIDNIGHT, MIDNIGHT + DAY, ids=range(5), first=START)
    late = {"ids": range(3, 7), "first": START + timedelta(seconds=3)}
    read(lake, acme, "reconcile", MIDNIGHT, MIDNIGHT + DAY, **late, in_lake=5, in_log=7)
    (row,) = asked(lake, "coverage", until=MIDNIGHT + DAY)
    assert (row["state"], row["repaired"], row["in_log"], row["events"]) == ("reconciled", 2, 7, 7)
    note = "2 events came late or were missing until their day was read again: 2026-11-02 (2)"
    assert any(note in line for line in reports.run(lake, "activity").notes)
    assert not any(note in line for line in reports.run(lake, "activity", since="2026-11-03").notes)
    read(lake, Stream("box", "other"), "history", MIDNIGHT, MIDNIGHT + DAY, ids=[], first=START)
    assert not any(note in line for line in reports.run(lake, "activity", app="box").notes)


def test_freshness_tells_each_stage_apart(lake: Lake, acme: Stream) -> None:
    """Happened, recorded, fetched, landed, visible: seconds by hour, of what came live."""
    began = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - 2 * HOUR
    lake.land(acme, made_rows(["old"], began - DAY), at(window_start=began - DAY, fetched_at=began))
    happened = [began + HOUR + timedelta(seconds=n) for n in range(101)]
    rows = made_rows(
        range(101),
        event_time=happened,
        recorded_at=[moment + timedelta(seconds=n) for n, moment in enumerate(happened)],
        fetched_at=[moment + timedelta(seconds=n + 30) for n, moment in enumerate(happened)],
    )
    landed = lake.land(acme, rows, at(window_start=began - DAY, fetched_at=happened[-1])).landed_at
    (row,) = asked(lake, "freshness")
    assert (row["events"], row["hour"]) == (101, began + HOUR)
    assert (row["recorded_p50"], row["recorded_p95"]) == (50, 95)
    assert (row["fetched_p50"], row["fetched_p95"]) == (30, 30)
    assert row["visible_p50"] is None
    waits = sorted((landed - moment).total_seconds() for moment in happened)
    assert row["total_p50"] == pytest.approx(waits[50], abs=0.1)
    catalog.publish(lake)
    (row,) = asked(lake, "freshness")
    assert 0 <= row["visible_p50"] <= 60
    seen = row["visible_p50"]
    lake.land(acme, made_rows(["new"], began), at(window_start=began, fetched_at=began))
    catalog.publish(lake)
    assert asked(lake, "freshness", since=began + HOUR)[0]["visible_p50"] == seen


def test_drift_names_what_is_new_to_us(lake: Lake, acme: Stream) -> None:
    """Unknown types and unknown fields, with how many, since when, and one to look at."""
    rows = [
        made_rows(range(2), activity="unknown", category="unknown", native_type="quantum_share"),
        made_rows(range(2, 5), START + DAY, unknown_fields=[["risk"], ["risk", "mood"], ["risk"]]),
        made_rows(range(9, 12)),
    ]
    lake.land(acme, pa.concat_tables(rows), at())
    found = {(row["what"], row["name"]): row for row in asked(lake, "drift")}
    assert {key: row["events"] for key, row in found.items()} == {
        ("type", "quantum_share"): 2,
        ("field", "risk"): 3,
        ("field", "mood"): 1,
    }
    assert found["field", "risk"]["native_types"] == 1
    assert found["field", "mood"]["example"] == f"{3:032x}"
    assert found["type", "quantum_share"]["first_seen"] == START
    assert [row["what"] for row in asked(lake, "drift", since=START + DAY)] == ["field", "field"]
    told = "2 events of types that are new to us, see drift"
    assert any(told in line for line in reports.run(lake, "activity").notes)
