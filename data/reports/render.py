"""An answer for a terminal, a spreadsheet, or a program. Hostile text stays text in each."""

from __future__ import annotations

import csv as csv_writer
import io
import json as json_writer
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from math import isfinite
from typing import Any

import pyarrow as pa
from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from data.reports import Answer

SHORT = 20  # cells; moments, addresses and counts are never cut
GAP = 2
LEAST = 14
INDENT = 4  # of words beneath a row
# Spreadsheets take such a cell for a formula (OWASP, CSV Injection), some also in full width.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# What JSON allows in a string and a terminal obeys: C1 controls, DEL, and marks of direction.
_MARKS = "\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u2028\u2029"
_UNSEEN = re.compile(f"[{_MARKS}]")
# In CSV also what JSON escapes by itself; a NUL even ends the cell for some readers.
_UNREAD = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f{_MARKS}]")


def records(table: pa.Table) -> list[dict[str, Any]]:
    """The rows as JSON objects; times are ISO 8601 in UTC, days are ISO days."""
    rows = _held(_named(table)).to_pylist()
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _named(table: pa.Table) -> pa.Table:
    """The table with no name twice: a select may well give one to two columns."""
    taken = set(table.schema.names)
    names: list[str] = []
    for name in table.schema.names:
        other = (f"{name}_{n}" for n in count(1) if f"{name}_{n}" not in taken)
        names.append(next(other) if name in names else name)
        taken.add(names[-1])
    return table.rename_columns(names)


def _held(table: pa.Table) -> pa.Table:
    """The table with as text what Python has no value for, such as a time without end."""
    for n, field in enumerate(table.schema):
        if not pa.types.is_temporal(field.type):
            continue
        try:
            table.column(n).to_pylist()
        except (OverflowError, ValueError):
            texts = [_told(value) for value in table.column(n)]
            table = table.set_column(n, field.name, pa.array(texts, pa.string()))
    return table


def _told(value: pa.Scalar) -> str | None:
    try:
        return str(_plain(value.as_py())) if value.is_valid else None
    except (OverflowError, ValueError):
        return "infinity" if value.value > 0 else "-infinity"


def json(table: pa.Table) -> str:
    """A JSON list with an object for each row."""
    text = json_writer.dumps(records(table), ensure_ascii=False, indent=2)
    return _UNSEEN.sub(_spelled, text) + "\n"


