"""Scanning: every branch of an app's tree read once, and what somebody just changed before that.

What comes next always follows from the lake (`data/queue`): items with a change newer than their
last observation, then branches not yet read in this scan, then items that the whole scan did not
meet. A scan may die at any instruction; whoever goes on repeats about a hundredth of it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.contract import Connector
from connectors.inventory import Branch, Touched
from data.inventory import Inventory, Scan
from tasks.scanning.sightings import Batch
from tasks.scanning.walk import Place, Step, Walk

# What one landing holds at most, and so what a kill may lose: a hundredth of what was read before,
# within these bounds of pages; so many rows; what came in so many seconds.
FEWEST, MOST = 4, 64
ROWS = 2_000
MOMENT = 4.0
PATIENCE = 1.0  # seconds after which a landing waits for no further page
EVERY = timedelta(hours=12)  # as the reference product walks
LOOKS = 100  # items looked at for one landing


class Scanner:
    """Scans one connection into its inventory. `told` hears after each landing how far it is."""

    def __init__(
        self,
        connector: Connector,
        inventory: Inventory,
        told: Callable[[Scan], None] = lambda _: None,
    ) -> None:
        self._connector = connector
        self._inventory = inventory
        self._told = told
        self._events = -1  # version of the events of which all changes have been looked at

    def due(self) -> bool:
        """Whether to walk: none is whole and recent, or one was ended in the middle."""
        scans = self._inventory.scans()
        return not scans or not scans[-1].done or datetime.now(UTC) - scans[-1].started_at > EVERY

    def begin(self, *, again: bool = False) -> datetime:
        """The scan that is under way, or a new one; always a new one with `again`."""
        scans = self._inventory.scans()
        if scans and not scans[-1].done and not again:
            return scans[-1].started_at
        started_at = datetime.now(UTC)
        batch = Batch()
        batch.scan("begun")
        for branch in self._connector.branches():
            batch.found(branch)
        self._inventory.record(started_at, batch.seen())
        return started_at

    def look(self) -> int:
        """Look at every item that changed since it was last seen. Returns how many.

        An item with a hundred changes is looked at once; a folder that is new, with all in it.
        """
        events = self._inventory.lake.refresh(["events"])["events"]
        if events == self._events or not (scans := self._inventory.scans()):
            return 0
        touched = self._inventory.touched()
        changed = {row["item_id"]: row["changed_at"] for row in touched}
        self._observe(scans[-1].started_at, map(_touched, touched), changed)
        self._events = events
        return len(touched)

    def walk(self, scan: datetime, seconds: float) -> bool:
        """Read branches for about so long, letting changed items go first between any two landings.

        Returns whether every branch has been read. Raises what the connector raises, with what was
        read before it landed.
        """
        places = [place for place, _ in self._branches(scan)]
        walk = Walk(self._connector, places, seconds)
        seen = self._inventory.scans()[-1].seen
        self.look()
        for batch in batches(walk.steps(PATIENCE), lambda: walk.closed // 100):
            self._inventory.record(scan, batch.seen())
            seen += batch.rows
            self._told(Scan(started_at=scan, open=walk.open, closed=walk.closed, seen=seen))
            self.look()
        return not walk.open

    def finish(self, scan: datetime) -> int:
        """Look at what the whole walk did not meet, and end the scan. Returns how many items."""
        self._inventory.end_unseen_links(scan)
        unseen = self._inventory.unseen(scan)
        self._observe(scan, map(_touched, unseen), {})
        self.look()
        batch = Batch()
        batch.scan("done")
        self._inventory.record(scan, batch.seen())
        self._told(self._inventory.scans()[-1])
        return len(unseen)

    def _observe(
        self, scan: datetime, touched: Iterable[Touched], changed: dict[str, datetime]
    ) -> None:
        """Look at items, and read the folders that turn out to be new."""
        waiting = list(touched)
        for first in range(0, len(waiting), LOOKS):
            batch = Batch()
            for listing in self._connector.look(waiting[first : first + LOOKS]):
                batch.looked(listing, changed)
            self._inventory.record(scan, batch.seen())
        reopened = [place for place, again in self._branches(scan) if again and not place.closed]
        for batch in batches(Walk(self._connector, reopened, math.inf).steps(PATIENCE)):
            self._inventory.record(scan, batch.seen())

    def _branches(self, scan: datetime) -> Iterator[tuple[Place, bool]]:
        """What the scan has found to read, and whether it is to be read once more."""
        for row in self._inventory.branches(scan):
            cursor, closed, again = row.pop("cursor"), row.pop("closed"), row.pop("reopened")
            yield Place(Branch(key=row.pop("branch"), **row), cursor, closed), again


def batches(
    steps: Iterable[Step | None], pages: Callable[[], int] = lambda: FEWEST
) -> Iterator[Batch]:
    """Steps by the batch, of so many `pages` within our bounds.

    What was read before an error is a batch, too; then the error follows.
    """
    batch, since = Batch(), time.monotonic()
    try:
        for step in steps:
            if step and step.listing:
                batch.read(step.branch, step.listing)
            elif step:
                batch.vanished(step.branch)
            size = max(FEWEST, min(pages(), MOST))
            late = step is None or time.monotonic() - since >= MOMENT
            if late or batch.full(size, ROWS):
                if batch.steps:
                    yield batch
                batch, since = Batch(), time.monotonic()
    except Exception:
        if batch.steps:
            yield batch
        raise
    if batch.steps:
        yield batch


def _touched(row: dict[str, Any]) -> Touched:
    event = row.get("event")
    return Touched(
        item_id=row["item_id"],
        root_id=row["root_id"],
        event=event.encode() if event else None,
        known=row.get("known", True),
    )
