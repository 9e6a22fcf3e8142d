"""The lake without us: other libraries read the same rows, and an export has them all."""

import json
from collections import Counter
from datetime import date, timedelta

import duckdb
import pandas as pd
import polars as pl
from deltalake import DeltaTable
from made_events import START, at, made_rows

from data import ocsf
from data.lake import Lake, Stream


def test_others_read_the_lake(lake: Lake, acme: Stream) -> None:
    """As the README shows it: rows, types and a filter on the day, each row once, also while merged
    files wait to be deleted."""
    for part in range(2):
        lake.land(acme, made_rows(range(5 * part, 5 * part + 5)), at())
    lake.land(Stream("box", "other"), made_rows(range(7)), at())
    assert lake.compact()
    day, events = date(2026, 11, 2), DeltaTable(f"{lake.uri}/events")
    frame = events.to_pandas(filters=[("event_date", ">=", day)])
    assert Counter(frame["connection"]) == {"acme": 10, "other": 7}
    assert frame["event_time"].min() == pd.Timestamp(START)
    told = (
        pl.scan_delta(f"{lake.uri}/events")
        .filter(pl.col("event_date") >= day)
        .group_by("connection")
        .agg(pl.len().alias("events"), pl.col("event_time").min())
        .sort("connection")
        .collect()
    )
    assert told.rows() == [("acme", 10, START), ("other", 7, START)]
    rows = events.to_pyarrow_dataset()  # noqa: F841 - DuckDB finds it by its name
    counted = duckdb.sql("select count(*) from rows where event_date >= '2026-11-02'")
    assert counted.fetchall() == [(17,)]
    assert duckdb.sql("select count(*) from rows where event_date > '2026-11-02'").fetchall() == [
        (0,)
    ]


def test_an_export_goes_on_when_its_files_are_compacted_meanwhile(lake: Lake, acme: Stream) -> None:
    """Whatever maintenance does to the files, each event is told once, in the order of time."""
    days = 3
    for day in range(days):
        for part in range(2):
            ids = range(20 * day + 10 * part, 20 * day + 10 * part + 10)
            lake.land(acme, made_rows(ids, START + timedelta(days=day)), at())
    lines = ocsf.lines(Lake.open(lake.uri))
    told = [next(lines)]
    lake.compact()
    assert lake.vacuum() >= 2 * days
    told += lines
    times = [json.loads(line)["time"] for line in told]
    assert times == sorted(times)
    ids = [json.loads(line)["metadata"]["uid"] for line in told]
    assert sorted(ids) == sorted(f"{number:032x}" for number in range(20 * days))
