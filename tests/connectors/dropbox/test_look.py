"""What has become of single items, wherever they are now."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from connectors.dropbox import Dropbox
from connectors.dropbox.look import places
from connectors.inventory import Listing, Touched

META, LINKS = "files/get_metadata", "sharing/list_shared_links"
ROOTS = "team/namespaces/list"
FILE = {".tag": "file", "id": "id:x", "name": "x", "path_lower": "/a/x", "path_display": "/A/x"}
FOLDER = {".tag": "folder", "id": "id:a", "name": "A", "path_lower": "/a"}


def asset(ns_id: str | None, file_id: str = "id:x", path: str = "/x") -> dict[str, Any]:
    within = {"ns_id": ns_id, "relative_path": path}
    return {".tag": "file", "file_id": file_id, "path": {"namespace_relative": within}}


def event(*assets: Any, moves: Any = None) -> bytes:
    details = {".tag": "file_move_details", "relocate_action_details": moves}
    return json.dumps({"assets": assets, "details": details}).encode()


def metadata(where: dict[str | None, Any]) -> Callable[[Any, str | None], Any]:
    """Metadata of x by namespace, and of its folder in any."""

    def answer(argument: Any, root: str | None) -> Any:
        if argument["path"] == "/a":
            return FOLDER
        return where.get(root, "409 path/not_found")

    return answer


def look(made: Any, *touched: Touched) -> list[Listing]:
    return list(made.dropbox.look(touched))


MOVE = [{"src_asset_index": 0, "dest_asset_index": 1}]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (None, ["1"]),
        (event(asset("2")), ["2", "1"]),
        (event(asset("1"), asset("2"), moves=MOVE), ["2", "1"]),
        (event(asset("3"), asset("2"), moves=[{"dest_asset_index": 0}]), ["3", "2", "1"]),
        (event(asset("2", "id:other")), ["1"]),
        (event(asset(None), {"path": 7}, 7, moves=7), ["1"]),
        (event(asset("2"), moves=[7, {"dest_asset_index": []}]), ["2", "1"]),
        (b"[]", ["1"]),
        (b"broken", ["1"]),
    ],
)
def test_the_newest_place_comes_first(told: bytes | None, expected: list[str]) -> None:
    """Where an event moved it to, then the event's other places, then where it was last seen."""
    assert places(Touched(item_id="id:x", root_id="1", event=told)) == expected


def test_a_moved_item_is_found_where_it_is(team: Callable[..., Any]) -> None:
    """If it is not where the event says it is looked for where it was; its tree follows."""
    made = team({META: metadata({"1": FILE})})
    (seen,) = look(made, Touched(item_id="id:x", root_id="1", event=event(asset("2"))))
    (item,) = seen.items
    assert (item.root_id, item.parent_id, item.owner_id) == ("1", "id:a", "dbid:bo")


def test_an_item_in_a_mounted_folder_lies_in_that_namespace(team: Callable[..., Any]) -> None:
    """Dropbox finds an id from above a mount as well, and tells which shared folder holds it."""
    inside = FILE | {"sharing_info": {"parent_shared_folder_id": "2"}}
    above = inside | {"path_lower": "/m/a/x"}
    made = team({META: metadata({"1": above, "2": inside})})
    (seen,) = look(made, Touched(item_id="id:x", root_id="1"))
    assert [(item.root_id, item.parent_id) for item in seen.items] == [("2", "id:a")]


def test_what_is_nowhere_is_deleted(team: Callable[..., Any]) -> None:
    """An item, or a namespace, that is in no place has no links either."""
    made = team({META: "422 no_permission"})
    touched = [Touched(item_id="id:x", root_id="1"), Touched(item_id="ns:7")]
    for seen in look(made, *touched):
        assert [item.state for item in seen.items] == ["deleted"]
        assert (seen.links, seen.all_links) == ((), True)


def test_what_lies_in_nobodys_namespace_has_left(team: Callable[..., Any]) -> None:
    """An item that can still be seen, in a namespace that is not the team's."""
    made = team({META: metadata({"7": FILE})})
    (seen,) = look(made, Touched(item_id="id:x", root_id="7"))
    assert [item.state for item in seen.items] == ["left"]


