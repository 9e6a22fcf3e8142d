"""Reports for a terminal, as a file, and as a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from connectors.errors import NeedsPerson
from data import page, reports
from data.errors import BadQuestion
from data.reports import Answer, files, render
from flows.command.asking import print_report, tell_rows
from flows.command.terminal import note
from tasks.showing.page import whole_page

FILES: Mapping[str, Callable[[Answer], bytes]] = {
    "csv": lambda answer: render.csv(answer.table).encode(),
    "json": lambda answer: render.json(answer.table).encode(),
    "parquet": files.parquet,
    "xlsx": files.xlsx,
    "html": lambda answer: page.of_one(answer).encode(),
}


def form_of(question: str | None, form: str, output: Path | None) -> str:
    """How to answer: as asked, else by the ending of the file's name, else as CSV to a file.

    Raises:
        BadQuestion: there is no question, or no file, and this form needs one.
    """
    if form == "table" and output:
        ending = output.suffix.removeprefix(".")
        form = ending if ending in FILES else "csv"
    if question is None and form != "html":
        raise BadQuestion(
            "Say which report, or --html for the page of all that matters; the reports are"
            f" {', '.join(reports.names())}."
        )
    if output is None and form in {"parquet", "xlsx", "html"}:
        raise BadQuestion(f"Say where to write it: --output {question or 'report'}.{form}.")
    return form


def tell_report(answer: Answer, form: str, output: Path | None, most: int) -> None:
    """Print a report, or write it to a file."""
    if output:
        _write(output, FILES[form](answer))
        note(f"{len(answer.table)} rows in {output}")
    elif form == "table":
        print_report(answer, most)
    else:
        tell_rows(answer.table, form)
        for line in answer.notes:
            note(line)


def tell_page(
    since: str | None,
    until: str | None,
    app: str | None,
    connection: str | None,
    output: Path | None,
) -> None:
    """Write the page of all that matters to a file."""
    if output:
        text = whole_page(since=since, until=until, app=app, connection=connection)
        _write(output, text.encode())
        note(f"The page is {output}; any browser opens it.")


def _write(output: Path, content: bytes) -> None:
    try:
        output.write_bytes(content)
    except OSError as error:
        raise NeedsPerson(
            f"{output} cannot be written ({error.strerror}).",
            "Name a file in a folder of yours with --output.",
        ) from error
