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
from collections.abc import Collection
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc

from data import batch
from data.delta import DeltaFolder
from data.errors import NOTHING_YET, FileGone, LakeUnusable, RowsRefused
from data.ledger import Landing, Lane, Ledger, Position, Stream
from data.opening import is_lake, is_remote
from data.tables import ACTIVITIES, EVENTS, LANDINGS, TABLES, Table
from data.upkeep import compact, sweep

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
# A walk that lands every second makes thousands of small files; reading opens each.
_MANY = 64


def _root(uri: str) -> str:
    if is_remote(uri):
        return uri.rstrip("/")
    return str(Path(uri.removeprefix("file://")).expanduser().resolve())


class Lake:
    """The tables under one address. Threads may share it; processes open their own."""

    def __init__(self, uri: str, tables: dict[str, DeltaFolder]) -> None:
        self.uri = uri
        self._tables = tables
        self._events = tables[EVENTS.name]
        self._ledger = Ledger(self._events, tables[LANDINGS.name])
        self._turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    @classmethod
    def open(cls, uri: str, *, create: bool = True) -> Lake:
        """Open the lake at a folder or object store address; create what is missing.

        Raises LakeUnusable, with what to do, when the place cannot hold a lake, or when there is
        none and none is to be created.
        """
        root = _root(uri)
        if is_remote(uri) and not urlsplit(uri).netloc:
            raise LakeUnusable(uri, "it names no bucket")
        if not create and not is_lake(root):
            raise LakeUnusable(root, "there is no lake there", NOTHING_YET)
        return cls(root, {t.name: DeltaFolder(t, f"{root}/{t.name}") for t in TABLES})

    @staticmethod
    def exists(uri: str) -> bool:
        """Whether there is a lake; none is made."""
        return is_lake(_root(uri))

    def known(self, stream: Stream, rows: pa.Table) -> pa.BooleanArray:
        """For each row (of `event_id`, `event_time`): is it in the lake already?

        Only files of the rows' own days that reach into their time range are looked at.
        """
        self._events.refresh()
        return self._known(stream, rows)

    def count(self, stream: Stream, day: date) -> int:
        """How many events of a UTC day are in the lake."""
        self._events.refresh()
        files = self._events.files_of(app=stream.app, connection=stream.connection, event_date=day)
        return sum(file["num_records"] or 0 for file in files)

    def land(self, stream: Stream, rows: pa.Table, position: Position) -> Landing:
        """Commit the rows that are new, together with the position; nothing else ever moves it.

        `rows` has the columns of `events` but app, connection, event_date and landed_at; one that
        may be null may be missing. Repeats, of the lake or of the batch itself, are dropped and
        counted. Raises RowsRefused, with
        nothing landed, and LakeUnusable; to land the same again is always right.
        """
        rows = batch.shaped(rows)
        with self._turns[stream.key]:
            for attempt in range(_TRIES):
                landing = self._try_to_land(stream, rows, position)
                if landing:
                    self._ledger.catch_up()
                    return landing
                time.sleep(random.uniform(0, 0.05 * 2 ** min(attempt, 5)))  # noqa: S311
        raise LakeUnusable(self.uri, f"others kept writing {stream.key} in {_TRIES} tries")

    def append(self, table: Table, stream: Stream, rows: pa.Table) -> None:
        """Commit rows of the full schema to a table in which a row more or less is no mistake.

        Raises LakeUnusable.
        """
        folder = self._tables[table.name]
        for attempt in range(_TRIES):
            folder.refresh()
            claim = folder.claim(stream.key)
            added = folder.write(rows, claim)
            if folder.commit(claim, added):
                if claim.n % _MANY == 0:
                    compact(folder, at_least=_MANY)
                return
            folder.discard(added)
            time.sleep(random.uniform(0, 0.05 * 2 ** min(attempt, 5)))  # noqa: S311
        raise LakeUnusable(self.uri, f"others kept writing {stream.key} in {_TRIES} tries")

    def landings(self, stream: Stream | None = None) -> list[Landing]:
        """The ledger, caught up with the log: all landings, or one stream's, in order."""
        self._events.refresh()
        self._ledger.catch_up()
        return self._ledger.read(stream)

    def positions(self, stream: Stream | None = None) -> list[Landing]:
        """Where every lane stands: of `landings` the last of each lane, window and done or not.

        A lane that lands every minute makes half a million landings a year; these stay few.
        """
        self._events.refresh()
        self._ledger.catch_up()
        return self._ledger.read(stream, newest=True)

    def refresh(self, tables: Collection[str] = ()) -> dict[str, int]:
        """Look at what others have committed, with the ledger caught up; each table's version.

        `events` comes last, so it holds all that the ledger speaks of. With `tables`, only these
        are looked at, and the ledger stays as it is.
        """
        if tables:
            for name in tables:
                self._tables[name].refresh()
            return {name: self._tables[name].version for name in tables}
        self._events.refresh()
        self._ledger.catch_up()
        for folder in reversed(self._tables.values()):
            folder.refresh()
        return {name: folder.version for name, folder in self._tables.items()}

    def folder(self, table: Table) -> DeltaFolder:
        """One of the tables."""
        return self._tables[table.name]

    def files(self, table: str) -> list[str]:
        """Absolute addresses of a table's Parquet files, as of the last refresh or landing."""
        folder = self._tables[table]
        return sorted(f"{folder.uri}/{path}" for path in folder.files()["path"].to_pylist())

    def grown(self, table: str) -> bool:
        """Whether files of the table from before a column was added may lack it."""
        return self._tables[table].grown

    def learn(self, vocabulary: pa.Table) -> None:
        """Make `vocabulary` (the columns of `activities`) what other engines read, if it is not."""
        folder = self._tables[ACTIVITIES.name]
        order = [(name, "ascending") for name in ("app", "native_type")]
        new = vocabulary.select(folder.table.schema.names).cast(folder.table.schema).sort_by(order)
        while True:
            folder.refresh()
            files = folder.files().to_pylist()
            if files and pa.concat_tables([folder.read(f["path"]) for f in files]).equals(new):
                return
            claim = folder.claim("vocabulary")
            added = folder.write(new, claim)
            if not folder.commit(claim, added, files):
                folder.discard(added)

    def compact(self) -> int:
        """Merge small files, ordered by time; how many files fewer. Publish the catalog next."""
        return sum(compact(self._tables[table.name]) for table in TABLES if table.partitions)

    def of_connections(self) -> list[DeltaFolder]:
        """The tables that keep each connection apart, in their order, with the ledger caught up."""
        self.refresh()
        return [it for it in self._tables.values() if "connection" in it.table.partitions]

    def vacuum(self) -> int:
        """Delete every file that is no longer or was never part of the lake; how many.

        From then on a glob over the Parquet files says the same as the log. A DuckDB session that
        opened the catalog before the last `compact` has to be opened anew.
        """
        self.refresh()
        deleted = 0
        for name, folder in self._tables.items():
            # An empty commit in the ledger would claim landings that it does not hold.
            deleted += sweep(folder, fence=name != LANDINGS.name)
            folder.delete_half_written()
            folder.shorten_log()
        return deleted

    def _try_to_land(self, stream: Stream, rows: pa.Table, position: Position) -> Landing | None:
        claim = self._events.claim(stream.key)
        repeated = pc.or_(batch.repeats_within(rows["event_id"]), self._known(stream, rows))
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
            in_lake=position.in_lake,
            in_log=position.in_log,
        )
        constants = {"app": stream.app, "connection": stream.connection, "landed_at": landed_at}
        added = self._events.write(batch.completed(new, constants), claim)
        if self._events.commit(claim, added, about=landing.metadata()):
            return landing
        self._events.discard(added)
        return None

    def _known(self, stream: Stream, rows: pa.Table) -> pa.BooleanArray:
        ids = rows["event_id"].combine_chunks()
        found = pa.repeat(pa.scalar(False), len(ids))
        try:
            for path in self._files_around(stream, rows):
                stored = self._events.read(path, ["event_id"])["event_id"]
                found = pc.or_(found, pc.is_in(ids, value_set=stored))
        except FileGone:
            self._events.refresh()
            return self._known(stream, rows)
        return found

    def _files_around(self, stream: Stream, rows: pa.Table) -> list[str]:
        spans = batch.spans_by_day(rows)
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
