"""Folders, files, bookmarks and collaborations of the Box stand-in."""

from collections import Counter
from typing import Any

import pytest

from sandbox.client import Client

Wire = dict[str, Any]
FIELDS = "owned_by,parent,path_collection,shared_link,has_collaborations,item_status,size"


def users(client: Client, *, active: bool = True) -> list[str]:
    """The ids of the company's own people."""
    found = client.get("users", limit=1000, user_type="managed", fields="status").json()["entries"]
    return [user["id"] for user in found if (user["status"] == "active") == active]


def items(client: Client, folder: str, user: str, limit: int = 1000) -> list[Wire]:
    """What is in a folder, by marker."""
    found: list[Wire] = []
    marker = ""
    while True:
        query = {"usemarker": "true", "limit": limit, "fields": FIELDS, "marker": marker}
        page = client.get(f"folders/{folder}/items", user, **query).raise_for_status().json()
        assert len(page["entries"]) <= limit
        found += page["entries"]
        marker = page["next_marker"]
        if not marker:
            return found


def tree(client: Client, user: str) -> list[Wire]:
    """What is in a user's uppermost folder, and below in the folders that they own."""
    found: list[Wire] = []
    waiting = ["0"]
    while waiting:
        inside = items(client, waiting.pop(), user)
        found += inside
        own = [item for item in inside if item["owned_by"]["id"] == user]
        waiting += [item["id"] for item in own if item["type"] == "folder"]
    return found


def test_owners_trees_hold_every_item_once(box: Client) -> None:
    """What each user owns in their own tree is the truth, item by item; others show as others'."""
    owned: dict[str, Wire] = {}
    foreign = 0
    for user in users(box):
        for item in tree(box, user):
            assert item["item_status"] == "active"
            if item["owned_by"]["id"] != user:
                foreign += 1
                continue
            assert item["id"] not in owned
            owned[item["id"]] = item
    truth = {row["item_id"]: row for row in box.inventory("items", "box") if row["enterable"]}
    assert set(owned) == set(truth)
    assert foreign
    for number, item in owned.items():
        row, parent = truth[number], item["parent"]["id"]
        assert (item["type"], item["name"]) == (row["item_kind"], row["name"])
        assert (None if parent == "0" else parent) == row["parent_id"]
        assert item["path_collection"]["entries"][-1]["id"] == parent
        assert (item["shared_link"] or {}).get("url") == (row["link"] or {}).get("url")
    links = [item["shared_link"] for item in owned.values() if item.get("shared_link")]
    pairs = Counter((link["access"], link["effective_access"]) for link in links)
    assert {"open", "company"} <= {access for access, _ in pairs}
    assert {link["is_password_enabled"] for link in links} == {True, False}
    assert {link["unshared_at"] is None for link in links} == {True, False}


def test_markers_hold_while_things_change(own_box: Client) -> None:
    """What stayed while a folder was read page by page is in it once."""
    truth = own_box.inventory("items", "box")
    counts = Counter(row["parent_id"] for row in truth if row["parent_id"] and row["enterable"])
    folder = max(counts, key=lambda number: counts[number])
    owner = next(row["root_id"] for row in truth if row["item_id"] == folder)
    before = {item["id"] for item in items(own_box, folder, owner)}
    files = [item["id"] for item in items(own_box, folder, owner) if item["type"] == "file"]
    read: list[str] = []
    gone: set[str] = set()
    marker = ""
    while True:
        query = {"usemarker": "true", "limit": 5, "marker": marker}
        page = own_box.get(f"folders/{folder}/items", owner, **query).json()
        read += [item["id"] for item in page["entries"]]
        marker = page["next_marker"]
        if not marker:
            break
        gone.add(files[len(gone) * 2])
        own_box.happen("delete", files[len(gone) * 2 - 2], app="box")
    assert len(read) == len(set(read))
    assert before - gone <= set(read)
    assert not gone & {item["id"] for item in items(own_box, folder, owner)}
    trashed = own_box.get(f"files/{min(gone)}", owner)
    assert (trashed.status_code, trashed.json()["code"]) == (404, "trashed")
    own_box.happen("erase", min(gone), app="box")
    erased = own_box.get(f"files/{min(gone)}", owner)
    assert (erased.status_code, erased.json()["code"]) == (404, "not_found")


def test_pages_lead_through_all_kinds_of_things(box: Client) -> None:
    """By small pages the uppermost folder is the same, what its owner was given included."""
    seen: set[str] = set()
    for user in users(box):
        whole = items(box, "0", user)
        assert items(box, "0", user, limit=3) == whole
        assert len({item["id"] for item in whole}) == len(whole)
        seen |= {item["type"] for item in whole if item["owned_by"]["id"] != user}
    assert seen == {"folder", "file"}


