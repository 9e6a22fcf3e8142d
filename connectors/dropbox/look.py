"""What has become of single items, because an event says that they have changed.

It takes two requests for each item, itself and its links; one more where it was given to people by
itself; and once for each folder and shared folder that they lie in, one for its id and one for its
owner. The lists of members and namespaces are read again only for what they lack.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from connectors.columns import json_object
from connectors.dropbox.columns import assets_of, item_id
from connectors.dropbox.entries import Entry, Folders, item_of, item_of_root, read
from connectors.dropbox.links import links_to
from connectors.dropbox.refusals import RouteError
from connectors.dropbox.sharing import People, people_of_files, people_of_root
from connectors.dropbox.team import Root, Team, tree_of
from connectors.inventory import Item, Listing, Touched, closed

NAMESPACE = "ns:"
GONE = {"path/not_found", "no_permission"}  # not in this namespace; no such namespace


def look(team: Team, touched: Sequence[Touched]) -> Iterator[Listing]:
    """See `Connector.look`."""
    looking = _Looking(team)
    for each in touched:
        asked = datetime.now(UTC)
        try:
            seen = looking.at(each)
        except RouteError as refusal:
            seen = closed(each, str(refusal))
        yield msgspec.structs.replace(seen, fetched_at=asked)


def places(touched: Touched) -> list[str]:
    """The namespaces where an item may lie, the likeliest first.

    An event that moved it has it twice among its assets, and says which of them it became.
    """
    event = json_object(touched.event or b"")
    assets = assets_of(event.get("assets"))
    details = event.get("details")
    moves = details.get("relocate_action_details") if isinstance(details, dict) else None
    moves = moves if isinstance(moves, list) else []
    became = [move.get("dest_asset_index") for move in moves if isinstance(move, dict)]
    named = [
        (number in became, number, asset.path.namespace_relative.ns_id)
        for number, asset in enumerate(assets)
        if item_id(asset) == touched.item_id and asset.path and asset.path.namespace_relative
    ]
    newest_first = [namespace_id for *_, namespace_id in sorted(named, reverse=True)]
    return list(dict.fromkeys(filter(None, (*newest_first, touched.root_id))))


class _Looking:
    """One look at several items, which remembers what they have in common."""

    def __init__(self, team: Team) -> None:
        self._team = team
        self._since = datetime.now(UTC)
        self._owners: dict[str, People] = {}
        self._folders: dict[str, Folders] = {}

    def at(self, touched: Touched) -> Listing:
        if touched.item_id.startswith(NAMESPACE):
            return self._at_root(touched.item_id.removeprefix(NAMESPACE), known=touched.known)
        for namespace_id in places(touched):
            found = self._found(touched.item_id, namespace_id)
            if found and found[1].within not in {None, found[2]}:
                found = self._found(touched.item_id, found[1].within or "") or found
            if found:
                return self._present(touched, *found)
        return _now(Item(item_id=touched.item_id, state="deleted"))

    def _at_root(self, namespace_id: str, *, known: bool) -> Listing:
        root = self._team.roots.get(namespace_id, self._since, fresh=True)
        if not root:
            return _now(Item(item_id=f"{NAMESPACE}{namespace_id}", state="deleted"))
        people = self._people_of(root)
        item = item_of_root(root, people)
        links = links_to(self._team, item.item_id, namespace_id, self._since)
        found = [] if known else [tree_of(root)]
        return msgspec.structs.replace(
            _now(item), people=people.outsiders, links=links, found=found
        )

    def _found(self, item_id: str, namespace_id: str) -> tuple[bytes, Entry, str] | None:
        """What Dropbox tells of an item, and the namespace that it lies in."""
        argument = {"path": item_id, "include_has_explicit_shared_members": True}
        headers = self._team.reach(namespace_id)
        try:
            row = bytes(self._team.api.call("files/get_metadata", argument, msgspec.Raw, headers))
        except RouteError as refusal:
            if refusal.tags in GONE:
                return None
            raise
        return row, read(row), namespace_id

    def _present(self, touched: Touched, row: bytes, entry: Entry, namespace_id: str) -> Listing:
        item_id = touched.item_id
        if entry.mounts:
            # What lay in the folder lies in the namespace since it was shared.
            mounted = self._at_root(entry.mounts, known=False)
            no_more = Item(item_id=item_id, state="deleted")
            return msgspec.structs.replace(mounted, items=[no_more, *mounted.items])
        root = self._team.roots.get(namespace_id, self._since)
        if not root:
            return _now(Item(item_id=item_id, state="left"))
        folders = self._folders.setdefault(namespace_id, Folders(self._team, namespace_id))
        given = None
        if entry.has_explicit_shared_members:
            given = people_of_files(self._team, namespace_id, [item_id]).get(item_id)
        item = item_of(row, entry, folders, self._people_of(root).owner, given)
        links = links_to(self._team, item_id, namespace_id, self._since)
        outsiders = given.outsiders if given else ()
        here_before = touched.known and touched.root_id in {None, namespace_id}
        new_folder = entry.tag == "folder" and not here_before
        found = [tree_of(root, item_id)] if new_folder else []
        return msgspec.structs.replace(_now(item), people=outsiders, links=links, found=found)

    def _people_of(self, root: Root) -> People:
        if root.namespace_id not in self._owners:
            self._owners[root.namespace_id] = people_of_root(self._team, root)
        return self._owners[root.namespace_id]


def _now(item: Item) -> Listing:
    """A listing of one item and, so far, no links to it."""
    return Listing(items=[item], all_links=True, fetched_at=datetime.now(UTC))
