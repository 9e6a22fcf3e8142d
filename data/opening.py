"""Opening a Delta table: made if it is not there, widened if it is of an older version."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from deltalake import DeltaTable, Schema
from deltalake.exceptions import CommitFailedError, TableNotFoundError

from data.errors import LakeUnusable, lake_errors
from data.tables import EVENTS, Table

_GROWN = "casbah.grown"


def is_remote(uri: str) -> bool:
    """Is `uri` an object store address rather than a folder?"""
    return "://" in uri and not uri.startswith("file://")


def is_lake(uri: str) -> bool:
    """Is there a lake of ours at `uri`? Nothing is made."""
    with lake_errors(uri):
        return DeltaTable.is_deltatable(f"{uri}/{EVENTS.name}")


def open_table(table: Table, uri: str) -> DeltaTable:
    """The table at `uri`; two processes may make or widen it at once.

    Raises LakeUnusable when the place holds something else.
    """
    if not is_remote(uri):
        _make_folder(Path(uri))
    try:
        delta = DeltaTable(uri)
    except TableNotFoundError:
        with suppress(CommitFailedError):  # another process creates it right now
            _create(table, uri)
        delta = DeltaTable(uri)
    return _widened(delta, table, uri)


def is_grown(delta: DeltaTable) -> bool:
    """Whether a column was added to the table: files from before lack it."""
    return delta.metadata().configuration.get(_GROWN) == "true"


def _create(table: Table, uri: str) -> None:
    DeltaTable.create(
        uri,
        table.schema,
        mode="ignore",
        partition_by=list(table.partitions),
        name=table.name,
        description=table.grain,
        configuration={
            "delta.dataSkippingStatsColumns": ",".join(table.ranged) or None,
            # The log is shortened by `vacuum` only, after the ledger has read it.
            "delta.enableExpiredLogCleanup": "false",
            "delta.logRetentionDuration": "interval 7 days",
        },
    )


def _widened(delta: DeltaTable, table: Table, uri: str) -> DeltaTable:
    """The table with the columns that a newer version of ours has added at the end."""
    present = {field.name for field in delta.schema().fields}
    lacking = [column for column in table.columns if column.name not in present]
    if any(column.required for column in lacking):
        raise LakeUnusable(uri, f"it holds another table, without our {lacking[0].name}")
    if lacking:
        added = {column.name for column in lacking}
        fields = [f for f in Schema.from_arrow(table.schema).fields if f.name in added]
        with suppress(CommitFailedError):  # another process widens it right now
            delta.alter.set_table_properties({_GROWN: "true"}, raise_if_not_exists=False)
            delta.alter.add_columns(fields)
        return _widened(DeltaTable(uri), table, uri)
    return delta


def _make_folder(folder: Path) -> None:
    # A log has Parquet checkpoints, and DuckDB's `events/**/*.parquet` would read them as rows;
    # but it follows no links.
    link, log = folder / "_delta_log", folder.parent / "log" / folder.name
    folder.mkdir(parents=True, exist_ok=True)
    if not link.exists():
        if any(folder.rglob("*.parquet")) and not log.exists():
            raise LakeUnusable(str(folder), "it holds Parquet files without a Delta log")
        log.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            link.symlink_to(Path("..", "log", folder.name))
