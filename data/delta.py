"""One Delta table: Parquet files written aside, then named by one atomic commit.

Every commit makes a *claim*: a Delta transaction `(key, n)`. Of all writers, in this process and
in others, one only gets `(key, n)`; delta-rs refuses it to the others. A Parquet file carries the
claim it was written for in its name, so a file that the log does not name and whose claim is taken
can never be committed by anybody: it is litter of a killed or beaten writer.

Files are written by pyarrow, not by `deltalake.write_deltalake`: measured 2 against 9 microseconds
of CPU an event, and a commit without rows is possible.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.fs as pafs
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.exceptions import CommitFailedError, DeltaError
from deltalake.fs import DeltaStorageHandler
from deltalake.transaction import AddAction, RemoveAction

from data.tables import Table

ROW_GROUP = 32_768
# Long or nearly unique texts: a dictionary of them, or their least and greatest, only costs.
_UNIQUE = frozenset({"event_id", "event_time", "session_id", "details", "raw", "cursor"})
_UNRANGED = frozenset({"event_id", "session_id", "details", "raw", "cursor"})


@contextmanager
def lake_errors(place: str) -> Iterator[None]:
    """Turn what a disk or an object store answers into one sentence about `place`."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise LakeUnusable(place, error.strerror or str(error)) from error
    except DeltaError as error:
        raise LakeUnusable(place, str(error).splitlines()[0]) from error


def _by_partition(
    rows: pa.Table, partitions: Sequence[str]
) -> Iterator[tuple[dict[str, Any], pa.Table]]:
    """The rows of each partition, without the partition columns."""
    stored = rows.drop_columns(list(partitions))
    keys = rows.select(list(partitions))
    for values in keys.group_by(list(partitions)).aggregate([]).to_pylist():
        mask = None
        for name, value in values.items():
            same = pc.equal(rows[name], pa.scalar(value, rows[name].type))
            mask = same if mask is None else pc.and_(mask, same)
        yield values, stored if mask is None else stored.filter(mask)


def _statistics(rows: pa.Table, ranged: Sequence[str]) -> str:
    """Delta's per-file statistics, as JSON (Delta protocol, Per-file Statistics)."""
    ranges = {name: pc.min_max(rows[name]).as_py() for name in ranged}
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


def is_remote(uri: str) -> bool:
    """Is `uri` an object store address rather than a folder?"""
    return "://" in uri and not uri.startswith("file://")


