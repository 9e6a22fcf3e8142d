"""Reading an event stream into the lake: pages to rows to one landing, over and over.

A lane may die at any instruction. What it has landed carries the cursor for what comes next, so
whoever reads on repeats nothing that counts.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from connectors.contract import Connector, Page, Window
from connectors.errors import ConnectorError, CursorLost, TryLater
from data.lake import Lake, Landing, Position, Stream
from tasks import plan, twins
from tasks.plan import Place

BATCH = 10_000
TOO_OLD = "the live position was older than the app keeps one"
RESETS = 20  # losses of our place with no new row between them
# A batch takes some 100 MB while it becomes rows and a commit, and Python does not do two at once
# any faster. Arrow keeps what it has freed, for each thread. With neither seen to, a backfill in
# batches of twice the size took 870 MB instead of 450 (benchmarks/memory.py).
DIGESTING = threading.Lock()


@dataclass(frozen=True)
class Reading:
    """One reading of a place, as long as nothing interrupts it, and what it has come across.

    `seen` counts ids, for vendors that name no events. One that reconciles notes which ids the
    vendor's log has (`in_log`), and how many of them were in the lake before (`in_lake`).
    """

    place: Place
    note: str | None
    in_lake: int | None
    seen: dict[str, int] = field(default_factory=dict)
    in_log: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Reader:
    """One connection and where its events go, in batches of at least so many events.

    `landed` hears of every batch.
    """

    stream: Stream
    connector: Connector
    lake: Lake
    landed: Callable[[Landing], None] = lambda _: None
    batch: int = BATCH

    def landings(self) -> list[Landing]:
        """Where the ledger says the connection's lanes stand."""
        return self.lake.positions(self.stream)

    def begin(self) -> None:
        """Take the live lane's position, if there is none: history ends where it begins."""
        if not any(landing.lane == "live" for landing in self.landings()):
            place = self._live_place([])
            position = Position("live", fetched_at=datetime.now(UTC), window_start=place.start)
            self.lake.land(self.stream, self.connector.rows([]), position)

    def follow(self) -> int:
        """Read the live lane until nothing is new. Returns the rows that landed.

        Where it stood too long for the app to know its place, history fills what it missed.
        """
        self.begin()
        landings = self.landings()
        place = self._live_place(landings)
        rows = self.read(place, TOO_OLD if place.start > plan.live_spans(landings)[-1][0] else None)
        return rows + sum(self.read(gap, TOO_OLD) for gap in plan.gaps(self.landings()))

    def history_ends(self) -> datetime:
        """Where the live lane takes over.

        An app that names its events may be asked for the same day by both lanes. So history goes on
        to the moment of connecting: its log and its stream vouch for each other.
        """
        begun = plan.live_since(self.landings())
        return begun + self.connector.live_begins if self.connector.gives_ids else begun

    def read(self, place: Place, note: str | None = None) -> int:
        """Read from a place to its end, healing lost cursors. Returns the rows that landed.

        `note` is what the first landing tells of why it was read.

        Raises:
            TryLater: the vendor is away, or keeps losing our place.
            NeedsPerson: the vendor does not let us in.
        """
        total, lost = 0, 0
        while lost < RESETS:
            try:
                for landing in self._walk(place, note):
                    total, note = total + landing.rows, None
                    lost = 0 if landing.rows else lost
                    self.landed(landing)
            except CursorLost as reason:
                place, note, lost = self._healed(place, reason), reason.reason, lost + 1
            else:
                return total
        raise TryLater(f"{self.connector.app} loses our place again and again.", 60)

    def _live_place(self, landings: Sequence[Landing]) -> Place:
        begins, keeps = self.connector.live_begins, self.connector.live_keeps
        return plan.live_place(landings, datetime.now(UTC), begins, keeps)

    def _walk(self, place: Place, note: str | None) -> Iterator[Landing]:
        # A map forgets a batch before it asks for the next one, which a loop does not.
        reconciles = place.lane == "reconcile"
        in_lake = self.lake.count(self.stream, place.start.date()) if reconciles else None
        reading = Reading(place, note, in_lake)
        return map(partial(self._land, reading), batches(self._pages(place), self.batch))

    def _land(self, reading: Reading, batch: list[Page]) -> Landing:
        place = reading.place
        position = Position(
            place.lane,
            fetched_at=batch[0].fetched_at,
            window_start=place.start,
            window_end=place.end,
            cursor=batch[-1].cursor,
            done=not batch[-1].more,
            pages=len(batch),
            note=reading.note,
            in_lake=reading.in_lake,
        )
        if place.whole or self.connector.gives_ids:
            with DIGESTING:
                rows = self.connector.rows(batch)
                if not self.connector.gives_ids:
                    rows = twins.numbered(rows, reading.seen)
                if place.lane == "reconcile":
                    position = _compared(reading, rows, position)
                return self._landed(rows, position)
        rows = twins.settled(self.connector.rows(batch), self._known, self.connector)
        with DIGESTING:
            return self._landed(rows, position)

    def _landed(self, rows: pa.Table, position: Position) -> Landing:
        landing = self.lake.land(self.stream, rows, position)
        pa.default_memory_pool().release_unused()
        return landing

    def _pages(self, place: Place) -> Iterator[Page]:
        if place.end is None:
            return self.connector.live(place.start, place.cursor)
        return self.connector.history(Window(place.start, place.end), place.cursor)

    def _known(self, rows: pa.Table) -> pa.Array:
        return self.lake.known(self.stream, rows)

    def _healed(self, place: Place, lost: CursorLost) -> Place:
        """A window is read again from its start; the live lane from before what it last saw."""
        if place.lane == "live":
            return plan.restarted(self.landings(), place, lost.resume_at)
        return Place(place.lane, place.start, place.end)


def _compared(reading: Reading, rows: pa.Table, position: Position) -> Position:
    """The position, with how many events the log has once the window has been read to its end."""
    # An app may tell events from beside the window that it was asked for.
    start, end = pa.scalar(reading.place.start), pa.scalar(reading.place.end)
    times = rows["event_time"]
    inside = pc.and_(pc.greater_equal(times, start), pc.less(times, end))
    reading.in_log.update(rows["event_id"].filter(inside).to_pylist())
    return replace(position, in_log=len(reading.in_log)) if position.done else position


def batches(pages: Iterator[Page], size: int = BATCH) -> Iterator[list[Page]]:
    """Pages by the batch. What was read before an error is a batch, too; then the error follows."""
    batch: list[Page] = []
    try:
        for page in pages:
            batch.append(page)
            if sum(len(each.events) for each in batch) >= size:
                yield batch
                batch = []
    except ConnectorError:
        if batch:
            yield batch
        raise
    if batch:
        yield batch
