"""Identical events of one second, counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from connectors.contract import Page, Window
from tasks.landing import twins

NOON = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
NAMES = ("event_id", "event_time")


def table(*rows: tuple[str, int]) -> pa.Table:
    """Rows of an id at so many seconds after noon."""
    return pa.table(
        {
            "event_id": pa.array([name for name, _ in rows], pa.string()),
            "event_time": pa.array(
                [NOON + timedelta(seconds=at) for _, at in rows], pa.timestamp("us", "UTC")
            ),
        }
    )


def told(rows: pa.Table) -> list[tuple[str, int]]:
    """The rows of `table`, sorted."""
    times = [(moment - NOON).seconds for moment in rows["event_time"].to_pylist()]
    return sorted(zip(rows["event_id"].to_pylist(), times, strict=True))


class Vendor:
    """A log of `id seconds` events; `asked` has the windows it was asked for."""

    def __init__(self, *log: tuple[str, int]) -> None:
        self._log = log
        self.asked: list[tuple[int, int]] = []

    def history(self, window: Window, cursor: str | None = None) -> Iterator[Page]:
        assert cursor is None
        start, end = ((edge - NOON).total_seconds() for edge in (window.start, window.end))
        self.asked.append((int(start), int(end)))
        events = [f"{name} {at}".encode() for name, at in self._log if start <= at < end]
        for number in range(0, len(events), 2):
            more = number + 2 < len(events)
            yield Page(events[number : number + 2], str(number), more, NOON)

    def rows(self, pages: Sequence[Page]) -> pa.Table:
        events = [raw.decode().split() for page in pages for raw in page.events]
        return table(*((name, int(at)) for name, at in events))


def knowing(*ids: str) -> Callable[[pa.Table], pa.Array]:
    """A lake that holds these ids."""
    return lambda rows: pa.array([name in ids for name in rows["event_id"].to_pylist()], pa.bool_())


@pytest.mark.parametrize("cuts", [[6], [1, 5], [2, 2, 2], [3, 0, 3]])
def test_twins_are_numbered_in_a_walk(cuts: list[int]) -> None:
    """The first keeps its id and the others count on, however the walk is cut into batches."""
    rows, seen, at, ids = ["a", "b", "a", "a", "c", "b"], {}, 0, []
    for cut in cuts:
        batch = table(*((name, 0) for name in rows[at : at + cut]))
        ids += twins.numbered(batch, seen)["event_id"].to_pylist()
        at += cut
    assert ids == ["a", "b", "a-2", "a-3", "c", "b-2"]


def test_rows_without_twins_are_not_copied() -> None:
    """Nothing changes where nothing comes twice, and the schema never does."""
    rows = table(("a", 0), ("b", 0))
    assert twins.numbered(rows, {}) is rows
    assert twins.numbered(rows, {"a": 1}).schema == rows.schema
    assert twins.numbered(table(), {}).num_rows == 0


def test_certain_rows_ask_nobody() -> None:
    """Ids that are neither known nor twice need no second look."""
    vendor = Vendor()
    rows = table(("a", 0), ("b", 0), ("c", 9))
    assert twins.settled(rows, knowing(), vendor) is rows
    assert vendor.asked == []


def test_a_known_event_is_read_again_with_its_second() -> None:
    """Is it the one in the lake or its twin? The whole second tells; other seconds stay."""
    vendor = Vendor(("a", 0), ("a", 0), ("x", 0), ("late", 1), ("b", 5))
    rows = table(("a", 0), ("b", 5))
    assert told(twins.settled(rows, knowing("a"), vendor)) == [
        ("a", 0), ("a-2", 0), ("b", 5), ("x", 0),
    ]  # fmt: skip
    assert vendor.asked == [(0, 1)]


def test_an_event_that_came_once_and_is_known_stays_one() -> None:
    """Where the second holds it once, it is a repeat, which landing drops."""
    vendor = Vendor(("a", 0), ("b", 0))
    assert told(twins.settled(table(("a", 0)), knowing("a"), vendor)) == [("a", 0), ("b", 0)]


def test_two_that_are_the_same_are_read_again() -> None:
    """A pair in one batch may be the second and third of three."""
    vendor = Vendor(("a", 0), ("a", 0), ("a", 0))
    rows = table(("a", 0), ("a", 0))
    assert told(twins.settled(rows, knowing(), vendor)) == [("a", 0), ("a-2", 0), ("a-3", 0)]


def test_near_seconds_are_asked_for_together() -> None:
    """Seconds in doubt within ten minutes are one window; only they are taken from it."""
    log = [("a", 0), ("n", 3), ("b", 590), ("c", 2000), ("d", 2001), ("e", 4000)]
    vendor = Vendor(*log)
    rows = table(("c", 2000), ("a", 0), ("b", 590), ("d", 2001), ("e", 4000))
    settled = twins.settled(rows, knowing("a", "b", "c", "d"), vendor)
    assert vendor.asked == [(0, 591), (2000, 2002)]
    assert told(settled) == [("a", 0), ("b", 590), ("c", 2000), ("d", 2001), ("e", 4000)]
    assert settled.schema == rows.schema


def test_no_rows_are_settled() -> None:
    """An empty batch asks nobody."""
    assert twins.settled(table(), knowing(), Vendor()).num_rows == 0
