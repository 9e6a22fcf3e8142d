"""Who acted, from where, on what: the members of an event as flat columns.

Nothing in an event tells a member of the enterprise from an outsider who has an account with Box,
so whoever signed in and is no admin, as far as the event tells, is of `actor_kind` unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa

from connectors import activities
from connectors.box.wire import Details, Id, Item, Source, User, text
from connectors.columns import STRING, TIME, Member, int64, moment, moment_or_none
from connectors.wire import fitted

# "Some events are performed by users that are not logged in … the user is set to the unknown user
# (user_id = 2)" (box-openapi, Event). Not only then: failed logins and Shield alerts have it too.
NOBODY = "2"
# "The format will always be AutomationUser_AppServiceID_RandomString@boxdevedition.com", and
# AppUser_… for app users: developer.box.com/platform/user-types
APPS = "@boxdevedition.com"
ITEMS = frozenset({"file", "folder", "web_link"})
NO_ADDRESS = "Unknown IP"

Other = Mapping[str, str | None]


class Actor(NamedTuple):
    """The columns of `created_by`; `nobody` marks the unknown user, until its type tells more."""

    actor_kind: str = "unknown"
    actor_id: str | None = None
    actor_email: str | None = None
    actor_name: str | None = None
    authenticated: bool | None = None
    nobody: bool = False


class Type(NamedTuple):
    """An event type's columns."""

    native_type: str
    activity: str
    category: str
    outcome: str
    external: bool | None


class Acted(NamedTuple):
    """The columns of `source`, and the people and groups that it names."""

    item_kind: str | None = None
    item_id: str | None = None
    item_name: str | None = None
    item_path: str | None = None
    item_size: int | None = None
    item_owner_email: str | None = None
    item_ids: Sequence[str] | None = None
    others: Sequence[Other] = ()


class Told(NamedTuple):
    """The columns of `additional_details`; `by_admin` says that an administrator acted."""

    size: int | None
    client: str | None
    link_id: str | None
    by_admin: bool
    others: Sequence[Other]


def actor(value: User) -> Actor:
    """Who did it. A missing one is unknown, never unauthenticated."""
    number, email = text(value.id), text(value.login)
    if number == NOBODY:
        return Actor(actor_email=email, nobody=True)
    if number is None and email is None:
        return Actor(actor_name=text(value.name))
    kind = "app" if email and email.endswith(APPS) else "unknown"
    return Actor(kind, number, email, text(value.name), True)


def event_type(value: object) -> Type:
    """A type, with the activity that `activities.csv` has for it."""
    native = (text(value) if isinstance(value, str) else None) or "unknown"
    known = activities.load("box").get(native, activities.UNKNOWN)
    external = True if native.startswith("SHIELD_EXTERNAL_") else None
    return Type(native, known.activity, known.category, known.outcome, external)


def acted(value: Source) -> Acted:
    """The item acted on, in whichever notation it comes; nothing where it was no item."""
    item = _item(value)
    kind, number = text(item.type), text(item.id)
    ids = [number] if number and kind in ITEMS else None
    owner = text(item.owned_by.login) if item.owned_by else None
    where = _path(value, item.name)
    return Acted(kind, number, text(item.name), where, int64(value.size), owner, ids, _named(value))


def _item(value: Source) -> Item:
    if value.item_id or value.item_type:
        return Item(value.item_type, value.item_id, value.item_name, value.owned_by)
    if value.file_id:
        return Item("file", value.file_id, value.file_name, value.owned_by)
    if value.folder_id:
        return Item("folder", value.folder_id, value.folder_name, value.owned_by)
    if value.item:
        return value.item
    if value.type in ITEMS or value.type == "app_item":
        return Item(value.type, value.id, value.name, value.owned_by)
    return Item(owned_by=value.owned_by)


def _path(value: Source, name: str | None) -> str | None:
    """The names from below the root, whose id is 0, to the item, where the event has them."""
    steps = value.path_collection.entries if value.path_collection else None
    if steps is None:
        return None
    return "/" + "/".join(
        step for step in (*(s.name for s in steps if text(s.id) != "0"), name) if step
    )


def _named(value: Source) -> list[Other]:
    found = []
    if value.type in {"user", "group"}:
        found.append(_other(value.type, value.id, value.login, value.name))
    if value.user_id or value.user_email:
        found.append(_other("user", value.user_id, value.user_email, value.user_name))
    if value.group_id:
        found.append(_other("group", value.group_id, None, value.group_name))
    return found


def _other(kind: str | None, number: Id, email: str | None, name: str | None) -> Other:
    return {"kind": text(kind), "id": text(number), "email": text(email), "name": text(name)}


def accessible(value: User) -> tuple[Sequence[Other]]:
    """The user or group that a collaboration lets in."""
    who = _other(value.type, value.id, value.login, value.name)
    return ([who] if any(who.values()) else [],)


def details(value: Details) -> Told:
    """What else Box says about an act."""
    group = value.group_id or value.group_name
    return Told(
        int64(value.size),
        text(value.service_name),
        text(value.shared_link_id),
        value.is_performed_by_admin is True,
        [_other("group", value.group_id, None, value.group_name)] if group else [],
    )


def address(value: object) -> tuple[str | None]:
    """An IP address as told; Box says so where it knows none."""
    return (value if isinstance(value, str) and value != NO_ADDRESS else None,)


FLAG = pa.bool_()
MEMBERS = {
    "event_id": Member({"event_id": STRING}, lambda value: (text(value),), Id),
    "event_type": Member(dict.fromkeys(Type._fields, STRING) | {"external": FLAG}, event_type, str),
    "created_at": Member({"event_time": TIME}, lambda value: (moment(value),), str),
    "recorded_at": Member({"recorded_at": TIME}, lambda value: (moment_or_none(value),), str),
    "created_by": Member(
        dict.fromkeys(Actor._fields, STRING) | {"authenticated": FLAG, "nobody": FLAG},
        actor,
        User,
        lambda value: fitted(value, User),
    ),
    "action_by": Member(
        {"on_behalf_of_id": STRING, "on_behalf_of_email": STRING},
        lambda user: (text(user.id), text(user.login)),
        User,
        lambda value: fitted(value, User),
    ),
    "accessible_by": Member({}, accessible, User, lambda value: fitted(value, User)),
    "source": Member(
        dict.fromkeys(Acted._fields[:-1], STRING)
        | {"item_size": pa.int64(), "item_ids": pa.list_(STRING)},
        acted,
        Source,
        lambda value: fitted(value, Source),
    ),
    "additional_details": Member(
        dict.fromkeys(Told._fields[:-1], STRING) | {"size": pa.int64(), "by_admin": FLAG},
        details,
        Details,
        lambda value: fitted(value, Details),
    ),
    "ip_address": Member({"ip": STRING}, address, str),
    "session_id": Member({"session_id": STRING}, lambda value: (text(value),), Id),
}
