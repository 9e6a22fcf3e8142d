"""Links and people of the Dropbox stand-in: whose they are, what takes effect, who has what."""

import json
from collections import Counter
from typing import Any

import pytest

from sandbox.client import Client, tag

Wire = dict[str, Any]


@pytest.fixture
def team_root(client: Client) -> str:
    """The Path-Root header of the whole team's space."""
    admin = client.member_id("Team admin")
    account = client.call("users/get_current_account", Select_Admin=admin).json()
    return rooted(account["root_info"]["root_namespace_id"])


@pytest.fixture
def links(client: Client, team_root: str) -> list[Wire]:
    """The links of everybody who can be asked, to the whole team's space."""
    found: list[Wire] = []
    for member in client.call("team/members/list_v2", {}).json()["members"]:
        asked = {"Select_User": member["profile"]["team_member_id"], "Path_Root": team_root}
        answer = client.call("sharing/list_shared_links", {}, **asked)
        found += answer.json()["links"] if answer.status_code == 200 else []
    return found


def rooted(namespace: str) -> str:
    return json.dumps({".tag": "namespace_id", "namespace_id": namespace})


def opens(link: Wire) -> str:
    """The word for whom the link lets in; live links have it in either of two places."""
    permissions = link["link_permissions"]
    found: str = (permissions.get("resolved_visibility") or permissions.get("effective_audience"))[
        ".tag"
    ]
    return found


def test_links_are_of_every_kind(links: list[Wire]) -> None:
    """Public, for the team, with passwords, expiring and expired; to files and to folders."""
    words = Counter(map(opens, links))
    assert {"public", "password", "team_only", "team"} <= set(words)
    assert {link[".tag"] for link in links} == {"file", "folder"}
    ends = [link["expires"] for link in links if "expires" in link]
    assert min(ends) < "2026-11-02T09:05:00Z" < max(ends)
    both = [link for link in links if opens(link) == "team_and_password"]
    assert all(link["link_permissions"]["require_password"] for link in both)


def test_a_policy_caps_what_a_link_was_made_for(own: Client) -> None:
    """A link asked to be public opens to the team alone where the folder's policy says so."""
    own.clock(now="2026-11-02T09:05:00Z", pause=True)
    admin = own.member_id("Team admin")
    listed = own.call("team/namespaces/list", {}).json()["namespaces"]
    seen: dict[str, Counter[str]] = {}
    for folder in (n for n in listed if n["namespace_type"][".tag"] == "shared_folder"):
        asked = {"shared_folder_id": folder["namespace_id"]}
        about = own.call("sharing/get_folder_metadata", asked, Select_Admin=admin).json()
        policy = about["policy"]["shared_link_policy"][".tag"]
        given = {"Select_Admin": admin, "Path_Root": rooted(folder["namespace_id"])}
        entries = own.call("files/list_folder", {"path": ""}, **given).json()["entries"]
        for file in [entry["id"] for entry in entries if entry[".tag"] == "file"][:12]:
            own.clock(advance_seconds=1)
            own.happen("link_create", file)
            path = {"path": file, "direct_only": True}
            for link in own.call("sharing/list_shared_links", path, **given).json()["links"]:
                wanted = link["link_permissions"].get("requested_visibility", {}).get(".tag")
                seen.setdefault(policy, Counter())[f"{wanted} {opens(link)}"] += 1
    assert set(seen) == {"anyone", "team", "members"}
    assert seen["anyone"]["public public"]
    assert seen["team"]["public team_only"]
    assert seen["members"]["public shared_folder_only"]
    assert not any("public public" in seen[policy] for policy in ("team", "members"))
    unknown = own.call("sharing/get_folder_metadata", {"shared_folder_id": "1"}, Select_Admin=admin)
    assert (unknown.status_code, tag(unknown)) == (409, "invalid_id")


def test_without_a_root_only_the_home_is_covered(
    client: Client, links: list[Wire], team_root: str
) -> None:
    """A member's links into team folders are listed only from the team's space."""
    admin = client.member_id("Team admin")
    member = {"Select_User": admin}
    home = client.call("sharing/list_shared_links", {}, **member).json()["links"]
    whole = client.call("sharing/list_shared_links", {}, Path_Root=team_root, **member).json()
    assert {link["url"] for link in home} < {link["url"] for link in whole["links"]}
    assert {link["url"] for link in whole["links"]} <= {link["url"] for link in links}


