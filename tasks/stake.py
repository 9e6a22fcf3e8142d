"""What is at stake when a connection is forgotten: all that the lake holds of it."""

from __future__ import annotations

from typing import Any

from blocks import register
from data import catalog
from data.forgetting import holdings, streams
from data.lake import Lake
from data.settings import settings

ITEMS = "select count(distinct i.item_id) as items from items as i where i.connection = $name"


def at_stake(connection: str) -> dict[str, Any]:
    """What the lake holds of a connection: events, items, Parquet files, and their bytes.

    Raises:
        NeedsPerson: nobody knows the name, and nothing of it is in the lake.
    """
    lake = Lake.open(settings().lake)
    found = streams(lake, connection)
    if not found:
        register.connection(connection)
    held = [table for stream in found for table in holdings(lake, stream)]
    (items,) = catalog.ask(lake, ITEMS, {"name": connection}, ["items"]).to_pylist()
    return {
        "connection": connection,
        "events": sum(table.rows for table in held if table.table == "events"),
        **items,
        "files": sum(table.files for table in held),
        "bytes": sum(table.bytes for table in held),
    }


def in_words(stake: dict[str, Any]) -> str:
    """What there is, in one line."""
    return (
        f"{stake['events']:,} events and {stake['items']:,} items, in {stake['files']:,} files of"
        f" {stake['bytes'] / 1e6:,.1f} MB"
    )
