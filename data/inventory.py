"""What scans have seen: people, items and links, and how far each scan has come.

An observation may be recorded twice without harm: whoever asks takes the newest. So rows are
committed first and the step that they belong to after them. A process killed between the two has
that step done once more, and nothing is ever missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from data import catalog
from data.lake import Lake, Stream
from data.tables import ITEMS, LINKS, LISTINGS, PEOPLE, Table

Row = Mapping[str, Any]
"""A row with the columns of its table but app, connection and landed_at."""

SKEW = timedelta(minutes=1)  # between our clock and the vendor's, as far as the API test lets pass


@dataclass(frozen=True, kw_only=True)
class Scan:
    """One scan, known by when it began. `open` and `closed` count branches, `seen` rows."""

    started_at: datetime
    done: bool = False
    open: int = 0
    closed: int = 0
    seen: int = 0


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What is to be recorded together.

    Of the items in `all_links_of` every link that exists is among `links`; others have ended.
    """

    people: Sequence[Row] = ()
    items: Sequence[Row] = ()
    links: Sequence[Row] = ()
    steps: Sequence[Row] = ()
    all_links_of: Sequence[str] = ()


@dataclass(frozen=True)
class Inventory:
    """The observations of one connection."""

    lake: Lake
    stream: Stream

    def scans(self) -> list[Scan]:
        """Every scan, oldest first."""
        return [Scan(**row) for row in self._ask("scans")]

    def changed_since(self) -> datetime | None:
        """From when on changes are to be looked at; None before the first scan.

        What changed before the newest whole scan began, that scan has seen.
        """
        scans = self.scans()
        whole = [scan.started_at for scan in scans if scan.done]
        return max(whole, default=min((scan.started_at for scan in scans), default=None))

    def touched(self) -> list[dict[str, Any]]:
        """Items that changed after they were last observed: `data/queue/touched.sql`."""
        since = self.changed_since()
        return self._ask("touched", since=since - SKEW) if since else []

    def branches(self, scan: datetime) -> list[dict[str, Any]]:
        """What the scan has found to read, and where it stands: `data/queue/branches.sql`."""
        return self._ask("branches", scan=scan)

    def unseen(self, scan: datetime) -> list[dict[str, Any]]:
        """Items that this scan has not come across: `data/queue/unseen.sql`."""
        return self._ask("unseen", scan=scan)

    def record(self, scan: datetime, seen: Seen) -> None:
        """Commit what was seen, then the steps that it came with."""
        self._append(PEOPLE, seen.people)
        self._append(ITEMS, seen.items)
        self._append(LINKS, [*seen.links, *map(_gone, self._ended_links(seen))])
        self._append(LISTINGS, [{**step, "scan_started_at": scan} for step in seen.steps])

    def end_unseen_links(self, scan: datetime) -> None:
        """Record that links are gone which a whole scan has not met."""
        self._append(LINKS, [_gone(link) for link in self._ask("unseen_links", scan=scan)])

    def _ended_links(self, seen: Seen) -> list[dict[str, Any]]:
        if not seen.all_links_of:
            return []
        told = [link["link_id"] for link in seen.links]
        return self._ask("ended_links", items=list(seen.all_links_of), told=told)

    def _append(self, table: Table, rows: Sequence[Row]) -> None:
        if not rows:
            return
        stamp = {
            "app": self.stream.app,
            "connection": self.stream.connection,
            "landed_at": datetime.now(UTC),
        }
        values = pa.Table.from_pylist([{**row, **stamp} for row in rows], schema=table.schema)
        self.lake.append(table, self.stream, values)

    def _ask(self, name: str, **parameters: object) -> list[dict[str, Any]]:
        app, connection = self.stream.app, self.stream.connection
        return catalog.queue(self.lake, name, app=app, connection=connection, **parameters)


def _gone(link: Row) -> Row:
    """The observation that a link is no more."""
    return {
        **link,
        "state": "gone",
        "opens_to": "nobody_else",
        "observed_at": datetime.now(UTC),
    }
