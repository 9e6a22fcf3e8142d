"""The lake without us: other libraries read the same rows from the same files."""

from datetime import date

import pandas as pd
import polars as pl
from made_events import START, at, made_rows

from data.lake import Lake, Stream


def test_pandas_and_polars_read_the_lake(lake: Lake, acme: Stream) -> None:
    """As the README shows it: rows, types and partitions are there, and filters hold."""
    lake.land(acme, made_rows(range(5)), at())
    lake.land(Stream("box", "other"), made_rows(range(7)), at())
    frame = pd.read_parquet(
        f"{lake.uri}/events",
        filters=[("connection", "=", "acme"), ("event_date", ">=", "2026-11-02")],
        columns=["event_time", "activity", "actor_email"],
    )
    assert len(frame) == 5
    assert frame["event_time"].min() == pd.Timestamp(START)
    told = (
        pl.scan_delta(f"{lake.uri}/events")
        .filter(pl.col("event_date") == date(2026, 11, 2))
        .group_by("connection")
        .agg(pl.len().alias("events"), pl.col("event_time").min())
        .sort("connection")
        .collect()
    )
    assert told.rows() == [("acme", 5, START), ("other", 7, START)]
