"""What DuckDB is told to see in the lake: a view of each table, a macro of each report, and words.

Views name the files of the Delta log one by one, with hive partitions on: a filter on `connection`
or `event_date` opens the files of those folders only.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import pyarrow as pa

from data import verdicts
from data.functions import functions
from data.lake import Lake
from data.questions import Question, questions
from data.tables import EVENTS, TABLES, VERDICTS, Table

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
    "names_of",
    "visits",
    "member_acts",
    "visit_facts",
    "visit_evidence",
    "visit_verdicts",
    "judged_visits",
)


def face(lake: Lake, kept: verdicts.Standing, report: str | None = None) -> Iterator[str]:
    """The statements that make the views and macros, with a comment on each thing.

    With `report` it is as much of it as this report needs. Of verdicts the good ones are shown.
    """
    yield from tables(lake, [table.name for table in TABLES], kept)
    yield from functions()
    yield from kept.functions()
    views = [questions("views")[name] for name in _DERIVED]
    macros = [questions("macros")[name] for name in _MACROS]
    reports = [*questions().values()] if report is None else [questions()[report]]
    if report is not None:
        needed = _spoken_of(reports, views + macros)
        views, macros = ([each for each in some if each in needed] for some in (views, macros))
    for view in views:
        yield f"create or replace view {view.name} as {view.select}"
    for macro in macros + reports:
        parameters = ", ".join(
            name if name in macro.needs else f"{name} := null" for name in macro.parameters
        )
        yield f"create or replace macro {macro.name}({parameters}) as table {macro.macro()}"
    if report is None:
        yield from _explanations(macros + reports)


def digest(statements: Iterable[str]) -> str:
    """A hash of statements."""
    return hashlib.blake2b("\0".join(statements).encode(), digest_size=16).hexdigest()


def recipe() -> str:
    """A hash of what every face is made by, of whatever lake."""
    selects = [questions(folder) for folder in ("views", "macros", "reports")]
    return digest([*functions(), *map(repr, selects), *map(repr, TABLES)])


def _spoken_of(reports: Iterable[Question], offered: Sequence[Question]) -> list[Question]:
    """What reports need of the views and macros, which speak only of those before them."""
    speaking = [*reports]
    for question in reversed(offered):
        name = re.compile(rf"\b{question.name}\b")
        if any(name.search(other.select) for other in speaking):
            speaking.append(question)
    return [question for question in offered if question in speaking]


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
        yield f"comment on macro table {question.name} is {quoted(_help(question))}"


def tables(
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
    yield f"comment on view {view} is {quoted(about)}"
    for column, meaning in columns.items():
        yield f"comment on column {view}.{_name(column)} is {quoted(meaning)}"


def _select(table: Table, files: list[str], *, grown: bool) -> str:
    types = {column.name: type_name(column.type) for column in table.columns}
    nulls = ", ".join(f"null::{kind} as {_name(name)}" for name, kind in types.items())
    if not files:
        return f"select {nulls} where false"
    # Qualified: DuckDB 2.0 takes a bare name in a view for the parameter of a macro that uses it.
    names = ", ".join(f"f.{_name(name)}" for name in types)
    paths = ", ".join(map(quoted, files))
    hive = ", ".join(f"{quoted(name)}: {quoted(types[name])}" for name in table.partitions)
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
    return f"{question.title}. {question.about()}\n{parameters}\nColumns: {columns}"


def type_name(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"{type_name(kind.value_type)}[]"
    if pa.types.is_struct(kind):
        fields = (f"{_name(field.name)} {type_name(field.type)}" for field in kind)
        return f"struct({', '.join(fields)})"
    return _TYPES[kind]


def _name(name: str) -> str:
    return f'"{name}"'


def quoted(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
