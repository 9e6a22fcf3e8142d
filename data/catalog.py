"""The DuckDB face of the lake: views, macros for the reports, and `lake.duckdb` that holds both.

Views name the files of the Delta log one by one, with hive partitions on: a filter on `connection`
or `event_date` opens the files of those folders only. Our own commands build the same face in
memory, so they see every commit at once and need no file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from data import published, verdicts
from data.errors import BadQuestion
from data.functions import functions
from data.lake import Lake
from data.opening import is_remote
from data.questions import Question, questions
from data.settings import settings
from data.tables import EVENTS, LISTINGS, PEOPLE, TABLES, VERDICTS, Table

_TYPES = {
    pa.string(): "varchar",
    pa.bool_(): "boolean",
    pa.int64(): "bigint",
    pa.float64(): "double",
    pa.date32(): "date",
    pa.timestamp("us", "UTC"): "timestamptz",
}
# Views over the views of tables, each after those that it speaks of.
_DERIVED = (
    "people_now",
    "links_now",
    "items_now",
    "events",
    "reconciled",
    "events_ocsf",
    "visit_weights",
)
# Macros that reports speak of, in the same order.
_MACROS = (
    "visits",
    "member_acts",
    "guest_days",
    "visit_facts",
    "visit_evidence",
    "visit_verdicts",
)


def connect(
    lake: Lake, reads: Collection[str] = (), report: str | None = None
) -> duckdb.DuckDBPyConnection:
    """A connection that sees the lake as it is now, in UTC, and no file outside of it.

    With `reads` it has these tables and no other view, comment or macro: that takes 10 ms, not 300.
    With `report` it has no comment, and no macro but this report and those that it speaks of: 100.
    """
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    connection.execute("set python_enable_replacements = false")
    # Where DuckDB guesses few rows, and it guesses too few, it would compare each with each.
    connection.execute("set asof_loop_join_threshold = 0")
    connection.execute(f"set temp_directory = {_text(settings().home / 'duckdb')}")
    lake.refresh(reads)
    if not reads:
        published.recall(connection, _path(lake))
    for statement in _tables(lake, reads) if reads else _face(lake, report):
        connection.execute(statement)
    if not is_remote(lake.uri):
        connection.execute(f"set allowed_directories = [{_text(lake.uri)}]")
        connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def queue(lake: Lake, name: str, **parameters: object) -> list[dict[str, Any]]:
    """The rows of one of the questions in `data/queue`, which say what a scan does next."""
    question = questions("queue")[name]
    rows: list[dict[str, Any]] = ask(lake, question.select, parameters, question.reads).to_pylist()
    return rows


def ask(
    lake: Lake,
    query: str,
    parameters: Mapping[str, object] | None = None,
    reads: Collection[str] = (),
    report: str | None = None,
) -> pa.Table:
    """The answer to one of our own selects, as the lake is now; for the others see `connect`."""
    try:
        with connect(lake, reads, report) as connection:
            return connection.sql(query, params=parameters).to_arrow_table()
    except duckdb.IOException:  # another process compacted and swept while we read: once more
        with connect(lake, reads, report) as connection:
            return connection.sql(query, params=parameters).to_arrow_table()


def sql(lake: Lake, query: str) -> pa.Table:
    """The answer to anybody's select. Raises BadQuestion, with what DuckDB says."""
    try:
        query.encode()
    except UnicodeEncodeError:
        raise BadQuestion("The query is not UTF-8 text: write it anew.") from None
    try:
        statements = duckdb.extract_statements(query)
        if len(statements) != 1:
            raise BadQuestion(f"Ask one select at a time; these are {len(statements)}.")
        kind = statements[0].type
        if kind != duckdb.StatementType.SELECT:
            raise BadQuestion(f"The lake is only read here: ask a select, not {kind.name}.")
        return ask(lake, query)
    except duckdb.Error as error:
        # Below its sentence DuckDB draws the line and an arrow to the place.
        sentence = str(error).partition("\n\nLINE ")[0]
        raise BadQuestion(" ".join(sentence.split())) from error


def publish(lake: Lake, vocabulary: pa.Table | None = None) -> Path:
    """Bring `lake.duckdb` up to the newest commits of the lake; the file's path.

    It is written aside and renamed into place, so whoever has the former one open keeps it.
    `vocabulary` (the columns of `activities`) is what the reports take their labels from.
    Raises LakeUnusable when something else has the file's name.
    """
    if vocabulary is not None:
        lake.learn(vocabulary)
    path = _path(lake)
    while True:
        looked_at = datetime.now(UTC)
        versions = lake.refresh()
        face = list(_face(lake))
        digest = hashlib.blake2b("\0".join(face).encode(), digest_size=16).hexdigest()
        if published.digest_of(path) != digest:
            published.write(path, face, digest, versions, looked_at)
        # Another process may have renamed an older face over ours, or committed, meanwhile.
        if lake.refresh() == versions:
            return path


