"""The data dictionary, from the declarations that the code itself runs on.

python -m flows.command.dictionary > DATA.md
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator

from connectors import APPS, activities
from data import face, reports
from data.questions import questions
from data.tables import TABLES, Column

INTRODUCTION = """# Data dictionary

Written by `python -m flows.command.dictionary > DATA.md`; a test holds it against the code. Times
are UTC with microseconds, days are UTC days.
"""


def dictionary() -> str:
    """The whole dictionary, as Markdown."""
    parts = [INTRODUCTION, *_tables(), *_views(), *_macros(), *_reports(), *_activities()]
    return "\n".join(parts) + "\n"


def _tables() -> Iterator[str]:
    for table in TABLES:
        yield f"## Table `{table.name}`\n\nOne row is {table.grain}."
        if table.partitions:
            yield f"Partitioned by {', '.join(f'`{name}`' for name in table.partitions)}."
        yield ""
        yield from _rows(
            ("column", "type", "meaning"),
            (
                (
                    f"`{c.name}`",
                    face.type_name(c.type),
                    _meaning(c),
                )
                for c in table.columns
            ),
        )


def _meaning(column: Column) -> str:
    return f"{column.meaning} Never null." if column.required else column.meaning


def _views() -> Iterator[str]:
    for name, view in questions("views").items():
        yield f"## View `{name}`: {view.title}\n\nOne row is {view.grain}."
        if name in {table.name for table in TABLES}:
            yield "It has the columns of the table, with these decided:"
        yield ""
        yield from _rows(("column", "meaning"), _ticked(view.columns.items()))


def _macros() -> Iterator[str]:
    for name, question in questions("macros").items():
        yield f"## Macro `{name}`: {question.title}\n\n{question.about()}\n"
        yield from _rows(("parameter", "meaning"), _ticked(question.parameters.items()))
        yield from _rows(("column", "meaning"), _ticked(question.columns.items()))


def _reports() -> Iterator[str]:
    for name in reports.names():
        question = reports.describe(name)
        yield f"## Report `{name}`: {question.title}\n\n{question.about()}\n"
        yield from _rows(("parameter", "meaning"), _ticked(question.parameters.items()))
        yield from _rows(("column", "meaning"), _ticked(question.columns.items()))


def _activities() -> Iterator[str]:
    natives: defaultdict[activities.Activity, list[str]] = defaultdict(list)
    for app in APPS:
        for native, activity in activities.load(app).items():
            natives[activity].append(f"{app}: {native}")
    yield (
        f"## Activities\n\n{len(natives)} activities, one vocabulary for every app. *Modifies* says"
        " that an item's content, name, place or sharing changes; OCSF is class and activity of"
        " OCSF 1.8.\n"
    )
    for category, meaning in activities.CATEGORIES.items():
        members = [activity for activity in natives if activity.category == category]
        yield f"### {category}: {meaning}\n"
        yield from _rows(
            ("label", "activity", "modifies", "OCSF", "native types"),
            (
                (
                    activity.label,
                    f"`{activity.activity}`",
                    "yes" if activity.modifies_item else "",
                    f"{activity.ocsf_class}/{activity.ocsf_activity}",
                    ", ".join(natives[activity]),
                )
                for activity in sorted(members, key=lambda activity: activity.label)
            ),
        )


def _ticked(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return ((f"`{name}`", meaning) for name, meaning in pairs)


def _rows(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heading)} |"
    yield f"|{' --- |' * len(heading)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(dictionary())
