"""Folders, files, bookmarks and their collaborations, for the user in whose name the call works.

https://developer.box.com/reference/get-folders-id-items/ and its neighbours. What somebody may not
see is not found.
"""

from collections.abc import Sequence
from typing import Any, Final

from sandbox.box import wire
from sandbox.box.api import Call
from sandbox.box.tree import Node
from sandbox.cabinet import BEGINNING, Spot

MOST: Final = 1_000
MOST_OFFSET: Final = 10_000  # https://developer.box.com/guides/api-calls/pagination/offset-based/
_SHORT: Final = 0.06  # share of pages
Wire = dict[str, Any]


def folder(call: Call) -> bytes:
    """One folder, with the first of what is in it unless fields are asked for."""
    with call.side.still():
        found = _found(call, "folder")
        shelves = call.side.shelves
        told = shelves.shapes.wire(found, _person(call), call.fields)
        if call.fields is None or "item_collection" in call.fields:
            spots = list(shelves.tree.inside(found, _person(call)))
            told["item_collection"] = _by_offset(call, found, spots, None)
    return wire.encode(told)


def file(call: Call) -> bytes:
    """One file."""
    with call.side.still():
        found = _found(call, "file")
        return wire.encode(call.side.shelves.shapes.wire(found, _person(call), call.fields))


def web_link(call: Call) -> bytes:
    """One bookmark."""
    with call.side.still():
        found = _found(call, "web_link")
        return wire.encode(call.side.shelves.shapes.wire(found, _person(call), call.fields))


def folder_items(call: Call) -> bytes:
    """What is in a folder, by marker (which survives changes) or by offset (which does not)."""
    with call.side.still():
        found = _found(call, "folder")
        if call.flag("usemarker"):
            answer = _by_marker(call, found)
        else:
            spots = list(call.side.shelves.tree.inside(found, _person(call)))
            answer = _by_offset(call, found, spots, call.fields or [])
        call.side.stir(call.visit, found.namespace)
    return wire.encode(answer)


def folder_collaborations(call: Call) -> bytes:
    """Who was given a folder. The uppermost ones are given to nobody."""
    with call.side.still():
        found = _found(call, "folder")
        if call.side.shelves.tree.is_root(found):
            raise wire.not_found("folder_id", call.names["id"])
        return _collaborations(call, found)


def file_collaborations(call: Call) -> bytes:
    """Who was given a file."""
    with call.side.still():
        return _collaborations(call, _found(call, "file"))


def _found(call: Call, kind: str) -> Node:
    tree, item_id = call.side.shelves.tree, call.names["id"]
    node = tree.find(kind, item_id, _person(call))
    if node is None or not tree.sees(_person(call), node) or tree.gone(node) == "not_found":
        raise wire.not_found(f"{kind}_id", item_id)
    if tree.gone(node):
        raise wire.trashed()
    return node


def _person(call: Call) -> int:
    """The number of the user in Company.people; a service account has the admin's uppermost one."""
    return call.user.person or 0


def _by_marker(call: Call, folder: Node) -> Wire:
    limit = call.number("limit", 100, MOST)
    short = call.visit.chance("length of a page").random() < _SHORT
    some = max(1, int(limit * 0.8)) if short else limit
    tree, after = call.side.shelves.tree, _after(call)
    spots = []
    for spot in tree.inside(folder, _person(call), after):
        spots.append(spot)
        if len(spots) > some:
            break
    marker: str | None = None if folder.namespace % 2 else ""
    if len(spots) > some:
        marker = call.side.seal.close({"after": list(spots[some - 1])})
    entries = _entries(call, folder, spots[:some], call.fields or [])
    return {"entries": entries, "limit": limit, "next_marker": marker}


def _after(call: Call) -> Spot:
    marker = call.query.get("marker")
    if not marker:
        return BEGINNING
    carried = call.side.seal.open(marker)
    if carried is None or "after" not in carried:
        raise wire.bad_request("marker", marker, "this marker was not given by us")
    return Spot(*carried["after"])


def _by_offset(call: Call, folder: Node, spots: Sequence[Spot], fields: list[str] | None) -> Wire:
    limit, offset = call.number("limit", 100, MOST), call.number("offset", 0, MOST_OFFSET)
    return {
        "total_count": len(spots),
        "entries": _entries(call, folder, spots[offset : offset + limit], fields or []),
        "offset": offset,
        "limit": limit,
        "order": [{"by": "type", "direction": "ASC"}, {"by": "name", "direction": "ASC"}],
    }


def _entries(call: Call, folder: Node, spots: Sequence[Spot], fields: list[str]) -> list[Wire]:
    shelves, person = call.side.shelves, _person(call)
    nodes = [shelves.tree.node(folder, spot) for spot in spots]
    return [shelves.shapes.wire(node, person, fields) for node in nodes]


def _collaborations(call: Call, node: Node) -> bytes:
    limit, marker = call.number("limit", 100, MOST), call.query.get("marker")
    carried = call.side.seal.open(marker) if marker else {"people": ""}
    if carried is None or "people" not in carried:
        raise wire.bad_request("marker", marker or "", "this marker was not given by us")
    every = sorted(call.side.shelves.collaborations.on(node), key=lambda found: found["id"])
    rest = [found for found in every if found["id"] > carried["people"]]
    shown = rest[:limit]
    more = len(rest) > len(shown)
    following = call.side.seal.close({"people": shown[-1]["id"]}) if more and shown else None
    return wire.encode({"entries": shown, "limit": limit, "next_marker": following})