def standing(lake: Lake) -> verdicts.Standing:
    """How the verdicts that are kept stand, in the lake as last refreshed."""
    query = (
        "select p.app, p.connection,"  # noqa: S608 - our words
        " list_sort(list_distinct(list(split_part(lower(p.email), '@', 2)))) as domains"
        f" from ({questions('views')['people_now'].select}) as p"
        " where p.kind = 'member' and p.email is not null group by all"
    )
    rows = ask(lake, query, reads=(PEOPLE.name, LISTINGS.name)).to_pylist()
    domains = {(row["app"], row["connection"]): " ".join(row["domains"]) for row in rows}
    return verdicts.standing(lake, domains)


def _path(lake: Lake) -> Path:
    """A remote lake's catalog is at home: DuckDB opens a database file from a local disk only."""
    return (settings().home if is_remote(lake.uri) else Path(lake.uri)) / "lake.duckdb"


def _face(lake: Lake, report: str | None = None) -> Iterator[str]:
    """The statements that make the views and macros, with a comment on each thing.

    With `report` it is as much of it as this report needs.
    """
    # Where none are kept nothing is asked about them.
    kept = standing(lake) if lake.files(VERDICTS.name) else verdicts.NOTHING
    yield from _tables(lake, [table.name for table in TABLES], kept)
    yield from functions()
    yield from kept.functions()
    for name in _DERIVED:
        yield f"create or replace view {name} as {questions('views')[name].select}"
    macros = [*(questions("macros")[name] for name in _MACROS), *questions().values()]
    for question in macros if report is None else _needed(report):
        parameters = ", ".join(
            name if name in question.needs else f"{name} := null" for name in question.parameters
        )
        yield f"create or replace macro {question.name}({parameters}) as table {question.macro()}"
    if report is None:
        yield from _explanations(macros)


def _needed(report: str) -> list[Question]:
    """A report after the macros that it speaks of."""
    needed = [questions()[report]]
    for name in reversed(_MACROS):
        if any(f"{name}(" in question.select for question in needed):
            needed.insert(0, questions("macros")[name])
    return needed


def _explanations(macros: Collection[Question]) -> Iterator[str]:
    for table in TABLES:
        meanings = {column.name: column.meaning for column in table.columns}
        yield from _comments(_told(table), f"One row is {table.grain}.", meanings)
    for name in _DERIVED:
        view = questions("views")[name]
        columns = {c.name: c.meaning for c in EVENTS.columns} if name == EVENTS.name else {}
        yield from _comments(
            name, f"{view.title}. One row is {view.grain}.", columns | dict(view.columns)
        )
    for question in macros:
        yield f"comment on macro table {question.name} is {_text(_help(question))}"


def _tables(
    lake: Lake, names: Collection[str], kept: verdicts.Standing = verdicts.NOTHING
) -> Iterator[str]:
    for table in TABLES:
        if table.name not in names:
            continue
        files = lake.files(table.name)
        if table is VERDICTS:
            good = {file["path"] for file in kept.good.values()}
            files = [path for path in files if path.removeprefix(f"{lake.uri}/verdicts/") in good]
        select = _select(table, files, grown=lake.grown(table.name))
        yield f"create or replace view {_told(table)} as {select}"


def _told(table: Table) -> str:
    """The view of a table as it was landed; `events` itself adds what is known of the actors."""
    return "events_as_told" if table is EVENTS else table.name


def _comments(view: str, about: str, columns: Mapping[str, str]) -> Iterator[str]:
    yield f"comment on view {view} is {_text(about)}"
    for column, meaning in columns.items():
        yield f"comment on column {view}.{_name(column)} is {_text(meaning)}"


def _select(table: Table, files: list[str], *, grown: bool) -> str:
    types = {column.name: type_name(column.type) for column in table.columns}
    nulls = ", ".join(f"null::{kind} as {_name(name)}" for name, kind in types.items())
    if not files:
        return f"select {nulls} where false"
    # Qualified: DuckDB 2.0 takes a bare name in a view for the parameter of a macro that uses it.
    names = ", ".join(f"f.{_name(name)}" for name in types)
    paths = ", ".join(map(_text, files))
    hive = ", ".join(f"{_text(name)}: {_text(types[name])}" for name in table.partitions)
    how = (
        f"hive_partitioning = true, hive_types = {{{hive}}}"
        if hive
        else "hive_partitioning = false"
    )
    if not grown:
        return f"select {names} from read_parquet([{paths}], {how}) as f"  # noqa: S608 - all quoted
    # Right after a column was added no file has it.
    return (
        f"select {names} from (select * from read_parquet([{paths}], {how}, union_by_name = true)"  # noqa: S608
        f" union all by name select {nulls} where false) as f"
    )


def _help(question: Question) -> str:
    parameters = "; ".join(f"{name}: {text}" for name, text in question.parameters.items())
    columns = "; ".join(f"{name}: {text}" for name, text in question.columns.items())
    return f"{question.title}. One row is {question.grain}.\n{parameters}\nColumns: {columns}"


def type_name(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"{type_name(kind.value_type)}[]"
    if pa.types.is_struct(kind):
        fields = (f"{_name(field.name)} {type_name(field.type)}" for field in kind)
        return f"struct({', '.join(fields)})"
    return _TYPES[kind]


def _name(name: str) -> str:
    return f'"{name}"'


def _text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
