"""Members, folders and sharing over HTTP, as the contract has them."""

import json
from typing import Any

import httpx

from sandbox.client import Client, tag

EVENTS = "team_log/get_events"


def members(client: Client) -> list[dict[str, Any]]:
    answer = client.call("team/members/list_v2", {"include_removed": True}).json()
    listed: list[dict[str, Any]] = answer["members"]
    return listed


def test_path_root_says_which_namespace_is_meant(client: Client) -> None:
    """Each namespace can be listed by an admin; a wrong root is 422 and says the right one."""
    admin = client.member_id("Team admin")
    root = client.call("users/get_current_account", Select_Admin=admin).json()["root_info"]
    listed = client.call("team/namespaces/list", {}).json()["namespaces"]

    def listing(value: dict[str, str]) -> httpx.Response:
        argument = {"path": "", "recursive": True}
        given = {"Select_Admin": admin, "Path_Root": json.dumps(value)}
        return client.call("files/list_folder", argument, **given)

    folder = next(ns for ns in listed if ns["namespace_type"][".tag"] == "shared_folder")
    inside = listing({".tag": "namespace_id", "namespace_id": folder["namespace_id"]})
    by_path = client.call(
        "files/list_folder",
        {"path": f"ns:{folder['namespace_id']}", "recursive": True},
        Select_Admin=admin,
    )
    assert inside.json()["entries"]
    assert inside.json()["entries"] == by_path.json()["entries"]
    assert listing({".tag": "home"}).json()["entries"] != inside.json()["entries"]
    assert listing({".tag": "root", "root": root["root_namespace_id"]}).status_code == 200
    wrong = listing({".tag": "root", "root": "1"})
    assert (wrong.status_code, tag(wrong)) == (422, "invalid_root")
    assert wrong.json()["error"]["invalid_root"] == root
    unknown = listing({".tag": "namespace_id", "namespace_id": "1"})
    assert (unknown.status_code, tag(unknown)) == (422, "no_permission")
    assert listing({".tag": "namespace"}).status_code == 400


def test_folders_are_read_in_pages(client: Client) -> None:
    """A folder's pages make up the folder; a path that is not there is 409 path/not_found."""
    admin = client.member_id("Team admin")
    argument = {"path": "", "recursive": True}
    whole = client.call("files/list_folder", argument, Select_Admin=admin).json()["entries"]
    page = client.call("files/list_folder", argument | {"limit": 3}, Select_Admin=admin).json()
    read = page["entries"]
    while page["has_more"]:
        cursor = {"cursor": page["cursor"]}
        page = client.call("files/list_folder/continue", cursor, Select_Admin=admin).json()
        read += page["entries"]
    assert read == whole
    for route in ("files/list_folder", "files/get_metadata"):
        missing = client.call(route, {"path": "/nowhere"}, Select_Admin=admin)
        assert missing.status_code == 409
        assert missing.json()["error"] == {".tag": "path", "path": {".tag": "not_found"}}
    found = client.call("files/get_metadata", {"path": whole[0]["id"]}, Select_Admin=admin)
    assert found.json()["id"] == whole[0]["id"]


def test_members_come_with_roles_or_tiers(client: Client) -> None:
    """The second version lists roles, the first a tier; removed members come when asked for."""
    first = client.call("team/members/list", {}).json()["members"]
    second = client.call("team/members/list_v2", {}).json()["members"]
    assert [each["profile"] for each in first] == [each["profile"] for each in second]
    tiers = {each["role"][".tag"] for each in first}
    assert {"team_admin", "user_management_admin", "member_only"} <= tiers
    for old, new in zip(first, second, strict=True):
        assert bool(new["roles"]) == (old["role"][".tag"] != "member_only")
    assert len(members(client)) > len(second)
    page = client.call("team/members/list_v2", {"limit": 7}).json()
    read = page["members"]
    while page["has_more"]:
        cursor = {"cursor": page["cursor"]}
        page = client.call("team/members/list/continue_v2", cursor).json()
        read += page["members"]
    assert read == second
    wrong = client.call("team/members/list/continue_v2", {"cursor": "nonsense"})
    assert (wrong.status_code, tag(wrong)) == (409, "invalid_cursor")


def test_the_admin_behind_the_token_and_the_role(calm: str) -> None:
    """The authorizing admin comes without a role; get_info tells it, and who is not found."""
    tiers = {}
    for role in ("admin", "limited"):
        client = Client(calm)
        client.sign_in(**{"as": role})
        profile = client.call("team/token/get_authenticated_admin").json()["admin_profile"]
        asked = [
            {".tag": "team_member_id", "team_member_id": profile["team_member_id"]},
            {".tag": "email", "email": "nobody@nowhere.example"},
        ]
        known, missing = client.call("team/members/get_info", {"members": asked}).json()
        tiers[role] = known["role"][".tag"]
        assert missing == {".tag": "id_not_found", "id_not_found": "nobody@nowhere.example"}
        newer = client.call("team/members/get_info_v2", {"members": asked}).json()
        assert newer["members_info"][0]["profile"] == profile
    assert tiers == {"admin": "team_admin", "limited": "user_management_admin"}


def test_sharing_is_told_for_each_member(client: Client) -> None:
    """Links are those of the selected member; folders have members, some of them outsiders."""
    everybody = [m["profile"]["team_member_id"] for m in members(client) if m["roles"]]
    for one in everybody:
        links = client.call("sharing/list_shared_links", {}, Select_User=one).json()
        assert all("link_permissions" in link for link in links["links"])
        folders = client.call("sharing/list_folders", {}, Select_User=one).json()
        assert folders["entries"]
        assert "cursor" not in folders
    chosen = {"shared_folder_id": folders["entries"][0]["shared_folder_id"]}
    people = client.call("sharing/list_folder_members", chosen, Select_User=one).json()
    assert set(people) == {"users", "groups", "invitees"}
    unknown = {"shared_folder_id": "1"}
    assert tag(client.call("sharing/list_folder_members", unknown, Select_User=one)) == "invalid_id"


def test_a_plan_without_file_events_leaves_them_out(calm: str, client: Client) -> None:
    """The basic app's team has no file events: the feature says so, the log is silently poorer."""
    basic = Client(calm)
    basic.sign_in(client_id="casbah-basic-key")
    asked = {"features": [{".tag": "has_team_file_events"}]}
    for each, has in ((client, True), (basic, False)):
        value = each.call("team/features/get_values", asked).json()["values"][0]
        assert value["has_team_file_events"]["enabled"] is has
    kinds = {event["event_category"][".tag"] for page in basic.walk() for event in page["events"]}
    assert kinds
    assert "file_operations" not in kinds
