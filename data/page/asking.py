"""The reports of the page, of one moment of the lake, and the figures that are made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import duckdb
import pyarrow as pa

from data import catalog, reports
from data.lake import Lake
from data.page.sections import FIGURES, TABLES
from data.questions import Question, questions
from data.reports import Answer, Moment

_PARAMETER = re.compile(r"\$([a-z_]+)")


@dataclass(frozen=True)
class Figure:
    """A figure, with the select that gives the same from `lake.duckdb`."""

    question: Question
    table: pa.Table
    query: str


@dataclass(frozen=True)
class Answers:
    """All that the page tells: its reports and figures by name, and what was asked for."""

    reports: Mapping[str, Answer]
    figures: Mapping[str, Figure]
    asked: Mapping[str, object]


def ask_all(
    lake: Lake,
    *,
    since: Moment = None,
    until: Moment = None,
    app: str | None = None,
    connection: str | None = None,
) -> Answers:
    """Ask what the page shows; what is there is asked as it stands, what happened of the span.

    Raises BadQuestion for an impossible span.
    """
    begin, end = reports.span(since, until)
    asked = {"since": begin, "until": end, "app": app, "connection": connection}
    answers = catalog.steady(lake, lambda: _answers(lake, begin, end, app, connection))
    return Answers(answers, _figures(answers, asked), asked)


def call(answer: Answer) -> str:
    """The select that gives an answer again from `lake.duckdb`."""
    question = answer.question
    given = {name: value for name, value in answer.filters.items() if value is not None}
    words = [
        literal(value) if name in question.needs else f"{name} := {literal(value)}"
        for name, value in given.items()
    ]
    return f"from {question.name}({', '.join(words)})"


def literal(value: object) -> str:
    """A parameter as it stands in SQL."""
    if value is None:
        return "null"
    kind, text = ("timestamptz ", value.isoformat()) if isinstance(value, datetime) else ("", value)
    return f"{kind}'" + str(text).replace("'", "''") + "'"


def _given(values: Mapping[str, object], found: re.Match[str]) -> str:
    return literal(values[found[1]])


def _answers(
    lake: Lake,
    since: datetime | None,
    until: datetime | None,
    app: str | None,
    connection: str | None,
) -> dict[str, Answer]:
    answers = {}
    now = datetime.now(UTC)
    with reports.snapshot(lake) as on:
        # Four of the reports ask it, and each would follow every item up to its root anew.
        on.connection.execute("create temporary table items_now as from items_now")
        for table in TABLES:
            name = table.report
            spanned = "scans" not in reports.describe(name).marks
            begin = since
            if table.days and not since:
                begin = (until or now) - timedelta(days=table.days)
            answers[name] = reports.run(
                lake,
                name,
                since=begin if spanned else None,
                until=until if spanned else None,
                app=app,
                connection=connection,
                on=on,
            )
    return answers


def _figures(answers: Mapping[str, Answer], asked: Mapping[str, object]) -> dict[str, Figure]:
    """Every figure from the rows of the answers: what is asked once is not asked again."""
    figures = {}
    with duckdb.connect() as here:
        here.execute("set timezone = 'UTC'")
        for name, answer in answers.items():
            here.register(f"rows_of_{name}", answer.table)
            parameters = ", ".join(f"{each} := null" for each in answer.question.parameters)
            here.execute(f"create macro {name}({parameters}) as table from rows_of_{name}")
        for name in FIGURES:
            question = questions("page/figures")[name]
            sources = [answers[each] for each in answers if f"{each}(" in question.select]
            given = {**asked, **(sources[0].filters if len(sources) == 1 else {})}
            query = _PARAMETER.sub(partial(_given, given), question.select)
            table = here.sql(query).to_arrow_table()
            figures[name] = Figure(question, table, query.strip())
    return figures
