"""A batch: what a connector made of some pages, brought into the shape of `events`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.errors import RowsRefused
from data.tables import EVENTS

_ADDED = ("app", "connection", "event_date", "landed_at")
_GIVEN = pa.schema([field for field in EVENTS.schema if field.name not in _ADDED])
_REQUIRED = [name for name in EVENTS.required if name in _GIVEN.names]


def shaped(rows: pa.Table) -> pa.Table:
    """The rows in the declared order and types, with nulls for what an app never tells.

    Raises RowsRefused with all that is amiss.
    """
    present = set(rows.schema.names)
    missing = [name for name in _REQUIRED if name not in present]
    strange = sorted(present.difference(_GIVEN.names))
    if missing or strange:
        raise RowsRefused(f"Rows lack the columns {missing} and have strange ones {strange}.")
    columns = [
        rows[field.name] if field.name in present else pa.nulls(len(rows), field.type)
        for field in _GIVEN
    ]
    try:
        table = pa.table(columns, names=_GIVEN.names).cast(_GIVEN)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise RowsRefused(f"Rows have a column of another type: {error}") from error
    nulls = {name: table[name].null_count for name in _REQUIRED if table[name].null_count}
    if nulls:
        raise RowsRefused(f"Rows lack required values, of {len(rows)} rows so many: {nulls}.")
    return table


def repeats_within(ids: pa.ChunkedArray) -> pa.Array:
    """True at each id that occurred before in the same batch."""
    numbers = pa.array(np.arange(len(ids)))
    firsts = pa.table({"id": ids, "at": numbers}).group_by("id").aggregate([("at", "min")])
    return pc.invert(pc.is_in(numbers, value_set=firsts["at_min"]))


def completed(rows: pa.Table, constants: Mapping[str, object]) -> pa.Table:
    """The rows with app, connection, landed_at (the same in all) and their day, in full schema."""
    for name, value in constants.items():
        field = EVENTS.schema.field(name)
        rows = rows.append_column(field, pa.repeat(pa.scalar(value, field.type), len(rows)))
    field = EVENTS.schema.field("event_date")
    return rows.append_column(field, _days(rows)).select(EVENTS.schema.names)


def _days(rows: pa.Table) -> pa.ChunkedArray:
    return pc.floor_temporal(rows["event_time"], unit="day").cast(pa.date32())


def spans_by_day(rows: pa.Table) -> dict[date, tuple[datetime, datetime]]:
    """The first and last event time of the rows of each day."""
    times = pa.table({"day": _days(rows), "time": rows["event_time"]})
    spans = times.group_by("day").aggregate([("time", "min"), ("time", "max")])
    return {span["day"]: (span["time_min"], span["time_max"]) for span in spans.to_pylist()}
