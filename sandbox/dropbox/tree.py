"""The tree of files: which namespace a path leads to, what is in it, and what is mounted there.

A namespace goes by its number in World.namespaces; ROOT is the team's own, which has nothing in it
but the team folders that are mounted there. Mounts may lead in a circle: a walk that follows them
then never ends, as it would at the vendor.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from sandbox.cabinet import BEGINNING, FILE, FOLDER, Cabinet, Spot
from sandbox.cast import HOME, SHARED, TEAM
from sandbox.dropbox.assets import folder_id
from sandbox.dropbox.entries import Entries, Wire
from sandbox.orders import Thing
from sandbox.shelf import file_id
from sandbox.world import World

ROOT: Final = -1
MOUNT: Final = 2  # a kind of Spot beside FOLDER and FILE; its number is that of a namespace


@dataclass(frozen=True)
class Reading:
    """How far a folder was read; `ahead` are mounts to be read next, with the paths of theirs."""

    namespace: int
    folder: str
    deep: bool
    mounts: bool
    members: bool
    prefix: str = ""
    after: Spot = BEGINNING
    ahead: tuple[tuple[int, str], ...] = field(default=())


@dataclass(frozen=True)
class Found:
    """What a path leads to: a spot of a namespace, or (None) the namespace itself."""

    namespace: int
    prefix: str
    spot: Spot | None = None


class Tree:
    """What lies where. `root` is the id of the team's root; `circles`: do mounts make circles?"""

    def __init__(
        self,
        world: World,
        cabinet: Cabinet,
        entries: Entries,
        root: str,
        circles: Callable[[], bool],
    ) -> None:
        self.world, self.root = world, root
        self.cabinet, self.sharing = cabinet, entries.sharing
        self._entries, self._circles = entries, circles
        self._numbers: dict[str, int] = {root: ROOT}
        self._spots: dict[str, tuple[int, Spot | None]] = {}  # by id
        self._known = 0, 0  # namespaces and files that are in _spots

    def number(self, namespace_id: str) -> int | None:
        """The number of the namespace with that id."""
        for namespace in self.world.namespaces[len(self._numbers) - 1 :]:
            self._numbers[namespace.id] = namespace.index
        return self._numbers.get(namespace_id)

    def mounts(self, number: int) -> list[tuple[str, int]]:
        """Where in a namespace which others are mounted."""
        every = self.world.namespaces
        if number == ROOT:
            return [(f"/{n.name}", n.index) for n in list(every) if n.kind == TEAM]
        namespace, shown, taken = every[number], [], set()
        if namespace.kind == HOME:
            for other in sorted(set(self.world.membership.folders[namespace.owner])):
                if every[other].kind == SHARED:
                    name = every[other].name
                    path = f"/{name} ({other})" if name in taken else f"/{name}"
                    taken.add(name)
                    shown.append((path, other))
        elif namespace.kind == SHARED and self._circles():
            ring = [n.index for n in list(every) if n.kind == SHARED]
            after = ring[(ring.index(number) + 1) % len(ring)]
            above = next(iter(self.cabinet.folders(number)), "")
            shown.append((f"{above}/{every[after].name}", after))
        return shown

    def find(self, number: int, path: str) -> Found | None:
        """What is at a path, or has that id; None if nothing is there."""
        if path.startswith("id:"):
            return self._find_id(number, path)
        rest, prefix = path.lower().rstrip("/"), ""
        inner = number
        while mount := next((m for m in self.mounts(inner) if _leads(m[0].lower(), rest)), None):
            prefix, rest, inner = prefix + mount[0], rest[len(mount[0]) :], mount[1]
        if not rest:
            return Found(inner, prefix)
        if inner == ROOT:
            return None
        for spot in self.cabinet.inside(inner, self._parent(inner, rest)):
            if self.path(inner, spot).lower() == rest:
                return Found(inner, prefix, spot)
        return None

    def entry(self, found: Found, *, members: bool = False) -> Wire | None:
        """The entry of what was found; None for a namespace by itself, which has none."""
        if found.spot is None:
            return self._entries.mount(found.namespace, found.prefix) if found.prefix else None
        return self._entry(found.namespace, found.spot, found.prefix, members)

    def begin(self, found: Found, *, deep: bool, mounts: bool, members: bool) -> Reading | None:
        """Read a folder from its beginning; None for a file."""
        if found.spot is not None and found.spot.kind == FILE:
            return None
        folder = "" if found.spot is None else self.path(found.namespace, found.spot)
        return Reading(found.namespace, folder, deep, mounts, members, found.prefix)

    def path(self, number: int, spot: Spot) -> str:
        """Where a folder or file lies in its namespace."""
        if spot.kind == FOLDER:
            return self.cabinet.folders(number)[spot.number]
        return self.cabinet.path(spot.number)

    def read(self, reading: Reading, limit: int) -> tuple[list[Wire], Reading, bool]:
        """The next entries, how far that is, and whether there are more."""
        page: list[Wire] = []
        while True:
            for spot in self._spots_of(reading):
                if len(page) == limit:
                    return page, reading, True
                page.append(self._entry(reading.namespace, spot, reading.prefix, reading.members))
                reading = replace(reading, after=spot)
            onward = self._onward(reading)
            if onward is None:
                return page, reading, False
            reading = onward

    def _spots_of(self, reading: Reading) -> Iterator[Spot]:
        number, folder, after = reading.namespace, reading.folder, reading.after
        if number != ROOT and not reading.deep:
            yield from self.cabinet.inside(number, folder, after)
        elif number != ROOT:
            for spot in self.cabinet.spots(number, after):
                if not folder or self.path(number, spot).startswith(f"{folder}/"):
                    yield spot
        for path, mounted in self._mounts_in(reading):
            if (MOUNT, mounted) > after and (reading.deep or path.rpartition("/")[0] == folder):
                yield Spot(MOUNT, mounted)

    def _mounts_in(self, reading: Reading) -> list[tuple[str, int]]:
        if not reading.mounts:
            return []
        inside = [
            m for m in self.mounts(reading.namespace) if m[0].startswith(f"{reading.folder}/")
        ]
        return sorted(inside, key=lambda mount: mount[1])

    def _onward(self, reading: Reading) -> Reading | None:
        """A deep reading goes on into what is mounted in what was read."""
        if not reading.deep:
            return None
        mounted = [(n, reading.prefix + path) for path, n in self._mounts_in(reading)]
        ahead = (*reading.ahead, *mounted)
        if not ahead:
            return None
        (number, prefix), *rest = ahead
        return replace(
            reading, namespace=number, folder="", prefix=prefix, after=BEGINNING, ahead=tuple(rest)
        )

    def _entry(self, number: int, spot: Spot, prefix: str, members: bool) -> Wire:
        if spot.kind == FILE:
            return self._entries.file(spot.number, prefix, members=members)
        if spot.kind == FOLDER:
            return self._entries.folder(number, self.path(number, spot), prefix)
        path = next(path for path, mounted in self.mounts(number) if mounted == spot.number)
        return self._entries.mount(spot.number, prefix + path)

    def _parent(self, number: int, path: str) -> str:
        above = path.rpartition("/")[0]
        return next((f for f in self.cabinet.folders(number) if f.lower() == above), above)

    def thing(self, item_id: str) -> Thing | None:
        """The file or folder with that id, wherever it is; `ns:…` is a namespace."""
        self._learn()
        number, spot = self._spots.get(item_id, (self.number(item_id.removeprefix("ns:")), None))
        if number is None or number == ROOT:
            return None
        if spot is not None and spot.kind == FOLDER:
            return Thing(number, path=self.path(number, spot))
        return Thing(number, spot.number if spot is not None else None)

    def _find_id(self, number: int, wanted: str) -> Found | None:
        self._learn()
        inner, spot = self._spots.get(wanted, (ROOT, None))
        if spot is not None and spot.kind == FILE and self.world.shelf.gone[spot.number]:
            return None
        prefix = "" if inner == number else self._way(number, inner)
        return None if prefix is None or inner == ROOT else Found(inner, prefix, spot)

    def _way(self, number: int, inner: int) -> str | None:
        """The path of the mount by which a namespace is reached from another one."""
        return next((path for path, mounted in self.mounts(number) if mounted == inner), None)

    def _learn(self) -> None:
        """Takes in the ids of what is new."""
        namespaces, files = self._known
        seed, shelf = self.world.seed, self.world.shelf
        for number in range(namespaces, len(self.world.namespaces)):
            self._spots[folder_id(seed, number, "/")] = number, None
            for n, path in enumerate(self.cabinet.folders(number)):
                self._spots[folder_id(seed, number, path)] = number, Spot(FOLDER, n)
        for file in range(files, len(shelf)):
            self._spots[file_id(seed, file)] = shelf.namespace[file], Spot(FILE, file)
        self._known = len(self.world.namespaces), len(shelf)


def _leads(mount: str, path: str) -> bool:
    return path == mount or path.startswith(f"{mount}/")
