"""Who was given a shared folder or a single file (`sharing/list_folder_members`, `_file_members`).

Of a folder within another, inherited members count too: a namespace is the root of a tree of its
own. Of a file they do not: they were given a folder above it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import msgspec

from connectors.bodies import part
from connectors.dropbox.refusals import RouteError
from connectors.dropbox.team import Root, Tag, Team
from connectors.inventory import Person, Share, outsider

FILES_AT_ONCE = 100
MOST_OF_A_FILE = 300
MOST_OF_A_FOLDER = 1000
TEAMS_OWN = {"team_folder"}
SHARED = {"shared_folder", "team_folder"}


class Owner(NamedTuple):
    """The columns of an item that say whose it is."""

    owner_kind: Literal["person", "team", "external", "unknown"] = "unknown"
    owner_id: str | None = None
    owner_email: str | None = None
    owner_unknown: str | None = None


class People(NamedTuple):
    """Who was given an item: its owner, everybody else, and those of them from outside.

    `shares` is None where Dropbox does not say.
    """

    owner: Owner
    shares: Sequence[Share] | None = ()
    outsiders: Sequence[Person] = ()


class _User(msgspec.Struct):
    account_id: str
    email: str | None = None
    display_name: str | None = None
    same_team: bool = False


class _Group(msgspec.Struct):
    group_id: str
    group_name: str | None = None
    same_team: bool = False


class _Invitee(msgspec.Struct):
    email: str | None = None


class _Membership(msgspec.Struct):
    access_type: Tag
    is_inherited: bool = False
    user: _User | None = None
    group: _Group | None = None
    invitee: _Invitee | None = None


class _Members(msgspec.Struct):
    users: list[msgspec.Raw] = []
    groups: list[msgspec.Raw] = []
    invitees: list[msgspec.Raw] = []
    cursor: str | None = None

    def rows(self) -> list[bytes]:
        return [bytes(raw) for raw in (*self.users, *self.groups, *self.invitees)]


class _Result(msgspec.Struct):
    tag: str = msgspec.field(name=".tag", default="unknown")
    members: _Members | None = None
    member_count: int = 0


class _OfFile(msgspec.Struct):
    file: str
    result: _Result


def people_of_root(team: Team, root: Root) -> People:
    """The owner of a namespace and of all that lies in it, and who was let in."""
    if root.member:
        return People(Owner("person", root.member.person_id, root.member.email))
    if root.kind not in SHARED:
        return People(Owner(owner_unknown=f"Dropbox names nobody for a {root.kind}."))
    argument = {"shared_folder_id": root.namespace_id, "limit": MOST_OF_A_FOLDER}
    try:
        rows = list(_rows(team, "sharing/list_folder_members", argument, root.namespace_id))
    except RouteError as error:
        owner = Owner(owner_unknown=f"Dropbox does not tell who is in this folder ({error.tags}).")
        return People(Owner("team") if root.kind in TEAMS_OWN else owner, None)
    found = _understood(rows)
    return found._replace(owner=Owner("team")) if root.kind in TEAMS_OWN else found


def people_of_files(team: Team, namespace_id: str, files: Sequence[str]) -> dict[str, People]:
    """Who was given each of these files of a namespace by itself."""
    found: dict[str, People] = {}
    for start in range(0, len(files), FILES_AT_ONCE):
        answers = team.api.call(
            "sharing/list_file_members/batch",
            {"files": files[start : start + FILES_AT_ONCE]},
            list[_OfFile],
            team.reach(namespace_id),
        )
        for answer in answers:
            found[answer.file] = _people_of_file(team, namespace_id, answer)
    return found


def _people_of_file(team: Team, namespace_id: str, answer: _OfFile) -> People:
    members = answer.result.members
    if members is None:
        return People(Owner(), None)
    rows = members.rows()
    if answer.result.member_count > len(rows):
        argument = {"file": answer.file, "include_inherited": False, "limit": MOST_OF_A_FILE}
        rows = list(_rows(team, "sharing/list_file_members", argument, namespace_id))
    return _understood(rows, inherited=False)


def _rows(team: Team, route: str, argument: object, namespace_id: str) -> Iterator[bytes]:
    """All members of a folder or file, as Dropbox writes them; the last page has no cursor."""
    headers = team.reach(namespace_id)
    page = team.api.call(route, argument, _Members, headers)
    yield from page.rows()
    while page.cursor:
        page = team.api.call(f"{route}/continue", {"cursor": page.cursor}, _Members, headers)
        yield from page.rows()


def _understood(rows: Sequence[bytes], *, inherited: bool = True) -> People:
    owner = Owner(owner_unknown="Dropbox names no owner among who is in this folder.")
    shares: list[Share] = []
    outsiders: list[Person] = []
    for row in rows:
        seen = part(row, _Membership)
        share = _share(seen)
        if seen.access_type.tag == "owner":
            owner = Owner("external" if share.external else "person", share.id, share.email)
        elif inherited or not seen.is_inherited:
            shares.append(share)
        person = outsider(share, row)
        if person:
            outsiders.append(person)
    return People(owner, shares, outsiders)


def _share(seen: _Membership) -> Share:
    """A user, a group, or somebody invited, of whom Dropbox may know the account."""
    role, status = seen.access_type.tag, "invited" if seen.invitee else None
    if seen.group:
        return Share(
            kind="group",
            id=seen.group.group_id,
            name=seen.group.group_name,
            role=role,
            external=not seen.group.same_team,
        )
    if seen.user:
        return Share(
            kind="member" if seen.user.same_team else "external",
            id=seen.user.account_id,
            email=seen.user.email,
            name=seen.user.display_name,
            role=role,
            external=not seen.user.same_team,
            status=status,
        )
    email = seen.invitee.email if seen.invitee else None
    return Share(kind="invited", email=email, role=role, external=True, status=status)
