"""What a scan of Box asks for, and what it makes of the awkward answers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from canned import (
    ADMIN,
    BO,
    COADMIN,
    FORBIDDEN,
    GONE,
    LINK,
    OUTSIDER,
    ROLES,
    USERS,
    FarEnd,
    entry,
    only,
    refusal,
    shared,
)

from connectors.box import Box
from connectors.contract import Credentials
from connectors.errors import CursorLost, ShapeChanged
from connectors.inventory import Branch

ENTERPRISE = {"type": "enterprise", "id": 940811021, "name": "Acme"}


def test_the_users_are_people_with_a_tree_each(box: Box, far_end: FarEnd) -> None:
    """Each managed user is a person with role and rights, and the way to their files."""
    [users] = box.branches()
    listing = only(box.listing(users))
    people = [(p.person_id, p.kind, p.role, p.admin, p.status) for p in listing.people]
    assert people == [
        (ADMIN, "member", "admin", True, "active"),
        (BO, "member", "user", False, "active"),
        (COADMIN, "member", "coadmin", True, "active"),
        (GONE, "member", "user", False, "inactive"),
    ]
    assert listing.people[0].joined_at == datetime(2020, 2, 1, 18, tzinfo=UTC)
    assert json.loads(listing.people[1].raw) == USERS[1]
    assert [(b.kind, b.person_id) for b in listing.found] == [("tree", n) for n in ROLES]
    assert Counter(far_end.asked) == {("users", None): 1}


def test_ids_may_be_numbers(box: Box, far_end: FarEnd) -> None:
    """Box's samples show some: they are the same people and the same account as text."""
    as_text = only(box.listing(box.branches()[0]))
    numbers = [user | {"id": int(user["id"])} for user in USERS]
    far_end.answers |= {"users": numbers, "users/me": numbers[0] | {"enterprise": ENTERPRISE}}
    assert box.account().id == str(ENTERPRISE["id"])
    told = only(box.listing(box.branches()[0]))
    assert [person.person_id for person in told.people] == [p.person_id for p in as_text.people]
    assert [branch.key for branch in told.found] == [branch.key for branch in as_text.found]


def test_only_what_a_user_owns_is_told(box: Box, far_end: FarEnd, trees: dict[str, Branch]) -> None:
    """What somebody else owns shows in many trees; it is met, and entered, in its owner's."""
    far_end.answers["folders/0/items"] = [
        entry("70"),
        entry("71", "folder"),
        entry("72", "folder", ADMIN),
        entry("73", owner="99", is_externally_owned=True),
        entry("74", "web_link"),
    ]
    listing = only(box.listing(trees[BO]))
    told = [(i.item_id, i.item_kind, i.root_id, i.parent_id, i.path) for i in listing.items]
    assert told == [
        ("70", "file", BO, None, "/n70"),
        ("71", "folder", BO, None, "/n71"),
        ("74", "web_link", BO, None, "/n74"),
    ]
    assert {(i.owner_kind, i.owner_id, i.owner_email) for i in listing.items} == {
        ("person", BO, f"u{BO}@acme.example")
    }
    [found] = listing.found
    below = entry("75", parent={"id": "71"}, path_collection={"entries": [{"id": "0"}, {"id": "71",
                  "name": "n71"}]})  # fmt: skip
    far_end.answers["folders/71/items"] = [below]
    [item] = only(box.listing(found)).items
    assert (item.parent_id, item.path, item.people) == ("71", "/n71/n75", ())
    assert {who for path, who in far_end.asked if path.startswith("folders")} == {BO}


