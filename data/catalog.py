"""Asking the lake with DuckDB, and `lake.duckdb`, with which anybody may.

Our own commands build in memory what the file holds: they see every commit at once, and need none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from data import face, published, verdicts
from data.errors import BadQuestion, unreadable
from data.lake import Lake
from data.opening import is_remote
from data.questions import questions
from data.settings import settings
from data.tables import LISTINGS, PEOPLE, VERDICTS

T = TypeVar("T")


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
    connection.execute(f"set temp_directory = {face.quoted(settings().home / 'duckdb')}")
    lake.refresh(reads)
    if not reads:
        published.recall(connection, _path(lake))
    for statement in face.tables(lake, reads) if reads else face.face(lake, _kept(lake), report):
        connection.execute(statement)
    if not is_remote(lake.uri):
        connection.execute(f"set allowed_directories = [{face.quoted(lake.uri)}]")
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

    def answer() -> pa.Table:
        with connect(lake, reads, report) as connection:
            return connection.sql(query, params=parameters).to_arrow_table()

    return steady(lake, answer)


def steady(lake: Lake, work: Callable[[], T]) -> T:
    """What `work` reads with a new `connect`: once more, if files went away meanwhile.

    Raises LakeUnusable when they are missing, or cannot be read.
    """
    try:
        return work()
    except duckdb.Error as error:
        if not _of_a_file(error):
            raise
    # Another process may have compacted and swept while we read.
    try:
        return work()
    except duckdb.Error as error:
        if not _of_a_file(error):
            raise
        raise unreadable(lake.uri, error) from error


def _of_a_file(error: duckdb.Error) -> bool:
    return isinstance(error, duckdb.IOException) or ".parquet" in str(error)


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
        statements = list(face.face(lake, _kept(lake)))
        now = published.Shown(face.digest(statements), lake.uri, face.recipe())
        if published.shown(path) != now:
            published.write(path, statements, now, versions, looked_at)
        # Another process may have renamed an older face over ours, or committed, meanwhile.
        if lake.refresh() == versions:
            return path


def lacking(lake: Lake) -> bool:
    """Whether nothing is in the place of `lake.duckdb`."""
    return not _path(lake).exists()


def out_of_place(lake: Lake) -> bool:
    """Whether `lake.duckdb` was made for another folder, or by another version of ours.

    Raises LakeUnusable when something else has the file's name.
    """
    path = _path(lake)
    found = published.shown(path)
    if found is None:
        return path.exists()
    return (found.place, found.recipe) != (lake.uri, face.recipe())


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


def _kept(lake: Lake) -> verdicts.Standing:
    # Where none are kept nothing is asked about them.
    return standing(lake) if lake.files(VERDICTS.name) else verdicts.NOTHING


def _path(lake: Lake) -> Path:
    """A remote lake's catalog is at home: DuckDB opens a database file from a local disk only."""
    return (settings().home if is_remote(lake.uri) else Path(lake.uri)) / "lake.duckdb"