def test_a_folder_that_was_shared_is_its_namespace_now(team: Callable[..., Any]) -> None:
    """The folder's own id is no more; the namespace that it mounts is looked at instead."""
    made = team({META: metadata({"1": FOLDER | {"sharing_info": {"shared_folder_id": "2"}}})})
    (seen,) = look(made, Touched(item_id="id:a", root_id="1"))
    assert [(item.item_id, item.state) for item in seen.items] == [
        ("id:a", "deleted"),
        ("ns:2", "present"),
    ]


def test_what_stays_closed_is_told(team: Callable[..., Any]) -> None:
    """A refusal about one item is its answer, and the others get theirs."""

    def answer(argument: Any, _: Any) -> Any:
        return "409 path/restricted_content" if argument["path"] == "id:x" else FOLDER

    made = team({META: answer})
    closed, seen = look(made, *(Touched(item_id=i, root_id="1") for i in ("id:x", "id:a")))
    assert "restricted_content" in (closed.refused or "")
    assert [item.item_id for item in seen.items] == ["id:a"]


def test_a_new_namespace_is_learned_of(team: Callable[..., Any]) -> None:
    """The list of namespaces is read again when it lacks one, and once for all items of a look."""
    made = team({META: metadata({"4": FILE})})
    look(made, Touched(item_id="ns:2"))
    shared = {"namespace_id": "4", "name": "New", "namespace_type": {".tag": "shared_folder"}}
    made.answers[ROOTS] = {"namespaces": [shared], "cursor": "n", "has_more": False}
    both = look(made, Touched(item_id="id:x", root_id="4"), Touched(item_id="ns:4"))
    assert [item.state for seen in both for item in seen.items] == ["present", "present"]
    assert len(made.asked(ROOTS)) == 2


def test_what_a_look_costs(calm: str, connected: Callable[..., Dropbox], wire: Any) -> None:
    """Two requests an item; once for each folder and shared folder one more; one where people were
    given a file; and what the team's lists take."""
    dropbox = connected(calm, transport=wire)
    found = [branch for b in dropbox.branches() for x in dropbox.listing(b) for branch in x.found]
    roots = [branch for x in dropbox.listing(found[-1]) for branch in x.found]
    shared = next(branch for branch in roots if json.loads(branch.about)["kind"] == "shared_folder")
    items = [item for listing in dropbox.listing(shared) for item in listing.items]
    files = [item for item in items if item.item_kind == "file"][:20]
    given = sum('"has_explicit_shared_members":true' in (item.raw or "") for item in files)
    folders = len({item.parent_id for item in files} - {items[0].item_id})
    wire.requests.clear()
    touched = [Touched(item_id=item.item_id, root_id=item.root_id) for item in files]
    assert len(list(dropbox.look(touched))) == 20
    lists = sum("team/" in request.url.path for request in wire.requests)
    assert lists <= 2
    assert len(wire.requests) <= 2 * len(files) + given + folders + 1 + lists


def test_what_a_new_folder_brought_along_is_listed(team: Callable[..., Any]) -> None:
    """A folder or namespace that was not known, or not there, is answered with the branch of what
    lies in it; the folder's ends without a page if it has just gone."""
    inside = FILE | {"path_lower": "/a/x"}
    made = team({META: FOLDER})
    made.answers["files/list_folder"] = {"entries": [inside], "cursor": "c", "has_more": False}
    touched = [Touched(item_id=i, root_id="1", known=False) for i in ("id:a", "ns:1")]
    moved = Touched(item_id="id:a", root_id="3", event=event(asset("1", "id:a")))
    (folder,), (root,), (there,) = (seen.found for seen in look(made, *touched, moved))
    assert (folder.key, root.key, there) == ("folder:id:a", "ns:1", folder)
    (listing,) = made.dropbox.listing(folder)
    assert [(item.item_id, item.parent_id) for item in listing.items] == [("id:x", "id:a")]
    assert made.asked("files/list_folder")[0]["path"] == "id:a"
    made.answers["files/list_folder"] = "409 path/not_found"
    assert list(made.dropbox.listing(folder)) == []
