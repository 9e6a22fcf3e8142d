"""Lineage as a picture: from app and stream to table, view and report, for what is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from data import lineage
from data.lineage import Source
from data.questions import questions
from data.tables import EVENTS

MOST_CONNECTIONS = 8  # more would be boxes too small to read: then one box an app
SHAPES = {
    "app": ('(["', '"])'),
    "views": ('("', '")'),
    "reports": ('[["', '"]]'),
    "table": ('["', '"]'),
}


def picture(sources: Sequence[Source]) -> str:
    """The whole of it as Markdown, with a diagram that the Prefect UI draws (Mermaid)."""
    lines = ["```mermaid", "flowchart TB", *map("  {}".format, _diagram(sources)), "```", ""]
    return "\n".join([*lines, *_table(sources)])


def _diagram(sources: Sequence[Source]) -> Iterator[str]:
    tables = {source.table for source in sources}
    of_app = len({source.connection for source in sources}) > MOST_CONNECTIONS
    edges: dict[tuple[str, str], None] = {}
    for source in sources:
        origin = source.app if of_app else f"{source.app}: {source.connection}"
        stream = f"{source.app} {source.stream}"
        edges[_node("app", origin), _node("stream", stream)] = None
        edges[_node("stream", stream), _node("table", source.table)] = None
    for folder, question in lineage.readers():
        if set(lineage.origins(question.name, folder)) & tables:
            for read in lineage.reads(folder, question.name):
                if node := _read(read, folder, question.name):
                    edges[node, _node(folder, question.name)] = None
    yield from (f"{start} --> {end}" for start, end in edges)


def _read(name: str, folder: str, reader: str) -> str | None:
    """The node that a reader reads; the words of the events are no stream of anybody's."""
    if name == lineage.TOLD:
        return _node("table", EVENTS.name)
    if name in questions("views") and (folder, name) != ("views", reader):
        return _node("views", name)
    return None if name == "activities" else _node("table", name)


def _node(kind: str, name: str) -> str:
    """A node of the diagram: an id without anything but letters, and the name as its text."""
    begin, end = SHAPES.get(kind, ('[/"', '"/]'))
    text = f"{name} (view)" if kind == "views" else name
    return f"{kind}_{''.join(c if c.isalnum() else '_' for c in name)}{begin}{text}{end}"


def _table(sources: Sequence[Source]) -> Iterator[str]:
    """The same in words: who reads which table, and what each connection has there."""
    rows: defaultdict[str, list[str]] = defaultdict(list)
    for source in sources:
        rows[source.table].append(f"{source.connection} ({source.rows:,})")
    yield from _markdown(
        ("table", "rows of each connection", "read by the reports"),
        (
            (
                f"`{table}`",
                ", ".join(told),
                ", ".join(f"`{name}`" for name in questions() if table in lineage.origins(name)),
            )
            for table, told in rows.items()
        ),
    )


def _markdown(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heading)} |"
    yield f"|{' --- |' * len(heading)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
