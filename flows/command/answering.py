"""What commands print: reports, rows, how connections are, and what became of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from blocks.register import connections
from data import reports
from data.lake import Lake
from data.reports import Answer, render
from data.settings import settings
from flows.command.reading import lake_to_read
from flows.command.terminal import answers, note
from tasks.status import status

PRINTED: Mapping[str, Callable[[pa.Table], str]] = {"csv": render.csv, "json": render.json}


def print_report(answer: Answer, most: int = 12) -> None:
    """Print a report as a table."""
    answers.print(render.report(answer, most))


def tell_rows(rows: pa.Table, form: str) -> None:
    """Print rows for a program, ending in one newline."""
    print(PRINTED[form](rows).rstrip("\r\n"))


def tell_notes(notes: Iterable[str]) -> None:
    """Say how far an answer can be relied on, beside it."""
    for line in notes:
        note(line)


def tell_exposure(connection: str, as_json: bool) -> None:
    """Print what of a connection is exposed."""
    answer = reports.run(lake_to_read(), "exposure", connection=connection)
    if as_json:
        tell_rows(answer.table, "json")
        tell_notes(answer.notes)
    else:
        print_report(answer, len(answer.table) or 1)


def tell_reconciled(connection: str, found: list[dict[str, Any]], as_json: bool) -> None:
    """Print what reading closed days once more has found of each."""
    repaired = sum(row["repaired"] for row in found)
    if as_json:
        print(
            json.dumps(
                {"connection": connection, "repaired": repaired, "days": found}, default=_plain
            )
        )
    elif not found:
        note(f"{connection}: no closed day is due; --again reads the last ones all the same.")
    else:
        answers.print(render.terminal(pa.Table.from_pylist(found)))
        note(f"{connection}: {repaired:,} events had been missing, and are in the lake now.")


def tell_left(facts: dict[str, Any], as_json: bool) -> None:
    """Print what became of a connection that was left."""
    if as_json:
        print(json.dumps(facts, default=_plain))
        return
    note(facts["sentence"])
    for hint in filter(None, (facts["remedy"], *facts.get("hints", ()))):
        note(hint)


def _plain(value: object) -> str:
    """A day or a moment in JSON: ISO 8601."""
    return value.isoformat() if isinstance(value, date) else str(value)


def tell_status(as_json: bool, of: str | None = None) -> None:
    """Print how every connection is, or one."""
    place = settings().lake
    if Lake.exists(place):
        every = status(lake_to_read())
    else:  # asked before anything was connected, it makes no lake
        every = status(Lake.open(place)) if connections() else []
    rows = [row for row in every if of in {None, row["connection"]}]
    table = pa.Table.from_pylist(rows)
    if as_json:
        tell_rows(table, "json")
    elif not rows:
        note(
            "Nothing is connected yet. Try: casbah demo,"
            " or: casbah connect APP NAME --client-id CLIENT_ID (dropbox or box)"
        )
    else:
        answers.print(render.terminal(table.select(GLANCE)))
        for row in rows:
            note(f"{row['connection']}: {row['why']} {row['remedy'] or ''}".rstrip())


GLANCE = [
    "connection",
    "state",
    "events",
    "items",
    "exposed",
    "live_until",
    "complete_since",
    "running",
    "scan_done",
    "account",
    "unknown",
    "app",
]
