"""The lake: events land here exactly once, with the position that they bring.

Rows and cursor are one Delta commit under the claim `(app/connection, n)`: a process killed at any
instruction leaves both or neither, and of two writers of one connection only one gets n. The other
sees what was committed, looks again which of its rows are new, and tries n + 1.

    lake = Lake.open(settings().lake)
    landing = lake.land(Stream("dropbox", "acme"), rows, Position("live", cursor=…, fetched_at=…))
"""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.delta import Claim, DeltaFolder, LakeUnusable, is_remote
from data.ledger import Landing, Lane, Ledger, Position, Stream
from data.tables import EVENTS, LANDINGS

__all__ = [
    "Lake",
    "LakeUnusable",
    "Landing",
    "Lane",
    "Position",
    "RowsRefused",
    "Stream",
]

_TRIES = 12
_ADDED = ("app", "connection", "event_date", "landed_at")
_GIVEN = pa.schema([field for field in EVENTS.schema if field.name not in _ADDED])


def _shaped(rows: pa.Table) -> pa.Table:
    """The rows in the declared order and types. Raises RowsRefused with all that is amiss."""
    missing = [name for name in _GIVEN.names if name not in rows.schema.names]
    strange = [name for name in rows.schema.names if name not in _GIVEN.names]
    if missing or strange:
        raise RowsRefused(f"Rows lack the columns {missing} and have strange ones {strange}.")
    try:
        shaped = rows.select(_GIVEN.names).cast(_GIVEN)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise RowsRefused(f"Rows have a column of another type: {error}") from error
    required = [name for name in EVENTS.required if name in _GIVEN.names]
    nulls = {name: shaped[name].null_count for name in required if shaped[name].null_count}
    if nulls:
        raise RowsRefused(f"Rows lack required values: {nulls} of {rows.num_rows} rows.")
    return shaped


def _repeats_within(ids: pa.ChunkedArray) -> pa.Array:
    """True at each id that occurred before in the same batch."""
    numbers = pa.array(np.arange(len(ids)))
    firsts = pa.table({"id": ids, "at": numbers}).group_by("id").aggregate([("at", "min")])
    return pc.invert(pc.is_in(numbers, value_set=firsts["at_min"]))


def _dated(rows: pa.Table, stream: Stream, landed_at: datetime) -> pa.Table:
    """The rows with the columns that the lake itself adds, in the full schema."""
    constants = {"app": stream.app, "connection": stream.connection, "landed_at": landed_at}
    for name, value in constants.items():
        field = EVENTS.schema.field(name)
        rows = rows.append_column(field, pa.repeat(pa.scalar(value, field.type), len(rows)))
    field = EVENTS.schema.field("event_date")
    return rows.append_column(field, _days(rows)).select(EVENTS.schema.names)


def _days(rows: pa.Table) -> pa.ChunkedArray:
    return pc.floor_temporal(rows["event_time"], unit="day").cast(pa.date32())


def _folder(uri: str) -> str:
    return str(Path(uri.removeprefix("file://")).expanduser().absolute())


def _spans(rows: pa.Table) -> dict[date, tuple[datetime, datetime]]:
    """The first and last event time of the rows of each day."""
    times = pa.table({"day": _days(rows), "time": rows["event_time"]})
    spans = times.group_by("day").aggregate([("time", "min"), ("time", "max")])
    return {row["day"]: (row["time_min"], row["time_max"]) for row in spans.to_pylist()}


class RowsRefused(ValueError):  # noqa: N818
    """A connector gave rows that are not events. The message names everything that is amiss."""


