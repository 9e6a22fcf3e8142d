"""Answers for a terminal, a spreadsheet and a program: hostile text stays text in each."""

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from made_events import at, made_rows
from rich.console import Console, Group

from data import catalog, reports
from data.lake import Lake, Stream
from data.reports import render

HOSTILE = [
    "=cmd|'/C calc'!A0",
    "+1",
    "-1",
    "@sum(A1)",
    "\t=1",
    "\r=1",
    "[bold red]x[/]",
    "[/]",
    "\x1b[31mred\x1b[0m",
    "\u202eexe.pdf",
    "\x9b2J",
    'a "quoted", cell\r\nof two lines',
    "NUL\0",
    "🏴‍☠️ Überblick",
    "",
]
MOMENT = datetime(2026, 11, 2, 9, 0, 0, 123000, UTC)


def drawn(form: Group) -> str:
    out = io.StringIO()
    Console(file=out, width=200, force_terminal=True, color_system=None).print(form)
    return out.getvalue()


def shown(table: pa.Table, **options: Any) -> str:
    return drawn(render.terminal(table, **options))


def test_json_is_a_list_of_objects_with_iso_times() -> None:
    """Numbers stay numbers, times are ISO in UTC, nothing is null."""
    table = pa.table(
        {
            "n": [1],
            "big": pa.array([Decimal(2**70)], pa.decimal128(38, 0)),
            "half": pa.array([Decimal("0.5")], pa.decimal128(3, 1)),
            "yes": [True],
            "none": pa.nulls(1),
            "day": [date(2026, 11, 2)],
            "at": pa.array([MOMENT], pa.timestamp("us", "Asia/Tokyo")),
            "many": [[{"kind": "member", "at": MOMENT}]],
        }
    )
    assert json.loads(render.json(table)) == [
        {
            "n": 1,
            "big": 2**70,
            "half": 0.5,
            "yes": True,
            "none": None,
            "day": "2026-11-02",
            "at": "2026-11-02T09:00:00.123000Z",
            "many": [{"kind": "member", "at": "2026-11-02T09:00:00.123000Z"}],
        }
    ]
    assert json.loads(render.json(table.slice(0, 0))) == []


def test_hostile_text_survives_json() -> None:
    """A program gets every letter back; a terminal that shows the JSON is not moved by it."""
    text = render.json(pa.table({"name": HOSTILE}))
    assert [row["name"] for row in json.loads(text)] == HOSTILE
    assert not set("\x1b\x9b\u202e\0\r") & set(text)


def test_csv_is_rfc_4180_and_computes_nothing() -> None:
    """Every row comes back; what would be computed has an apostrophe, what is obeyed is spelled."""
    text = render.csv(pa.table({"=name": HOSTILE, "n": range(-1, len(HOSTILE) - 1)}))
    assert text.startswith("'=name,n\r\n")
    rows = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert not set("\x1b\x9b\u202e\0") & set(text)
    plain = [name for name in HOSTILE if not set("\x1b\x9b\u202e\0") & set(name)]
    found = [row[0].removeprefix("'") for row in rows]
    assert len(found) == len(HOSTILE)
    assert [name for name in found if "\\u" not in name] == plain
    assert all(row[0].startswith("'") for row in rows[:6])
    assert rows[0][1] == "-1"


def test_csv_writes_nulls_as_nothing_and_lists_as_json() -> None:
    """What is null is an empty cell; what has parts is JSON."""
    table = pa.table({"a": pa.nulls(1), "b": [["x", "y"]], "c": [date(2026, 11, 2)]})
    assert render.csv(table) == 'a,b,c\r\n,"[""x"", ""y""]",2026-11-02\r\n'


