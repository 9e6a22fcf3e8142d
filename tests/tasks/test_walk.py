"""Walking branches side by side, whatever shape the tree has."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import cast

import pytest

from connectors.contract import Connector
from connectors.errors import CursorLost, NeedsPerson, TryLater
from connectors.inventory import Branch, Listing, Person
from tasks.scanning.scanner import FEWEST, MOST, ROWS, batches
from tasks.scanning.sightings import Batch
from tasks.scanning.walk import RESETS, Place, Step, Walk

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PERSON = Person(person_id="1", kind="member", raw="{}")
TREE = {"a": ["b", "c"], "b": ["d", "a"], "c": ["d", "b"], "d": []}


def branch(key: str) -> Branch:
    return Branch(key=key, kind="tree")


@dataclass
class Forest:
    """An app whose branches lead to each other in circles, each with some pages.

    It loses the place of a branch so many times, and fails in another.
    """

    app = "forest"
    pages: int = 3
    lost: Counter[str] = field(default_factory=Counter)
    refuses: str | None = None
    asked: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def listing(self, branch: Branch, cursor: str | None = None) -> Iterator[Listing]:
        for page in range(int(cursor or 0), self.pages):
            with self.lock:
                self.asked[branch.key] += 1
                if page and self.lost[branch.key]:
                    self.lost[branch.key] -= 1
                    raise CursorLost("reset")
            if branch.key == self.refuses:
                raise NeedsPerson("No.", "Ask.")
            last = page == self.pages - 1
            found = [Branch(key=key, kind="tree") for key in TREE[branch.key]] if last else []
            more = None if last else str(page + 1)
            yield Listing(found=found, cursor=more, more=not last, fetched_at=NOW)


def walked(forest: Forest, *places: Place, seconds: float = math.inf) -> tuple[Walk, list[Step]]:
    walk = Walk(cast("Connector", forest), places or [Place(branch("a"))], seconds)
    return walk, [step for step in walk.steps(1) if step]


def test_every_branch_is_read_once() -> None:
    """In however many circles branches lead to each other, each page is asked for once."""
    forest = Forest()
    walk, steps = walked(forest)
    assert forest.asked == dict.fromkeys(TREE, 3)
    assert len(steps) == 12
    assert not walk.open


def test_a_branch_that_was_read_before_stays_closed() -> None:
    """What another process has read to its end is not asked for, even where it is found again."""
    forest = Forest()
    closed = [Place(branch(key), closed=True) for key in "ab"]
    walk, _ = walked(forest, *closed, Place(branch("c"), cursor="2"))
    assert forest.asked == {"c": 1, "d": 3}
    assert not walk.open


def test_time_is_up_between_two_pages() -> None:
    """What was begun is read to the end of its page, and the rest is left for another time."""
    forest = Forest(pages=100)
    walk, steps = walked(forest, Place(branch("c")), Place(branch("d")), seconds=0)
    assert len(steps) == forest.asked.total() < 100
    assert forest.asked.keys() == {"c", "d"}
    assert walk.open
    left = {step.branch.key: step.listing.cursor for step in steps if step.listing}
    walk, _ = walked(forest, *(Place(branch(key), cursor) for key, cursor in left.items()))
    assert [forest.asked[key] for key in "cd"] == [100, 100]


def test_a_lost_place_has_the_branch_read_anew() -> None:
    """Its pages come again from the first; an app that loses it for ever is tried later."""
    forest = Forest(lost=Counter(d=2))
    _, steps = walked(forest, Place(branch("d")))
    assert [step.listing.cursor for step in steps if step.listing] == ["1", "1", "1", "2", None]
    with pytest.raises(TryLater):
        walked(Forest(lost=Counter(d=RESETS)), Place(branch("d")))


def test_a_branch_that_is_gone_is_told() -> None:
    """One that ends without a page is a step without a listing."""
    _, steps = walked(Forest(pages=0))
    assert steps == [Step(branch("a"))]


def test_a_branch_that_goes_in_the_middle_is_at_its_end() -> None:
    """Its page said that there was more, and there is no more: it is not left open for ever."""

    class Vanishing(Forest):
        def listing(self, branch: Branch, cursor: str | None = None) -> Iterator[Listing]:
            yield next(super().listing(branch, cursor))

    walk, steps = walked(Vanishing())
    assert steps[-1] == Step(branch("a"))
    assert not walk.open


def test_what_was_read_before_an_error_is_a_batch() -> None:
    """First all that was read, then the error, for whoever must act."""
    walk = Walk(cast("Connector", Forest(refuses="d")), [Place(branch("a"))], math.inf)
    collected: list[Batch] = []
    with pytest.raises(NeedsPerson):
        collected.extend(batches(walk.steps(1)))
    assert sum(step["pages"] for batch in collected for step in batch.seen().steps) >= 3
    assert walk.open


def test_a_full_batch_does_not_wait() -> None:
    """So many rows are landed at once, and what comes after them with the next."""
    page = Listing(people=[PERSON] * ROWS, more=True, cursor="1", fetched_at=NOW)
    steps = [Step(branch("a"), page), Step(branch("a"), page), Step(branch("a"))]
    assert [len(batch.people) for batch in batches(steps)] == [ROWS, ROWS, 0]
    empty = Listing(more=True, cursor="1", fetched_at=NOW)
    many = [Step(branch("a"), empty)] * (2 * FEWEST + 1)
    assert [len(batch.steps) for batch in batches(many)] == [FEWEST, FEWEST, 1]
    assert [len(batch.steps) for batch in batches(many * 20, lambda: 10**9)] == [MOST, MOST, 52]
    late = [many[0], None, many[0]]
    assert [len(batch.steps) for batch in batches(late)] == [1, 1]
