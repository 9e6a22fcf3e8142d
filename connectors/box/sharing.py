"""Who was let into an item, and the link that opens it: collaborations and `shared_link` of Box."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from connectors.box.enterprise import LIMIT, Enterprise, page
from connectors.box.refusals import Forbidden, Missing
from connectors.box.wire import Id, text
from connectors.inventory import Link, Person, Share, outsider

# Box gives `item` only for what was accepted, and everybody with access, also by a folder above.
COLLABORATIONS = {
    "limit": str(LIMIT),
    "fields": "type,id,item,accessible_by,invite_email,role,status,expires_at",
}
# `effective_access`: "the effective access level …, which can be more restrictive" than `access`
OPENS_TO: dict[str, Literal["public", "internal", "nobody_else"]] = {
    "open": "public",
    "company": "internal",
    "collaborators": "nobody_else",
}


class _Who(msgspec.Struct):
    id: Id = None
    type: str | None = None
    name: str | None = None
    login: str | None = None


class _At(msgspec.Struct):
    id: Id = None


class _Collaboration(msgspec.Struct):
    item: _At | None = None
    accessible_by: _Who | None = None
    invite_email: str | None = None
    role: str | None = None
    status: str | None = None
    expires_at: datetime | None = None


class _Permissions(msgspec.Struct):
    can_download: bool | None = None


class SharedLink(msgspec.Struct):
    """The one link that an item may have."""

    url: str
    effective_access: str | None = None
    effective_permission: str | None = None
    is_password_enabled: bool | None = None
    unshared_at: datetime | None = None
    permissions: _Permissions | None = None


class Given(NamedTuple):
    """To whom an item was given by itself, and who of them is an outsider.

    `shares` is None where Box does not say.
    """

    shares: Sequence[Share] | None
    outsiders: Sequence[Person] = ()


NOBODY = Given(())


def given(
    enterprise: Enterprise,
    path: str,
    owner_id: str | None,
    *,
    as_user: str | None,
    since: datetime | None = None,
) -> Given:
    """Whom an item was given to, besides its owner; `path` is the item's, like `files/7`.

    A user is an outsider who was on no list of users since then.
    """
    item_id = path.rpartition("/")[2]
    shares: list[Share] = []
    outsiders: dict[str, Person] = {}
    marker: str | None = None
    while True:
        asked = f"{path}/collaborations"
        try:
            rows, marker = page(
                enterprise.api, asked, COLLABORATIONS, _Collaboration, marker, as_user=as_user
            )
        except (Forbidden, Missing):
            return Given(None)
        for row, told in rows:
            elsewhere = told.item and text(told.item.id) != item_id
            if elsewhere or told.status == "rejected":
                continue
            share = _share(enterprise, told, since)
            if share.id is None or share.id != owner_id:
                shares.append(share)
            person = outsider(share, row)
            if person:
                outsiders.setdefault(person.person_id, person)
        if marker is None:
            return Given(shares, list(outsiders.values()))


def _share(enterprise: Enterprise, told: _Collaboration, since: datetime | None) -> Share:
    who = told.accessible_by or _Who(login=told.invite_email)
    number, email = text(who.id), text(who.login)
    kind: Literal["member", "external", "invited", "group"] = "member"
    if who.type == "group":
        kind = "group"
    elif not enterprise.users.get(number or (email or "").lower(), since):
        kind = "external" if number else "invited"
    return Share(
        kind=kind,
        id=number,
        email=email,
        name=text(who.name),
        role=told.role,
        external=kind in {"external", "invited"},
        status=told.status,
        expires_at=told.expires_at,
    )


def link(item_id: str, told: SharedLink, row: bytes) -> Link:
    """An item's link. Events name it by the last part of its address."""
    return Link(
        link_id=told.url.rstrip("/").rpartition("/")[2],
        item_id=item_id,
        url=told.url,
        audience=told.effective_access,
        opens_to=OPENS_TO.get(told.effective_access or "", "unknown"),
        password=told.is_password_enabled,
        expires_at=told.unshared_at,
        downloads=told.permissions.can_download if told.permissions else None,
        access=told.effective_permission,
        raw=row.decode("utf-8", "replace"),
    )
