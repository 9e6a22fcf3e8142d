"""The ledger: what the log of `events` says about landings, as a table of its own.

The truth is in the log, in the same commit as the rows. The ledger is caught up with the log after
each landing and before each reading, so a process that died between the two loses nothing. Its
claim is the version of `events` that it has reached, hence no landing gets into it twice.
"""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, asdict, dataclass
from datetime import datetime
from typing import Literal

import msgspec
import numpy as np
import pyarrow as pa

from data.delta import DeltaFolder
from data.errors import FileGone
from data.upkeep import compact

Lane = Literal["history", "live", "reconcile"]

_APP = re.compile(r"[a-z][a-z0-9]{0,31}")
_CONNECTION = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_CLAIM = "events"
_METADATA = "landing"
_POSITION = ["app", "connection", "lane", "window_start", "window_end", "done"]
# A lane that syncs every minute writes 1440 files of one row a day; reading opens each.
_MANY = 64


@dataclass(frozen=True)
class Stream:
    """The event stream of one connection."""

    app: str
    connection: str

    def __post_init__(self) -> None:
        if not _APP.fullmatch(self.app) or not _CONNECTION.fullmatch(self.connection):
            raise ValueError(
                f"{self.app!r}, {self.connection!r} cannot name a stream: a connection's name has"
                " 1 to 63 small letters, digits and hyphens, and begins with no hyphen."
            )

    @property
    def key(self) -> str:
        return f"{self.app}/{self.connection}"


@dataclass(frozen=True)
class Position:
    """How far a lane has read with a batch. The `cursor` is the vendor's text, never touched.

    `in_lake` and `in_log` are what the lane `reconcile` counts; see `data.tables.LANDINGS`.
    """

    lane: Lane
    _: KW_ONLY
    fetched_at: datetime
    window_start: datetime | None = None
    window_end: datetime | None = None
    cursor: str | None = None
    done: bool = False
    pages: int = 0
    note: str | None = None
    in_lake: int | None = None
    in_log: int | None = None


@dataclass(frozen=True, kw_only=True)
class Landing:
    """One row of `landings`; `data.tables.LANDINGS` says what each part means."""

    app: str
    connection: str
    n: int
    lane: Lane
    window_start: datetime | None
    window_end: datetime | None
    cursor: str | None
    done: bool
    pages: int
    rows: int
    repeats: int
    unknown: int
    first_event_time: datetime | None
    last_event_time: datetime | None
    fetched_at: datetime
    landed_at: datetime
    note: str | None
    in_lake: int | None = None
    in_log: int | None = None

    def metadata(self) -> dict[str, str]:
        """The landing as it goes into the metadata of its commit."""
        return {_METADATA: msgspec.json.encode(self).decode()}


# Made here, once: threads that make one of a type at the same time can end the process.
_LANDING = msgspec.json.Decoder(Landing)


class Ledger:
    """The landings of all streams, in the order of the log of `events`."""

    def __init__(self, events: DeltaFolder, landings: DeltaFolder) -> None:
        self._events = events
        self._landings = landings

    def catch_up(self) -> None:
        """Enter all landings of the log, as this process sees it, that are not yet here."""
        reached = self._events.version
        while (claim := self._landings.claim(_CLAIM, reached)).after < reached:
            missing = [
                _LANDING.decode(commit[_METADATA])
                for commit in self._events.commits(after=claim.after)
                if _METADATA in commit and commit["version"] <= reached
            ]
            rows = pa.Table.from_pylist(
                [asdict(landing) for landing in missing], schema=self._landings.table.schema
            )
            added = self._landings.write(rows, claim)
            if not self._landings.commit(claim, added):
                self._landings.discard(added)
            elif reached // _MANY > claim.after // _MANY:
                compact(self._landings, at_least=_MANY)

    def read(self, stream: Stream | None = None, *, newest: bool = False) -> list[Landing]:
        """All landings, or one stream's, by app, connection and n.

        `newest`: only the last of each lane, window and state of being done.
        """
        order = [(name, "ascending") for name in ("app", "connection", "n")]
        rows = self._rows(stream).sort_by(order)
        if newest:
            rows = rows.append_column("at", pa.array(np.arange(len(rows))))
            last = rows.group_by(_POSITION).aggregate([("at", "max")])
            rows = rows.take(last["at_max"].combine_chunks().sort()).drop_columns("at")
        return [Landing(**row) for row in rows.to_pylist()]

    def _rows(self, stream: Stream | None) -> pa.Table:
        self._landings.refresh()
        files = self._landings.files().to_pylist()
        key = stream and (stream.app, stream.connection)
        try:
            return self._landings.rows(
                file
                for file in files
                if key in (None, (file["partition.app"], file["partition.connection"]))
            )
        except FileGone:
            return self._rows(stream)
