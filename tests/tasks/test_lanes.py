"""Lanes read a sandbox into a real lake: the lake equals the sandbox's truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from connectors.contract import Credentials, Page
from connectors.dropbox import Dropbox
from connectors.errors import TryLater
from connectors.oauth import Tokens
from data.lake import Lake, Landing, Stream
from sandbox.client import Client
from sandbox.company import Size
from sandbox.server import running
from tasks.landing import lanes, plan
from tasks.landing.lanes import Reader

LOG = Size(members=20, days=2, events=5_000)


class Died(BaseException):
    """The process ends here."""


@dataclass
class Memory:
    """A store of tokens without a disk."""

    tokens: Tokens

    def load(self) -> Tokens:
        return self.tokens

    def save(self, tokens: Tokens) -> None:
        self.tokens = tokens

    exclusive = nullcontext


@dataclass
class World:
    """A sandbox, and a lake that nobody has written to."""

    client: Client
    lake: Lake
    stream: Stream = field(default_factory=lambda: Stream("dropbox", "acme"))

    def reader(self, landed: Callable[[Landing], None] = lambda _: None) -> Reader:
        """A reader as after a start of the process; every page is a batch."""
        given = self.client.http.post("/grant", json={}).json()
        tokens = Tokens(given["access_token"], None, given["refresh_token"])
        url = str(self.client.http.base_url)
        app = Credentials("dropbox", "acme", "casbah-demo-key", "casbah-demo-secret", url)
        return Reader(self.stream, Dropbox(app, Memory(tokens)), self.lake, landed, batch=1)

    def places(self, days: int = 3) -> list[plan.Place]:
        reader = self.reader()
        ends = reader.history_ends()
        return plan.history_places(reader.landings(), days, datetime.now(UTC), ends)

    def backfill(self) -> None:
        """History, four windows at once, and the live lane beside it."""
        self.reader().begin()
        with ThreadPoolExecutor(5) as threads:
            work = [threads.submit(self.reader().follow)]
            work += [threads.submit(self.reader().read, place) for place in self.places()]
        assert sum(done.result() for done in work) > 0

    def missing_and_extra(self) -> tuple[Counter[str], Counter[str]]:
        """What the lake lacks, and has too much, beside the truth."""
        self.lake.refresh()
        files = (pq.ParquetFile(path) for path in self.lake.files("events"))
        landed = Counter(one for f in files for one in f.read(["event_id"])["event_id"].to_pylist())
        truth = Counter(row["event_id"] for row in self.client.truth())
        assert truth
        return truth - landed, landed - truth

    def notes(self, lane: str) -> list[str]:
        landings = self.lake.landings(self.stream)
        return [landing.note for landing in landings if landing.lane == lane and landing.note]


NOTHING: tuple[Counter[str], Counter[str]] = (Counter(), Counter())


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A log of two days whose visible time stands."""
    with running(LOG) as sandbox:
        client = Client(sandbox.url)
        client.clock(pause=True)
        yield World(client, Lake.open(str(tmp_path / "lake")))


def dies_after(landings: int) -> Callable[[Landing], None]:
    """Hears of landings, and ends the process with one of them."""
    heard: list[Landing] = []

    def hear(landing: Landing) -> None:
        heard.append(landing)
        if len(heard) >= landings:
            raise Died

    return hear


def test_the_whole_story_equals_truth(world: World) -> None:
    """History, the live lane and what happens later land once; reading again brings nothing."""
    world.backfill()
    assert world.missing_and_extra() == NOTHING
    assert world.places() == []
    assert world.reader().follow() == 0
    world.client.clock(advance_seconds=1800)
    assert world.reader().follow() > 0
    assert world.missing_and_extra() == NOTHING
    landings = world.lake.landings(world.stream)
    assert all(later.n == earlier.n + 1 for earlier, later in pairwise(landings))
    assert landings[-1].lane == "live"
    assert landings[-1].done


def test_a_reader_that_dies_again_and_again_equals_truth(world: World) -> None:
    """Taken up in the middle of a walk, twins of a second are still told from repeats."""
    world.client.faults(twins={"count": 300}, unsorted=True)

    world.reader().begin()
    deaths = 0
    while places := world.places():
        with suppress(Died):
            world.reader(dies_after(1)).read(places[0])
            deaths -= 1
        deaths += 1
    assert deaths > 4
    for _ in range(6):
        with suppress(Died):
            world.reader(dies_after(1)).follow()
    world.reader().follow()
    assert world.missing_and_extra() == NOTHING
    assert any(row["event_id"].endswith("-3") for row in world.client.truth())


