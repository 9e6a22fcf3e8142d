"""What has become of single items, because an event says that they have changed.

It takes one request for each item, and one more where it was given to people; more where it is not
as the event or the last look has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Literal, NamedTuple

import msgspec

from connectors.bodies import decoded
from connectors.box.columns import acted
from connectors.box.enterprise import Enterprise, Tree, User
from connectors.box.entries import FIELDS, PATHS, Entry, Found, seen
from connectors.box.refusals import Forbidden, Missing
from connectors.box.wire import Source, text
from connectors.columns import json_object
from connectors.inventory import Branch, Item, Listing, Touched, closed
from connectors.wire import fitted

TRASHED = "trashed"
GONE = frozenset({"trashed", "deleted"})  # what `item_status` says of what is no more


class _Hint(NamedTuple):
    """What an event and the last look make likely: the item's kind, and whose it is."""

    kinds: Sequence[str]
    owners: Iterable[str]


def look(enterprise: Enterprise, touched: Sequence[Touched]) -> Iterator[Listing]:
    """See `Connector.look`."""
    since = datetime.now(UTC)
    for each in touched:
        asked = datetime.now(UTC)
        try:
            found = _find(enterprise, each)
            told = _told(enterprise, each, found, since) if found else _end(each, "deleted")
        except Forbidden as refusal:
            told = closed(each, refusal.problem)
        yield msgspec.structs.replace(told, fetched_at=asked)


def _find(enterprise: Enterprise, touched: Touched) -> Found | None:
    """The item, as its owner sees it or else as we do; None where it is no more.

    Raises:
        Forbidden: nobody who may see it lets us in.
    """
    if not (touched.item_id.isascii() and touched.item_id.isdecimal()):
        return None
    hint = _hint(touched)
    refused: Forbidden | None = None
    for as_user in dict.fromkeys([*map(enterprise.acting, hint.owners), None]):
        for kind in hint.kinds:
            try:
                return _get(enterprise, kind, touched.item_id, as_user)
            except Missing as missing:
                if missing.code == TRASHED:
                    return None
            except Forbidden as refusal:
                refused = refused or refusal
                break
    if refused:
        raise refused
    return None


def _hint(touched: Touched) -> _Hint:
    source = fitted(json_object(touched.event or b"").get("source"), Source)
    kind = acted(source).item_kind
    owner = text(source.owned_by.id) if source.owned_by else None
    owners = dict.fromkeys(each for each in (owner, touched.root_id) if each)
    return _Hint([kind] if kind in PATHS else list(PATHS), owners)


def _get(enterprise: Enterprise, kind: str, item_id: str, as_user: str | None) -> Found:
    def read(body: bytes) -> Found:
        return Found(body, decoded(body, Entry), as_user)

    path = f"{PATHS[kind]}/{item_id}"
    return enterprise.api.ask(path, {"fields": FIELDS}, read, as_user=as_user)


def _told(enterprise: Enterprise, touched: Touched, found: Found, since: datetime) -> Listing:
    """What was found, as its owner sees it: nobody else is told in which folder it lies."""
    owner = found.entry.owner_id
    if found.entry.item_status in GONE:
        return _end(touched, "deleted")
    if owner and enterprise.acting(owner) != found.as_user:
        if not enterprise.users.get(owner, since):
            return _end(touched, "left")
        with suppress(Missing, Forbidden):
            found = _get(enterprise, found.entry.type, touched.item_id, enterprise.acting(owner))
    told = seen(enterprise, found, owner or touched.root_id, since)
    return Listing(
        items=[told.item],
        found=_below(touched, found.entry),
        links=told.links,
        people=told.outsiders,
        all_links=True,
        fetched_at=since,
    )


def _below(touched: Touched, entry: Entry) -> list[Branch]:
    """What is to be listed with a folder that came with things in it, or took them to an owner."""
    owner = entry.owner_id
    here_before = touched.known and touched.root_id in {None, owner}
    if entry.type != "folder" or owner is None or here_before:
        return []
    login = text(entry.owned_by.login) if entry.owned_by else None
    return [Tree(User(owner, login), touched.item_id).branch()]


def _end(touched: Touched, state: Literal["deleted", "left"]) -> Listing:
    return Listing(
        items=[Item(item_id=touched.item_id, state=state, root_id=touched.root_id)],
        all_links=True,
        fetched_at=datetime.now(UTC),
    )
