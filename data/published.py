"""The file `lake.duckdb`: which face it shows, and when each former one was put into its place.

A face is written aside and renamed into place, so whoever has the former one open keeps it. When it
was, goes from each file into the next: that is all we know of when a row could first be seen.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from data.errors import LakeUnusable, lake_errors, unreadable

# Seconds after which a face written aside has been left by a killed process.
_LEFT_AFTER = 3600
# Without the version DuckDB 2.0 writes a file that an analyst's DuckDB 1.x cannot open. A face is
# small work, and every further thread keeps memory of its own in a process that is landing events.
_READABLE: dict[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": "v1.2.0",
    "threads": 1,
}
_MOVE_AWAY = "Move it away: the catalog is written there anew."
COLUMNS = {
    "published_at": "When the file with this face was put into its place.",
    "shows_until": "What had landed by then, it shows.",
}

SHOWN = {
    "digest": "Hash of all that makes views and macros.",
    "place": "The lake that the file was made for, in whatever folder it lies now.",
    "recipe": "Hash of what made it; another version of Casbah has another.",
    "at": "When this file was written.",
    "versions": "The newest version in the log of each table.",
}


@dataclass(frozen=True)
class Shown:
    """What a file says of itself; `SHOWN` tells what each part means."""

    digest: str
    place: str
    recipe: str


def shown(path: Path) -> Shown | None:
    """What the file says of itself; None if none is there, or none of this version whole.

    Raises LakeUnusable when it is something else than ours.
    """
    try:
        with duckdb.connect(path, read_only=True) as connection:
            found = connection.execute("select digest, place, recipe from published").fetchone()
    except duckdb.CatalogException as error:
        raise LakeUnusable(
            str(path), "it is a database, but not our catalog", _MOVE_AWAY
        ) from error
    except duckdb.Error:  # none there, cut short, or held open for writing by an analyst
        if not _may_replace(path):
            raise LakeUnusable(str(path), "it is not a DuckDB database", _MOVE_AWAY) from None
        return None
    return Shown(*found) if found else None


def write(
    path: Path, face: Iterable[str], now: Shown, versions: dict[str, int], shows_until: datetime
) -> None:
    """Put a face into its place."""
    aside = path.with_name(f"{path.name}.{uuid.uuid4().hex[:12]}")
    with lake_errors(str(path)):
        path.parent.mkdir(parents=True, exist_ok=True)
        for left in path.parent.glob(f"{path.name}.*"):
            with suppress(FileNotFoundError):
                if left.stat().st_mtime < time.time() - _LEFT_AFTER:
                    left.unlink()
        try:
            with duckdb.connect(aside, config=_READABLE) as connection:
                recall(connection, path)
                for statement in face:
                    connection.execute(statement)
                connection.execute(
                    "create table published as select $digest as digest, $place as place,"
                    " $recipe as recipe, now() as at, $versions as versions",
                    {**asdict(now), "versions": versions},
                )
                connection.execute("comment on table published is 'Which commits this file shows.'")
                for column, meaning in SHOWN.items():
                    connection.execute(f"comment on column published.\"{column}\" is '{meaning}'")
                connection.execute("insert into publications values (now(), $1)", [shows_until])
            aside.replace(path)
        except duckdb.Error as error:
            raise unreadable(str(path), error) from error
        finally:
            aside.unlink(missing_ok=True)


def recall(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Make the table `publications`, with what the file at `path` tells of the last 90 days."""
    connection.execute(
        "create table publications (published_at timestamptz, shows_until timestamptz)"
    )
    connection.execute("comment on table publications is 'One row is one face of this file.'")
    for column, meaning in COLUMNS.items():
        connection.execute(f"comment on column publications.{column} is '{meaning}'")
    if not path.exists():
        return
    # A file of before, half a file, or one that an analyst holds open for writing tells nothing.
    with suppress(duckdb.Error):
        connection.execute(f"attach '{str(path).replace(chr(39), chr(39) * 2)}' as was (read_only)")
        try:
            connection.execute(
                "insert into publications select published_at, shows_until from was.publications"
                " where published_at > now() - interval 90 days"
            )
        finally:
            connection.execute("detach was")


def _may_replace(path: Path) -> bool:
    """Is the file missing, empty, or a database by its first bytes?"""
    try:
        head = path.read_bytes()[:12]
    except OSError:
        return not path.exists()
    return not head or head[8:] == b"DUCK"