def _spelled(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def csv(table: pa.Table) -> str:
    """CSV of RFC 4180 with a header; what a spreadsheet would compute begins with an apostrophe."""
    out = io.StringIO()
    writer = csv_writer.writer(out)
    writer.writerow(_inert(name) for name in _named(table).schema.names)
    writer.writerows([_inert(value) for value in row.values()] for row in records(table))
    return out.getvalue()


def report(answer: Answer, most: int | None = None) -> Group:
    """A report at a glance, for rich's console: its main columns, with its notes below."""
    glance = answer.table.select(list(answer.question.glance))
    left_out = [name for name in answer.table.schema.names if name not in answer.question.glance]
    more = [f"more in csv and json: {', '.join(left_out)}"] if left_out else []
    notes = [*more, *answer.notes]
    return terminal(glance, answer.title, notes, most, answer.question.beneath)


def terminal(
    table: pa.Table,
    title: str = "",
    notes: Iterable[str] = (),
    most: int | None = None,
    beneath: str = "",
) -> Group:
    """The first `most` rows for rich's console, under a title, with notes below.

    The column `beneath` is no column there: its words stand beneath each row.
    """
    shown = _named(table).slice(0, most)
    hidden = len(table) - len(shown)
    drawn = _Lines(shown, beneath)
    above = [title] if title else []
    others = f"and {hidden:,} more row{'s' * (hidden > 1)}"
    rest = [others] if hidden else [] if len(table) else ["No rows."]
    below = [*rest, *notes]
    return Group(
        *(Text(visible(line), style="bold") for line in above),
        drawn,
        *(Text(visible(line), style="dim") for line in below),
    )


class _Lines:
    """Rows that take one line each. Short columns are whole, long texts share what those leave, and
    where not all can stand, the last columns give way and are named. Words that belong beneath a
    row are told whole."""

    def __init__(self, table: pa.Table, beneath: str) -> None:
        self.words: list[object] = []
        if beneath:
            self.words = table[beneath].to_pylist()
            table = table.drop_columns([beneath])
        self.fields = list(table.schema)
        self.names = [Text(visible(field.name)) for field in self.fields]
        self.rows = [
            [Text(visible(seen(value))) for value in row.values()]
            for row in _held(table).to_pylist()
        ]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        columns = zip(self.names, *self.rows, strict=True)
        widths = [max(text.cell_len for text in column) for column in columns]
        shown = len(widths)
        while shown > 1 and _least(widths[:shown]) > options.max_width:
            shown -= 1
        widths = widths[:shown]
        long = [width for width in widths if width > SHORT]
        share = LEAST + (options.max_width - _least(widths)) // max(1, len(long))
        drawn = Table(
            box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, GAP - 1, 0, 0)
        )
        for field, name, width in zip(self.fields, self.names, widths, strict=False):
            drawn.add_column(
                name,
                justify="right" if is_number(field.type) else "left",
                overflow="ellipsis",
                no_wrap=True,
                width=width if width <= SHORT else min(width, share),
            )
        for row in self.rows:
            drawn.add_row(*row[:shown])
        if self.words:
            yield from self._with_words(console.render_lines(drawn, options, pad=False))
        else:
            yield drawn
        if self.names[shown:]:
            left_out = ", ".join(str(name) for name in self.names[shown:])
            yield Text(f"no room at this width for {left_out}: see --format csv", style="dim")

    def _with_words(self, lines: list[list[Segment]]) -> RenderResult:
        head = len(lines) - len(self.words)
        for n, line in enumerate(lines):
            yield from line
            yield Segment.line()
            if n >= head and (words := visible(seen(self.words[n - head]))):
                yield Padding(Text(words, style="dim"), (0, 0, 0, INDENT), expand=False)


def _least(widths: list[int]) -> int:
    """The least width of a table whose columns would like these."""
    return sum(width if width <= SHORT else LEAST for width in widths) + GAP * len(widths)


def visible(text: str) -> str:
    """The text with every control and format character spelled out, so that it controls nothing."""
    return "".join(
        character if unicodedata.category(character)[0] != "C" else ascii(character)[1:-1]
        for character in text
    )


def seen(value: object) -> str:
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).strftime("%Y-%m-%d %H:%M")
    plain = _plain(value)
    if isinstance(plain, (dict, list)):
        return json_writer.dumps(plain, ensure_ascii=False)
    return "" if plain is None else str(plain)


def _plain(value: Any) -> Any:
    plain: Any
    match value:
        case float() if not isfinite(value):  # JSON has no word for it
            plain = None
        case None | bool() | int() | float():
            plain = value
        case bytes():
            plain = value.hex()
        case Decimal():  # DuckDB sums bigints into a hugeint
            plain = int(value) if value == value.to_integral_value() else float(value)
        case datetime():
            plain = (value.astimezone(UTC) if value.tzinfo else value).isoformat()
            plain = plain.replace("+00:00", "Z")
        case date():
            plain = value.isoformat()
        case list():
            plain = [_plain(item) for item in value]
        case dict():
            plain = {str(key): _plain(item) for key, item in value.items()}
        case _:
            plain = str(value)
    return plain


def _inert(value: Any) -> Any:
    if isinstance(value, (dict, list)):
        value = json_writer.dumps(value, ensure_ascii=False)
    if not isinstance(value, str):
        return value
    shown = _UNREAD.sub(_spelled, value)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )
