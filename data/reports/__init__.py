"""The reports: questions of this folder, answered from the lake, each with its watermarks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from data import catalog
from data.errors import BadQuestion
from data.lake import Lake
from data.questions import Question, questions
from data.reports import known
from data.reports.completeness import Completeness, Snapshot, completeness, snapshot
from data.reports.span import Moment, span

__all__ = [
    "Answer",
    "Completeness",
    "Moment",
    "Snapshot",
    "alone",
    "completeness",
    "describe",
    "names",
    "run",
    "run_all",
    "snapshot",
    "span",
]

if TYPE_CHECKING:
    import pandas as pd

_OF_ALL = {"since", "until", "app", "connection"}  # parameters that nearly every report has


def names() -> list[str]:
    """What can be asked: first of what happened, then of what is there."""
    return sorted(questions(), key=lambda name: ("scans" in questions()[name].marks, name))


def alone() -> list[str]:
    """The reports that need nothing to be said, in the order of `names`."""
    return [name for name in names() if not questions()[name].needs]


def describe(name: str) -> Question:
    """What a report means. Raises BadQuestion for an unknown one."""
    try:
        return questions()[name]
    except KeyError:
        near = get_close_matches(name, names(), n=1)
        meant = f"did you mean {near[0]}? The" if near else "the"
        raise BadQuestion(
            f"There is no report {name!r}; {meant} reports are {', '.join(names())}."
        ) from None


def run(
    lake: Lake,
    name: str,
    *,
    since: Moment = None,
    until: Moment = None,
    app: str | None = None,
    connection: str | None = None,
    on: Snapshot | None = None,
    **own: str | None,
) -> Answer:
    """Ask one report of the events in [since, until), of all apps and connections or of one.

    `own` are the parameters that only some reports have, such as `per`, `who` and `which`. `on` a
    snapshot several reports show the lake of one moment.
    Raises BadQuestion for an unknown report, an impossible time, a span that ends as it begins, a
    parameter that the report does not have, or needs and was not given, and for an app, connection,
    person or item that the lake does not know.
    """
    question = describe(name)
    _check(question, {key: value for key, value in own.items() if value is not None})
    begin, end = span(since, until)
    # Before the rows are read: they may hold more than this says, never less.
    trust = completeness(lake, begin, end, app, connection, marks=question.marks, on=on)
    filters = {"since": begin, "until": end, "app": app, "connection": connection} | own
    asked = {parameter: filters.get(parameter) for parameter in question.parameters}
    call = ", ".join(
        f"${parameter}" if parameter in question.needs else f"{parameter} := ${parameter}"
        for parameter in asked
    )
    try:
        asking = f"from {name}({call})"
        rows = (
            on.connection.sql(asking, params=asked).to_arrow_table()
            if on
            else catalog.ask(lake, asking, asked, report=name)
        )
    except duckdb.InvalidInputException as error:  # what the question itself says by error(…)
        raise BadQuestion(f"{str(error).partition(': ')[2]}.") from error
    if not len(rows) and trust.marks:
        known.check_subject(lake, question, {name: own[name] or "" for name in question.needs})
    return Answer(question, asked, rows, trust)


def run_all(lake: Lake, names: Iterable[str], **filters: Any) -> Iterator[Answer]:
    """Ask several reports, of the lake of one moment as long as its files stay; see `run`.

    Each alone would make a connection of its own, which takes longer than most answers.
    """
    with snapshot(lake) as on:
        for name in names:
            try:
                answer = run(lake, name, on=on, **filters)
            except duckdb.IOException:  # another process compacted and swept meanwhile
                answer = run(lake, name, **filters)
            yield answer


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
class Answer:
    """The rows of a report, in the order and with the columns that its question declares."""

    question: Question
    filters: Mapping[str, object]
    table: pa.Table
    trust: Completeness

    @property
    def title(self) -> str:
        """The question's, then whom, what or per what it was asked of: text from outside."""
        own = [value for name, value in self.filters.items() if name not in _OF_ALL]
        return ": ".join([self.question.title, *(str(value) for value in own if value is not None)])

    @property
    def notes(self) -> list[str]:
        """How far the answer can be relied on, a line or two for each connection."""
        return self.trust.notes

    def to_pandas(self) -> pd.DataFrame:
        frame: pd.DataFrame = self.table.to_pandas()
        return frame
