"""Events as JSON lines of OCSF 1.8, for whatever else a company has that reads those."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb

from data import catalog
from data.lake import Lake
from data.reports import Moment, span

_LINES = 5_000  # read at once, however many there are
# Not of OCSF: the lake's own columns to filter by, and a name that DuckDB would take for our app.
_OURS = ("app", "connection", "event_date")
_RENAMED = {"app_info": "app"}


def lines(
    lake: Lake,
    since: Moment = None,
    until: Moment = None,
    app: str | None = None,
    connection: str | None = None,
) -> Iterator[str]:
    """One JSON object for each event of [since, until), oldest day first, without line ends.

    Raises BadQuestion for an impossible time, or a span that ends as it begins.
    """
    begin, end = span(since, until)
    wanted = {"app": app, "connection": connection, "since": begin, "until": end}
    conditions = {
        "app": "app = $app",
        "connection": "connection = $connection",
        "since": "event_date >= cast($since as date) and time >= epoch_ms($since)",
        "until": "event_date <= cast($until as date) and time < epoch_ms($until)",
    }
    given = {name: value for name, value in wanted.items() if value is not None}
    where = " and ".join(conditions[name] for name in given) or "true"
    query = f"select * exclude ({', '.join(_OURS)}) from events_ocsf where {where}"  # noqa: S608
    with catalog.connect(lake) as face:
        days = _days(face, where, given)
        for day in days:
            rows = face.execute(f"{query} and event_date = $day", {**given, "day": day})
            names = [_RENAMED.get(name, name) for name, *_ in rows.description or []]
            while some := rows.fetchmany(_LINES):
                for row in some:
                    yield json.dumps(_told(dict(zip(names, row, strict=True))), ensure_ascii=False)


def _days(
    connection: duckdb.DuckDBPyConnection, where: str, given: Mapping[str, object]
) -> list[object]:
    days = f"select distinct event_date from events_ocsf where {where} order by all"  # noqa: S608
    return [day for (day,) in connection.sql(days, params=given).fetchall()]


def _told(value: Any) -> Any:
    """The value without what is null, as OCSF leaves out what an event does not have."""
    if isinstance(value, dict):
        return {name: _told(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_told(each) for each in value]
    return value
