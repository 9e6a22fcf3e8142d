"""Files, folders and web links as Box shows them, as items."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import msgspec

from connectors.bodies import decoded
from connectors.box.enterprise import ROOT, Enterprise
from connectors.box.sharing import NOBODY, SharedLink, given, link
from connectors.box.wire import Id, User, text
from connectors.inventory import Item, Link, Person

# `fields` replaces the standard set; a field that a kind of item does not have is left out.
FIELDS = (
    "id,type,name,sha1,size,path_collection,parent,created_at,modified_at,content_modified_at"
    ",owned_by,item_status,shared_link,has_collaborations,is_externally_owned,tags,classification"
)
PATHS = {"file": "files", "folder": "folders", "web_link": "web_links"}


class _Folder(msgspec.Struct):
    id: Id = None
    name: str | None = None


class _Above(msgspec.Struct):
    entries: list[_Folder] = []


class Entry(msgspec.Struct):
    """What is told of an item."""

    id: Id
    type: str
    name: str | None = None
    sha1: str | None = None
    size: int | None = None
    path_collection: _Above | None = None
    parent: _Folder | None = None
    created_at: datetime | None = None
    modified_at: datetime | None = None
    content_modified_at: datetime | None = None
    owned_by: User | None = None
    item_status: str | None = None
    shared_link: msgspec.Raw = msgspec.Raw()
    has_collaborations: bool | None = None

    link: SharedLink | None = None  # what `shared_link` says

    def __post_init__(self) -> None:
        raw = bytes(self.shared_link)
        if raw not in {b"", b"null"}:
            self.link = decoded(raw, SharedLink)

    @property
    def owner_id(self) -> str | None:
        return text(self.owned_by.id) if self.owned_by else None


class Found(NamedTuple):
    """What Box tells of an item, and as whom we saw it."""

    row: bytes
    entry: Entry
    as_user: str | None


class Seen(NamedTuple):
    """An item with its link and the outsiders who were let in."""

    item: Item
    links: list[Link]
    outsiders: list[Person]


def seen(
    enterprise: Enterprise,
    found: Found,
    root_id: str | None,
    since: datetime | None = None,
) -> Seen:
    """An entry of Box's as an item; asks for its people where it has any of its own."""
    entry = found.entry
    item_id, parent = str(entry.id), text(entry.parent.id) if entry.parent else None
    people = NOBODY
    if entry.has_collaborations and entry.type in PATHS:
        path = f"{PATHS[entry.type]}/{item_id}"
        people = given(enterprise, path, entry.owner_id, as_user=found.as_user, since=since)
    item = Item(
        item_id=item_id,
        item_kind=entry.type,
        name=entry.name,
        path=_path(entry),
        parent_id=None if parent == ROOT else parent,
        root_id=root_id,
        size=entry.size,
        content_hash=entry.sha1,
        created_at=entry.created_at,
        modified_at=entry.content_modified_at or entry.modified_at,
        owner_kind="person" if entry.owner_id else "unknown",
        owner_id=entry.owner_id,
        owner_email=text(entry.owned_by.login) if entry.owned_by else None,
        owner_unknown=None if entry.owner_id else "Box does not say who owns it",
        people=people.shares,
        raw=found.row.decode("utf-8", "replace"),
    )
    links = [link(item_id, entry.link, bytes(entry.shared_link))] if entry.link else []
    return Seen(item, links, list(people.outsiders))


def _path(entry: Entry) -> str | None:
    if entry.path_collection is None:
        return None
    above = [step.name for step in entry.path_collection.entries if text(step.id) != ROOT]
    return "/" + "/".join(filter(None, [*above, entry.name]))
