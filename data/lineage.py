"""What comes from where: which tables each view and report reads, by their own SQL."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb

from data import catalog
from data.lake import Lake
from data.questions import Question, questions
from data.tables import EVENTS, ITEMS, LANDINGS, LINKS, LISTINGS, PEOPLE, VERDICTS, Table

# The streams of a connection, and the tables that each of them lands in.
STREAMS: dict[str, tuple[Table, ...]] = {
    "audit events": (EVENTS, LANDINGS),
    "scan": (PEOPLE, ITEMS, LINKS, LISTINGS),
}
# The face names the events as landed and as judged apart; a reader takes both for `events`.
TOLD = "events_as_told"
_MADE_OF_EVENTS = (TOLD, VERDICTS.name)
_PARAMETER = re.compile(r"\$[a-z_]+")


@dataclass(frozen=True)
class Source:
    """What of one connection is in one table."""

    app: str
    connection: str
    stream: str
    table: str
    rows: int


@cache
def reads(folder: str, name: str) -> tuple[str, ...]:
    """The tables and views that a question of a folder of `data` reads, itself or by a macro."""
    query = _PARAMETER.sub("null", questions(folder)[name].select)
    with duckdb.connect() as connection:
        told = connection.execute("select json_serialize_sql($1)", [query]).fetchall()[0][0]
    named = list(_named(json.loads(told)))
    own = {name for kind, name in named if kind == "with"}
    found = {name for kind, name in named if kind == "from"} - own
    for kind, macro in named:
        if kind == "call" and macro in questions("macros"):
            found.update(reads("macros", macro))
    return tuple(sorted(found))


def _named(part: object) -> Iterator[tuple[str, str]]:
    """What a parsed query reads `from`, what it makes itself by `with`, and macros of a `call`."""
    if isinstance(part, dict):
        if part.get("type") == "BASE_TABLE":
            yield "from", part["table_name"]
        if part.get("type") == "TABLE_FUNCTION":
            yield "call", part["function"]["function_name"]
        for made in part.get("cte_map", {}).get("map", ()):
            yield "with", made["key"]
    for inner in (
        part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    ):
        yield from _named(inner)


def origins(name: str, folder: str = "reports") -> tuple[str, ...]:
    """The tables that a report, or a view with `folder`, comes from, through all views."""
    found: set[str] = set()
    for read in reads(folder, name):
        if read in questions("views") and (folder, read) != ("views", name):
            found.update(origins(read, "views"))
        else:
            found.add(EVENTS.name if read in _MADE_OF_EVENTS else read)
    return tuple(sorted(found))


def readers() -> Iterator[tuple[str, Question]]:
    """Every view and report, each with its folder."""
    for folder in ("views", "reports"):
        for question in questions(folder).values():
            yield folder, question


def sources(lake: Lake) -> list[Source]:
    """What is there, by connection and table."""
    each = " union all ".join(
        f"select app, connection, '{stream}' as stream, '{table.name}' as \"table\","  # noqa: S608
        f" count(*) as rows from {TOLD if table is EVENTS else table.name} group by all"
        for stream, tables in STREAMS.items()
        for table in tables
    )
    rows: list[dict[str, Any]] = catalog.ask(lake, f"from ({each}) order by all").to_pylist()
    return [Source(**row) for row in rows]
