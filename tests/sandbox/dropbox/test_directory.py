"""The team's directory: wire-shaped, and of one piece with the log."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from dropbox import files, sharing, team, team_common
from stone.backends.python_rsrc import stone_serializers

from sandbox.company import Size
from sandbox.dropbox.directory import Directory
from sandbox.dropbox.log import EventLog, Query

BORN = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
GONE = {"file_delete", "file_permanently_delete"}


@pytest.fixture(scope="module")
def log() -> EventLog:
    """A log of some size."""
    return EventLog.of(Size(events=12_000), BORN)


@pytest.fixture(scope="module")
def directory(log: EventLog) -> Directory:
    """Its team."""
    return Directory(log.company, log)


@pytest.fixture(scope="module")
def entries(directory: Directory) -> dict[str, dict[str, Any]]:
    """Every file and folder by id."""
    found: dict[str, dict[str, Any]] = {}
    for namespace in directory.namespaces():
        for entry in listed(directory, namespace["namespace_id"]) or []:
            found[entry["id"]] = entry | {"namespace": namespace["namespace_id"]}
    return found


def listed(
    directory: Directory, namespace: str, path: str = "", *, deep: bool = True
) -> list[dict[str, Any]] | None:
    """What is in a folder without mounts; None if there is no such folder."""
    number = directory.tree.number(namespace)
    found = None if number is None else directory.tree.find(number, path)
    if found is None:
        return None
    reading = directory.tree.begin(found, deep=deep, mounts=False, members=True)
    assert reading is not None
    entries, more = [], True
    while more:
        page, reading, more = directory.tree.read(reading, 100)
        entries += page
    return entries


def decodes(validator: Any, told: dict[str, Any]) -> None:
    """The SDK reads it and loses nothing."""
    decoded = stone_serializers.json_decode(validator, json.dumps(told), strict=True)
    assert json.loads(stone_serializers.json_encode(validator, decoded)) == told


def test_the_sdk_decodes_the_team(directory: Directory) -> None:
    """Members, team, groups and namespaces have the shapes of the specification."""
    for member in directory.members():
        decodes(team.TeamMemberInfoV2_validator, {k: member[k] for k in ("profile", "roles")})
        decodes(team.TeamMemberInfo_validator, {k: member[k] for k in ("profile", "role")})
    decodes(team.TeamGetInfoResult_validator, directory.team())
    for group in directory.groups():
        decodes(team_common.GroupSummary_validator, group)
    for namespace in directory.namespaces():
        decodes(team.NamespaceMetadata_validator, namespace)


def test_the_sdk_decodes_files_links_and_folder_members(
    directory: Directory, entries: dict[str, dict[str, Any]]
) -> None:
    """Entries, links, shared folders and the people in them have the shapes too."""
    for entry in list(entries.values())[::7]:
        told = {key: entry[key] for key in entry if key != "namespace"}
        decodes(files.Metadata_validator, told)
    shares, kinds = directory.shares, Counter[str]()
    for number in range(len(directory.members())):
        for linked in shares.links(owner=number):
            link = shares.link(linked)
            kinds[link[".tag"]] += 1
            decodes(sharing.SharedLinkMetadata_validator, link)
        for folder in shares.shared_folders(number):
            decodes(sharing.SharedFolderMetadata_validator, folder)
    assert kinds["file"] > 20
    assert kinds["folder"] > 2
    for number in range(-1, len(directory.world.namespaces)):
        people = shares.folder_members(number)
        assert (people is None) == (0 <= number < directory.company.members)
        if people is not None:
            decodes(sharing.SharedFolderMembers_validator, people)
    for file in range(0, len(directory.world.shelf), 5):
        decodes(sharing.SharedFileMembers_validator, shares.file_members(file))


def test_roles_and_statuses_are_there(directory: Directory) -> None:
    """Two team admins, a user management admin, plain members without roles; all statuses."""
    members = directory.members()
    tiers = [member["role"][".tag"] for member in members]
    assert tiers[:3] == ["team_admin", "team_admin", "user_management_admin"]
    assert members[0]["roles"][0]["name"] == "Team admin"
    assert members[10]["roles"] == []
    statuses = {member["profile"]["status"][".tag"] for member in members}
    assert statuses == {"active", "invited", "suspended", "removed"}
    assert directory.member(members[5]["profile"]["team_member_id"]) is members[5]
    assert directory.member("dbmid:nobody") is None


def test_the_log_and_the_tree_agree(log: EventLog, entries: dict[str, dict[str, Any]]) -> None:
    """A file of the log is in the tree under its id and last path, unless it was deleted."""
    last: dict[str, tuple[str, dict[str, Any]]] = {}
    for told in log.walk(Query(), BORN):
        event = json.loads(told)
        for asset in event.get("assets", ()):
            if asset[".tag"] == "file":
                known = last.get(asset["file_id"])
                if (
                    known is None
                    or known[0] not in GONE
                    or event["event_type"][".tag"] == ("file_restore")
                ):
                    last[asset["file_id"]] = (event["event_type"][".tag"], asset)
    assert len(last) > 2_000
    placed = 0
    for file_id, (kind, asset) in last.items():
        entry = entries.get(file_id)
        assert (entry is None) == (kind in GONE), (kind, asset)
        if entry is not None:
            path = asset["path"]["namespace_relative"]
            assert entry["namespace"] == path["ns_id"]
            placed += entry["path_display"] == path["relative_path"]
    assert placed > 0.97 * sum(kind not in GONE for kind, _ in last.values())


def test_folders_are_listed_by_level(directory: Directory, log: EventLog) -> None:
    """Recursive is everything, otherwise one level; what is not there is None."""
    namespace = log.company.namespaces[60].id
    everything = listed(directory, namespace) or []
    top = listed(directory, namespace, deep=False) or []
    assert 0 < len(top) < len(everything)
    assert all(entry["path_lower"].count("/") == 1 for entry in top)
    folder = next(e for e in top if e[".tag"] == "folder")
    inside = listed(directory, namespace, folder["path_display"].upper())
    assert all(e["path_lower"].startswith(folder["path_lower"] + "/") for e in inside or [])
    assert listed(directory, namespace, "/nowhere") is None
    assert listed(directory, "1") is None
    number = directory.tree.number(namespace)
    assert number is not None
    for path in (folder["path_lower"], folder["id"]):
        found = directory.tree.find(number, path)
        assert found is not None
        assert directory.tree.entry(found) == folder
    assert directory.tree.find(number, "/nowhere") is None
    assert directory.tree.find(number, "id:nothing") is None
