"""What commands ask the lake, answered in the terminal, as a file, or as a page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import copymode

import pyarrow as pa

from connectors.errors import NeedsPerson
from data import catalog, ocsf, page, reports
from data.errors import BadQuestion
from data.reports import Answer, files, render
from flows.command.answering import PRINTED, print_report, tell_notes, tell_rows
from flows.command.reading import lake_to_read
from flows.command.terminal import answers, counted, note
from tasks.showing.page import whole_page

ROWS: Mapping[str, Callable[[pa.Table], bytes]] = {
    "csv": lambda rows: render.csv(rows).encode(),
    "json": lambda rows: render.json(rows).encode(),
    "parquet": files.rows,
}
REPORTS: Mapping[str, Callable[[Answer], bytes]] = {
    "csv": lambda answer: ROWS["csv"](answer.table),
    "json": lambda answer: ROWS["json"](answer.table),
    "parquet": files.parquet,
    "xlsx": files.xlsx,
    "html": lambda answer: page.of_one(answer).encode(),
}

LINES = (".jsonl", ".ndjson", ".json", "")


def form_of(form: str, output: Path | None, forms: Collection[str], what: str = "answer") -> str:
    """How to answer: as asked, else by the ending of the file's name, else as CSV to a file.

    Raises:
        BadQuestion: the ending is none of these forms, or this form needs a file.
    """
    if form == "table" and output:
        ending = output.suffix.removeprefix(".").lower() or "csv"
        if ending not in forms:
            raise BadQuestion(
                f"What {output.name!r} ends in is no form of an answer: end it in"
                f" .{', .'.join(forms)}, or say --format."
            )
        return ending
    if output is None and form not in {"table", *PRINTED}:
        raise BadQuestion(f"Say where to write it: --output {what}.{form}.")
    return form


def tell_page(
    form: str,
    output: Path | None,
    *,
    since: str | None,
    until: str | None,
    app: str | None,
    connection: str | None,
) -> None:
    """Write the page of all that matters.

    Raises:
        BadQuestion: no page, or no file, was asked for.
    """
    if form_of(form, output, REPORTS, "report") != "html" or output is None:
        raise BadQuestion(
            "Say which report, or --html for the page of all that matters; the reports are"
            f" {', '.join(reports.names())}."
        )
    text = whole_page(lake_to_read(), since=since, until=until, app=app, connection=connection)
    _write(output, text.encode())
    note(f"The page is {output}; any browser opens it.")


def tell_report(
    question: str,
    form: str,
    output: Path | None,
    most: int,
    *,
    since: str | None,
    until: str | None,
    app: str | None,
    connection: str | None,
    **own: str | None,
) -> None:
    """Print a report or write it to a file, and say how far to rely on it.

    `own` are parameters that only some reports have.
    """
    chosen = form_of(form, output, REPORTS, question)
    lake, filters = lake_to_read(), {"since": since, "until": until}
    answer = reports.run(lake, question, app=app, connection=connection, on=None, **filters, **own)
    if chosen == "table":
        print_report(answer, most)
        if len(answer.table) > most:
            note(f"All of them: --most {len(answer.table)}, or --output {question}.csv")
        return
    if output:
        _write(output, REPORTS[chosen](answer))
        note(f"{counted(len(answer.table), 'row')} in {output}")
    else:
        tell_rows(answer.table, chosen)
    tell_notes(answer.notes)


def tell_sql(query: str, form: str, output: Path | None) -> None:
    """Print what the lake answers to a select, or write it to a file."""
    chosen = form_of(form, output, ROWS)
    lake = lake_to_read()
    trust = reports.completeness(lake)
    rows = catalog.sql(lake, query)
    if output:
        _write(output, ROWS[chosen](rows))
        note(f"{counted(len(rows), 'row')} in {output}")
    elif chosen == "table":
        answers.print(render.terminal(rows))
    else:
        tell_rows(rows, chosen)
    tell_notes(trust.notes)


def export_ocsf(
    since: str | None,
    until: str | None,
    app: str | None,
    connection: str | None,
    output: Path | None,
) -> None:
    """Write events as JSON lines of OCSF, to a file or to standard output.

    Raises:
        BadQuestion: the file's name ends as something else.
    """
    if output and output.suffix not in LINES:
        raise BadQuestion(
            f"{output.name!r} would hold JSON lines: end its name in {' or '.join(LINES[:2])}."
        )
    lake = lake_to_read()
    trust = reports.completeness(lake, since, until, app, connection)
    lines = ocsf.lines(lake, since, until, app, connection)
    if output is None:
        for line in lines:
            print(line)
    else:
        count = 0
        with _whole(output) as aside, aside.open("w", encoding="utf-8") as file:
            for line in lines:
                file.write(line + "\n")
                count += 1
        note(f"{counted(count, 'event')} in {output}")
    tell_notes(trust.notes)


def _write(output: Path, content: bytes) -> None:
    with _whole(output) as aside:
        aside.write_bytes(content)


@contextmanager
def _whole(output: Path) -> Iterator[Path]:
    """Where to write what is to be at `output`: it is there once all is written, or not at all.

    Raises:
        BadQuestion: it is the sign that elsewhere means standard output.
        NeedsPerson: it cannot be written.
    """
    if output == Path("-"):
        raise BadQuestion("To print the answer leave --output out: - would be a file's name.")
    place = aside = output
    try:
        is_file = output.is_file()
        if is_file or not output.exists():  # what is no file, such as a pipe, is written as it goes
            place = output.resolve()
            aside = place.with_name(f".{place.name}.part")
        try:
            yield aside
            if is_file:
                copymode(place, aside)
            if aside != place:
                aside.replace(place)
        finally:
            if aside != place:
                aside.unlink(missing_ok=True)
    except OSError as error:
        raise NeedsPerson(
            f"{output} cannot be written ({error.strerror}).",
            "Name a file in a folder of yours with --output.",
        ) from error
