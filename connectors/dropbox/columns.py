"""Who acted, from where, on what: the parts of a TeamEvent as flat columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyarrow as pa

from connectors import activities, columns
from connectors.columns import PEOPLE, STRING, TIME, int64, moment
from connectors.dropbox import identity, wire
from connectors.dropbox.wire import Access, Asset, Origin, Path, Place, Session, User
from connectors.wire import fitted

KINDS = {"app": "app", "dropbox": "system", "anonymous": "unauthenticated", "reseller": "external"}


class Actor(NamedTuple):
    """An actor's columns."""

    actor_kind: str = "unknown"
    actor_id: str | None = None
    actor_email: str | None = None
    actor_name: str | None = None
    authenticated: bool | None = None


class Type(NamedTuple):
    """An event type's columns."""

    native_type: str
    activity: str
    category: str
    outcome: str


class From(NamedTuple):
    """An origin's columns."""

    ip: str | None
    country: str | None
    region: str | None
    city: str | None
    client: str | None
    session_id: str | None


class Item(NamedTuple):
    """The columns of the first asset, which is the one acted on."""

    item_kind: str | None = None
    item_id: str | None = None
    item_name: str | None = None
    item_path: str | None = None
    item_size: int | None = None
    item_ids: Sequence[str] | None = None


class Link(NamedTuple):
    """What details say of the link that was used, and of the item's owner."""

    link_id: str | None = None
    item_owner_email: str | None = None


def actor(value: wire.Actor) -> Actor:
    """An event's actor. A missing one is unknown, never unauthenticated: the field is optional."""
    user = value.user or value.admin
    if user:
        kind = "external"
        if user.tag == "team_member":
            kind = "admin" if value.admin else "member"
        return Actor(kind, *person(user), user.display_name, True)
    if value.app:
        return Actor("app", value.app.app_id, None, value.app.display_name, True)
    if value.tag == "reseller":
        return Actor("external", None, value.reseller_email, value.reseller_name, True)
    kind = KINDS.get(value.tag or "", "unknown")
    return Actor(kind, authenticated=False if kind == "unauthenticated" else None)


def person(user: User) -> tuple[str | None, str | None]:
    """Id and e-mail; the account id is what the other parts of events refer to."""
    return user.account_id or user.team_member_id, user.email


def origin(value: Origin) -> From:
    """Where the act came from, and with what."""
    place, access = value.geo_location or Place(), value.access_method or Access()
    session = access.end_user or Session(access.tag, access.session_id)
    return From(
        place.ip_address, place.country, place.region, place.city, session.tag, session.session_id
    )


def item(assets: Sequence[Asset]) -> Item:
    """The first asset. Where an item was moved, copied or renamed it is the source."""
    if not assets:
        return Item()
    asset = assets[0]
    return Item(
        asset.tag,
        item_id(asset),
        asset.display_name or asset.doc_title or asset.folder_name or asset.showcase_title,
        _path(asset.path) if asset.path else None,
        int64(asset.file_size),
        list(dict.fromkeys(filter(None, map(item_id, assets)))),
    )


def item_id(asset: Asset) -> str | None:
    """The asset's id. That of a namespace's own root is `ns:…`, as Dropbox writes it in paths.

    A listing shows what is in a namespace and never the root itself, so no other id would meet it.
    """
    within = asset.path.namespace_relative if asset.path else None
    if asset.tag == "folder" and within and within.ns_id and within.relative_path in {"", "/"}:
        return f"ns:{within.ns_id}"
    return asset.file_id or asset.doc_id or asset.folder_id or asset.showcase_id


def _path(path: Path) -> str | None:
    """The path as the actor saw it, else the one within its namespace."""
    within = path.namespace_relative
    return path.contextual or (within.relative_path if within else None)


def link(details: object) -> Link:
    """The link's address and its owner, from whichever of the details' fields carry them."""
    if not isinstance(details, dict):
        return Link()
    owner = details.get("shared_link_owner") or details.get("shared_content_owner")
    return Link(_text(details.get("shared_content_link")), fitted(owner, User).email)


def participants(value: object) -> list[dict[str, str | None]] | None:
    """The other people and groups of an event, as `{kind, id, email, name}`."""
    if not isinstance(value, list):
        return None
    return [_participant(each) for each in value if isinstance(each, dict)]


def _participant(value: dict[str, Any]) -> dict[str, str | None]:
    if value.get(".tag") == "user":
        user = fitted(value.get("user"), User)
        number, email = person(user)
        kind: str | None = "member" if user.tag == "team_member" else "external"
        return {"kind": kind, "id": number, "email": email, "name": user.display_name}
    return {
        "kind": _text(value.get(".tag")),
        "id": _text(value.get("group_id")),
        "email": None,
        "name": _text(value.get("display_name")),
    }


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def event_type(value: object) -> Type:
    """A type, with the activity that `activities.csv` has for it."""
    tag = value.get(".tag") if isinstance(value, dict) else None
    native = tag if isinstance(tag, str) else "unknown"
    known = activities.load("dropbox").get(native, activities.UNKNOWN)
    return Type(native, known.activity, known.category, known.outcome)


@dataclass(frozen=True)
class Member(columns.Member):
    """As in every app; `reduce` leaves of a typed value what identifies the event."""

    reduce: Callable[[Any], None] | None = None


def assets_of(value: object) -> list[Asset]:
    """A list of assets, from whatever stands in its place."""
    return [fitted(each, Asset) for each in value] if isinstance(value, list) else []


MEMBERS = {
    "actor": Member(
        dict.fromkeys(Actor._fields, STRING) | {"authenticated": pa.bool_()},
        actor,
        wire.Actor,
        lambda value: fitted(value, wire.Actor),
        identity.reduce_actor,
    ),
    "assets": Member(
        dict.fromkeys(Item._fields, STRING)
        | {"item_size": pa.int64(), "item_ids": pa.list_(STRING)},
        item,
        list[Asset],
        assets_of,
        identity.reduce_assets,
    ),
    "context": Member(
        {"on_behalf_of_id": STRING, "on_behalf_of_email": STRING},
        person,
        User,
        lambda value: fitted(value, User),
        identity.reduce_user,
    ),
    "details": Member(dict.fromkeys(Link._fields, STRING), link),
    "event_category": Member({}, lambda _: ()),
    "event_type": Member(dict.fromkeys(Type._fields, STRING), event_type),
    "involve_non_team_member": Member({"external": pa.bool_()}, lambda value: (value is True,)),
    "origin": Member(
        dict.fromkeys(From._fields, STRING),
        origin,
        Origin,
        lambda value: fitted(value, Origin),
        identity.reduce_origin,
    ),
    "participants": Member({"participants": PEOPLE}, lambda value: (participants(value),)),
    "timestamp": Member({"event_time": TIME}, lambda value: (moment(value),)),
}
