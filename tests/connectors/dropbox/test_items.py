"""What a scan of Dropbox asks for, and what it makes of the awkward answers."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from math import ceil
from typing import Any

import pytest

from connectors.dropbox import Dropbox
from connectors.errors import CursorLost, NeedsPerson, ShapeChanged
from connectors.inventory import Branch, Listing

LIST, MORE = "files/list_folder", "files/list_folder/continue"
META, MEMBERS = "files/get_metadata", "sharing/list_folder_members"
FILES = "sharing/list_file_members/batch"


def entry(path: str, tag: str = "file", **parts: Any) -> dict[str, Any]:
    shown = {"name": path.rpartition("/")[2], "path_lower": path.lower(), "path_display": path}
    return {".tag": tag, "id": f"id:{path}"} | shown | parts


def page(*entries: dict[str, Any], more: bool = False) -> dict[str, Any]:
    return {"entries": entries, "cursor": "next", "has_more": more}


def user(name: str, access: str, *, ours: bool = True, inherited: bool = False) -> dict[str, Any]:
    about = {"account_id": f"dbid:{name}", "email": f"{name}@x.example", "display_name": name}
    return {
        "access_type": {".tag": access},
        "is_inherited": inherited,
        "user": about | {"same_team": ours},
    }


def branches(dropbox: Dropbox) -> dict[str, Branch]:
    (members,) = dropbox.branches()
    found = [branch for listing in dropbox.listing(members) for branch in listing.found]
    roots = next(branch for branch in found if branch.kind == "roots")
    found += [branch for listing in dropbox.listing(roots) for branch in listing.found]
    return {branch.key: branch for branch in found}


def listed(made: Any, key: str, cursor: str | None = None) -> list[Listing]:
    return list(made.dropbox.listing(branches(made.dropbox)[key], cursor))


def test_a_scan_asks_for_nothing_twice(
    calm: str, connected: Callable[..., Dropbox], wire: Any
) -> None:
    """A scan makes at most a tenth more requests than there are pages, and items with people or
    folders behind links to ask about."""
    dropbox = connected(calm, transport=wire)
    queue, least = deque(dropbox.branches()), 0
    while queue:
        branch = queue.popleft()
        about = json.loads(branch.about or "{}")
        least += about.get("kind") in {"shared_folder", "team_folder"}
        for listing in dropbox.listing(branch):
            queue.extend(listing.found)
            asked_about = [
                i for i in listing.items if '"has_explicit_shared_members":true' in i.raw
            ]
            least += 1 + ceil(len(asked_about) / 100)
            least += sum('".tag":"folder"' in link.raw for link in listing.links)
    assert 50 < least <= len(wire.requests) <= 1.1 * least


def test_a_suspended_member_hides_no_other(calm: str, connected: Callable[..., Dropbox]) -> None:
    """Where nobody may act for a member, the listing of their links says so, and names them."""
    dropbox = connected(calm)
    (members,) = (list(dropbox.listing(branch)) for branch in dropbox.branches())
    suspended = {p.person_id for each in members for p in each.people if p.status == "suspended"}
    links = [b for each in members for b in each.found if b.person_id in suspended]
    assert links
    for branch in links:
        (listing,) = dropbox.listing(branch)
        assert "suspended" in (listing.refused or "")


def test_what_lies_in_a_home_is_its_members(team: Callable[..., Any]) -> None:
    """The namespace comes first and has no parent; all in it has its owner, and its folder."""
    made = team({LIST: page(entry("/A/b"), entry("/A", "folder"), entry("/c", size=7))})
    (listing,) = listed(made, "ns:1")
    assert [(item.item_id, item.parent_id) for item in listing.items] == [
        ("ns:1", None),
        ("id:/A/b", "id:/A"),
        ("id:/A", "ns:1"),
        ("id:/c", "ns:1"),
    ]
    owners = {(item.owner_kind, item.owner_id, item.owner_email) for item in listing.items}
    assert owners == {("person", "dbid:bo", "bo@acme.example")}
    assert made.asked(META) == []


def test_a_folder_from_before_is_asked_for_once(team: Callable[..., Any]) -> None:
    """Taken up at a cursor, a walk asks once for a folder that it has not met, and for one that
    has just gone it takes the namespace."""

    def metadata(argument: Any, _: Any) -> Any:
        return entry("/A", "folder") if argument["path"] == "/a" else "409 path/not_found"

    made = team({MORE: page(entry("/A/b"), entry("/A/c"), entry("/B/d")), META: metadata})
    (listing,) = listed(made, "ns:1", "cursor")
    assert [item.parent_id for item in listing.items] == ["id:/A", "id:/A", "ns:1"]
    assert made.asked(META) == [{"path": "/a"}, {"path": "/b"}]


def test_a_mounted_folder_is_no_item(team: Callable[..., Any]) -> None:
    """What only mounts another namespace is left out; what would lie in it lies in that."""
    mounted = entry("/M", "folder", sharing_info={"shared_folder_id": "2"})
    made = team({LIST: page(mounted, entry("/M/x"), {".tag": "deleted", "name": "y"})})
    (listing,) = listed(made, "ns:1")
    assert [(item.item_id, item.parent_id) for item in listing.items] == [
        ("ns:1", None),
        ("id:/M/x", "ns:2"),
    ]


@pytest.mark.parametrize("refusal", ["409 path/not_found", "422 no_permission"])
def test_a_namespace_that_is_gone_ends_without_a_page(
    team: Callable[..., Any], refusal: str
) -> None:
    """What Dropbox no longer opens is gone if the list of namespaces lacks it, else refused."""
    made = team({LIST: refusal})
    (listing,) = listed(made, "ns:2")
    assert listing.refused == f"Dropbox does not open this namespace ({refusal.split()[1]})."
    branch = branches(made.dropbox)["ns:2"]
    made.answers["team/namespaces/list"] = {"namespaces": [], "cursor": "n", "has_more": False}
    assert list(made.dropbox.listing(branch)) == []


def test_what_is_forbidden_is_refused(team: Callable[..., Any]) -> None:
    """A 403 on one namespace ends that branch with the reason, and no other."""
    (listing,) = listed(team({LIST: "403 no_permission"}), "ns:2")
    assert listing.refused == "Dropbox does not allow files/list_folder (no_permission)."


@pytest.mark.parametrize("refusal", ["409 reset", "409 path/not_found", "422 no_permission"])
def test_a_dead_cursor_is_told(team: Callable[..., Any], refusal: str) -> None:
    """Whatever keeps a walk from going on where it stood, it is to begin anew."""
    with pytest.raises(CursorLost):
        listed(team({MORE: refusal}), "ns:1", "cursor")


def test_a_dead_cursor_of_a_list_is_told(team: Callable[..., Any]) -> None:
    """So it is with the lists of members, namespaces and links."""
    made = team(
        {
            "team/members/list/continue_v2": "409 invalid_cursor",
            "team/namespaces/list/continue": "409 invalid_cursor",
            "sharing/list_shared_links": "409 reset",
        }
    )
    known = branches(made.dropbox)
    for branch in (*made.dropbox.branches(), known["namespaces"], known["links:dbmid:bo00000000"]):
        with pytest.raises(CursorLost):
            next(made.dropbox.listing(branch, "old"))


def test_without_an_administrator_a_person_is_asked(team: Callable[..., Any]) -> None:
    """That whoever consented has left the team is no fault of a namespace."""
    made = team({"team/token/get_authenticated_admin": "409 mapping_not_found"})
    with pytest.raises(NeedsPerson, match="casbah connect dropbox acme"):
        listed(made, "ns:1")


def test_people_of_a_shared_folder(team: Callable[..., Any]) -> None:
    """All pages are read; the owner is told apart, and whoever is from outside is a person."""
    first = {"users": [user("eve", "owner", ours=False)], "groups": [], "cursor": "more"}
    known = {"invitee": {".tag": "email", "email": "kim@x.example"}} | user(
        "kim", "viewer", ours=False
    )
    new = {"access_type": {".tag": "viewer"}, "invitee": {".tag": "email", "email": "n@x.example"}}
    group = {"group_id": "g:1", "group_name": "All", "same_team": True}
    rest = {
        "users": [user("bo", "editor", inherited=True)],
        "groups": [{"access_type": {".tag": "editor"}, "group": group}],
        "invitees": [known, new],
    }
    made = team({LIST: page(), MEMBERS: first, f"{MEMBERS}/continue": rest})
    (listing,) = listed(made, "ns:2")
    (root,) = listing.items
    assert (root.owner_kind, root.owner_id) == ("external", "dbid:eve")
    assert [(s.kind, s.id, s.email, s.external, s.status) for s in root.people or ()] == [
        ("member", "dbid:bo", "bo@x.example", False, None),
        ("group", "g:1", None, False, None),
        ("external", "dbid:kim", "kim@x.example", True, "invited"),
        ("invited", None, "n@x.example", True, "invited"),
    ]
    assert [(p.person_id, p.kind) for p in listing.people] == [
        ("dbid:eve", "external"),
        ("dbid:kim", "external"),
        ("n@x.example", "invited"),
    ]


def test_who_is_in_a_folder_may_stay_unknown(team: Callable[..., Any]) -> None:
    """Then nobody is said to have been given it, and the owner is unknown for a reason; that of a
    team folder is the team all the same."""
    made = team({LIST: page(), MEMBERS: "409 not_a_member"})
    (shared,), (teams,) = listed(made, "ns:2")[0].items, listed(made, "ns:3")[0].items
    assert (shared.people, shared.owner_kind) == (None, "unknown")
    assert "not_a_member" in (shared.owner_unknown or "")
    assert (teams.people, teams.owner_kind, teams.owner_unknown) == (None, "team", None)


def test_people_of_files(team: Callable[..., Any]) -> None:
    """Files that were given to people are asked about a hundred at a time; of those who are more
    than the answer shows, all are read; inherited members were given a folder, not the file."""
    shared = [entry(f"/{n}", has_explicit_shared_members=True) for n in range(101)]

    def batch(argument: Any, _: Any) -> Any:
        few = {"users": [user("bo", "owner")]}
        return [
            {"file": f, "result": {".tag": "result", "members": few, "member_count": 3}}
            if f == "id:/7"
            else {"file": f, "result": {".tag": "access_error", "access_error": {".tag": "other"}}}
            for f in argument["files"]
        ]

    made = team(
        {
            LIST: page(entry("/plain"), *shared),
            FILES: batch,
            "sharing/list_file_members": {
                "users": [user("bo", "owner"), user("kim", "viewer", inherited=True)],
                "cursor": "more",
            },
            "sharing/list_file_members/continue": {"users": [user("eve", "viewer", ours=False)]},
        }
    )
    (listing,) = listed(made, "ns:1")
    people = {item.item_id: item.people for item in listing.items}
    assert [len(asked["files"]) for asked in made.asked(FILES)] == [100, 1]
    assert [share.id for share in people["id:/7"] or ()] == ["dbid:eve"]
    assert (people["id:/plain"], people["id:/8"]) == ([], None)
    assert [person.person_id for person in listing.people] == ["dbid:eve"]


def test_strange_names_are_kept(team: Callable[..., Any]) -> None:
    """A name that no UTF-8 can hold spoils nothing."""
    (listing,) = listed(team({LIST: page(entry("/a\ud800\0b"))}), "ns:1")
    assert listing.items[1].name == "a\ufffd\0b"
    json.loads(listing.items[1].raw or "")


def test_an_entry_that_cannot_be_read_is_told(team: Callable[..., Any]) -> None:
    """What breaks the promises of the specification is ShapeChanged, never half a listing."""
    with pytest.raises(ShapeChanged, match="size"):
        listed(team({LIST: page(entry("/a", size="big"))}), "ns:1")


def test_times_are_utc(team: Callable[..., Any]) -> None:
    """A file's time is that of its last change on Dropbox's side."""
    made = team({LIST: page(entry("/a", server_modified="2026-02-01T12:00:00Z"))})
    (listing,) = listed(made, "ns:1")
    assert listing.items[1].modified_at == datetime(2026, 2, 1, 12, tzinfo=UTC)
