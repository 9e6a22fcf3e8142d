"""What a person wants to see in the Prefect UI, as artifacts.

Text from a vendor is somebody else's: before it goes into Markdown it loses what Markdown obeys,
and in a table, where the UI makes links of `[text](address)` only, it forms none.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact

from blocks import logo
from connectors.contract import Check
from data.lineage import Source
from data.reports import Answer
from tasks.showing.lineage import picture

MOST_ROWS = 200  # a longer table saves, but nobody reads it
SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|<>~&-])")
# What GitHub-flavoured Markdown takes for an address (its extension "autolinks").
ADDRESS = re.compile(r"\b(https?|ftp|mailto|xmpp|www)([:.])", re.IGNORECASE)
VERDICTS = {True: "passed", False: "FAILED", None: "not asked"}


async def show_checks(connection: str, checks: Sequence[Check]) -> None:
    """The Test API matrix as an artifact."""
    rows = [
        {
            "verdict": VERDICTS[check.passed],
            "capability": check.capability,
            "evidence": inert(check.evidence),
            "what to do": inert(check.remedy),
        }
        for check in checks
    ]
    await _show(f"test-api-{connection}", rows, f"Test API of **{connection}**")


async def show_answer(answer: Answer) -> None:
    """A report as an artifact: its first rows, and until when it is complete.

    One of a single connection has an artifact of its own.
    """
    question = answer.question
    connection = answer.filters.get("connection")
    # What fits on a screen comes first; what is the same in every row, last.
    same = {"app", "connection"} if connection else set()
    place = {name: at for at, name in enumerate(question.glance)}
    order = sorted(question.columns, key=lambda name: (name in same, place.get(name, len(place))))
    rows = [
        {name: inert(str(row[name])) if row[name] is not None else "" for name in order}
        for row in answer.table.slice(0, MOST_ROWS).to_pylist()
    ]
    lines = [f"**{question.title}**: {question.grain}", *map(escaped, answer.notes)]
    if len(answer.table) > MOST_ROWS:
        lines.append(f"The first {MOST_ROWS} of {len(answer.table)} rows.")
    await _show(report_key(question.name, connection), rows, "\n\n".join(lines))


def report_key(question: str, connection: object = None) -> str:
    """The artifact of a report on the whole lake, or on one connection."""
    return "-".join(
        ["report", question.replace("_", "-"), *([str(connection)] if connection else [])]
    )


async def show_lineage(sources: Sequence[Source]) -> None:
    """What comes from where, as an artifact; nothing before anything is there."""
    if sources:
        await acreate_markdown_artifact(
            picture(sources), key="lineage", description="From app to table, view and report"
        )


async def show_page(file: Path, path: str) -> None:
    """Where the page of all that matters is, as an artifact: at `path` of a server that is ours."""
    ours = os.environ.get(logo.SETTING)
    link = f"[Open the page]({path}), with the same user and password as here. " if ours else ""
    await acreate_markdown_artifact(
        f"{link}It is the file {escaped(str(file))}, which opens in any browser without a network.",
        key="page",
        description="**The page**: what needs a person, visits without sign-in, what is open",
    )


def escaped(text: str, *, links: bool = False) -> str:
    """Text in which nothing is Markdown, HTML or a control character.

    The UI makes a link of every bare address, escaped or not. So an address is spelled
    `https[:]//`, as analysts do, unless the text is our own and may have `links`.
    """
    text = inert(text)
    return SPECIAL.sub(r"\\\1", text if links else ADDRESS.sub(r"\1[\2]", text))


def inert(text: str) -> str:
    """Text for a table's cell: no control characters, and no link."""
    return "".join(c if c.isprintable() else " " for c in text).replace("](", "] (")


async def _show(key: str, rows: Sequence[Mapping[str, str]], description: str) -> None:
    await acreate_table_artifact(
        key=key, table=[dict(row) for row in rows], description=description
    )