def test_a_whole_listing_takes_no_request_too_many(
    box: Box, far_end: FarEnd, trees: dict[str, Branch]
) -> None:
    """A page holds a thousand entries; one request more for each item that was given to people."""
    shares = {"has_collaborations": True}
    far_end.answers["folders/0/items"] = [
        entry(str(1000 + n), **(shares if n % 500 == 0 else {})) for n in range(2_500)
    ]
    for n in range(0, 2_500, 500):
        far_end.answers[f"files/{1000 + n}/collaborations"] = []
    far_end.asked.clear()
    pages = list(box.listing(trees[BO]))
    assert [len(page.items) for page in pages] == [1000, 1000, 500]
    assert [page.more for page in pages] == [True, True, False]
    asked = Counter(path.rpartition("/")[2] for path, _ in far_end.asked)
    assert asked == {"items": 3, "collaborations": 5, "me": 1}
    rest = list(box.listing(trees[BO], pages[0].cursor))
    assert [p.items for p in rest] == [p.items for p in pages[1:]]


def test_shares_say_who_is_an_outsider(box: Box, far_end: FarEnd, trees: dict[str, Branch]) -> None:
    """Whoever is not on the enterprise's list is an outsider, with an account or only invited."""
    far_end.answers["folders/0/items"] = [entry("70", has_collaborations=True)]
    far_end.answers["files/70/collaborations"] = [
        shared("70", USERS[0], role="editor"),
        shared("70", USERS[1], role="owner"),
        shared("70", OUTSIDER, expires_at="2027-01-01T00:00:00Z"),
        shared("70", {"type": "group", "id": "5", "name": "Law"}),
        shared(None, None, invite_email="new@else.example", status="pending"),
        shared(None, None, invite_email=USERS[0]["login"].upper(), status="pending"),
        shared("70", OUTSIDER | {"id": "98"}, status="rejected"),
        shared("71", OUTSIDER | {"id": "97"}),
    ]
    listing = only(box.listing(trees[BO]))
    [item] = listing.items
    assert [(s.kind, s.id or s.email, s.external, s.role, s.status) for s in item.people or ()] == [
        ("member", ADMIN, False, "editor", "accepted"),
        ("external", "99", True, "viewer", "accepted"),
        ("group", "5", False, "viewer", "accepted"),
        ("invited", "new@else.example", True, "viewer", "pending"),
        ("member", USERS[0]["login"].upper(), False, "viewer", "pending"),
    ]
    assert [s.expires_at for s in item.people or () if s.id == "99"] == [
        datetime(2027, 1, 1, tzinfo=UTC)
    ]
    assert [(p.person_id, p.kind, p.email) for p in listing.people] == [
        ("99", "external", "x@else.example"),
        ("new@else.example", "invited", "new@else.example"),
    ]
    assert Counter(path for path, _ in far_end.asked)["users"] == 1


@pytest.mark.parametrize("answer", [refusal(403, FORBIDDEN), refusal(404, "not_found")])
def test_people_who_are_not_told_are_not_nobody(
    box: Box, far_end: FarEnd, trees: dict[str, Branch], answer: httpx.Response
) -> None:
    """Where Box does not say to whom an item was given, it is not said that there is nobody."""
    far_end.answers["folders/0/items"] = [entry("70", has_collaborations=True)]
    far_end.answers["files/70/collaborations"] = answer
    assert only(box.listing(trees[BO])).items[0].people is None


@pytest.mark.parametrize(
    ("access", "opens_to"),
    [("open", "public"), ("company", "internal"), ("collaborators", "nobody_else"),
     ("moon", "unknown"), (None, "unknown")],
)  # fmt: skip
def test_a_link_opens_as_it_takes_effect(
    box: Box, far_end: FarEnd, trees: dict[str, Branch], access: str | None, opens_to: str
) -> None:
    """Not what was asked for counts but what the enterprise lets come of it."""
    shared_link = LINK | {"effective_access": access}
    far_end.answers["folders/0/items"] = [entry("70", shared_link=shared_link), entry("71")]
    [link] = only(box.listing(trees[BO])).links
    assert (link.link_id, link.item_id, link.url) == ("abc", "70", LINK["url"])
    assert (link.audience, link.opens_to, link.access) == (access, opens_to, "can_preview")
    assert (link.password, link.downloads) == (True, False)
    assert link.expires_at == datetime(2027, 1, 1, 8, tzinfo=UTC)
    assert json.loads(link.raw) == shared_link


