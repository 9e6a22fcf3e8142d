"""Keeping a table tidy: few files, no litter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pyarrow as pa

from data.claim import Claim
from data.delta import DeltaFolder, File
from data.errors import FileGone

# Rows of a file that is left alone, and the most rows of a merged one: 64 thousand events are about
# 10 MB of Parquet and, while they are merged, half a gigabyte of memory.
_LARGE = 32_768
_MOST = 65_536
COMPACTION = "compact"


def compact(folder: DeltaFolder, at_least: int = 2) -> int:
    """Merge the small files of each partition that has `at_least` so many; how many are fewer now.

    Merged files are ordered by the table's ranged columns. Whoever reads or lands meanwhile is not
    disturbed, and the old files stay until they are swept.
    """
    fewer = 0
    folder.refresh()
    for group in _groups(folder.files(), folder.table.ranged, at_least):
        claim = folder.claim(COMPACTION)
        try:
            added = folder.write(folder.rows(group), claim, order_by=folder.table.ranged)
        except FileGone:
            break
        # delta-rs 1.6 lets two commits remove one file; the claim keeps compactions apart.
        if not folder.commit(claim, added, group, same_rows=True):
            folder.discard(added)
            break
        fewer += len(group) - len(added)
        pa.default_memory_pool().release_unused()
    return fewer


def sweep(folder: DeltaFolder, *, fence: bool) -> int:
    """Delete the files that the log does not name; how many. Only files named as ours count.

    A file whose claim is not taken yet may be of a writer at work or of a killed one. With `fence`
    the claim is taken by an empty commit: a writer at work then loses it and lands under the next.
    """
    stored = [(path, Claim.of_file(path)) for path in folder.stored()]
    folder.refresh()
    if fence:
        for claim in sorted({c for _, c in _unnamed(folder, stored)}, key=lambda c: c.n):
            folder.commit(claim)
    litter = [
        path for path, claim in _unnamed(folder, stored) if claim.n <= folder.claimed(claim.key)
    ]
    for path in litter:
        folder.delete(path)
    return len(litter)


def _unnamed(
    folder: DeltaFolder, stored: list[tuple[str, Claim | None]]
) -> list[tuple[str, Claim]]:
    named = set(folder.files()["path"].to_pylist())
    return [(path, claim) for path, claim in stored if claim and path not in named]


def _groups(files: pa.Table, ranged: tuple[str, ...], at_least: int) -> Iterator[list[File]]:
    """Files to merge: small, of one partition, in order, together of `_MOST` rows at most."""
    partitions = [name for name in files.schema.names if name.startswith("partition.")]
    smalls = defaultdict(list)
    for file in files.sort_by([(f"min.{name}", "ascending") for name in ranged]).to_pylist():
        if (file["num_records"] or 0) < _LARGE:
            smalls[tuple(file[name] for name in partitions)].append(file)
    for small in smalls.values():
        group: list[File] = []
        for file in small if len(small) >= at_least else ():
            if sum(member["num_records"] or 0 for member in [*group, file]) > _MOST:
                yield group
                group = []
            group.append(file)
        if len(group) > 1:
            yield group
