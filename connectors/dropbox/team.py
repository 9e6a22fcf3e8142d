"""Who is on the team, and which trees of files it has: Dropbox calls those namespaces.

A scan begins with both lists. What they told is kept for whoever looks at single items later.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from typing import TypeVar

import msgspec

from connectors.bodies import part
from connectors.dropbox.api import Api, acting
from connectors.dropbox.probe import administrator
from connectors.dropbox.refusals import RouteError
from connectors.errors import CursorLost
from connectors.inventory import Branch, Listing, Person
from connectors.known import Known

P = TypeVar("P", bound="_Page")

Calls = tuple[str, dict[str, object], str]

MEMBERS = Branch(key="members", kind="people")
NAMESPACES = Branch(key="namespaces", kind="roots")
# The first call of each list, with its argument, and the call for more.
LIST_MEMBERS: Calls = (
    "team/members/list_v2",
    {"limit": 1000, "include_removed": True},
    "team/members/list/continue_v2",
)
LIST_NAMESPACES: Calls = ("team/namespaces/list", {}, "team/namespaces/list/continue")
# Nobody can be made to act (Select-User) who is not yet or no longer on the team. For whom is
# suspended Dropbox refuses by name, which the listing of their links then tells.
SELECTABLE = {"active", "suspended"}


class Tag(msgspec.Struct):
    """A union of which the tag says enough."""

    tag: str = msgspec.field(name=".tag", default="unknown")


class Member(msgspec.Struct, omit_defaults=True):
    """A member by the ids and the address that events use, and the root that they see."""

    team_member_id: str
    account_id: str | None = None
    email: str | None = None
    root_folder_id: str | None = None

    @property
    def person_id(self) -> str:
        """As events name the actor; the other id where there is no account yet."""
        return self.account_id or self.team_member_id


class Root(msgspec.Struct, omit_defaults=True):
    """A namespace, and the member whose own it is; written as JSON, what a branch is about.

    With a `folder`, by its id, it is only what lies in that.
    """

    namespace_id: str
    name: str
    kind: str
    raw: str
    member: Member | None = None
    folder: str | None = None


class _Name(msgspec.Struct):
    display_name: str | None = None


class _Profile(Member):
    status: Tag = msgspec.field(default_factory=Tag)
    name: _Name = msgspec.field(default_factory=_Name)
    joined_on: datetime | None = None

    def member(self) -> Member:
        return Member(self.team_member_id, self.account_id, self.email, self.root_folder_id)


class _Role(msgspec.Struct):
    name: str


class _Member(msgspec.Struct):
    profile: _Profile
    roles: list[_Role] = []


class _Namespace(msgspec.Struct):
    namespace_id: str
    name: str
    namespace_type: Tag
    team_member_id: str | None = None


class _Page(msgspec.Struct):
    cursor: str
    has_more: bool


class _Members(_Page):
    members: list[msgspec.Raw]


class _Namespaces(_Page):
    namespaces: list[msgspec.Raw]


class Team:
    """What this process knows of one team. Threads share it."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.members = Known(self._all_members)
        self.roots = Known(self._all_roots)

    @cached_property
    def admin(self) -> str:
        """The member behind the token, who may look into all of the team."""
        return administrator(self.api).team_member_id

    def reach(self, namespace_id: str) -> dict[str, str]:
        """The headers that open a namespace, whoever it belongs to."""
        return acting(admin=self.admin, root=namespace_id)

    def list_members(self, cursor: str | None = None) -> Iterator[Listing]:
        """Everybody who will be, is or was on the team, and where to find their links."""
        began, whole = datetime.now(UTC), cursor is None
        known: dict[str, Member] = {}
        for page, asked in self._pages(LIST_MEMBERS, _Members, cursor):
            rows = [bytes(raw) for raw in page.members]
            seen = [part(row, _Member) for row in rows]
            known |= {each.profile.team_member_id: each.profile.member() for each in seen}
            found = [
                links_of(each.profile.member())
                for each in seen
                if each.profile.status.tag in SELECTABLE
            ]
            if not page.has_more:
                found.append(NAMESPACES)
                if whole:
                    self.members.keep(known, began)
            yield Listing(
                people=[_person(row, each) for row, each in zip(rows, seen, strict=True)],
                found=found,
                cursor=page.cursor,
                more=page.has_more,
                fetched_at=asked,
            )

    def list_roots(self, cursor: str | None = None) -> Iterator[Listing]:
        """A branch for each namespace. Dropbox says of its list that it may repeat some."""
        for page, asked in self._pages(LIST_NAMESPACES, _Namespaces, cursor):
            roots = {root.namespace_id: root for root in self._roots(page)}
            yield Listing(
                found=[tree_of(root) for root in roots.values()],
                cursor=page.cursor,
                more=page.has_more,
                fetched_at=asked,
            )

    def _pages(
        self, calls: Calls, kind: type[P], cursor: str | None
    ) -> Iterator[tuple[P, datetime]]:
        first, argument, then = calls
        more = True
        while more:
            asked = datetime.now(UTC)
            try:
                if cursor is None:
                    page = self.api.call(first, argument, kind)
                else:
                    page = self.api.call(then, {"cursor": cursor}, kind)
            except RouteError as error:
                raise CursorLost(error.tags) from None
            yield page, asked
            cursor, more = page.cursor, page.has_more

    def _all_members(self) -> dict[str, Member]:
        pages = self._pages(LIST_MEMBERS, _Members, None)
        rows = (bytes(raw) for page, _ in pages for raw in page.members)
        members = (part(row, _Member).profile.member() for row in rows)
        return {member.team_member_id: member for member in members}

    def _all_roots(self) -> dict[str, Root]:
        pages = self._pages(LIST_NAMESPACES, _Namespaces, None)
        return {root.namespace_id: root for page, _ in pages for root in self._roots(page)}

    def _roots(self, page: _Namespaces) -> Iterator[Root]:
        for raw in map(bytes, page.namespaces):
            seen, text = part(raw, _Namespace), raw.decode("utf-8", "replace")
            member = None
            if seen.team_member_id:
                member = self.members.get(seen.team_member_id)
            yield Root(seen.namespace_id, seen.name, seen.namespace_type.tag, text, member)


def links_of(member: Member) -> Branch:
    """The branch of a member's links."""
    return Branch(
        key=f"links:{member.team_member_id}",
        kind="links",
        about=msgspec.json.encode(member).decode(),
        person_id=member.person_id,
    )


def tree_of(root: Root, folder: str | None = None) -> Branch:
    """The branch of a namespace, or of a folder in it."""
    root = msgspec.structs.replace(root, folder=folder)
    return Branch(
        key=f"folder:{folder}" if folder else f"ns:{root.namespace_id}",
        kind="tree",
        about=msgspec.json.encode(root).decode(),
        person_id=root.member.person_id if root.member else None,
    )


def _person(row: bytes, seen: _Member) -> Person:
    """A member. Roles have free names; those who have none administer nothing."""
    return Person(
        person_id=seen.profile.person_id,
        kind="member",
        email=seen.profile.email,
        name=seen.profile.name.display_name,
        role=seen.roles[0].name if seen.roles else None,
        admin=bool(seen.roles),
        status=seen.profile.status.tag,
        joined_at=seen.profile.joined_on,
        raw=row.decode("utf-8", "replace"),
    )
