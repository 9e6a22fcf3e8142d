"""How complete an answer is: up to when each connection was read, and what is in doubt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from data import catalog
from data.lake import Lake
from data.questions import questions
from data.reports import known
from data.reports.span import Moment, span
from data.watermark import Doubt, ScanMark, Watermark, watermarks


@dataclass(frozen=True)
class Completeness:
    """How far an answer can be relied on: a mark for each connection, and what makes one doubt."""

    marks: tuple[Watermark | ScanMark, ...]
    doubts: tuple[Doubt, ...]
    of_scans: bool = False

    @property
    def notes(self) -> list[str]:
        """The same in words, a line or two for each connection."""
        if not self.marks:
            what = "been scanned" if self.of_scans else "landed here"
            return [f"Nothing has {what} yet."]
        return [*map(str, self.marks), *map(str, self.doubts)]


@dataclass(frozen=True)
class Snapshot:
    """The lake of one moment, for several questions: each alone would look at all of it anew."""

    connection: duckdb.DuckDBPyConnection
    read: Sequence[Watermark]
    scanned: Sequence[ScanMark]


@contextmanager
def snapshot(lake: Lake) -> Iterator[Snapshot]:
    """The lake as it is now, until the end of the block."""
    # Before the rows are seen: they may hold more than the marks say, never less.
    read, scanned = watermarks(lake.positions()), _scans(lake)
    with catalog.connect(lake) as connection:
        yield Snapshot(connection, read, scanned)


def completeness(
    lake: Lake,
    since: Moment = None,
    until: Moment = None,
    app: str | None = None,
    connection: str | None = None,
    *,
    of_scans: bool = False,
    on: Snapshot | None = None,
) -> Completeness:
    """How complete the lake is of what happened in [since, until), or of what was scanned.

    Raises BadQuestion for an impossible span, and an app or connection that the lake does not know.
    """
    begin, end = span(since, until)
    every: Sequence[Watermark | ScanMark]
    if of_scans:
        every = on.scanned if on else _scans(lake)
    else:
        every = on.read if on else watermarks(lake.positions())
    marks = [
        mark for mark in every if app in (None, mark.app) and connection in (None, mark.connection)
    ]
    if not marks:
        known.check_source(lake, app, connection)
    asked = {"since": begin, "until": end}
    if on:
        select = questions("queue")["doubts"].select
        rows = on.connection.sql(select, params=asked).to_arrow_table().to_pylist()
    else:
        rows = catalog.queue(lake, "doubts", **asked)
    doubts = [
        Doubt(**row)
        for row in rows
        if app in (None, row["app"]) and connection in (None, row["connection"])
    ]
    return Completeness(tuple(marks), tuple(doubts), of_scans)


def _scans(lake: Lake) -> list[ScanMark]:
    return [ScanMark(**row) for row in catalog.queue(lake, "last_scans")]
