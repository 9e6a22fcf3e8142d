"""Who is in which folder, who was given which file, and the links that exist (sharing.stone)."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sandbox.cast import HOME, TEAM, Person, opaque
from sandbox.company import Company
from sandbox.dropbox.entries import Entries
from sandbox.dropbox.forms import iso
from sandbox.links import DAY, PUBLIC, TEAM_ONLY, Link
from sandbox.sharing import GROUP, INVITED, NOBODY_ELSE, OWNER, PERSON, Given

Wire = dict[str, Any]
_POLICIES = {PUBLIC: "anyone", TEAM_ONLY: "team", NOBODY_ELSE: "members"}
_EVERYONE = -1  # the group of the whole team
_AFTER_FILES = 2**32


class Linked(NamedTuple):
    """A link with the namespace that holds what it opens: a folder at `path`, or a file.

    `order` is its place among all links, for ever.
    """

    order: int
    link: Link
    namespace: int
    path: str | None = None


class Shares:
    """Shares in wire shape; a namespace goes by its number, ROOT (-1) being the team's root."""

    def __init__(self, entries: Entries, born: int) -> None:
        self.world, self.company = entries.world, entries.company
        self._entries, self._sharing, self._born = entries, entries.sharing, born

    def folder_members(self, number: int) -> Wire | None:
        """SharedFolderMembers without cursor; None for what is no shared folder."""
        if number < 0:
            return self._members([Given(GROUP, _EVERYONE, "viewer")])
        if self.world.namespaces[number].kind == HOME:
            return None
        return self._members(self._sharing.in_namespace(number))

    def file_members(self, file: int, *, inherited: bool = True) -> Wire:
        """SharedFileMembers without cursor: the owner, who was given the file, who its folder."""
        namespace = self.world.namespaces[self.world.shelf.namespace[file]]
        given = self._sharing.on_file(file)
        if namespace.kind == HOME:
            given.insert(0, Given(PERSON, namespace.owner, OWNER))
        direct = self._members(given)
        if inherited and namespace.kind != HOME:
            known = {(g.kind, g.number) for g in given}
            others = [
                g
                for g in self._sharing.in_namespace(namespace.index)
                if (g.kind, g.number) not in known
            ]
            for kind, members in self._members(others, inherited=True).items():
                direct[kind] += members
        return direct

    def shared_folders(self, person: int) -> list[Wire]:
        """SharedFolderMetadata of the team and shared folders that the member can open."""
        numbers = sorted(set(self.world.membership.folders[person]))
        return [self.shared_folder(number, person) for number in numbers]

    def shared_folder(self, number: int, person: int) -> Wire:
        """SharedFolderMetadata as the member sees it."""
        folder = self.world.namespaces[number]
        policy = _POLICIES[self._sharing.policy(number)]
        return {
            "access_type": {".tag": "owner" if folder.owner == person else "editor"},
            "is_inside_team_folder": False,
            "is_team_folder": folder.kind == TEAM,
            "name": folder.name,
            "path_lower": f"/{folder.name.lower()}",
            "path_display": f"/{folder.name}",
            "policy": {
                "member_policy": {".tag": "anyone"},
                "resolved_member_policy": {".tag": "anyone"},
                "acl_update_policy": {".tag": "editors"},
                "shared_link_policy": {".tag": policy},
            },
            "preview_url": f"https://www.dropbox.com/scl/fo/{opaque(15, folder.id)}",
            "shared_folder_id": folder.id,
            "time_invited": iso(self._born - 200 * DAY),
            "access_inheritance": {".tag": "inherit"},
            "owner_team": {"id": self.company.team_id, "name": self.company.name},
        }

    def links(
        self,
        *,
        owner: int | None = None,
        file: int | None = None,
        folder: tuple[int, str] | None = None,
    ) -> Iterator[Linked]:
        """The links that exist: all those of a member, those to a file, or that to a folder.

        A link ends with the account of who made it; one that has expired is still there.
        """
        if folder is not None:
            every = self._on_folder(*folder)
        elif file is not None:
            every = self._on_files(self._sharing.links_to(file))
        else:
            every = self._of(-1 if owner is None else owner)
        for linked in every:
            maker = linked.link.owner
            if owner in {None, maker} and self.company.people[maker].status == "active":
                yield linked

    def link(self, linked: Linked) -> Wire:
        """SharedLinkMetadata."""
        if linked.path is None:
            return self._entries.file_link(linked.link)
        return self._entries.folder_link(linked.link, linked.namespace, linked.path)

    def _of(self, owner: int) -> Iterator[Linked]:
        every = self.world.links.all
        mine = [n for n in range(len(every)) if every[n].owner == owner and not every[n].ended]
        yield from self._on_files(mine)
        for namespace in range(len(self.world.namespaces)):
            for path, link in self._sharing.links_on_folders(namespace).items():
                if link.owner == owner:
                    yield from self._on_folder(namespace, path)

    def _on_files(self, numbers: Iterable[int]) -> Iterator[Linked]:
        shelf, every = self.world.shelf, self.world.links.all
        for number in numbers:
            file = every[number].file
            if not shelf.gone[file]:
                yield Linked(number, every[number], shelf.namespace[file])

    def _on_folder(self, namespace: int, path: str) -> Iterator[Linked]:
        links = self._sharing.links_on_folders(namespace)
        if path in links:
            order = _AFTER_FILES * (1 + namespace) + list(links).index(path)
            yield Linked(order, links[path], namespace, path)

    def _members(self, given: list[Given], *, inherited: bool = False) -> Wire:
        people = self.company.people
        told: Wire = {"users": [], "groups": [], "invitees": []}
        for kind, number, role in given:
            about: Wire = {"access_type": {".tag": role}, "is_inherited": inherited}
            if kind == PERSON:
                told["users"].append(about | {"user": self._user(people[number])})
            elif kind == GROUP:
                told["groups"].append(about | {"group": self._group(number)})
            elif kind == INVITED:
                invitee = {".tag": "email", "email": people[number].email}
                told["invitees"].append(about | {"invitee": invitee})
        return told

    def _user(self, person: Person) -> Wire:
        user: Wire = {
            "account_id": person.account_id,
            "email": person.email,
            "display_name": person.name,
            "same_team": person.member_id is not None,
        }
        if person.member_id is not None:
            user["team_member_id"] = person.member_id
        return user

    def _group(self, number: int) -> Wire:
        company = self.company
        members = company.people[: company.members]
        group, name = company.groups[number] if number >= 0 else _everyone(company)
        return {
            "group_name": name,
            "group_id": group,
            "member_count": sum(number in {_EVERYONE, p.department} for p in members),
            "group_management_type": {
                ".tag": "company_managed" if number >= 0 else "system_managed"
            },
            "group_type": {".tag": "team"},
            "is_member": True,
            "is_owner": False,
            "same_team": True,
        }


def _everyone(company: Company) -> tuple[str, str]:
    return "g:" + opaque(32, company.seed, "group", "everyone"), f"Everyone at {company.name}"
