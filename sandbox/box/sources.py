"""The `source` of an event: what it was done to, in the forms in which Box writes it.

Files and folders as EventSource (box-openapi), collaborations and groups flat, as live samples have
them; users, app items and objects of no schema.
"""

from functools import lru_cache
from typing import Any, Final

from sandbox.box import ids
from sandbox.cast import HOME, TEAM
from sandbox.company import Company
from sandbox.desk import request_path
from sandbox.happenings import Happening
from sandbox.shelf import name_of, path_of
from sandbox.world import World

Wire = dict[str, Any]
CACHED: Final = 16_384
ADMIN: Final = 0  # owns what belongs to the company


class Sources:
    """One method for each word of the column `source` of native.csv."""

    def __init__(self, company: Company, world: World) -> None:
        self.company, self.world, self.seed = company, world, world.seed
        self.users = [
            {
                "type": "user",
                "id": ids.user_id(company.seed, person.index),
                "name": person.name,
                "login": person.email,
            }
            for person in company.people
        ]
        self._file = lru_cache(CACHED)(self._write_file)

    def nothing(self, _: Happening) -> None:
        """No object, as of sign-ins."""

    def file(self, h: Happening) -> Wire:
        return self._file(h.thing, h.version)

    def copied(self, h: Happening) -> Wire:
        """The copy, not what was copied."""
        return self._file(h.other, 0)

    def linked(self, h: Happening) -> Wire:
        return self._file(self.world.links.all[h.thing].file, h.version)

    def folder(self, h: Happening) -> Wire:
        return self._folder(h.thing, "")

    def requested(self, h: Happening) -> Wire:
        """The folder of a file request."""
        request = self.world.desk.requests[h.thing]
        return self._folder(request.namespace, request_path(request.title))

    def joined(self, h: Happening) -> Wire:
        """A collaboration that whoever acts is in."""
        return self._collaboration(h.thing, max(0, h.who))

    def collaborated(self, h: Happening) -> Wire:
        """A collaboration of somebody else."""
        return self._collaboration(h.thing, h.other)

    def invited(self, h: Happening) -> Wire:
        """A collaboration with an address that has no account."""
        return {**self._flat(h.thing), "user_email": self.company.people[h.other].email}

    def group_item(self, h: Happening) -> Wire:
        """A folder that a group is given or loses."""
        return {**self._flat(h.thing), **self._group(h.dice % len(self.company.groups))}

    def group(self, h: Happening) -> Wire:
        return self._group(h.thing)

    def group_user(self, h: Happening) -> Wire:
        user = self.users[h.other]
        return {"user_id": user["id"], "user_name": user["name"], **self._group(h.thing)}

    def user(self, h: Happening) -> Wire:
        return dict(self.users[h.other])

    def oneself(self, h: Happening) -> Wire:
        return dict(self.users[max(0, h.who)])

    def alarmed(self, h: Happening) -> Wire:
        """Whom an alert is about."""
        return dict(self.users[h.other if h.other >= 0 else h.dice % self.company.members])

    def device(self, h: Happening) -> Wire:
        name = f"LARK-{max(0, h.who):04d}"
        return {"type": "device", "device_id": f"{h.session:08x}", "name": name}

    def app_item(self, h: Happening) -> Wire:
        doc = self.world.desk.docs[h.thing]
        number = ids.web_link_id(self.seed, 1_000_000 + h.thing)
        owner = self.users[doc.owner]
        return {"type": "app_item", "id": number, "app_item_type": "hubs", "user": owner}

    def generic(self, h: Happening) -> Wire:
        """An object of no schema."""
        return {"name": f"Entry {h.dice % 9_973}", "revision": h.dice % 7, "labels": ["internal"]}

    def _write_file(self, file: int, version: int) -> Wire:
        namespace = self.world.namespaces[self.world.shelf.namespace[file]]
        path = path_of(self.seed, namespace, file, version).rpartition("/")[0]
        return {
            "item_type": "file",
            "item_id": ids.file_id(self.seed, file),
            "item_name": name_of(self.seed, file, version),
            "parent": self._parent(namespace.index, path),
            "owned_by": self._owner(namespace.index),
        }

    def _folder(self, number: int, path: str) -> Wire:
        namespace = self.world.namespaces[number]
        above = path.rpartition("/")[0]
        return {
            "item_type": "folder",
            "item_id": ids.folder_id(self.seed, number, path),
            "item_name": path.rpartition("/")[2] or namespace.name,
            "parent": self._parent(number, above) if path else _ROOT,
            "owned_by": self._owner(number),
        }

    def _parent(self, number: int, path: str) -> Wire:
        namespace = self.world.namespaces[number]
        if not path and namespace.kind == HOME:
            return _ROOT
        name = path.rpartition("/")[2] or namespace.name
        return {"type": "folder", "id": ids.folder_id(self.seed, number, path), "name": name}

    def _owner(self, number: int) -> Wire:
        namespace = self.world.namespaces[number]
        return self.users[ADMIN if namespace.kind == TEAM else namespace.owner]

    def _collaboration(self, number: int, person: int) -> Wire:
        user = self.users[person]
        return {**self._flat(number), "user_id": user["id"], "user_name": user["name"]}

    def _flat(self, number: int) -> Wire:
        folder = self._folder(number, "")
        return {
            "folder_id": folder["item_id"],
            "folder_name": folder["item_name"],
            "parent": folder["parent"],
            "owned_by": folder["owned_by"],
        }

    def _group(self, department: int) -> Wire:
        name = self.company.groups[department][1]
        return {"group_id": ids.group_id(self.company.seed, department), "group_name": name}


_ROOT: Final = {"type": "folder", "id": ids.ROOT, "name": "All Files"}
