"""Events as JSON lines of OCSF 1.8, for whatever else a company has that reads those."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import duckdb

from data import catalog
from data.errors import unreadable
from data.lake import Lake
from data.reports import Moment, span

_LINES = 5_000  # read at once, however many there are
# Not of OCSF: the lake's own columns to filter by, and a name that DuckDB would take for our app.
_OURS = ("app", "connection", "event_date")
_RENAMED = {"app_info": "app"}
Place = tuple[date, int, str]
"""How far an export has come: day, OCSF's time and id of the last event."""
_START: Place = (date.min, -(2**53), "")


def lines(
    lake: Lake,
    since: Moment = None,
    until: Moment = None,
    app: str | None = None,
    connection: str | None = None,
) -> Iterator[str]:
    """One JSON object for each event of [since, until), oldest first, without line ends.

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
    reached, failed = _START, None
    while True:
        try:
            for place, row in _rows(lake, where, given, reached):
                reached = place
                yield json.dumps(_told(row), ensure_ascii=False)
        except duckdb.IOException as error:  # another process compacted and swept while we read
            if failed == reached:
                raise unreadable(lake.uri, error) from error
            failed = reached
        else:
            return


def _rows(
    lake: Lake, where: str, given: Mapping[str, object], reached: Place
) -> Iterator[tuple[Place, dict[str, Any]]]:
    """The rows behind a place, each with its own."""
    query = (
        f"select * exclude ({', '.join(_OURS)}) from events_ocsf"  # noqa: S608
        f" where {where} and event_date = $day and (time, metadata.uid) > ($time, $uid)"
        " order by time, metadata.uid"
    )
    with catalog.connect(lake) as on:
        for day in _days(on, where, given):
            if day < reached[0]:
                continue
            after = reached[1:] if day == reached[0] else _START[1:]
            asked = {**given, "day": day, "time": after[0], "uid": after[1]}
            rows = on.execute(query, asked)
            names = [_RENAMED.get(name, name) for name, *_ in rows.description or []]
            while some := rows.fetchmany(_LINES):
                for values in some:
                    row = dict(zip(names, values, strict=True))
                    yield (day, row["time"], row["metadata"]["uid"]), row


def _days(on: duckdb.DuckDBPyConnection, where: str, given: Mapping[str, object]) -> list[date]:
    days = f"select distinct event_date from events_ocsf where {where} order by all"  # noqa: S608
    return [day for (day,) in on.sql(days, params=given).fetchall()]


def _told(value: Any) -> Any:
    """The value without what is null, as OCSF leaves out what an event does not have."""
    if isinstance(value, dict):
        return {name: _told(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_told(each) for each in value]
    return value