def test_an_admin_sees_every_link_to_an_item(client: Client, links: list[Wire]) -> None:
    """By path or id come the links of everybody to it, and those of its folders unless direct."""
    admin = client.member_id("Team admin")
    roots = {row["item_id"]: row["root_id"] for row in client.inventory("items")}
    asked = {link["id"] for link in links if link[".tag"] == "file"}
    seen: set[str] = set()
    several = 0
    for item in asked:
        given = {"Select_Admin": admin, "Path_Root": rooted(roots[item])}
        argument = {"path": item, "direct_only": True}
        found = client.call("sharing/list_shared_links", argument, **given).json()["links"]
        assert {link["id"] for link in found} == {item}
        seen |= {link["url"] for link in found}
        maker = found[0]["team_member_info"]["member_id"]
        mine = {"Select_User": maker, "Path_Root": rooted(roots[item])}
        own = client.call("sharing/list_shared_links", argument, **mine).json()["links"]
        assert own == [k for k in found if k["team_member_info"]["member_id"] == maker]
        several += len(own) < len(found)
        whole = client.call("sharing/list_shared_links", {"path": item}, **given).json()
        assert {link["url"] for link in found} <= {link["url"] for link in whole["links"]}
    assert {link["url"] for link in links if link[".tag"] == "file"} <= seen
    assert several


def test_some_files_are_given_to_people_by_themselves(client: Client) -> None:
    """Such a file says so, and its people come alone, in batches, or beside its folder's people."""
    admin = client.member_id("Team admin")
    kinds: Counter[str] = Counter()
    for namespace in client.call("team/namespaces/list", {}).json()["namespaces"]:
        given = {"Select_Admin": admin, "Path_Root": rooted(namespace["namespace_id"])}
        argument = {
            "path": "",
            "recursive": True,
            "include_mounted_folders": False,
            "include_has_explicit_shared_members": True,
        }
        entries = client.call("files/list_folder", argument, **given).json()["entries"]
        some = [e["id"] for e in entries if e.get("has_explicit_shared_members")]
        if not some:
            continue
        batch = client.call("sharing/list_file_members/batch", {"files": some}, **given).json()
        assert [answer["file"] for answer in batch] == some
        for answer in batch:
            members = answer["result"]["members"]
            direct = {**members, "users": [u for u in members["users"] if not owns(u)]}
            assert any(direct[kind] for kind in ("users", "groups", "invitees"))
            kinds.update(kind for kind in ("groups", "invitees") if direct[kind])
            kinds.update(str(user["user"]["same_team"]) for user in direct["users"])
        whole = client.call("sharing/list_file_members", {"file": some[0]}, **given).json()
        direct = client.call(
            "sharing/list_file_members", {"file": some[0], "include_inherited": False}, **given
        ).json()
        known = [user["user"]["email"] for user in whole["users"] if not user["is_inherited"]]
        assert known == [user["user"]["email"] for user in direct["users"]]
        shared = namespace["namespace_type"][".tag"] != "team_member_folder"
        inherited = [u for kind in ("users", "groups") for u in whole[kind] if u["is_inherited"]]
        assert bool(inherited) == shared
    assert set(kinds) == {"True", "False", "groups", "invitees"}


def owns(user: Wire) -> bool:
    return bool(user["access_type"][".tag"] == "owner")


def test_members_of_a_file_come_in_pages(client: Client) -> None:
    """A page of one leads by its cursor to all; what is no file is refused."""
    admin = client.member_id("Team admin")
    folder = next(
        n["namespace_id"]
        for n in client.call("team/namespaces/list", {}).json()["namespaces"]
        if n["namespace_type"][".tag"] == "shared_folder"
    )
    given = {"Select_Admin": admin, "Path_Root": rooted(folder)}
    entries = client.call("files/list_folder", {"path": "", "recursive": True}, **given).json()
    file = next(e["id"] for e in entries["entries"] if e[".tag"] == "file")
    whole = client.call("sharing/list_file_members", {"file": file}, **given).json()
    page = client.call("sharing/list_file_members", {"file": file, "limit": 1}, **given).json()
    read = page["users"]
    while "cursor" in page:
        cursor = {"cursor": page["cursor"]}
        page = client.call("sharing/list_file_members/continue", cursor, **given).json()
        read += page["users"]
    assert read == whole["users"]
    missing = client.call("sharing/list_file_members", {"file": "id:nothing"}, **given)
    assert (missing.status_code, tag(missing)) == (409, "access_error")
    batch = {"files": [file, "id:nothing"]}
    answers = client.call("sharing/list_file_members/batch", batch, **given).json()
    assert [answer["result"][".tag"] for answer in answers] == ["result", "access_error"]
    many = client.call("sharing/list_file_members/batch", {"files": [file] * 101}, **given)
    assert many.status_code == 400


def test_nobody_works_for_a_member_who_left(client: Client) -> None:
    """A removed member cannot be selected; a suspended one is told apart."""
    refused = {
        status: tag(
            client.call(
                "sharing/list_shared_links", {}, Select_User=client.member_id(status=status)
            )
        )
        for status in ("removed", "suspended")
    }
    assert refused == {"removed": "invalid_select_user", "suspended": "user_suspended"}
