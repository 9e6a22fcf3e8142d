"""The scan of a team: its members, their links, and all that lies in its namespaces.

A namespace is listed in one go, all folders deep (`files/list_folder`, recursive), without what is
mounted in it: that is a namespace of its own. So no item is met twice, and no walk goes in circles.
The namespace itself, which no listing shows, is the item `ns:…`, as Dropbox writes it in paths.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from connectors.decoders import decoder
from connectors.dropbox.entries import Folders, item_of, item_of_root, read
from connectors.dropbox.links import links_by
from connectors.dropbox.refusals import NotAllowed, RouteError
from connectors.dropbox.sharing import people_of_files, people_of_root
from connectors.dropbox.team import MEMBERS, Member, Root, Team
from connectors.errors import CursorLost
from connectors.inventory import Branch, Listing

ALL_OF_IT = {
    "recursive": True,
    "limit": 2000,
    "include_mounted_folders": False,
    "include_has_explicit_shared_members": True,
}


class _Page(msgspec.Struct):
    entries: list[msgspec.Raw]
    cursor: str
    has_more: bool


def branches() -> Sequence[Branch]:
    """The members, whose listing ends with the way to the namespaces."""
    return [MEMBERS]


def listing(team: Team, branch: Branch, cursor: str | None) -> Iterator[Listing]:
    """See `Connector.listing`."""
    if branch.kind == "people":
        return team.list_members(cursor)
    if branch.kind == "roots":
        return team.list_roots(cursor)
    if branch.kind == "links":
        return links_by(team.api, decoder(Member).decode(branch.about), cursor)
    return _tree(team, decoder(Root).decode(branch.about), cursor)


def _tree(team: Team, root: Root, cursor: str | None) -> Iterator[Listing]:
    """All that lies in a namespace, which itself comes with the first page; or in a folder."""
    began, first = datetime.now(UTC), cursor is None and not root.folder
    people, folders = None, Folders(team, root.namespace_id)
    more = True
    while more:
        asked = datetime.now(UTC)
        try:
            page = _page(team, root, cursor)
        except NotAllowed as refusal:
            yield Listing(refused=refusal.problem, fetched_at=asked)
            return
        except RouteError as refusal:
            if cursor is not None:
                raise CursorLost(refusal.tags) from None
            gone = root.folder and refusal.tags == "path/not_found"
            if not gone and team.roots.get(root.namespace_id, began, fresh=True):
                reason = f"Dropbox does not open this namespace ({refusal.tags})."
                yield Listing(refused=reason, fetched_at=asked)
            return
        people = people or people_of_root(team, root)
        rows = [(row, read(row)) for row in map(bytes, page.entries)]
        folders.meet(entry for _, entry in rows)
        shared = [entry.id for _, entry in rows if entry.id and entry.has_explicit_shared_members]
        given = people_of_files(team, root.namespace_id, shared)
        items = [
            item_of(row, entry, folders, people.owner, given.get(entry.id))
            for row, entry in rows
            if entry.id and not entry.mounts
        ]
        outsiders = [person for each in given.values() for person in each.outsiders]
        if first:
            items.insert(0, item_of_root(root, people))
            outsiders += people.outsiders
        first, cursor, more = False, page.cursor, page.has_more
        yield Listing(people=outsiders, items=items, cursor=cursor, more=more, fetched_at=asked)


def _page(team: Team, root: Root, cursor: str | None) -> _Page:
    headers = team.reach(root.namespace_id)
    if cursor is None:
        argument = ALL_OF_IT | {"path": root.folder or ""}
        return team.api.call("files/list_folder", argument, _Page, headers)
    return team.api.call("files/list_folder/continue", {"cursor": cursor}, _Page, headers)