@pytest.mark.parametrize(
    ("who", "reason"),
    [(COADMIN, "owner is an administrator"), (GONE, "inactive"), (BO, "Box does not allow")],
)
def test_a_tree_that_stays_closed_says_why(
    box: Box, far_end: FarEnd, trees: dict[str, Branch], who: str, reason: str
) -> None:
    """Whom we may not act as has one page, without items and with the reason."""
    far_end.answers["folders/0/items"] = refusal(403, FORBIDDEN)
    listing = only(box.listing(trees[who]))
    assert reason in (listing.refused or "")
    assert (listing.items, listing.more) == ((), False)


def test_we_do_not_act_as_ourselves(box: Box, far_end: FarEnd, trees: dict[str, Branch]) -> None:
    """The administrator's own files are asked for without As-User."""
    far_end.answers["folders/0/items"] = [entry("70", owner=ADMIN)]
    assert [item.root_id for item in only(box.listing(trees[ADMIN])).items] == [ADMIN]
    assert far_end.asked[-1] == ("folders/0/items", None)


def test_a_folder_that_is_gone_has_no_page(
    box: Box, far_end: FarEnd, trees: dict[str, Branch]
) -> None:
    """A folder that was deleted after it was found ends at once."""
    assert list(box.listing(trees[BO])) == []
    far_end.answers["folders/0/items"] = refusal(404, "trashed")
    assert list(box.listing(trees[BO])) == []


def test_a_marker_that_died_is_told(box: Box, far_end: FarEnd, trees: dict[str, Branch]) -> None:
    """A marker that Box does not take any more means: from the beginning."""
    far_end.answers["folders/0/items"] = [entry("70")]
    for branch in (*box.branches(), trees[BO]):
        with pytest.raises(CursorLost):
            next(box.listing(branch, "stale"))
    far_end.answers["folders/0/items"] = refusal(400, "bad_request")
    with pytest.raises(ShapeChanged):
        next(box.listing(trees[BO]))


def test_a_scan_that_goes_on_elsewhere_knows_the_users(
    box: Box, far_end: FarEnd, trees: dict[str, Branch], vault: Callable[..., Any]
) -> None:
    """A new process reads the list of users once, and not before it needs it."""
    far_end.answers["folders/0/items"] = [entry("70", has_collaborations=True)] * 3
    far_end.answers["files/70/collaborations"] = [shared("70", USERS[0]), shared("70", OUTSIDER)]
    walked = only(box.listing(trees[BO]))
    far_end.asked.clear()
    credentials = Credentials("box", "acme", "key", "secret", "http://localhost")
    other = Box(credentials, vault(), transport=far_end)
    assert only(other.listing(trees[BO])).items == walked.items
    assert Counter(path for path, _ in far_end.asked)["users"] == 1


def test_strange_names_are_kept(box: Box, far_end: FarEnd, trees: dict[str, Branch]) -> None:
    """A name that no UTF-8 can hold spoils neither its item nor its page."""
    page = json.dumps({"entries": [entry("70", name="\ud800"), entry("71")], "next_marker": None})
    far_end.answers["folders/0/items"] = httpx.Response(200, content=page.encode())
    assert [i.name for i in only(box.listing(trees[BO])).items] == ["\ufffd", "n71"]


def test_an_entry_without_an_owner_says_so(
    box: Box, far_end: FarEnd, trees: dict[str, Branch]
) -> None:
    """Where Box does not tell the owner, that is said instead."""
    far_end.answers["folders/0/items"] = [entry("70", owned_by=None)]
    [item] = only(box.listing(trees[BO])).items
    assert (item.owner_kind, item.owner_id) == ("unknown", None)
    assert item.owner_unknown


def test_an_entry_of_no_shape_is_told(box: Box, far_end: FarEnd, trees: dict[str, Branch]) -> None:
    """What the specification rules out is an error with a name of its own."""
    far_end.answers["folders/0/items"] = [entry("70", size="big")]
    with pytest.raises(ShapeChanged):
        next(box.listing(trees[BO]))
