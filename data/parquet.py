"""How rows become Parquet: split by folder, encoded for reading by time, with their statistics."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROW_GROUP = 32_768
# Long or nearly unique texts: a dictionary of them, or their least and greatest, only costs.
_UNIQUE = frozenset({"event_id", "event_time", "session_id", "details", "raw", "cursor"})
_UNRANGED = frozenset({"event_id", "session_id", "details", "raw", "cursor"})


def by_partition(
    rows: pa.Table, partitions: Sequence[str]
) -> Iterator[tuple[dict[str, Any], pa.Table]]:
    """The rows of each partition, without the partition columns."""
    stored = rows.drop_columns(list(partitions))
    groups = rows.select(list(partitions)).group_by(list(partitions)).aggregate([]).to_pylist()
    if len(groups) == 1:
        yield groups[0], stored
        return
    for values in groups:
        here = [pc.equal(rows[name], pa.scalar(v, rows[name].type)) for name, v in values.items()]
        yield values, stored.filter(functools.reduce(pc.and_, here))


def write(rows: pa.Table, sink: pa.NativeFile, order_by: Sequence[str] = ()) -> int:
    """Write one Parquet file; its size in bytes."""
    names = rows.schema.names
    with pq.ParquetWriter(
        sink,
        rows.schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=[name for name in names if name not in _UNIQUE],
        write_statistics=[name for name in names if name not in _UNRANGED],
    ) as writer:
        for group in _row_groups(rows, order_by):
            writer.write_table(group)
    return int(sink.tell())


def _row_groups(rows: pa.Table, order_by: Sequence[str]) -> Iterator[pa.Table]:
    """The rows in that order, so many at a time that a reader may skip the others."""
    keys = [(name, "ascending") for name in order_by]
    order = pc.sort_indices(rows, sort_keys=keys) if keys else pa.nulls(0)
    for start in range(0, len(rows), ROW_GROUP):
        yield (
            rows.take(order[start : start + ROW_GROUP]) if keys else rows[start : start + ROW_GROUP]
        )


def statistics(rows: pa.Table, ranged: Sequence[str]) -> str:
    """Delta's per-file statistics, as JSON (Delta protocol, Per-file Statistics)."""
    ranges = {name: pc.min_max(rows[name]).as_py() for name in ranged} if len(rows) else {}
    return json.dumps(
        {
            "numRecords": rows.num_rows,
            "minValues": {name: _timestamp(values["min"]) for name, values in ranges.items()},
            "maxValues": {name: _timestamp(values["max"]) for name, values in ranges.items()},
            "nullCount": {name: rows[name].null_count for name in ranged},
        }
    )


def _timestamp(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
