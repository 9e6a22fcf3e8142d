"""Files and folders as Dropbox shows them (files.stone, Metadata), as items."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from connectors.bodies import part
from connectors.dropbox.refusals import RouteError
from connectors.dropbox.sharing import Owner, People
from connectors.dropbox.team import Root, Team
from connectors.inventory import Item


class _Sharing(msgspec.Struct):
    shared_folder_id: str | None = None
    parent_shared_folder_id: str | None = None


class Entry(msgspec.Struct):
    """What is told of a file or folder."""

    tag: str = msgspec.field(name=".tag", default="unknown")
    id: str | None = None  # what was deleted has none
    name: str | None = None
    path_lower: str | None = None
    path_display: str | None = None
    size: int | None = None
    content_hash: str | None = None
    server_modified: datetime | None = None
    has_explicit_shared_members: bool | None = None
    sharing_info: _Sharing | None = None

    @property
    def mounts(self) -> str | None:
        """The namespace that begins here, where this is no folder of its own."""
        return self.sharing_info.shared_folder_id if self.sharing_info else None

    @property
    def within(self) -> str | None:
        """The shared folder that it lies in, wherever that is mounted."""
        return self.sharing_info.parent_shared_folder_id if self.sharing_info else None

    @property
    def item_id(self) -> str | None:
        """Its id; that of the namespace for a folder that only mounts one."""
        return f"ns:{self.mounts}" if self.mounts else self.id


class Folders:
    """The folders of one namespace by path; one that was not met is asked for once."""

    def __init__(self, team: Team, namespace_id: str) -> None:
        self.namespace_id = namespace_id
        self._team = team
        self._ids: dict[str, str] = {"": f"ns:{namespace_id}"}

    def meet(self, entries: Iterable[Entry]) -> None:
        """Remember the folders among these."""
        for entry in entries:
            if entry.tag == "folder" and entry.path_lower and entry.item_id:
                self._ids[entry.path_lower] = entry.item_id

    def holding(self, entry: Entry) -> str:
        """The id of the folder that an entry lies in.

        If that has just gone, the namespace: an event will tell where the entry is now.
        """
        path = (entry.path_lower or "").rpartition("/")[0]
        if path not in self._ids:
            self._ids[path] = self._asked(path) or self._ids[""]
        return self._ids[path]

    def _asked(self, path: str) -> str | None:
        headers = self._team.reach(self.namespace_id)
        try:
            found = self._team.api.call("files/get_metadata", {"path": path}, Entry, headers)
        except RouteError:
            return None
        return found.item_id


def item_of(row: bytes, entry: Entry, folders: Folders, owner: Owner, given: People | None) -> Item:
    """An entry of a namespace as an item; `given` says who was given it by itself."""
    return Item(
        item_id=entry.id or "",
        item_kind=entry.tag,
        name=entry.name,
        path=entry.path_display,
        parent_id=folders.holding(entry),
        root_id=folders.namespace_id,
        size=entry.size,
        content_hash=entry.content_hash,
        modified_at=entry.server_modified,
        people=given.shares if given else [],
        raw=row.decode("utf-8", "replace"),
        **owner._asdict(),
    )


def item_of_root(root: Root, people: People) -> Item:
    """A namespace as an item, which no listing shows."""
    return Item(
        item_id=f"ns:{root.namespace_id}",
        item_kind="folder",
        name=root.name,
        path="/",
        root_id=root.namespace_id,
        people=people.shares,
        raw=root.raw,
        **people.owner._asdict(),
    )


def read(row: bytes) -> Entry:
    """An entry of Dropbox's JSON."""
    return part(row, Entry)
