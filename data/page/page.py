"""The page's text: figures and rows put into its template, which escapes all that goes in."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

import pyarrow as pa
from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from data.page.asking import Answers, Figure, call
from data.page.charts import Chart, Concern, chart
from data.page.sections import SECTIONS, Shown
from data.questions import Question, questions
from data.reports import Answer
from data.reports.render import is_number, seen, visible
from data.watermark import Doubt, Watermark

MOST_ROWS, MOST_LETTERS = 200, 60_000  # of a table among others
ALONE_ROWS, ALONE_LETTERS = 2_000, 600_000
CELL = 400  # letters
PEOPLE = 3  # of a list of them
SHORT, LONG = 20, 60  # letters of the longest cell of a column
_TAGS = {
    "likely_outsider": "alarm",
    "public": "alarm",
    "gaps": "alarm",
    "external": "warn",
    "undecided": "open",
    "likely_member": "calm",
    "reconciled": "calm",
}
_TAGGED = ("verdict", "exposure", "state", "opens_to")


def of_all(answers: Answers, concerns: Sequence[Concern], made_at: datetime | None = None) -> str:
    """The page of a security lead: what needs a person, then visits, exposure, activity, trust."""
    marks, doubts = _marks(answers.reports.values())
    many = len({mark.connection for mark in marks}) > 1
    sections = [
        {
            "section": section,
            "charts": [_drawn(answers.figures[name]) for name in section.charts],
            "tables": [
                _told(answers.reports[table.report], table, many, MOST_ROWS, MOST_LETTERS)
                for table in section.tables
            ],
        }
        for section in SECTIONS
    ]
    headlines, needs = answers.figures["headlines"], answers.figures["needs"]
    return _page(
        title="Cloud apps: who came, and what is open",
        asked=answers.asked,
        marks=marks,
        doubts=doubts,
        made_at=made_at or datetime.now(UTC),
        headlines=headlines.table.to_pylist(),
        needs=needs.table.to_pylist(),
        by=(headlines, needs),
        concerns=concerns,
        sections=sections,
    )


def of_one(answer: Answer, made_at: datetime | None = None) -> str:
    """A page of one report, with all of its columns."""
    marks, doubts = _marks([answer])
    all_of_it = Shown(answer.question.name, tuple(answer.question.columns))
    return _page(
        title=answer.title,
        asked=answer.filters,
        marks=marks,
        doubts=doubts,
        made_at=made_at or datetime.now(UTC),
        sections=[
            {
                "section": None,
                "charts": [],
                "tables": [_told(answer, all_of_it, True, ALONE_ROWS, ALONE_LETTERS)],
            }
        ],
    )


@dataclass(frozen=True)
class Column:
    """A column of a table, and of which kind: n for numbers, s for short texts, l for long ones."""

    name: str
    meaning: str
    kind: str


@dataclass(frozen=True)
class Told:
    """A report as a table of texts, with all that it takes to ask it again."""

    answer: Answer
    title: str
    grain: str
    since: object
    columns: Sequence[Column]
    rows: Sequence[Sequence[tuple[str, str]]]
    call: str
    command: str
    macros: Mapping[str, str]


def _told(answer: Answer, shown: Shown, many: bool, most: int, letters: int) -> Told:
    names = list(dict.fromkeys([*answer.question.glance, *shown.more]))
    if many and "connection" not in names and "connection" in answer.question.columns:
        names.append("connection")
    table = answer.table.select(names)
    rows = list(_fitting(table, most, letters))
    given = " ".join(
        f"--{name} {_word(value)}" for name, value in answer.filters.items() if value is not None
    )
    name = answer.question.name
    return Told(
        answer,
        shown.title or answer.title,
        shown.grain or answer.question.grain,
        answer.filters["since"] if shown.days else None,
        _columns(table, answer.question, rows),
        rows,
        call(answer),
        f"casbah report {name}{' ' + given if given else ''} --output {name}.csv",
        {
            macro: question.select.strip()
            for macro, question in {
                **questions("macros"),
                name: answer.question,
            }.items()
            if macro == name or re.search(rf"\b{macro}\(", answer.question.select)
        },
    )


def _columns(
    table: pa.Table, question: Question, rows: Sequence[Sequence[tuple[str, str]]]
) -> list[Column]:
    columns = []
    for n, each in enumerate(table.schema):
        longest = max((len(row[n][0]) for row in rows), default=0)
        text = "s" if longest <= SHORT else "l" if longest > LONG else ""
        kind = "n" if is_number(each.type) else text
        columns.append(Column(each.name, question.columns[each.name], kind))
    return columns


def _fitting(table: pa.Table, most: int, letters: int) -> Iterator[list[tuple[str, str]]]:
    """The first rows, so many that the page stays small: cells as text, each with its tag."""
    for row in islice(table.slice(0, most).to_pylist(), most):
        cells = [
            (_cell(name, value), _TAGS.get(str(value), "plain") if name in _TAGGED else "")
            for name, value in row.items()
        ]
        letters -= sum(len(text) + 12 for text, _ in cells)
        if letters < 0:
            return
        yield cells


def _cell(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    text = f"{value:,.10g}" if isinstance(value, float) else seen(value)
    if name == "verdict":
        text = text.replace("_", " ")
    people = text.split(", ") if name == "outsiders" else []
    if len(people) > PEOPLE:
        text = f"{', '.join(people[:PEOPLE])} and {len(people) - PEOPLE} more"
    return visible(text if len(text) <= CELL else f"{text[: CELL - 1]}…")


def _word(value: object) -> str:
    """A parameter of a command, as a shell takes it."""
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return text if re.fullmatch(r"[\w@.:+/-]+", text) else "'" + text.replace("'", "'\\''") + "'"


def _drawn(figure: Figure) -> tuple[Figure, Chart | None, Sequence[Column], list[Any]]:
    rows = figure.table.to_pylist()
    cells = [[(_cell(name, value), "") for name, value in row.items()] for row in rows]
    columns = _columns(figure.table, figure.question, cells)
    return figure, chart(figure.question.name, rows), columns, cells


def _marks(answers: Iterable[Answer]) -> tuple[list[Any], list[Doubt]]:
    """Every watermark once, those of events before those of scans, and every doubt."""
    marks = dict.fromkeys(mark for answer in answers for mark in answer.trust.marks)
    told = sorted(marks, key=lambda mark: (mark.connection, not isinstance(mark, Watermark)))
    doubts = {str(doubt): doubt for answer in answers for doubt in answer.trust.doubts}
    return told, list(doubts.values())


def _page(**shown: Any) -> str:
    about: dict[str, Any] = {"headlines": [], "needs": [], "concerns": [], "by": ()} | shown
    style, script = _text("page.css"), _text("page.js")
    return (
        _environment()
        .get_template("page.html")
        .render(
            **about, style=style, script=script, style_hash=_hash(style), script_hash=_hash(script)
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["words"] = lambda name: visible(name.replace("_", " "))
    environment.filters["visible"] = lambda text: visible(str(text))
    environment.filters["visible_lines"] = lambda text: "\n".join(map(visible, text.split("\n")))
    environment.filters["moment"] = seen
    environment.filters["breakable"] = _breakable
    return environment


def _breakable(text: str) -> Markup:
    """Addresses and paths end a line behind their signs, and not in the middle of a word."""
    return Markup(re.sub(r"([@/])(?=.)", r"\1<wbr>", str(escape(text))))  # noqa: S704 - escaped


def _text(name: str) -> str:
    return (files("data.page") / "templates" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
