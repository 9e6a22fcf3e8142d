"""What connectors saw, gathered into what one landing records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec

from connectors.inventory import Branch, Item, Listing
from data.inventory import Row, Seen

NO_CHANGES: Mapping[str, datetime] = MappingProxyType({})


@dataclass
class Batch:
    """Listings of some branches, as rows."""

    people: list[Row] = field(default_factory=list)
    items: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    steps: list[Row] = field(default_factory=list)
    told_items: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many people, items and links."""
        return len(self.people) + len(self.items) + len(self.links)

    def full(self, pages: int, rows: int) -> bool:
        """Whether it holds so many pages or rows."""
        return self.rows >= rows or sum(step["pages"] for step in self.steps) >= pages

    def scan(self, state: str) -> None:
        """The scan itself has begun, or is done."""
        self._step(Branch(key="", kind="tree"), state, kind="scan")

    def found(self, branch: Branch) -> None:
        """There is a branch to be read."""
        self._step(branch, "found")

    def read(self, branch: Branch, listing: Listing) -> None:
        """A page of a branch."""
        rows = self._add(listing, "walk")
        for further in listing.found:
            self.found(further)
        state = "refused" if listing.refused else "begun" if listing.more else "done"
        self._step(
            branch,
            state,
            cursor=listing.cursor if listing.more else None,
            reason=listing.refused,
            rows=rows,
            pages=1,
            fetched_at=listing.fetched_at,
        )

    def vanished(self, branch: Branch) -> None:
        """A branch that was found is no more."""
        self._step(branch, "done")

    def looked(self, listing: Listing, changed: Mapping[str, datetime]) -> None:
        """The answer about an item, and when it had changed, where an event says so."""
        self._add(listing, "touched", changed)
        self.told_items += [
            item.item_id
            for item in listing.items
            if listing.all_links or item.state in {"deleted", "left"}
        ]
        for branch in listing.found:
            self._step(branch, "reopened")

    def seen(self) -> Seen:
        """All of it, to be recorded."""
        return Seen(
            people=self.people,
            items=self.items,
            links=self.links,
            steps=self.steps,
            all_links_of=self.told_items,
        )

    def _add(
        self, listing: Listing, lane: str, changed: Mapping[str, datetime] = NO_CHANGES
    ) -> int:
        at = {"observed_at": listing.fetched_at}
        self.people += [msgspec.structs.asdict(person) | at for person in listing.people]
        self.links += [
            msgspec.structs.asdict(link) | at | {"state": "present"} for link in listing.links
        ]
        self.items += [
            _row(item) | at | {"lane": lane, "touched_at": changed.get(item.item_id)}
            for item in listing.items
        ]
        return len(listing.people) + len(listing.items) + len(listing.links)

    def _step(self, branch: Branch, state: str, **told: Any) -> None:
        step = {
            "branch": branch.key,
            "kind": branch.kind,
            "state": state,
            "about": branch.about,
            "person_id": branch.person_id,
            "rows": 0,
            "pages": 0,
        }
        self.steps.append(step | told)


def _row(item: Item) -> dict[str, Any]:
    row = msgspec.structs.asdict(item)
    if item.people is not None:
        row["people"] = [msgspec.structs.asdict(share) for share in item.people]
    return row
