"""What `casbah forget` would delete, said before it does, and asked for once more."""

from __future__ import annotations

from typing import Any

from blocks import register
from connectors.errors import NeedsPerson
from data import catalog
from data.forgetting import holdings, streams
from data.lake import Lake
from data.settings import settings
from flows.terminal import note

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


def make_sure(connection: str, yes: bool) -> None:
    """Say what would be deleted, and have a person type the name, unless they said `--yes`.

    Raises:
        NeedsPerson: they did not.
    """
    stake = at_stake(connection)
    note(f"This deletes for ever what there is of {connection}: {in_words(stake)}.")
    if yes:
        return
    note("Type its name to have it deleted:")
    try:
        typed = input()
    except EOFError:
        typed = ""
    if typed.strip() != connection:
        raise NeedsPerson(
            "Nothing was deleted: that was not the name.",
            f"Type {connection} when you are asked, or say --yes.",
        )
