"""One Delta table: Parquet files written aside, then named by one atomic commit.

Files are written by pyarrow, not by `deltalake.write_deltalake`: measured 2 against 9 microseconds
of CPU an event, and a commit without rows is possible.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pyarrow as pa
import pyarrow.fs as pafs
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.exceptions import CommitFailedError, DeltaError
from deltalake.fs import DeltaStorageHandler
from deltalake.transaction import AddAction, RemoveAction

from data import parquet
from data.claim import Claim
from data.errors import FILES_MISSING, FileGone, LakeUnusable, lake_errors
from data.opening import is_grown, is_remote, open_table
from data.tables import Table

File = Mapping[str, Any]
"""One row of `DeltaFolder.files()`."""


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


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
            self._delta = open_table(table, uri)
            self._storage = pafs.PyFileSystem(DeltaStorageHandler(uri))

    @property
    def version(self) -> int:
        """Version of the table as this handle sees it, without looking again."""
        return self._delta.version()

    @property
    def grown(self) -> bool:
        """Whether files from before a column was added may lack it."""
        return is_grown(self._delta)

    def refresh(self) -> None:
        """Look at what others have committed meanwhile."""
        with self._lock, lake_errors(self.uri):
            try:
                self._delta.update_incremental()
            except DeltaError:  # the log was shortened beyond what this handle had seen
                self._delta = DeltaTable(self.uri)

    def claimed(self, key: str) -> int:
        """The greatest n committed under `key`, 0 for none."""
        with self._lock, lake_errors(self.uri):
            try:
                return self._delta.transaction_version(key) or 0
            except DeltaError:
                self.refresh()
                return self._delta.transaction_version(key) or 0

    def claim(self, key: str, n: int | None = None) -> Claim:
        """What to commit next under `key`: n, or the next number."""
        last = self.claimed(key)
        return Claim(key, last + 1 if n is None else n, after=last)

    def write(self, rows: pa.Table, claim: Claim, order_by: Sequence[str] = ()) -> list[AddAction]:
        """Write rows of the full schema as one Parquet file a partition, in no commit yet."""
        return self.write_parts(parquet.by_partition(rows, self.table.partitions), claim, order_by)

    def write_parts(
        self,
        parts: Iterable[tuple[dict[str, Any], pa.Table]],
        claim: Claim,
        order_by: Sequence[str] = (),
    ) -> list[AddAction]:
        """Write a file of each partition's rows, in the stored schema; there may be none."""
        with lake_errors(self.uri):
            return [self._write_file(values, rows, claim, order_by) for values, rows in parts]

    def discard(self, added: Iterable[AddAction]) -> None:
        """Delete files that were written and did not get into a commit."""
        for action in self._unnamed(added):
            self.delete(action.path)

    def commit(
        self,
        claim: Claim,
        added: Sequence[AddAction] = (),
        removed: Sequence[File] = (),
        about: Mapping[str, str] | None = None,
        same_rows: bool = False,
    ) -> bool:
        """Add and remove files in one atomic commit that carries `about` in its metadata.

        `same_rows` tells who follows the log that rows only moved between files. False, with
        nothing committed and the newest state seen, when somebody else was first.
        """
        removals = [self._removal(file, data_change=not same_rows) for file in removed]
        additions = [replace(action, data_change=not same_rows) for action in added]
        properties = CommitProperties(
            custom_metadata=dict(about or {}),
            app_transactions=[Transaction(claim.key, claim.n)],
        )
        with self._lock, lake_errors(self.uri):
            won = self.claimed(claim.key) == claim.after
            if won:
                try:
                    self._delta.create_write_transaction(
                        [*additions, *removals],
                        mode="append",
                        schema=self._delta.schema(),
                        partition_by=list(self.table.partitions),
                        commit_properties=properties,
                    )
                except CommitFailedError:
                    won = False
                self.refresh()
            # An object store may have stored a commit whose success it failed to tell.
            return won or (bool(added) and not self._unnamed(added))

    def commits(self, after: int) -> list[dict[str, Any]]:
        """The metadata of the commits after version `after`, oldest first.

        Commits whose log file has been cleaned away are missing.
        """
        # `DeltaTable.history` of deltalake 1.6.6 numbers commits wrongly while others commit.
        with lake_errors(self.uri):
            return [
                {**action["commitInfo"], "version": version}
                for version in range(after + 1, self.version + 1)
                for action in self._actions(version)
                if "commitInfo" in action
            ]

    def files(self) -> pa.Table:
        """The files of the table: `path`, `size_bytes`, `num_records`, `partition.*`, `min.*`,
        `max.*`, one row a file; statistics only of the columns that `write` keeps them for."""
        with self._lock, lake_errors(self.uri):
            return pa.table(self._delta.get_add_actions(flatten=True))

    def files_of(self, **partition: object) -> list[File]:
        """The files whose partition columns have these values."""
        wanted = {f"partition.{name}": value for name, value in partition.items()}
        return [file for file in self.files().to_pylist() if wanted.items() <= file.items()]

    def read(self, path: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Read one file; the partition columns are not in it.

        Raises FileGone, and LakeUnusable when the newest log still names the file.
        """
        try:
            with self._storage.open_input_file(path) as source:
                return pq.ParquetFile(source).read(columns=columns)
        except FileNotFoundError as error:
            self.refresh()
            if path in self.files()["path"].to_pylist():
                raise LakeUnusable(f"{self.uri}/{path}", "it is gone", FILES_MISSING) from error
            raise FileGone(path) from error

    def rows(self, files: Iterable[File]) -> pa.Table:
        """All rows of some files, in the full schema. Raises FileGone."""
        tables = [self._completed(self.read(file["path"]), file) for file in files]
        return pa.concat_tables([self.table.schema.empty_table(), *tables]).combine_chunks()

    def stored(self) -> list[str]:
        """Paths of all Parquet files in the folder, named by the log or not."""
        with lake_errors(self.uri):
            found = self._storage.get_file_info(pafs.FileSelector("", recursive=True))
        paths = [info.path for info in found if info.path.endswith(".parquet")]
        return [path for path in paths if not path.startswith("_delta_log/")]

    def delete(self, path: str) -> None:
        """Delete a file that no commit names; somebody else may have done so already."""
        with lake_errors(self.uri), suppress(FileNotFoundError):
            self._storage.delete_file(path)

    def delete_half_written(self) -> None:
        """Delete what writers killed in the middle of a file left on a disk, after a day."""
        # object_store writes `x.parquet#1` and renames it; its own listings leave that out.
        for path in () if is_remote(self.uri) else Path(self.uri).rglob("*.parquet#*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < time.time() - 86_400:
                    path.unlink()

    def shorten_log(self) -> None:
        """Write a checkpoint, and delete the log from before it that is older than 7 days."""
        with self._lock, lake_errors(self.uri):
            self._delta.create_checkpoint()
            self._delta.cleanup_metadata()

    def _actions(self, version: int) -> list[dict[str, Any]]:
        """What one commit says, as the Delta protocol writes it; nothing if it was cleaned away."""
        try:
            with self._storage.open_input_file(f"_delta_log/{version:020d}.json") as source:
                return [msgspec.json.decode(line) for line in source.read().splitlines()]
        except FileNotFoundError:
            return []

    def _completed(self, rows: pa.Table, file: File) -> pa.Table:
        for name in self.table.partitions:
            field = self.table.schema.field(name)
            value = pa.scalar(file[f"partition.{name}"], field.type)
            rows = rows.append_column(field, pa.repeat(value, len(rows)))
        for field in self.table.schema:
            if field.name not in rows.schema.names:
                rows = rows.append_column(field, pa.nulls(len(rows), field.type))
        return rows.select(self.table.schema.names)

    def _unnamed(self, added: Iterable[AddAction]) -> list[AddAction]:
        named = set(self.files()["path"].to_pylist())
        return [action for action in added if action.path not in named]

    def _removal(self, file: File, *, data_change: bool) -> RemoveAction:
        return RemoveAction(
            file["path"],
            data_change=data_change,
            deletion_timestamp=_milliseconds(datetime.now(UTC)),
            size=file["size_bytes"],
            partition_values={n: str(file[f"partition.{n}"]) for n in self.table.partitions},
        )

    def _write_file(
        self, values: dict[str, Any], rows: pa.Table, claim: Claim, order_by: Sequence[str]
    ) -> AddAction:
        folders = [f"{name}={quote(str(value))}" for name, value in values.items()]
        path = "/".join([*folders, claim.file_name()])
        with self._storage.open_output_stream(path) as sink:
            size = parquet.write(rows, sink, order_by)
        return AddAction(
            path=path,
            size=size,
            partition_values={name: str(value) for name, value in values.items()},
            modification_time=_milliseconds(datetime.now(UTC)),
            data_change=True,
            stats=parquet.statistics(rows, self.table.ranged),
        )