class Lake:
    """The tables under one address. Threads may share it; processes open their own."""

    def __init__(self, uri: str, events: DeltaFolder, landings: DeltaFolder) -> None:
        self.uri = uri
        self._events = events
        self._ledger = Ledger(events, landings)
        self._turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    @classmethod
    def open(cls, uri: str) -> Lake:
        """Open the lake at a folder or object store address; create what is missing.

        Raises LakeUnusable, with what to do, when the place cannot hold a lake.
        """
        root = uri.rstrip("/") if is_remote(uri) else _folder(uri)
        events, landings = (
            DeltaFolder(table, f"{root}/{table.name}") for table in (EVENTS, LANDINGS)
        )
        return cls(root, events, landings)

    def known(self, stream: Stream, rows: pa.Table) -> pa.BooleanArray:
        """For each row (of `event_id`, `event_time`): is it in the lake already?

        Only files of the rows' own days that reach into their time range are looked at.
        """
        ids = rows["event_id"].combine_chunks()
        found = pa.repeat(pa.scalar(False), len(ids))
        for path in self._files_around(stream, rows):
            stored = self._events.read(path, ["event_id"])["event_id"]
            found = pc.or_(found, pc.is_in(ids, value_set=stored))
        return found

    def land(self, stream: Stream, rows: pa.Table, position: Position) -> Landing:
        """Commit the rows that are new, together with the position; nothing else ever moves it.

        `rows` has the columns of `events` but app, connection, event_date and landed_at. Repeats,
        of the lake or of the batch itself, are dropped and counted. Raises RowsRefused and
        LakeUnusable; in both cases nothing has landed.
        """
        rows = _shaped(rows)
        with self._turns[stream.key]:
            for attempt in range(_TRIES):
                landing = self._try_to_land(stream, rows, position)
                if landing:
                    self._ledger.catch_up()
                    return landing
                time.sleep(random.uniform(0, 0.05 * 2 ** min(attempt, 5)))  # noqa: S311
        raise LakeUnusable(self.uri, f"others kept writing {stream.key} in {_TRIES} tries")

    def landings(self, stream: Stream | None = None) -> list[Landing]:
        """The ledger, caught up with the log: all landings, or one stream's, in order."""
        self._events.refresh()
        self._ledger.catch_up()
        return self._ledger.read(stream)

    def _try_to_land(self, stream: Stream, rows: pa.Table, position: Position) -> Landing | None:
        claim = Claim(stream.key, self._events.claimed(stream.key) + 1)
        try:
            repeated = pc.or_(_repeats_within(rows["event_id"]), self.known(stream, rows))
        except FileNotFoundError:  # compacted by another process since this one looked
            self._events.refresh()
            return None
        new = rows.filter(pc.invert(repeated)) if pc.any(repeated).as_py() else rows
        times = pc.min_max(new["event_time"]).as_py()
        landed_at = datetime.now(UTC)
        landing = Landing(
            app=stream.app,
            connection=stream.connection,
            n=claim.n,
            lane=position.lane,
            window_start=position.window_start,
            window_end=position.window_end,
            cursor=position.cursor,
            done=position.done,
            pages=position.pages,
            rows=len(new),
            repeats=len(rows) - len(new),
            unknown=pc.sum(pc.equal(new["activity"], "unknown")).as_py() or 0,
            first_event_time=times["min"],
            last_event_time=times["max"],
            fetched_at=position.fetched_at,
            landed_at=landed_at,
            note=position.note,
        )
        added = self._events.write(_dated(new, stream, landed_at), claim)
        if self._events.commit(claim, added, about=landing.metadata()):
            return landing
        self._events.discard(added)
        return None

    def _files_around(self, stream: Stream, rows: pa.Table) -> list[str]:
        spans = _spans(rows)
        if not spans:
            return []
        files = self._events.files()
        mine = files.filter(
            pc.and_(
                pc.equal(files["partition.app"], stream.app),
                pc.equal(files["partition.connection"], stream.connection),
            )
        ).select(["path", "partition.event_date", "min.event_time", "max.event_time"])
        return [
            path
            for path, day, first, last in zip(*(c.to_pylist() for c in mine.columns), strict=True)
            if day in spans
            and (first is None or first <= spans[day][1])
            and (last is None or last >= spans[day][0])
        ]
