"""What a scan sees: people, items and links as an app shows them at one moment, in words of ours.

The fields are columns of the tables of the same names; `data/tables/` says what each means. A
field is None where the app does not tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

import msgspec

Kind = Literal["member", "external", "invited", "group", "team"]


class Person(msgspec.Struct, kw_only=True, frozen=True):
    """A member of the tenant, or an outsider who was let in. `person_id` is what events say."""

    person_id: str
    kind: Kind
    email: str | None = None
    name: str | None = None
    role: str | None = None
    admin: bool | None = None
    status: str | None = None
    joined_at: datetime | None = None
    raw: str


class Share(msgspec.Struct, kw_only=True, frozen=True):
    """Somebody who was given an item itself, not one of the folders that it lies in."""

    kind: Kind
    id: str | None = None
    email: str | None = None
    name: str | None = None
    role: str | None = None
    external: bool
    status: str | None = None
    expires_at: datetime | None = None


def outsider(share: Share, raw: bytes) -> Person | None:
    """The person behind a share to somebody from outside; None for a group and for our own."""
    person_id = share.id or share.email
    if not share.external or share.kind == "group" or person_id is None:
        return None
    return Person(
        person_id=person_id,
        kind=share.kind,
        email=share.email,
        name=share.name,
        raw=raw.decode("utf-8", "replace"),
    )


class Item(msgspec.Struct, kw_only=True, frozen=True):
    """A file or folder, or the end of one.

    `parent_id` is None for the root of a tree. `people` is empty where nobody but the owner was
    given the item, None where the app did not say. `owner_unknown` says why there is no owner, or
    why an item is closed to us.
    """

    item_id: str
    state: Literal["present", "deleted", "left", "closed"] = "present"
    item_kind: str | None = None
    name: str | None = None
    path: str | None = None
    parent_id: str | None = None
    root_id: str | None = None
    size: int | None = None
    content_hash: str | None = None
    created_at: datetime | None = None
    modified_at: datetime | None = None
    owner_kind: Literal["person", "team", "external", "unknown"] | None = None
    owner_id: str | None = None
    owner_email: str | None = None
    owner_unknown: str | None = None
    people: Sequence[Share] | None = None
    raw: str | None = None


class Link(msgspec.Struct, kw_only=True, frozen=True):
    """A shared link that exists. `opens_to` is what the vendor's effective setting comes to."""

    link_id: str
    item_id: str
    url: str | None = None
    audience: str | None = None
    opens_to: Literal["public", "internal", "nobody_else", "unknown"]
    password: bool | None = None
    expires_at: datetime | None = None
    downloads: bool | None = None
    access: str | None = None
    owner_id: str | None = None
    owner_email: str | None = None
    raw: str


class Branch(msgspec.Struct, kw_only=True, frozen=True):
    """What an app lists in one go, page by page: its members, a namespace, a folder.

    `key` names it within the connection; `about` is what the connector needs to list it, as text
    of its own that outlives the process; `person_id` says whose it is.
    """

    key: str
    kind: Literal["people", "roots", "links", "tree"]
    about: str = ""
    person_id: str | None = None


class Listing(msgspec.Struct, kw_only=True, frozen=True):
    """One page of a branch, or the answer about items that were touched.

    `found` are further branches to list; in an answer, what lies in a folder that was not known.
    `all_links` says of an answer that every link of its item is here. `refused` says why the app
    does not let us list the branch, which ends it.
    """

    people: Sequence[Person] = ()
    items: Sequence[Item] = ()
    links: Sequence[Link] = ()
    found: Sequence[Branch] = ()
    all_links: bool = False
    cursor: str | None = None
    more: bool = False
    refused: str | None = None
    fetched_at: datetime


class Touched(msgspec.Struct, kw_only=True, frozen=True):
    """An item to look at again: where it was last seen, and the event that says it has changed.

    `known` says that it was there when it was last seen, and so was what lies in it.
    """

    item_id: str
    root_id: str | None = None
    event: bytes | None = None
    known: bool = True


def closed(touched: Touched, reason: str) -> Listing:
    """The answer about an item that the app does not let us look at."""
    item = Item(
        item_id=touched.item_id, state="closed", root_id=touched.root_id, owner_unknown=reason
    )
    return Listing(items=[item], refused=reason, fetched_at=datetime.now(UTC))
