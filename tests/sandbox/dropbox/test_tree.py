"""Folders of the Dropbox stand-in: mounts, circles, pages that hold while things change."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.client import Client, tag

Wire = dict[str, Any]


class Admin:
    """Calls with an admin's reach, from any namespace."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.id = client.member_id("Team admin")
        listed = client.call("team/namespaces/list", {}).json()["namespaces"]
        self.namespaces = {ns["namespace_id"]: ns for ns in listed}

    def of_kind(self, kind: str) -> list[str]:
        """The ids of the namespaces of a kind."""
        every = self.namespaces.values()
        return [ns["namespace_id"] for ns in every if ns["namespace_type"][".tag"] == kind]

    def call(self, route: str, argument: Any, namespace: str) -> Any:
        """One call with the namespace as root."""
        root = json.dumps({".tag": "namespace_id", "namespace_id": namespace})
        return self.client.call(route, argument, Select_Admin=self.id, Path_Root=root)

    def pages(self, namespace: str, path: str = "", **wanted: Any) -> Iterator[list[Wire]]:
        """The pages of a folder, to the end."""
        route, argument = "files/list_folder", {"path": path, "recursive": True, **wanted}
        while True:
            page = self.call(route, argument, namespace).json()
            yield page["entries"]
            if not page["has_more"]:
                return
            route, argument = "files/list_folder/continue", {"cursor": page["cursor"]}

    def entries(self, namespace: str, path: str = "", **wanted: Any) -> list[Wire]:
        """What is in a folder."""
        return [entry for page in self.pages(namespace, path, **wanted) for entry in page]


@pytest.fixture
def admin(client: Client) -> Admin:
    return Admin(client)


@pytest.fixture
def own_admin(own: Client) -> Admin:
    own.clock(pause=True)
    return Admin(own)


def test_mounts_show_only_to_whoever_asks_for_them(admin: Admin) -> None:
    """A shared folder in a home is a folder with an id of its own; left out, it is not there."""
    homes = admin.of_kind("team_member_folder")
    bare = {home: admin.entries(home, include_mounted_folders=False) for home in homes}
    assert not any("shared_folder_id" in entry for found in bare.values() for entry in found)
    whole = {home: admin.entries(home) for home in homes}
    mounts = [
        (home, entry)
        for home, found in whole.items()
        for entry in found
        if entry.get("sharing_info", {}).get("shared_folder_id")
    ]
    assert mounts
    home, mount = mounts[0]
    shared = mount["sharing_info"]["shared_folder_id"]
    assert admin.namespaces[shared]["name"] == mount["name"]
    paged = [entry for page in admin.pages(home, limit=2) for entry in page]
    assert paged == whole[home]
    inside = [e["id"] for e in whole[home] if e["path_lower"].startswith(mount["path_lower"] + "/")]
    assert inside == [entry["id"] for entry in admin.entries(shared)]
    assert admin.call("files/get_metadata", {"path": mount["id"]}, home).json() == mount
    deep = admin.entries(home, mount["path_display"], include_mounted_folders=False)
    assert [entry["id"] for entry in deep] == inside
    found = admin.call("files/get_metadata", {"path": deep[0]["path_lower"]}, home).json()
    assert found["id"] == deep[0]["id"]


def test_the_teams_root_holds_the_team_folders(admin: Admin) -> None:
    """They are mounted in the team's root, and are roots of their own, not of any home."""
    team = admin.client.call("users/get_current_account", Select_Admin=admin.id).json()
    root = team["root_info"]["root_namespace_id"]
    top = admin.entries(root, recursive=False)
    mounted = {entry["sharing_info"]["shared_folder_id"] for entry in top}
    assert mounted == set(admin.of_kind("team_folder")) - {root}
    assert admin.entries(root, include_mounted_folders=False) == []


