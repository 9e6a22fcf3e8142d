"""What lies in which folder, in an order that does not change.

The folders of a namespace stand, files come and go. Whoever reads a folder spot by spot, each time
what comes after the last, meets everything that stayed exactly once.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from sandbox.desk import REQUEST_FOLDER, request_path
from sandbox.shelf import folder_number, path_of
from sandbox.world import World

FOLDER, FILE = range(2)


class Spot(NamedTuple):
    """A folder (its number among `Cabinet.folders`) or a file (its number on the shelf)."""

    kind: int
    number: int


BEGINNING: Final = Spot(FOLDER, -1)


class Cabinet:
    """The namespaces of a world by folder. A folder's path begins with a slash; "" is the root.

    Requests that are open at `born` (seconds since 1970) have folders; one for a later request
    would be made with the first file that arrives.
    """

    def __init__(self, world: World, born: int) -> None:
        self.world = world
        self._folders: dict[int, list[str]] = {}
        self._drawers: dict[int, dict[str, list[int]]] = {}
        self._as_of = -1
        self._requests: dict[int, list[str]] = {}
        for request in world.desk.requests:
            if request.made <= born and not 0 < request.ended <= born:
                paths = self._requests.setdefault(request.namespace, [REQUEST_FOLDER])
                paths.append(request_path(request.title))

    def folders(self, namespace: int) -> list[str]:
        """The paths of its folders but the root, parents before what is in them."""
        if namespace not in self._folders:
            paths = {path for path in self.world.namespaces[namespace].folders if path}
            paths |= {parent for path in paths if (parent := path.rpartition("/")[0])}
            self._folders[namespace] = sorted(paths) + self._requests.get(namespace, [])
        return self._folders[namespace]

    def spots(self, namespace: int, after: Spot = BEGINNING) -> Iterator[Spot]:
        """Everything in a namespace that comes after a spot."""
        for number in range(len(self.folders(namespace))):
            if (FOLDER, number) > after:
                yield Spot(FOLDER, number)
        for file in sorted(f for f in self.world.alive[namespace] if (FILE, f) > after):
            yield Spot(FILE, file)

    def inside(self, namespace: int, folder: str, after: Spot = BEGINNING) -> Iterator[Spot]:
        """What is right in a folder and comes after a spot."""
        for number, path in enumerate(self.folders(namespace)):
            if path.rpartition("/")[0] == folder and (FOLDER, number) > after:
                yield Spot(FOLDER, number)
        for file in self._files(namespace).get(folder, ()):
            if (FILE, file) > after:
                yield Spot(FILE, file)

    def path(self, file: int) -> str:
        """Where a file lies in its namespace."""
        shelf = self.world.shelf
        namespace = self.world.namespaces[shelf.namespace[file]]
        return path_of(self.world.seed, namespace, file, shelf.version(file))

    def _files(self, namespace: int) -> dict[str, list[int]]:
        """The files of a namespace by folder, kept until something happens."""
        if self._as_of != self.world.changes:
            self._as_of = self.world.changes
            self._drawers.clear()
        if namespace not in self._drawers:
            folders, shelf = self.world.namespaces[namespace].folders, self.world.shelf
            drawers: list[list[int]] = [[] for _ in folders]
            for file in sorted(self.world.alive[namespace]):
                drawers[folder_number(len(folders), file, shelf.moved[file])].append(file)
            self._drawers[namespace] = dict(zip(folders, drawers, strict=True))
        return self._drawers[namespace]