def test_words_stand_whole_beneath_their_row() -> None:
    """They are as long as they are, empty ones take no line, and they move no terminal either."""
    long = "and ".join(f"reason {n} " for n in range(40))
    words = [long, None, *HOSTILE]
    table = pa.table({"n": range(len(words)), "why": words, "after": ["x"] * len(words)})
    text = shown(table, beneath="why")
    head, _, *lines = text.splitlines()
    assert head.split() == ["n", "after"]
    assert " ".join(" ".join(lines).split()).startswith(f"0 x {long.strip()} 1 x 2 x")
    assert all(len(line) <= 200 for line in lines)
    assert not set("\x1b\x9b\u202e\0\r\t") & set(text)
    assert shown(table.slice(0, 0), beneath="why").splitlines()[-1] == "No rows."


def test_a_terminal_obeys_no_cell() -> None:
    """Control and format characters are spelled out, and markup is shown as it is."""
    text = shown(pa.table({"[b]name": HOSTILE}), title="[red]title", notes=["[blue]note"])
    assert not set("\x1b\x9b\u202e\0\r\t") & set(text)
    for visible in ("[bold red]x[/]", r"\x1b[31mred", r"\u202eexe.pdf", r"two lines", "Überblick"):
        assert visible in text
    for markup in ("[b]name", "[red]title", "[blue]note"):
        assert markup in text


def test_a_long_answer_says_what_it_leaves_out() -> None:
    """The first rows are shown and the others counted."""
    text = shown(pa.table({"n": range(10)}), most=3)
    assert "and 7 more rows" in text
    assert [line.strip() for line in text.splitlines()][2:5] == ["0", "1", "2"]


def test_an_answer_renders_in_every_form(lake: Lake, acme: Stream) -> None:
    """A report with hostile names comes out of each renderer and as a pandas table."""
    rows = made_rows([str(n) for n in range(len(HOSTILE))], actor_email=HOSTILE)
    lake.land(acme, rows, at())
    answer = reports.run(lake, "activity")
    assert len(answer.to_pandas()) == len(HOSTILE)
    assert sorted(row["person"] for row in json.loads(render.json(answer.table))) == sorted(HOSTILE)
    assert len(list(csv.reader(io.StringIO(render.csv(answer.table), newline="")))) == 16
    text = drawn(render.report(answer, most=5))
    for line in ("Activity\n", "and 10 more rows\n", "more in csv and json: ", "acme (dropbox): "):
        assert line in text


@pytest.mark.parametrize(
    "query",
    [
        "select sum(item_size) as total from events",
        "summarize events",
        "select 'infinity'::timestamptz as ends, '-infinity'::date as begins",
        "select timestamp_ns '2026-11-02 09:00:00' as at, interval 1 month as every",
    ],
)
def test_answers_of_sql_render_too(lake: Lake, query: str) -> None:
    """Whatever a select returns has a form in JSON, CSV and the terminal."""
    table = catalog.sql(lake, query)
    assert json.loads(render.json(table))
    assert render.csv(table)
    assert shown(table)


def test_two_columns_of_one_name_are_both_shown() -> None:
    """A select may give a name twice; no form loses a column by it."""
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    assert render.csv(table) == "a,a_1\r\n1,2\r\n"
    assert json.loads(render.json(table)) == [{"a": 1, "a_1": 2}]
    assert shown(table).split()[:2] == ["a", "a_1"]
    again = pa.Table.from_arrays([pa.array([n]) for n in range(3)], names=["a", "a", "a_1"])
    assert json.loads(render.json(again)) == [{"a": 0, "a_2": 1, "a_1": 2}]


def test_json_has_no_word_that_json_lacks() -> None:
    """Infinity and not-a-number are null; bytes are hex digits."""
    table = pa.table({"x": [float("inf")], "y": [float("nan")], "z": [b"\xff"]})
    assert json.loads(render.json(table)) == [{"x": None, "y": None, "z": "ff"}]


def test_csv_holds_nothing_that_its_readers_trip_over() -> None:
    """NUL and marks of direction are spelled out; line ends within a cell stay."""
    text = render.csv(pa.table({"a": ["x\0y\u202egpj\nz"]}))
    assert text == 'a\r\n"x\\u0000y\\u202egpj\nz"\r\n'