class LakeUnusable(Exception):  # noqa: N818 - says what is wrong, as connectors/errors.py does
    """The place of the lake cannot be used as it is; a person has to act."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            f"The lake cannot use {place}: {reason}."
            " Make it writable and free, or let CASBAH_LAKE name another folder."
        )


@dataclass(frozen=True)
class Claim:
    """The n-th commit under `key` (letters, digits, `-` and `/`), to be had by one writer only."""

    key: str
    n: int

    def file_name(self) -> str:
        return f"{self.key.replace('/', '.')}.{self.n}.{uuid.uuid4().hex[:12]}.parquet"

    @classmethod
    def of_file(cls, path: str) -> Claim | None:
        """The claim that a file was written for; None for a file that is not ours."""
        parts = path.rpartition("/")[2].removesuffix(".parquet").rsplit(".", 2)
        if len(parts) != 3 or not parts[1].isdecimal():
            return None
        return cls(parts[0].replace(".", "/"), int(parts[1]))


class DeltaFolder:
    """One table of the lake in its folder. Threads may share it."""

    def __init__(self, table: Table, uri: str) -> None:
        """Open the table at `uri`, or create it; two processes may do so at once.

        Raises LakeUnusable when the place is not writable or holds something else.
        """
        self.table = table
        self.uri = uri
        self._lock = threading.RLock()
        with lake_errors(uri):
            self._delta = self._open()
        handler = DeltaStorageHandler.from_table(self._delta._table)
        self._storage = pafs.PyFileSystem(handler)
        strange = set(table.schema.names) ^ {f.name for f in self._delta.schema().fields}
        if strange:
            raise LakeUnusable(uri, f"it is not our table, by its columns {sorted(strange)}")

    @property
    def version(self) -> int:
        """Version of the table as this handle sees it, without looking again."""
        return self._delta.version()

    def refresh(self) -> None:
        """Look at what others have committed meanwhile."""
        with self._lock, lake_errors(self.uri):
            self._delta.update_incremental()

    def claimed(self, key: str) -> int:
        """The greatest n committed under `key`, 0 for none."""
        with self._lock:
            return self._delta.transaction_version(key) or 0

    def write(self, rows: pa.Table, claim: Claim) -> list[AddAction]:
        """Write rows of the full schema as one Parquet file a partition, in no commit yet."""
        with lake_errors(self.uri):
            return [
                self._write_file(values, part, claim)
                for values, part in _by_partition(rows, self.table.partitions)
            ]

    def discard(self, added: Iterable[AddAction]) -> None:
        """Delete files that were written and did not get into a commit."""
        for action in added:
            self._storage.delete_file(action.path)

    def commit(
        self,
        claim: Claim,
        added: Sequence[AddAction] = (),
        removed: Sequence[RemoveAction] = (),
        about: Mapping[str, str] | None = None,
    ) -> bool:
        """Add and remove files in one atomic commit that carries `about` in its metadata.

        False, with nothing done and the newest state seen, when somebody else has the claim.
        """
        properties = CommitProperties(
            custom_metadata=dict(about or {}),
            app_transactions=[Transaction(claim.key, claim.n)],
        )
        with self._lock, lake_errors(self.uri):
            won = self.claimed(claim.key) < claim.n
            if won:
                try:
                    self._delta.create_write_transaction(
                        [*added, *removed],
                        mode="append",
                        schema=self._delta.schema(),
                        partition_by=list(self.table.partitions),
                        commit_properties=properties,
                    )
                except CommitFailedError:
                    won = False
            self._delta.update_incremental()
            return won

    def commits(self, after: int) -> list[dict[str, Any]]:
        """The metadata of the commits after version `after`, oldest first.

        Commits whose log file has been cleaned away are missing.
        """
        with self._lock, lake_errors(self.uri):
            newest = self._delta.version()
            history = self._delta.history(newest - after) if newest > after else []
        return [commit for commit in reversed(history) if commit["version"] > after]

    def files(self) -> pa.Table:
        """The files of the table: `path`, `size_bytes`, `num_records`, `partition.*`, `min.*`,
        `max.*`, one row a file; statistics only of the columns that `write` keeps them for."""
        with self._lock, lake_errors(self.uri):
            return pa.table(self._delta.get_add_actions(flatten=True))

    def read(self, path: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Read one file; partition columns are not in it. FileNotFoundError if compacted away."""
        with lake_errors(self.uri), self._storage.open_input_file(path) as source:
            return pq.ParquetFile(source).read(columns=columns)

    def _open(self) -> DeltaTable:
        if not is_remote(self.uri):
            Path(self.uri).mkdir(parents=True, exist_ok=True)
        if not DeltaTable.is_deltatable(self.uri):
            self._refuse_orphans()
            return DeltaTable.create(
                self.uri,
                self.table.schema,
                mode="ignore",
                partition_by=list(self.table.partitions),
                name=self.table.name,
                description=self.table.grain,
                configuration={
                    "delta.dataSkippingStatsColumns": ",".join(self.table.ranged) or None,
                    # The log is cleaned by `maintain` only, after the ledger has read it.
                    "delta.enableExpiredLogCleanup": "false",
                    "delta.logRetentionDuration": "interval 7 days",
                },
            )
        return DeltaTable(self.uri)

    def _refuse_orphans(self) -> None:
        if not is_remote(self.uri) and any(Path(self.uri).rglob("*.parquet")):
            raise LakeUnusable(self.uri, "it holds Parquet files without a Delta log")

    def _write_file(self, values: dict[str, Any], rows: pa.Table, claim: Claim) -> AddAction:
        folders = [f"{name}={quote(str(value))}" for name, value in values.items()]
        path = "/".join([*folders, claim.file_name()])
        names = rows.schema.names
        with self._storage.open_output_stream(path) as sink:
            pq.write_table(
                rows,
                sink,
                row_group_size=ROW_GROUP,
                compression="zstd",
                compression_level=1,
                use_dictionary=[name for name in names if name not in _UNIQUE],
                write_statistics=[name for name in names if name not in _UNRANGED],
            )
            size = sink.tell()
        return AddAction(
            path=path,
            size=size,
            partition_values={name: str(value) for name, value in values.items()},
            modification_time=int(datetime.now(UTC).timestamp() * 1000),
            data_change=True,
            stats=_statistics(rows, self.table.ranged),
        )
