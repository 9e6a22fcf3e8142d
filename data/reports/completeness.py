"""How complete an answer is: up to when each connection was read, and what is in doubt."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import duckdb

from data import catalog
from data.lake import Lake
from data.questions import questions
from data.reports import known
from data.reports.span import Moment, span
from data.watermark import Doubt, ScanMark, Watermark, watermarks

M = TypeVar("M", Watermark, ScanMark, Doubt)


@dataclass(frozen=True)
class Completeness:
    """How far an answer can be relied on: a mark for each connection, and what makes one doubt.

    `read` is None for an answer that rests on scans alone, `scanned` for one that needs none.
    """

    read: tuple[Watermark, ...] | None
    scanned: tuple[ScanMark, ...] | None = None
    doubts: tuple[Doubt, ...] = ()

    @property
    def marks(self) -> tuple[Watermark | ScanMark, ...]:
        return (*(self.read or ()), *(self.scanned or ()))

    @property
    def notes(self) -> list[str]:
        """The same in words, a line or two for each connection."""
        read = [] if self.read is None else map(str, self.read or ["Nothing has landed here yet."])
        scanned = self.scanned or ["Nothing has been scanned yet."]
        looked = [] if self.scanned is None else map(str, scanned)
        return [*read, *looked, *map(str, self.doubts)]


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
    marks: Collection[str] = ("events",),
    on: Snapshot | None = None,
) -> Completeness:
    """How complete the lake is of what happened in [since, until), and of what was scanned.

    `marks` as in `Question`. Raises BadQuestion for an impossible span, and an app or connection
    that the lake does not know.
    """
    begin, end = span(since, until)

    def ours(marks: Iterable[M]) -> tuple[M, ...]:
        return tuple(
            mark
            for mark in marks
            if app in (None, mark.app) and connection in (None, mark.connection)
        )

    read = scanned = None
    if "events" in marks:
        read = ours(on.read if on else watermarks(lake.positions()))
    if "scans" in marks:
        scanned = ours(on.scanned if on else _scans(lake))
    if not read and not scanned:
        known.check_source(lake, app, connection)
    asked = {"since": begin, "until": end}
    if on:
        select = questions("queue")["doubts"].select
        rows = on.connection.sql(select, params=asked).to_arrow_table().to_pylist()
    else:
        rows = catalog.queue(lake, "doubts", **asked)
    return Completeness(read, scanned, ours(Doubt(**row) for row in rows))


def _scans(lake: Lake) -> list[ScanMark]:
    return [ScanMark(**row) for row in catalog.queue(lake, "last_scans")]
