"""Answers of the commands that only tell: reports, SQL and status, without Prefect."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from connectors.errors import NeedsPerson
from data import catalog, ocsf, reports
from data.lake import Lake
from data.reports import Answer, render
from data.settings import settings
from flows.command.terminal import answers, note
from tasks.status import status

WRITERS = {"csv": render.csv, "json": render.json}


def ask_report(
    question: str,
    since: str | None,
    until: str | None,
    app: str | None,
    connection: str | None,
    **own: str | None,
) -> Answer:
    """A report on the lake of the settings; `own` are parameters that only some reports have."""
    lake = Lake.open(settings().lake)
    return reports.run(
        lake, question, since=since, until=until, app=app, connection=connection, on=None, **own
    )


def export_ocsf(
    since: str | None,
    until: str | None,
    app: str | None,
    connection: str | None,
    output: Path | None,
) -> None:
    """Write events as JSON lines of OCSF, to a file or to standard output."""
    lines = ocsf.lines(Lake.open(settings().lake), since, until, app, connection)
    if output is None:
        for line in lines:
            print(line)
        return
    count = 0
    try:
        with output.open("w", encoding="utf-8") as file:
            for line in lines:
                file.write(line + "\n")
                count += 1
    except OSError as error:
        raise NeedsPerson(
            f"{output} cannot be written ({error.strerror}).",
            "Name a file in a folder of yours with --output.",
        ) from error
    note(f"{count:,} events in {output}")


def print_report(answer: Answer, most: int = 12) -> None:
    """Print a report as a table."""
    answers.print(render.report(answer, most))


def tell_exposure(connection: str, as_json: bool) -> None:
    """Print what of a connection is exposed."""
    answer = reports.run(Lake.open(settings().lake), "exposure", connection=connection)
    if as_json:
        tell_rows(answer.table, "json")
        for line in answer.notes:
            note(line)
    else:
        print_report(answer, len(answer.table) or 1)


def tell_rows(rows: pa.Table, form: str) -> None:
    """Print rows for a program, ending in one newline."""
    print(WRITERS[form](rows).rstrip("\r\n"))


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


def tell_sql(query: str, form: str) -> None:
    """Print what the lake answers to a select."""
    rows = catalog.sql(Lake.open(settings().lake), query)
    if form == "table":
        answers.print(render.terminal(rows))
    else:
        tell_rows(rows, form)


def tell_status(as_json: bool, of: str | None = None) -> None:
    """Print how every connection is, or one."""
    every = status(Lake.open(settings().lake))
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
