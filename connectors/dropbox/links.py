"""The shared links of a member, or to an item (`sharing/list_shared_links`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, Literal
from urllib.parse import parse_qs, urlsplit

import msgspec

from connectors.bodies import part
from connectors.dropbox.api import Api, acting
from connectors.dropbox.refusals import NotSelectable, RouteError
from connectors.dropbox.team import Member, Tag, Team
from connectors.errors import CursorLost
from connectors.inventory import Link, Listing

OpensTo = Literal["public", "internal", "nobody_else", "unknown"]

# ResolvedVisibility and LinkAudience: "for some links, an effective_audience value is returned
# instead" of the former. A password keeps nobody out to whom it was passed on with the link.
OPENS_TO: Final[Mapping[str | None, OpensTo]] = {
    "public": "public",
    "password": "public",
    "team": "internal",
    "team_only": "internal",
    "team_and_password": "internal",
    "members": "nobody_else",
    "no_one": "nobody_else",
    "only_you": "nobody_else",
    "shared_folder_only": "nobody_else",
}
WITH_PASSWORD = {"password", "team_and_password"}
# https://www.dropbox.com/scl/fi/<key>/<name>?rlkey=<key> or /s/<key>/<name>: the name may change.
KEY = re.compile(r"/(?:scl/\w+|sh?)/[^/]+")


class _Permissions(msgspec.Struct):
    effective_audience: Tag | None = None
    resolved_visibility: Tag | None = None
    link_access_level: Tag | None = None
    require_password: bool | None = None
    allow_download: bool | None = None


class _Maker(msgspec.Struct):
    member_id: str | None = None


class _Link(msgspec.Struct):
    url: str
    tag: str = msgspec.field(name=".tag", default="unknown")
    id: str | None = None  # of the item that the link opens
    expires: datetime | None = None
    link_permissions: _Permissions = msgspec.field(default_factory=_Permissions)
    team_member_info: _Maker | None = None


class _Links(msgspec.Struct):
    links: list[msgspec.Raw]
    has_more: bool
    cursor: str | None = None


class _Sharing(msgspec.Struct):
    shared_folder_id: str | None = None


class _Folder(msgspec.Struct):
    sharing_info: _Sharing = msgspec.field(default_factory=_Sharing)


def links_by(api: Api, member: Member, cursor: str | None = None) -> Iterator[Listing]:
    """All links that a member made. See `Connector.listing`.

    Without the root of a team that has a team space, Dropbox would list those of the home alone.
    """
    headers = acting(user=member.team_member_id, root=member.root_folder_id)
    more = True
    while more:
        asked = datetime.now(UTC)
        try:
            page = api.call("sharing/list_shared_links", _from(cursor), _Links, headers)
        except NotSelectable as refusal:
            yield Listing(refused=refusal.problem, fetched_at=asked)
            return
        except RouteError as error:
            raise CursorLost(error.tags) from None
        links = [_read(bytes(raw)) for raw in page.links]
        cursor, more = page.cursor, page.has_more
        yield Listing(
            links=[_link(raw, seen, _opened(api, seen, headers), member) for raw, seen in links],
            cursor=cursor,
            more=more,
            fetched_at=asked,
        )


def links_to(team: Team, item_id: str, namespace_id: str, since: datetime) -> list[Link]:
    """The links to an item itself, whoever made them; their makers as known `since`."""
    found: list[Link] = []
    argument: dict[str, object] = {"path": item_id, "direct_only": True}
    while argument:
        page = team.api.call(
            "sharing/list_shared_links", argument, _Links, team.reach(namespace_id)
        )
        for raw, seen in (_read(bytes(raw)) for raw in page.links):
            maker = seen.team_member_info.member_id if seen.team_member_info else None
            found.append(
                _link(raw, seen, item_id, team.members.get(maker, since) if maker else None)
            )
        argument = _from(page.cursor) if page.has_more else {}
    return found


def _from(cursor: str | None) -> dict[str, object]:
    return {} if cursor is None else {"cursor": cursor}


def _read(raw: bytes) -> tuple[bytes, _Link]:
    return raw, part(raw, _Link)


def _opened(api: Api, link: _Link, headers: Mapping[str, str]) -> str | None:
    """The item that a link opens. A shared folder has an id wherever it is mounted, and is `ns:…`
    itself, which only the mounted folder tells."""
    if link.tag != "folder" or not link.id:
        return link.id
    try:
        folder = api.call("files/get_metadata", {"path": link.id}, _Folder, dict(headers))
    except RouteError:
        return link.id
    shared = folder.sharing_info.shared_folder_id
    return f"ns:{shared}" if shared else link.id


def _link(raw: bytes, seen: _Link, item_id: str | None, owner: Member | None) -> Link:
    permissions = seen.link_permissions
    effective = permissions.effective_audience or permissions.resolved_visibility
    audience = effective.tag if effective else None
    password = True if audience in WITH_PASSWORD else permissions.require_password
    link_id = _key(seen.url)
    return Link(
        link_id=link_id,
        item_id=item_id or link_id,
        url=seen.url,
        audience=audience,
        opens_to=OPENS_TO.get(audience, "unknown"),
        password=password,
        expires_at=seen.expires,
        downloads=permissions.allow_download,
        access=permissions.link_access_level.tag if permissions.link_access_level else None,
        owner_id=owner.person_id if owner else None,
        owner_email=owner.email if owner else None,
        raw=raw.decode("utf-8", "replace"),
    )


def _key(url: str) -> str:
    """Dropbox gives links no id: what stays of the address when the item is renamed."""
    parts = urlsplit(url)
    named = KEY.match(parts.path)
    path = named[0] if named else parts.path
    secret = parse_qs(parts.query).get("rlkey")
    return f"{path}?rlkey={secret[0]}" if secret else path
