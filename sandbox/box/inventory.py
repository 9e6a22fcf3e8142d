"""The truth about Box's people and items, in the ids that its API shows.

An item counts in the tree of its owner. `enterable` says whether anybody may enter that tree.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sandbox.box import ids
from sandbox.box.shelves import Shelves
from sandbox.box.tree import Node
from sandbox.box.users import User, Users
from sandbox.cast import HOME, MEMBER
from sandbox.exposure import Exposure, Fact
from sandbox.links import Link

Row = dict[str, Any]


class Inventory:
    """Rows of truth about an enterprise's shelves."""

    def __init__(self, shelves: Shelves, users: Users, enterable: Callable[[User], bool]) -> None:
        self.shelves, self.users, self._enterable = shelves, users, enterable
        self.world, self.company = shelves.tree.world, shelves.tree.world.company

    def items(self, now: datetime) -> Iterator[Row]:
        """Every folder, file and bookmark that a managed user owns."""
        exposure, tree = self._exposure(now), self.shelves.tree
        for number, owner in self._namespaces():
            reached = {}
            for fact in exposure.facts(number):
                if fact.file is None:
                    reached[fact.path] = fact.exposure
                if fact.path or self.world.namespaces[number].kind != HOME:
                    yield self._row(self._node(fact), owner, fact.exposure, fact.link)
            if bookmark := tree.bookmark(number):
                above = next(iter(tree.cabinet.folders(number)), "")
                yield self._row(bookmark, owner, reached[above], None)

    def people(self, now: datetime) -> Iterator[Row]:
        """Every managed user, and every outsider who was given something in a tree to enter."""
        exposure, people = self._exposure(now), self.company.people
        shared = [
            exposure.outsiders(number)
            for number, owner in self._namespaces()
            if self._enterable(owner)
        ]
        members = {person.index for person in people if person.kind == MEMBER}
        for number in sorted(members | {one.number for some in shared for one in some}):
            person = people[number]
            if person.account_id is None:
                yield _person(person.email, person.email, "invited")
            elif person.kind != MEMBER:
                yield _person(ids.user_id(self.company.seed, number), person.email, "external")
            elif person.status != "removed":
                user = self.users.of(person)
                yield _person(user.id, user.login, "member", admin=user.role != "user")

    def _namespaces(self) -> Iterator[tuple[int, User]]:
        """Those of the company's own users, each with its owner."""
        for number in range(len(self.world.namespaces)):
            owner = self.company.people[self.shelves.tree.owner(Node("folder", number))]
            if owner.status != "removed":
                yield number, self.users.of(owner)

    def _exposure(self, now: datetime) -> Exposure:
        tree = self.shelves.tree
        return Exposure(tree.cabinet, tree.sharing, self._linked, int(now.timestamp()))

    def _linked(self, number: int, path: str, file: int | None) -> list[tuple[Link, str]]:
        """A file has the link that was made last."""
        every, sharing = self.world.links.all, self.shelves.tree.sharing
        if file is None:
            links = list(sharing.links_on_folders(number).items())
            found = [
                (link, 10**9 * (1 + number) + n)
                for n, (where, link) in enumerate(links)
                if where == path
            ]
        else:
            found = [(every[n], n) for n in sharing.numbers_to(file)[-1:] if not every[n].ended]
        address = "https://larkfield.app.box.com/s"
        return [(link, f"{address}/{ids.link_id(self.world.seed, n)}") for link, n in found]

    def _node(self, fact: Fact) -> Node:
        if fact.file is not None:
            return self.shelves.tree.file(fact.file)
        return Node("folder", fact.namespace, fact.path)

    def _row(self, node: Node, owner: User, exposure: str, link: Row | None) -> Row:
        tree = self.shelves.tree
        above = tree.above(node)[-1]
        return {
            "item_id": tree.id(node),
            "item_kind": node.kind,
            "name": self.shelves.shapes.mini(node)["name"],
            "parent_id": None if tree.is_root(above) else tree.id(above),
            "root_id": owner.id,
            "owner_email": owner.login,
            "exposure": exposure,
            "link": link,
            "enterable": self._enterable(owner),
        }


def _person(person_id: str, email: str, kind: str, *, admin: bool = False) -> Row:
    return {"person_id": person_id, "email": email, "kind": kind, "admin": admin}
