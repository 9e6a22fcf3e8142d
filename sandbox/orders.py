"""One change made to order: who does it, to what, and the row that a log takes in."""

from typing import Final, NamedTuple

import numpy as np

from sandbox import verbs as v
from sandbox.cast import HOME, TEAM, Person
from sandbox.happenings import HAPPENING, WEB, Rows
from sandbox.verbs import NUMBER, VERBS
from sandbox.world import World

_TO_LINKS: Final = frozenset({v.LINK, v.OWN_LINK, v.DROP_LINK})
_TO_FOLDERS: Final = frozenset({v.NEW_FILE, v.FOLDER, v.ADD_PERSON, v.REMOVE_PERSON, v.INVITE})
_TO_FILES: Final = frozenset(
    {
        v.FILE, v.EDIT_FILE, v.DROP_FILE, v.ERASE_FILE, v.BACK_FILE, v.RENAME_FILE, v.MOVE_FILE,
        v.COPY_FILE, v.NEW_LINK,
    }
)  # fmt: skip
_TO_GONE: Final = frozenset({v.BACK_FILE, v.ERASE_FILE})


class Thing(NamedTuple):
    """What a change is ordered for: a file by its number, or a folder of a namespace."""

    namespace: int
    file: int | None = None
    path: str = ""


class OrderError(ValueError):
    """Nobody can do that; the text says why."""


def known() -> list[str]:
    """The verbs that can be ordered."""
    things = _TO_LINKS | _TO_FOLDERS | _TO_FILES
    return sorted({verb.name for verb in VERBS if verb.thing in things and verb.doer == v.MEMBER})


def order(world: World, verb: str, thing: Thing, *, at: int, dice: int) -> tuple[Rows, int]:
    """A row in which a member of the namespace does it, and the number of what it is done to.

    Raises:
        OrderError: there is no such verb, or it cannot be done to that thing.
    """
    if verb not in known():
        raise OrderError(f"There is no verb {verb!r}; there are: {', '.join(known())}.")
    number = NUMBER[verb, v.MEMBER]
    row = np.zeros(1, HAPPENING)
    person = _doer(world, thing.namespace)
    row["at"], row["verb"], row["who"], row["actor"] = at, number, person.index, person.index
    row["place"], row["client"], row["other"], row["dice"] = person.home, WEB, -1, dice
    row["session"] = (at // 86_400 * 100_003 + person.index * 977) & 0xFFFFFFFF
    return row, _number(world, VERBS[number].thing, *thing)


def _doer(world: World, namespace: int) -> Person:
    about = world.namespaces[namespace]
    person = world.membership.people[namespace][0] if about.kind == TEAM else about.owner
    return world.company.people[person]


def _number(world: World, kind: int, namespace: int, file: int | None, path: str) -> int:
    if kind in _TO_FOLDERS:
        home = world.namespaces[namespace].kind == HOME
        if file is not None or (kind != v.NEW_FILE and (path or home)):
            raise OrderError("That is done to shared folders and team folders.")
        return namespace
    if file is None:
        raise OrderError("That is done to files, not to folders.")
    if bool(world.shelf.gone[file]) != (kind in _TO_GONE):
        raise OrderError(
            "That file is deleted." if world.shelf.gone[file] else "It is not deleted."
        )
    if kind == v.DROP_FILE and len(world.alive[namespace]) == 1:
        raise OrderError("It is the last file of its tree, which stays.")
    if kind not in _TO_LINKS:
        return file
    links = [n for n, link in enumerate(world.links.all) if link.file == file]
    if not links or world.links.all[links[-1]].ended:
        raise OrderError("That file has no link.")
    return links[-1]