def test_twins_that_come_one_by_one_are_told_apart(world: World) -> None:
    """Twins told late are further events; what the live lane is too young for, history has."""
    world.backfill()
    since = (datetime.now(UTC) - timedelta(hours=12)).isoformat()
    live = [row for row in world.client.truth() if row["event_time"] > since]
    assert live
    for _ in range(3):
        world.client.faults(twins={"count": 60})
        world.client.clock(advance_seconds=60)
        world.reader().follow()
    missing, extra = world.missing_and_extra()
    assert not extra
    # What is older than the live lane's day is told to no cursor that we hold.
    begin = min(each.window_start for each in world.lake.landings() if each.lane == "live")
    times = {row["event_id"]: row["event_time"] for row in world.client.truth()}
    assert all(datetime.fromisoformat(times[one]) < begin for one in missing)
    now = datetime.now(UTC)
    ends = world.reader().history_ends()
    for place in plan.history_places(world.lake.landings(), 3, now, ends, again=True):
        world.reader().read(place)
    assert world.missing_and_extra() == NOTHING


def test_every_fault_at_once_equals_truth(world: World) -> None:
    """With all that can go wrong on the wire and in the log, no event is lost or doubled."""
    world.client.faults(all=True, throttle={"share": 0.08, "retry_after": 0})
    world.backfill()
    for _ in range(3):
        world.client.clock(advance_seconds=60)
        world.reader().follow()
    struck = world.client.http.get("/faults").json()
    world.client.http.delete("/faults")
    assert world.missing_and_extra() == NOTHING
    assert sum(fault.get("struck", 0) for fault in struck.values()) > 10


def test_late_events_land(world: World) -> None:
    """What the vendor shows only minutes later is brought by the live cursor."""
    world.client.faults(late={"share": 0.5, "seconds": 900})
    world.backfill()
    for _ in range(4):
        world.client.clock(advance_seconds=400)
        world.reader().follow()
    assert world.missing_and_extra() == NOTHING
    shown = [row["event_time"] for row in world.client.truth()]
    assert len(shown) > LOG.events


@pytest.mark.parametrize("fault", ["reset", "bad_cursor"])
def test_a_lost_cursor_heals_and_leaves_a_note(world: World, fault: str) -> None:
    """A lost place is found again in both lanes, nothing is missed, and the ledger tells why."""
    world.client.faults(twins={"count": 200}, **{fault: {"times": 2}})
    world.backfill()
    world.client.faults(**{fault: {"times": 1}})
    world.client.clock(advance_seconds=900)
    world.reader().follow()
    assert world.missing_and_extra() == NOTHING
    assert fault.replace("_", " ") in world.notes("live")
    assert set(world.notes("live") + world.notes("history")) == {fault.replace("_", " ")}


def test_a_vendor_that_loses_every_cursor_is_left_for_later(world: World) -> None:
    """Where no walk gets past its first page it is TryLater, not an endless reading."""
    world.reader().begin()
    world.client.faults(reset={"times": 1_000_000, "in_a_row": 1_000_000})
    places = world.places(days=8)  # one of a Sunday may have no second page
    with pytest.raises(TryLater, match="dropbox loses our place again and again"):
        sum(world.reader().read(place) for place in places)
    world.client.http.delete("/faults")
    world.backfill()
    assert world.missing_and_extra() == NOTHING


def test_what_was_read_before_trouble_lands() -> None:
    """Pages before an error are a batch, and the error follows; of no pages there is none."""

    def pages(trouble: bool) -> Iterator[Page]:
        for number in range(5):
            yield Page([b"{}"] * number, str(number), True, datetime.now(UTC))
        if trouble:
            raise TryLater("The vendor is away.", 60)

    whole = [[page.cursor for page in batch] for batch in lanes.batches(pages(False), 3)]
    assert whole == [["0", "1", "2"], ["3"], ["4"]]
    troubled = lanes.batches(pages(True), 6)
    assert [page.cursor for page in next(troubled)] == ["0", "1", "2", "3"]
    assert [page.cursor for page in next(troubled)] == ["4"]
    with pytest.raises(TryLater):
        next(troubled)
    assert list(lanes.batches(iter([]), 1)) == []
