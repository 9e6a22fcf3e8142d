"""What every app's connector must do in a scan; its far end says what there is to find."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import msgspec
import pytest

from connectors.contract import Connector
from connectors.inventory import Branch, Item, Link, Listing, Person, Share, Touched
from data.tables import ITEMS, LINKS, PEOPLE, SHARES, Table

S = TypeVar("S", Item, Link)
T = TypeVar("T")
Walk = list[tuple[Branch, list[Listing]]]

pytestmark = pytest.mark.usefixtures("small_pages")

LAKES_OWN = {"app", "connection", "observed_at", "landed_at"}
LOOKED_AT = 25
TAKEN_UP = 12
FOLDERS = 8


def fields(kind: type[msgspec.Struct]) -> list[str]:
    return [field.name for field in msgspec.structs.fields(kind)]


@pytest.fixture(scope="module")
def walk(connector: Connector) -> Walk:
    """All listings of all branches, each branch once, as a scan goes through them."""
    queue, met, walked = deque(connector.branches()), set[str](), []
    while queue:
        branch = queue.popleft()
        if branch.key in met:
            continue
        met.add(branch.key)
        listings = list(connector.listing(branch))
        walked.append((branch, listings))
        queue.extend(found for listing in listings for found in listing.found)
    return walked


def listings(walk: Walk) -> Iterable[Listing]:
    return (listing for _, each in walk for listing in each)


def items(walk: Walk) -> list[Item]:
    return [item for listing in listings(walk) for item in listing.items]


def links(walk: Walk) -> list[Link]:
    return [link for listing in listings(walk) for link in listing.links]


def bare(observed: Iterable[S]) -> list[S]:
    """Without the vendor's JSON, which may tell more or less for whoever asks in another way."""
    return sorted((msgspec.structs.replace(each, raw="") for each in observed), key=repr)


def some(everything: Sequence[T], number: int) -> list[T]:
    """About so many of them, from all over."""
    return list(everything[:: max(1, len(everything) // number)])


def told(listings: Sequence[Listing]) -> list[list[Any]]:
    """All that listings say, however it was cut into pages."""
    parts = ("people", "items", "links", "found")
    return [[one for each in listings for one in getattr(each, part)] for part in parts]


@pytest.mark.parametrize(
    ("kind", "table", "added"),
    [
        (Person, PEOPLE, set[str]()),
        (Item, ITEMS, {"lane", "touched_at"}),
        (Link, LINKS, {"state"}),
    ],
)
def test_a_scan_speaks_the_words_of_the_lake(
    kind: type[msgspec.Struct], table: Table, added: set[str]
) -> None:
    """The fields are the columns of the table, but for those that the lake adds."""
    assert fields(kind) == [c.name for c in table.columns if c.name not in LAKES_OWN | added]


def test_shares_are_the_lakes() -> None:
    """Who was given an item is told in the words of the column."""
    assert fields(Share) == [field.name for field in SHARES.value_type]


def test_a_walk_finds_everything_once(far_end: Any, walk: Walk) -> None:
    """Each item that there is comes up in exactly one listing, and nothing else does."""
    assert Counter(item.item_id for item in items(walk)) == Counter(far_end.items())
    assert {item.state for item in items(walk)} == {"present"}


def test_a_branch_can_be_taken_up_at_its_pages(far_end: Any, walk: Walk) -> None:
    """From a cursor, and from a branch that was written down, comes what had come after."""
    for branch, seen in walk:
        assert msgspec.json.decode(msgspec.json.encode(branch), type=Branch) == branch
        assert [listing.more for listing in seen[:-1]] == [True] * (len(seen) - 1)
        assert not any(listing.more for listing in seen[-1:])
    pages = [(branch, seen, at) for branch, seen in walk for at in range(1, len(seen))]
    assert pages
    for branch, seen, at in some(pages, TAKEN_UP):
        kept = msgspec.json.decode(msgspec.json.encode(branch), type=Branch)
        rest = list(far_end.connect().listing(kept, seen[at - 1].cursor))
        assert told(rest) == told(seen[at:])


def test_a_walk_hangs_together(walk: Walk) -> None:
    """Every item lies in a folder of its tree, has an owner or the reason why it has none, and
    every link opens an item."""
    found = {item.item_id: item for item in items(walk)}
    for item in found.values():
        assert item.parent_id is None or found[item.parent_id].root_id == item.root_id
        assert bool(item.owner_unknown) == (item.owner_kind in {None, "unknown"})
        assert item.owner_kind == "team" or item.owner_id or item.owner_unknown
    assert {link.item_id for link in links(walk)} <= found.keys()


def test_whoever_is_let_in_is_known(walk: Walk) -> None:
    """Every outsider in a share is among the people, by the id or the address of the share."""
    people = {person.person_id: person for each in listings(walk) for person in each.people}
    shares = [share for item in items(walk) for share in item.people or ()]
    outsiders = {s.id or s.email: s for s in shares if s.external and s.kind != "group"}
    assert {key: people[key].kind for key in outsiders} == {
        key: share.kind for key, share in outsiders.items()
    }


def test_what_is_refused_has_a_reason(walk: Walk) -> None:
    """A branch that may not be listed says why, whose it is, and nothing more."""
    for branch, seen in walk:
        for listing in seen:
            if listing.refused is not None:
                assert listing.refused
                assert branch.person_id
                assert (len(seen), listing.more, len(listing.items)) == (1, False, 0)


def test_a_look_says_what_the_walk_says(far_end: Any, walk: Walk) -> None:
    """A single item is seen as in the walk, with all links to it, whoever may have made them."""
    everything = sorted(items(walk), key=repr)
    linked = {link.item_id for link in links(walk)}
    shared = [item for item in everything if item.item_id in linked or item.people]
    wanted = some(everything, LOOKED_AT) + some(shared, LOOKED_AT)
    touched = [Touched(item_id=item.item_id, root_id=item.root_id) for item in wanted]
    for item, seen in zip(wanted, far_end.connect().look(touched), strict=True):
        assert bare(seen.items) == bare([item])
        assert bare(seen.links) == bare(x for x in links(walk) if x.item_id == item.item_id)
        assert seen.all_links
        assert not seen.found


def test_a_new_folder_is_answered_with_what_lies_in_it(far_end: Any, walk: Walk) -> None:
    """The answer about a folder that was not known has a branch, which lists what lies in it."""
    everything = items(walk)
    full = {item.parent_id for item in everything}
    folders = [item for item in everything if item.item_id in full]
    connector = far_end.connect()
    for folder in some(folders, FOLDERS):
        touched = Touched(item_id=folder.item_id, root_id=folder.root_id, known=False)
        (seen,) = connector.look([touched])
        found, queue = set[str](), deque(seen.found)
        while queue:
            for listing in connector.listing(queue.popleft()):
                queue.extend(listing.found)
                found |= {item.item_id for item in listing.items}
        assert {item.item_id for item in everything if item.parent_id == folder.item_id} <= found


def test_what_is_not_there_is_deleted(connector: Connector, walk: Walk) -> None:
    """An id that nothing has is answered as one that something had."""
    known = items(walk)[-1]
    gone = f"{known.item_id}00000"
    (seen,) = connector.look([Touched(item_id=gone, root_id=known.root_id)])
    assert [(item.item_id, item.state) for item in seen.items] == [(gone, "deleted")]
    assert not seen.links