def test_offsets_go_to_ten_thousand(own_box: Client) -> None:
    """A big folder cannot be read to its end by offset; by marker it can."""
    own_box.faults(big_folder={"count": 10_500})
    pile = next(
        row
        for row in own_box.inventory("items", "box")
        if row["item_kind"] == "folder" and row["name"].startswith("Scanner output")
    )
    folder, owner = pile["item_id"], pile["root_id"]
    page = own_box.get(f"folders/{folder}/items", owner, limit=1000, offset=9_900).json()
    assert page["total_count"] >= 10_500
    assert len(page["entries"]) == page["total_count"] - 9_900
    refused = own_box.get(f"folders/{folder}/items", owner, offset=10_001)
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_request")
    found = items(own_box, folder, owner)
    assert len({item["id"] for item in found}) == len(found) == page["total_count"]
    wrong = own_box.get(f"folders/{folder}/items", owner, usemarker="true", marker="nonsense")
    assert wrong.status_code == 400


def test_fields_replace_the_standard_ones(box: Client) -> None:
    """Unasked come the standard fields; asked for, the mini ones and those named."""
    whole = box.get("folders/0").json()
    assert whole["item_collection"]["total_count"] >= len(whole["item_collection"]["entries"]) > 0
    entry = next(e for e in whole["item_collection"]["entries"] if e["type"] == "folder")
    assert set(entry) == {"type", "id", "sequence_id", "etag", "name"}
    folder = box.get(f"folders/{entry['id']}").json()
    assert {"path_collection", "owned_by", "shared_link"} <= set(folder)
    assert not {"has_collaborations", "item_collection_", "tags"} & set(folder)
    asked = box.get(f"folders/{entry['id']}", fields="has_collaborations,size").json()
    assert set(asked) == set(entry) | {"has_collaborations", "size"}


def test_what_one_may_not_see_is_not_found(box: Client) -> None:
    """A stranger's folder is 404 as one that never was; the owner's tree has it."""
    first, second = users(box)[3:5]
    theirs = next(i for i in tree(box, second) if i["owned_by"]["id"] == second)
    kind = {"folder": "folders", "file": "files", "web_link": "web_links"}[theirs["type"]]
    assert box.get(f"{kind}/{theirs['id']}", second).json()["id"] == theirs["id"]
    hidden = box.get(f"{kind}/{theirs['id']}", first)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "not_found")
    for path in ("folders/77", "files/77/collaborations", "folders/0/collaborations"):
        assert box.get(path, second).status_code == 404


def test_collaborations_tell_where_they_were_made(box: Client) -> None:
    """Listed on an item are its own and its folders' ones; pending ones have no item."""
    kinds: Counter[str] = Counter()
    inherited = 0
    for user in users(box)[:9]:
        for item in tree(box, user):
            if item["owned_by"]["id"] != user or not item["has_collaborations"]:
                continue
            path = f"{item['type']}s/{item['id']}/collaborations"
            found = box.get(path, user, limit=1000).json()["entries"]
            page, paged = box.get(path, user, limit=4).json(), []
            while True:
                paged += page["entries"]
                if not page["next_marker"]:
                    break
                page = box.get(path, user, limit=4, marker=page["next_marker"]).json()
            assert paged == found
            assert len({each["id"] for each in found}) == len(found)
            own = [each for each in found if (each["item"] or item)["id"] == item["id"]]
            assert own
            inherited += len(found) - len(own)
            for each in found:
                assert (each["status"] == "pending") == (each["accessible_by"] is None)
                assert (each["item"] is None) == (each["invite_email"] is not None)
                kinds[(each["accessible_by"] or {"type": "invited"})["type"]] += 1
                kinds["expires"] += each["expires_at"] is not None
    assert inherited
    assert set(kinds) == {"user", "group", "invited", "expires"}


def test_some_users_can_be_shut_off(own_box: Client) -> None:
    """Under as_user_403 some users cannot be entered, always the same; the truth says which."""
    own_box.faults(as_user_403={"share": 0.3})
    answers = {user: own_box.get("folders/0/items", user).status_code for user in users(own_box)}
    assert set(answers.values()) == {200, 403}
    again = {user: own_box.get("folders/0/items", user).status_code for user in users(own_box)}
    assert again == answers
    shut = {r["root_id"] for r in own_box.inventory("items", "box") if not r["enterable"]}
    barred = {user for user, status in answers.items() if status == 403}
    assert shut == barred | set(users(own_box, active=False))


@pytest.mark.parametrize("kind", ["files", "folders"])
def test_a_scope_is_needed(box: Client, kind: str) -> None:
    """Without a token nothing is told."""
    box.token = "nonsense"
    assert box.get(f"{kind}/0").status_code == 401
