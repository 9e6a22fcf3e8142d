"""The reports: questions of this folder, answered from the lake, each with its watermarks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from data import catalog
from data.errors import BadQuestion
from data.lake import Lake
from data.questions import Question, questions
from data.reports import known
from data.watermark import Doubt, ScanMark, Watermark, watermarks

if TYPE_CHECKING:
    import pandas as pd

Moment = datetime | date | str | None
"""An aware moment, a UTC day (its beginning), or either as ISO text; None for no bound."""


def names() -> list[str]:
    """What can be asked: first of what happened, then of what is there."""
    return sorted(questions(), key=lambda name: (questions()[name].of_scans, name))


def alone() -> list[str]:
    """The reports that need nothing to be said, in the order of `names`."""
    return [name for name in names() if not questions()[name].needs]


def describe(name: str) -> Question:
    """What a report means. Raises BadQuestion for an unknown one."""
    try:
        return questions()[name]
    except KeyError:
        raise BadQuestion(
            f"There is no report {name!r}; the reports are {', '.join(names())}."
        ) from None


def run(
    lake: Lake,
    name: str,
    *,
    since: Moment = None,
    until: Moment = None,
    app: str | None = None,
    connection: str | None = None,
    on: duckdb.DuckDBPyConnection | None = None,
    **own: str | None,
) -> Answer:
    """Ask one report of the events in [since, until), of all apps and connections or of one.

    `own` are the parameters that only some reports have, such as `per`, `who` and `which`. With
    `on`, a connection of `catalog.connect`, several reports show the lake of one moment.
    Raises BadQuestion for an unknown report, an impossible time, a span that ends as it begins, a
    parameter that the report does not have, or needs and was not given, and for an app, connection,
    person or item that the lake does not know.
    """
    question = describe(name)
    _check(question, {key: value for key, value in own.items() if value is not None})
    begin, end = span(since, until)
    # Before the rows are read: they may hold more than this says, never less.
    trust = completeness(lake, begin, end, app, connection, of_scans=question.of_scans)
    filters = {"since": begin, "until": end, "app": app, "connection": connection} | own
    asked = {parameter: filters.get(parameter) for parameter in question.parameters}
    call = ", ".join(
        f"${parameter}" if parameter in question.needs else f"{parameter} := ${parameter}"
        for parameter in asked
    )
    try:
        asking = f"from {name}({call})"
        rows = (
            on.sql(asking, params=asked).to_arrow_table()
            if on
            else catalog.ask(lake, asking, asked, report=name)
        )
    except duckdb.InvalidInputException as error:  # what the question itself says by error(…)
        raise BadQuestion(f"{str(error).partition(': ')[2]}.") from error
    if not len(rows) and trust.marks:
        known.check_subject(lake, question, {name: own[name] or "" for name in question.needs})
    return Answer(question, asked, rows, trust)


def _check(question: Question, own: Mapping[str, str]) -> None:
    for name in own:
        if name not in question.parameters:
            raise BadQuestion(
                f"The report {question.name} has no {name}; it takes"
                f" {', '.join(question.parameters)}."
            )
    for name in question.needs:
        if not own.get(name, "").strip():
            raise BadQuestion(
                f"The report {question.name} needs to know {name}: {question.parameters[name]}."
            )


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


def completeness(
    lake: Lake,
    since: Moment = None,
    until: Moment = None,
    app: str | None = None,
    connection: str | None = None,
    *,
    of_scans: bool = False,
) -> Completeness:
    """How complete the lake is of what happened in [since, until), or of what was scanned.

    Raises BadQuestion for an impossible span, and an app or connection that the lake does not know.
    """
    begin, end = span(since, until)
    marks = [
        mark
        for mark in (_scans(lake) if of_scans else watermarks(lake.positions()))
        if app in (None, mark.app) and connection in (None, mark.connection)
    ]
    if not marks:
        known.check_source(lake, app, connection)
    doubts = [
        Doubt(**row)
        for row in catalog.queue(lake, "doubts", since=begin, until=end)
        if app in (None, row["app"]) and connection in (None, row["connection"])
    ]
    return Completeness(tuple(marks), tuple(doubts), of_scans)


def _scans(lake: Lake) -> list[ScanMark]:
    return [ScanMark(**row) for row in catalog.queue(lake, "last_scans")]


def span(since: Moment, until: Moment) -> tuple[datetime | None, datetime | None]:
    """Two bounds as aware moments. Raises BadQuestion when they are none, or no span."""
    begin, end = _moment("since", since), _moment("until", until)
    if begin and end and begin >= end:
        raise BadQuestion(
            f"The span ends ({end:%Y-%m-%d %H:%M}) before it begins: give a later until, or an"
            " earlier since."
        )
    return begin, end


def _moment(name: str, value: Moment) -> datetime | None:
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        if isinstance(value, datetime):
            return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadQuestion(
            f"{name} '{value}' is no time: write a day as 2026-11-22, or a moment as"
            " 2026-11-22T13:30:00Z."
        ) from None
    return datetime.combine(value, time(), UTC) if value else None


@dataclass(frozen=True)
class Answer:
    """The rows of a report, in the order and with the columns that its question declares."""

    question: Question
    filters: Mapping[str, object]
    table: pa.Table
    trust: Completeness

    @property
    def notes(self) -> list[str]:
        """How far the answer can be relied on, a line or two for each connection."""
        return self.trust.notes

    def to_pandas(self) -> pd.DataFrame:
        frame: pd.DataFrame = self.table.to_pandas()
        return frame