def test_mounts_in_a_circle_never_end(own_admin: Admin) -> None:
    """A walk that follows mounts goes round for ever; one that does not ends."""
    own_admin.client.faults(mount_loops=True)
    first = own_admin.of_kind("shared_folder")[0]
    seen: set[str] = set()
    rounds = 0
    for page in own_admin.pages(first, limit=500):
        repeated = {entry["id"] for entry in page} & seen
        seen |= {entry["id"] for entry in page}
        rounds += bool(repeated)
        if rounds == 5:
            break
    assert rounds == 5
    plain = own_admin.entries(first, include_mounted_folders=False)
    assert len(plain) == len({entry["id"] for entry in plain})


def test_pages_skip_and_repeat_nothing_while_files_come_and_go(own_admin: Admin) -> None:
    """What stayed through a walk is in it exactly once, however much happened between pages."""
    namespace = own_admin.of_kind("team_folder")[-1]
    before = {e["id"] for e in own_admin.entries(namespace) if e[".tag"] == "file"}
    gone: set[str] = set()
    read: list[str] = []
    for number, page in enumerate(own_admin.pages(namespace, limit=9)):
        read += [entry["id"] for entry in page]
        file = sorted(before - gone)[number * 3]
        own_admin.client.happen("delete", file)
        gone.add(file)
        own_admin.client.happen("move", sorted(before - gone)[number * 5])
        own_admin.client.happen("upload", f"ns:{namespace}")
    assert len(read) == len(set(read))
    assert before - gone <= set(read)
    last = own_admin.entries(namespace)
    assert not gone & {entry["id"] for entry in last}
    for file in gone:
        missing = own_admin.call("files/get_metadata", {"path": file}, namespace)
        assert missing.json()["error"] == {".tag": "path", "path": {".tag": "not_found"}}


def test_pages_are_about_as_long_as_asked_for(own_admin: Admin) -> None:
    """Pages are shorter or longer than the limit, empty under a fault; a cursor can be reset."""
    namespace = own_admin.of_kind("team_folder")[-1]
    whole = [entry["id"] for entry in own_admin.entries(namespace)]
    own_admin.client.faults(empty_pages={"share": 0.5})
    pages = list(own_admin.pages(namespace, limit=6))
    assert [entry["id"] for page in pages for entry in page] == whole
    assert {0, 4, 6} <= {len(page) for page in pages}
    own_admin.client.faults(reset=True)
    page = own_admin.call("files/list_folder", {"path": "", "limit": 1}, namespace).json()
    lost = own_admin.call("files/list_folder/continue", {"cursor": page["cursor"]}, namespace)
    assert (lost.status_code, tag(lost)) == (409, "reset")


def test_what_cannot_be_listed_is_refused(admin: Admin) -> None:
    """A file is no folder, the root has no metadata, an id counts only below its own root."""
    namespace = admin.of_kind("team_folder")[-1]
    file = next(e for e in admin.entries(namespace) if e[".tag"] == "file")
    listed = admin.call("files/list_folder", {"path": file["path_lower"]}, namespace)
    assert listed.json()["error"] == {".tag": "path", "path": {".tag": "not_folder"}}
    assert admin.call("files/get_metadata", {"path": ""}, namespace).status_code == 400
    elsewhere = admin.of_kind("shared_folder")[0]
    assert admin.call("files/get_metadata", {"path": file["id"]}, elsewhere).status_code == 409
    asked = {"path": file["id"], "include_has_explicit_shared_members": True}
    known = admin.call("files/get_metadata", asked, namespace).json()
    assert known.pop("has_explicit_shared_members") in {True, False}
    assert known == file


def test_a_folder_of_ten_thousand_files_is_read_in_pages(own_admin: Admin) -> None:
    """The fault big_folder puts that many files side by side, as if they had always been there."""
    own_admin.client.faults(big_folder=True)
    pile = Admin(own_admin.client).of_kind("shared_folder")[-1]
    found = own_admin.entries(pile, recursive=False)
    assert len(found) == 10_000
    assert len({entry["id"] for entry in found}) == 10_000
