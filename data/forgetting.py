"""Forgetting one connection: its rows leave the tables, and their bytes the disk.

The rows go in one commit a table. A compaction that is under way could bring them back in a merged
file, so that commit takes the claim of compactions: whichever of the two comes second is refused.
Verdicts, which are made of events, go after them: made meanwhile they would stay.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from data.claim import Claim
from data.delta import DeltaFolder
from data.errors import LakeUnusable
from data.lake import Lake, Stream
from data.opening import is_remote
from data.tables import VERDICTS
from data.upkeep import COMPACTION

_TRIES = 50


@dataclass(frozen=True)
class Holding:
    """What a table holds of a connection: rows, Parquet files, and their bytes."""

    table: str
    rows: int
    files: int
    bytes: int


def streams(lake: Lake, connection: str) -> list[Stream]:
    """The streams of that name of which anything is in the lake, one for each app."""
    apps = {
        file["partition.app"]
        for folder in lake.of_connections()
        for file in folder.files_of(connection=connection)
    }
    return [Stream(app, connection) for app in sorted(apps)]


def holdings(lake: Lake, stream: Stream) -> list[Holding]:
    """What each table holds of a connection, as it is now."""
    held = [
        (folder.table.name, folder.files_of(app=stream.app, connection=stream.connection))
        for folder in lake.of_connections()
    ]
    return [
        Holding(
            name,
            rows=sum(file["num_records"] or 0 for file in files),
            files=len(files),
            bytes=sum(file["size_bytes"] for file in files),
        )
        for name, files in held
    ]


def forget(lake: Lake, stream: Stream) -> None:
    """Delete all that is in the lake of a connection to which nobody writes any more.

    Files of old versions go as well; others may land meanwhile. The numbers of its claims are not
    used again, so a connection of the same name may begin anew at once. The commit log keeps
    counts, times and cursors of its landings until `vacuum` shortens it, which takes 7 days.
    """
    # Positions before rows: killed between the two, a new beginning would find repeats only.
    folders = list(reversed(lake.of_connections()))
    for folder in sorted(folders, key=lambda folder: folder.table is VERDICTS):
        _forget(folder, stream)


def _forget(folder: DeltaFolder, stream: Stream) -> None:
    for _ in range(_TRIES):
        folder.refresh()
        files = folder.files_of(app=stream.app, connection=stream.connection)
        if folder.commit(folder.claim(COMPACTION), removed=files):
            break
    else:
        raise LakeUnusable(folder.uri, f"others kept compacting it in {_TRIES} tries")
    prefix = f"app={stream.app}/connection={stream.connection}/"
    for path in folder.stored():
        if path.startswith(prefix) and Claim.of_file(path):
            folder.delete(path)
    if not is_remote(folder.uri):
        _tidy(Path(folder.uri, prefix))


def _tidy(place: Path) -> None:
    """Delete what writers killed in the middle of a file left there, and the empty folders."""
    for half in place.rglob("*.parquet#*"):
        half.unlink(missing_ok=True)
    folders = sorted(place.rglob("*/"), reverse=True)
    for folder in [*folders, place]:
        with suppress(OSError):  # it holds a file that is not ours
            folder.rmdir()
