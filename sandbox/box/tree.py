"""Folders, files and bookmarks in Box's tree: whose they are, who sees them, what is inside.

Everybody has an uppermost folder with the id 0: their own things are in it, and every folder or
file that they were given. What belongs to the company belongs to its first administrator.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from sandbox.box import ids
from sandbox.box.users import ADMIN
from sandbox.cabinet import BEGINNING, FOLDER, Cabinet, Spot
from sandbox.cast import HOME, TEAM
from sandbox.orders import Thing
from sandbox.sharing import GROUP, PERSON, Sharing
from sandbox.world import World

BOOKMARK, GIVEN_FOLDER, GIVEN_FILE = range(2, 5)  # kinds of Spot beside FOLDER and FILE
_ONE_BOOKMARK_IN: Final = 3  # namespaces


class Node(NamedTuple):
    """One item; `path` is a folder's in its namespace, `file` a file's number on the shelf."""

    kind: str  # folder, file or web_link
    namespace: int
    path: str = ""
    file: int = -1


class Tree:
    """The items of a world; people go by their number in Company.people."""

    def __init__(self, world: World, cabinet: Cabinet, sharing: Sharing) -> None:
        self.world, self.seed = world, world.seed
        self.cabinet, self.sharing = cabinet, sharing
        self._nodes: dict[tuple[str, str], Node] = {}
        self._given: dict[int, list[int]] = {}  # files by person
        self._known = 0, 0  # namespaces and files that are in those two

    def find(self, kind: str, item_id: str, person: int) -> Node | None:
        """The item with that id; `0` is the uppermost folder of the person who asks."""
        if kind == "folder" and item_id == ids.ROOT:
            return Node("folder", person)
        self._learn()
        return self._nodes.get((kind, item_id))

    def thing(self, item_id: str) -> Thing | None:
        """The file or folder with that id, wherever it is."""
        self._learn()
        node = self._nodes.get(("file", item_id)) or self._nodes.get(("folder", item_id))
        if node is None:
            return None
        return Thing(node.namespace, node.file if node.kind == "file" else None, node.path)

    def id(self, node: Node) -> str:
        """Its id."""
        if node.kind == "file":
            return ids.file_id(self.seed, node.file)
        if node.kind == "web_link":
            return ids.web_link_id(self.seed, node.namespace)
        return ids.ROOT if self.is_root(node) else self._folder_id(node.namespace, node.path)

    def is_root(self, node: Node) -> bool:
        """Whether it is somebody's uppermost folder."""
        home = self.world.namespaces[node.namespace].kind == HOME
        return node.kind == "folder" and home and not node.path

    def gone(self, node: Node) -> str | None:
        """`trashed` or `not_found` for what is no more."""
        if node.kind != "file" or not self.world.shelf.gone[node.file]:
            return None
        return "trashed" if node.file in self.world.bin else "not_found"

    def owner(self, node: Node) -> int:
        """Whose it is."""
        namespace = self.world.namespaces[node.namespace]
        return ADMIN if namespace.kind == TEAM else namespace.owner

    def sees(self, person: int, node: Node) -> bool:
        """Whether somebody can open it."""
        return (
            self.owner(node) == person
            or self._in(person, node.namespace)
            or (node.kind == "file" and self._was_given(person, node.file))
        )

    def above(self, node: Node) -> list[Node]:
        """The folders that it lies in, from its owner's uppermost one down."""
        namespace = self.world.namespaces[node.namespace]
        path = node.path
        if node.kind == "file":
            path = self.cabinet.path(node.file)
        elif node.kind == "web_link":
            path = f"{self._shelf_of_bookmarks(node.namespace)}/bookmark"
        folders = [Node("folder", node.namespace)] if path or namespace.kind != HOME else []
        while path := path.rpartition("/")[0]:
            folders.insert(1, Node("folder", node.namespace, path))
        if namespace.kind != HOME:
            folders.insert(0, Node("folder", self.owner(node)))
            if not node.path and node.kind == "folder":
                folders = folders[:1]
        return folders

    def inside(self, folder: Node, person: int, after: Spot = BEGINNING) -> Iterator[Spot]:
        """What is in a folder for whoever asks, from a spot on, in an order that stays."""
        number, path = folder.namespace, folder.path
        yield from self.cabinet.inside(number, path, after)
        if self._bookmarks(number, path) and (BOOKMARK, number) > after:
            yield Spot(BOOKMARK, number)
        if self.is_root(folder):
            for given in range(self.world.company.members, len(self.world.namespaces)):
                node = Node("folder", given)
                if (GIVEN_FOLDER, given) > after and self.sees(person, node):
                    yield Spot(GIVEN_FOLDER, given)
            self._learn()
            for file in self._given.get(person, ()):
                if (GIVEN_FILE, file) > after and self._lies_alone(person, file):
                    yield Spot(GIVEN_FILE, file)

    def node(self, folder: Node, spot: Spot) -> Node:
        """What is at a spot of a folder."""
        number = folder.namespace
        if spot.kind == FOLDER:
            return Node("folder", number, self.cabinet.folders(number)[spot.number])
        if spot.kind == BOOKMARK:
            return Node("web_link", number)
        if spot.kind == GIVEN_FOLDER:
            return Node("folder", spot.number)
        return self.file(spot.number)

    def file(self, file: int) -> Node:
        """A file by its number on the shelf."""
        return Node("file", self.world.shelf.namespace[file], file=file)

    def bookmark(self, namespace: int) -> Node | None:
        """The bookmark of a namespace, where it has one."""
        return Node("web_link", namespace) if namespace % _ONE_BOOKMARK_IN == 0 else None

    def _bookmarks(self, number: int, path: str) -> bool:
        return self.bookmark(number) is not None and path == self._shelf_of_bookmarks(number)

    def _shelf_of_bookmarks(self, number: int) -> str:
        return next(iter(self.cabinet.folders(number)), "")

    def _in(self, person: int, number: int) -> bool:
        """Whether somebody was given the namespace, by themselves or in a group."""
        if person in self.world.membership.people[number]:
            return True
        department = self.world.company.people[person].department
        given = self.sharing.in_namespace(number)
        return any(g.kind == GROUP and g.number == department for g in given)

    def _was_given(self, person: int, file: int) -> bool:
        department = self.world.company.people[person].department
        return any(
            (g.kind == PERSON and g.number == person)
            or (g.kind == GROUP and g.number == department)
            for g in self.sharing.on_file(file)
        )

    def _lies_alone(self, person: int, file: int) -> bool:
        """Whether a file that somebody was given shows in none of their folders."""
        node = self.file(file)
        here = self.owner(node) == person or self._in(person, node.namespace)
        return not here and not self.world.shelf.gone[file]

    def _folder_id(self, namespace: int, path: str) -> str:
        return ids.folder_id(self.seed, namespace, path)

    def _learn(self) -> None:
        """Takes in the ids of what is new, and who was given which file."""
        namespaces, files = self._known
        for number in range(namespaces, len(self.world.namespaces)):
            for path in ["", *self.cabinet.folders(number)]:
                self._nodes["folder", self._folder_id(number, path)] = Node("folder", number, path)
            if bookmark := self.bookmark(number):
                self._nodes["web_link", self.id(bookmark)] = bookmark
        for file in range(files, len(self.world.shelf)):
            self._nodes["file", ids.file_id(self.seed, file)] = self.file(file)
            for given in self.sharing.on_file(file):
                for person in self._people(given.kind, given.number):
                    self._given.setdefault(person, []).append(file)
        self._known = len(self.world.namespaces), len(self.world.shelf)

    def _people(self, kind: str, number: int) -> list[int]:
        if kind == GROUP:
            company = self.world.company
            return [p.index for p in company.people[: company.members] if p.department == number]
        return [number] if kind == PERSON else []
