"""What has become of single items of Box, and what it costs to see."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from canned import (
    ADMIN,
    BO,
    COADMIN,
    FORBIDDEN,
    LINK,
    OUTSIDER,
    FarEnd,
    Json,
    entry,
    only,
    refusal,
    shared,
)

from connectors.box import Box
from connectors.inventory import Branch, Listing, Touched


def event(item_id: str, kind: str = "file", owner: str = BO) -> bytes:
    source = {"item_type": kind, "item_id": item_id, "owned_by": {"type": "user", "id": owner}}
    return json.dumps({"event_type": "EDIT", "source": source}).encode()


def looked(box: Box, **touched: Any) -> Listing:
    return only(box.look([Touched(**touched)]))


def test_a_look_takes_one_request(box: Box, far_end: FarEnd) -> None:
    """An event tells what an item is and whose: no request is lost on guessing."""
    far_end.answers[f"{BO} folders/71"] = entry("71", "folder", shared_link=LINK)
    listing = looked(box, item_id="71", event=event("71", "folder"))
    [item] = listing.items
    assert (item.item_id, item.state, item.root_id, item.people) == ("71", "present", BO, ())
    assert ([link.item_id for link in listing.links], listing.all_links) == (["71"], True)
    assert Counter(far_end.asked) == {("users/me", None): 1, ("folders/71", BO): 1}


@pytest.mark.parametrize(
    ("kind", "before", "below"),
    [
        ("folder", {"known": False}, True),
        ("folder", {"known": True, "root_id": ADMIN}, True),
        ("folder", {"known": True, "root_id": BO}, False),
        ("file", {"known": False}, False),
    ],
)
def test_a_folder_that_is_new_to_us_is_listed(
    box: Box, far_end: FarEnd, kind: str, before: Json, below: bool
) -> None:
    """What came with a folder, or went with it to another owner, has no events of its own."""
    path = f"{kind}s/71"
    far_end.answers[path] = entry("71", kind)
    far_end.answers["folders/71/items"] = [entry("75", parent={"id": "71"})]
    listing = looked(box, item_id="71", event=event("71", kind), **before)
    items = [only(box.listing(branch)).items[0] for branch in listing.found]
    assert [(item.item_id, item.parent_id) for item in items] == [("75", "71")] * below


def test_the_trash_takes_one_request(box: Box, far_end: FarEnd) -> None:
    """What Box says is in the trash is looked for nowhere else."""
    far_end.answers["files/70"] = refusal(404, "trashed")
    assert [item.state for item in looked(box, item_id="70", root_id=BO).items] == ["deleted"]
    assert Counter(far_end.asked) == {("users/me", None): 1, ("files/70", BO): 1}


def test_a_look_says_what_the_walk_says(
    box: Box, far_end: FarEnd, trees: dict[str, Branch]
) -> None:
    """Item, people and link are the same, whichever way they were seen."""
    told = entry("70", has_collaborations=True, shared_link=LINK)
    far_end.answers["folders/0/items"], far_end.answers[f"{BO} files/70"] = [told], told
    far_end.answers["files/70/collaborations"] = [shared("70", OUTSIDER)]
    walked, seen = only(box.listing(trees[BO])), looked(box, item_id="70", root_id=BO)
    assert (seen.items, seen.links, seen.people) == (walked.items, walked.links, walked.people)


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({}, "deleted"),
        ({f"{BO} files/70": refusal(404, "trashed")}, "deleted"),
        ({f"{BO} files/70": entry("70", item_status="trashed")}, "deleted"),
        ({f"{BO} files/70": entry("70", owner="99")}, "left"),
        ({f"{BO} files/70": entry("70", owner="99", has_collaborations=True)}, "left"),
        ({f"{BO} files/70": refusal(403, FORBIDDEN), "files/70": entry("70", owner=ADMIN)},
         "present"),
    ],
)  # fmt: skip
def test_what_has_become_of_an_item(box: Box, far_end: FarEnd, answers: Json, state: str) -> None:
    """Trashed and unknown items are deleted, what outsiders own has left."""
    far_end.answers |= answers
    [item] = looked(box, item_id="70", event=event("70")).items
    assert (item.item_id, item.state) == ("70", state)


def test_an_item_in_new_hands_is_seen_as_they_see_it(box: Box, far_end: FarEnd) -> None:
    """Only the owner is told in which folder it lies, so that the owner is asked again."""
    far_end.answers[f"{BO} files/70"] = entry("70", owner=COADMIN, parent=None)
    far_end.answers[f"{COADMIN} files/70"] = entry("70", owner=COADMIN, parent={"id": "8"})
    [item] = looked(box, item_id="70", event=event("70")).items
    assert (item.root_id, item.parent_id) == (COADMIN, "8")


def test_an_item_that_nobody_lets_us_see_is_refused(box: Box, far_end: FarEnd) -> None:
    """It is not said to be deleted, only that we may not look."""
    far_end.answers["files/70"] = refusal(403, FORBIDDEN)
    listing = looked(box, item_id="70", event=event("70"))
    assert [item.state for item in listing.items] == ["closed"]
    assert listing.refused == listing.items[0].owner_unknown


@pytest.mark.parametrize("made_up", ["", "../users/me", "id:70", "\u0667\u0660", "7 0"])
def test_a_made_up_id_is_no_item(box: Box, far_end: FarEnd, made_up: str) -> None:
    """What is no id of Box's is not asked for."""
    [item] = looked(box, item_id=made_up).items
    assert (item.state, far_end.asked) == ("deleted", [])
