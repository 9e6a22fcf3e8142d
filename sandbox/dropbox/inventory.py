"""The truth about Dropbox's people and items, in the ids that its API shows."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sandbox.cast import MEMBER, TEAM
from sandbox.dropbox.assets import folder_id
from sandbox.dropbox.directory import ROLES, Directory
from sandbox.exposure import Exposure, Fact
from sandbox.links import Link
from sandbox.shelf import file_id, name_of

Row = dict[str, Any]


class Inventory:
    """Rows of truth about a directory's team."""

    def __init__(self, directory: Directory) -> None:
        self.directory, self.world, self.company = directory, directory.world, directory.company

    def items(self, now: datetime) -> Iterator[Row]:
        """Every namespace, folder and file."""
        root = self.directory.root
        yield {
            "item_id": f"ns:{root}",
            "item_kind": "folder",
            "name": f"{self.company.name} Team Folder",
            "parent_id": None,
            "root_id": root,
            "owner_email": None,
            "exposure": "internal",
            "link": None,
            "enterable": True,
        }
        exposure = self._exposure(now)
        for number in range(len(self.world.namespaces)):
            for fact in exposure.facts(number):
                yield self._row(fact)

    def people(self, now: datetime) -> Iterator[Row]:
        """Every member, and every outsider who was given something."""
        people = self.company.people
        members = {person.index for person in people if person.kind == MEMBER}
        exposure = self._exposure(now)
        shares = [exposure.outsiders(n) for n in range(len(self.world.namespaces))]
        for number in sorted(members | {one.number for some in shares for one in some}):
            person = people[number]
            kind = "member" if person.kind == MEMBER else "external"
            yield {
                "person_id": person.account_id or person.email,
                "email": person.email,
                "kind": kind if person.account_id else "invited",
                "admin": person.role in ROLES,
            }

    def _exposure(self, now: datetime) -> Exposure:
        tree = self.directory.tree
        return Exposure(tree.cabinet, tree.sharing, self._linked, int(now.timestamp()))

    def _linked(self, number: int, path: str, file: int | None) -> list[tuple[Link, str]]:
        """A link ends with the account of whoever made it."""
        every, sharing = self.world.links.all, self.directory.tree.sharing
        if file is not None:
            found = [
                (every[n], f"https://www.dropbox.com/scl/fi/{every[n].key}?dl=0")
                for n in sharing.links_to(file)
            ]
        else:
            links = sharing.links_on_folders(number)
            found = [
                (link, f"https://www.dropbox.com/scl/fo/{link.key}?dl=0")
                for where, link in links.items()
                if where == path
            ]
        return [f for f in found if self.company.people[f[0].owner].status == "active"]

    def _row(self, fact: Fact) -> Row:
        namespace, seed = self.world.namespaces[fact.namespace], self.world.seed
        owner = None if namespace.kind == TEAM else self.company.people[namespace.owner].email
        above = fact.path.rpartition("/")[0]
        item_id, name = f"ns:{namespace.id}", namespace.name
        if fact.file is not None:
            item_id = file_id(seed, fact.file)
            name = name_of(seed, fact.file, self.world.shelf.version(fact.file))
        elif fact.path:
            item_id = folder_id(seed, fact.namespace, fact.path)
            name = fact.path.rpartition("/")[2]
        parent = folder_id(seed, fact.namespace, above) if above else f"ns:{namespace.id}"
        return {
            "item_id": item_id,
            "item_kind": "folder" if fact.file is None else "file",
            "name": name,
            "parent_id": parent if fact.path else None,
            "root_id": namespace.id,
            "owner_email": owner,
            "exposure": fact.exposure,
            "link": fact.link,
            "enterable": True,
        }
