"""A scan of each app's sandbox: it sees what is there, goes on where it stood, minds changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

import connectors
from connectors import APPS
from connectors.contract import Connector, Credentials
from connectors.errors import TryLater
from connectors.oauth import Tokens
from data import catalog
from data.inventory import Inventory
from data.lake import Lake, Stream
from sandbox.client import Client
from sandbox.company import Size
from sandbox.server import running
from tasks.landing.lanes import Reader
from tasks.publishing import vocabulary
from tasks.scanning.scanner import Scanner

KEYS = {"dropbox": "casbah-demo", "box": "casbah-box-demo"}
API = {"dropbox": "/2/", "box": "/2.0/"}
LIST = {"dropbox": "/2/files", "box": "/2.0/folders"}
Item = tuple[str, str, str, str | None, str]


class Memory:
    """A `TokenStore` of one process."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.turn = Lock()

    def load(self) -> Tokens:
        return self.tokens

    def save(self, tokens: Tokens) -> None:
        self.tokens = tokens

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        with self.turn:
            yield


@dataclass
class World:
    """A sandbox whose people have gone home, and a lake."""

    app: str
    client: Client
    connector: Connector
    inventory: Inventory

    def scanner(self) -> Scanner:
        """As after a start of the process."""
        return Scanner(self.connector, self.inventory)

    def whole(self) -> None:
        """A scan from its beginning to its end."""
        scan = self.scanner().begin(again=True)
        assert self.scanner().walk(scan, 600)
        self.scanner().finish(scan)

    def follow(self) -> None:
        """Let events land."""
        inventory = self.inventory
        Reader(inventory.stream, self.connector, inventory.lake).follow()

    def happen(self, verb: str, item: str) -> None:
        """Somebody does something to an item, and the log tells at once."""
        order = {"app": self.app, "verb": verb, "item_id": item, "delay": 0}
        self.client.http.post("/happen", json=order).raise_for_status()

    def asked(self) -> int:
        """How many requests the app's API has had."""
        routes = self.client.http.get("/requests").json()["routes"]
        return sum(n for route, n in routes.items() if route.startswith(API[self.app]))

    def ask(self, query: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = catalog.ask(self.inventory.lake, query).to_pylist()
        return rows

    def seen(self) -> set[Item]:
        query = "select item_id, item_kind, name, parent_id, exposure from items_now"
        return {tuple(row.values()) for row in self.ask(query)}  # type: ignore[misc]

    def truth(self) -> set[Item]:
        rows = self.client.http.get(f"/truth/items?app={self.app}", timeout=60).text.splitlines()
        parts = ("item_id", "item_kind", "name", "parent_id", "exposure")
        told = [json.loads(row) for row in rows]
        return {tuple(row[part] for part in parts) for row in told if row["enterable"]}  # type: ignore[misc]

    def files(self, count: int) -> list[str]:
        """Some files that were seen."""
        query = f"select item_id from items_now where item_kind = 'file' order by 1 limit {count}"  # noqa: S608
        return [row["item_id"] for row in self.ask(query)]


@pytest.fixture(params=APPS)
def world(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """Of each app; its small scans land as seldom as large ones."""
    monkeypatch.setattr("tasks.scanning.scanner.FEWEST", 16)
    app, key = request.param, KEYS[request.param]
    with running(Size(members=12, days=3, events=300)) as sandbox:
        client = Client(sandbox.url)
        client.clock(quiet=True, pause=True)
        given = client.http.post("/grant", json={"app": app}).json()
        tokens = Tokens(given["access_token"], None, given["refresh_token"])
        credentials = Credentials(app, "acme", f"{key}-key", f"{key}-secret", base_url=sandbox.url)
        lake = Lake.open(str(tmp_path / "lake"))
        lake.learn(vocabulary())
        inventory = Inventory(lake, Stream(app, "acme"))
        connector = connectors.connect(credentials, Memory(tokens))
        yield World(app, client, connector, inventory)


def test_a_scan_sees_what_is_there(world: World) -> None:
    """Every item with who can reach it; a second scan finds the same, and what has changed."""
    world.whole()
    assert world.seen() == world.truth()
    deleted, moved = world.files(2)
    world.happen("delete", deleted)
    world.happen("move", moved)
    world.whole()
    assert world.seen() == world.truth()
    assert deleted not in {item[0] for item in world.seen()}


def test_ended_at_any_moment_it_goes_on_where_it_stood(world: World) -> None:
    """In pieces it asks for no more than in one go, but for what tells a process who it is."""
    world.whole()
    whole, before = world.asked(), world.seen()
    scan = world.scanner().begin(again=True)
    pieces = 1
    while not world.scanner().walk(scan, 0.05):
        pieces += 1
        assert world.scanner().begin() == scan
    world.scanner().finish(scan)
    assert pieces > 1
    assert world.asked() - whole <= 1.1 * whole
    assert world.seen() == before == world.truth()


def test_what_changed_is_looked_at_before_the_walk_goes_on(world: World) -> None:
    """However much is left to walk, a changed file is seen first, and once for all its changes."""
    world.whole()
    (edited, *others) = world.files(3)
    world.follow()
    scan = world.scanner().begin(again=True)
    for _ in range(100):
        world.happen("edit", edited)
    for other in others:
        world.happen("preview", other)
    world.follow()
    before = world.asked()
    assert world.scanner().look() == 1
    assert world.asked() - before <= 5
    assert world.scanner().look() == 0
    (seen,) = world.ask("select item_id, touched_at, observed_at from items where lane = 'touched'")
    assert seen["item_id"] == edited
    assert seen["observed_at"] >= seen["touched_at"]
    assert not world.scanner().walk(scan, 0)


def test_between_any_two_landings_changes_go_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is edited while the walk is under way is seen again before the next landing."""
    world.whole()
    monkeypatch.setattr("tasks.scanning.scanner.FEWEST", 1)
    (edited,) = world.files(1)
    world.follow()
    landings = 0

    def told(_: object) -> None:
        nonlocal landings
        landings += 1
        if landings == 3:
            world.happen("edit", edited)
            world.follow()

    scanner = Scanner(world.connector, world.inventory, told)
    scan = scanner.begin(again=True)
    while landings < 8 and not scanner.walk(scan, 0):
        pass
    (row,) = world.ask("select landed_at from items where lane = 'touched'")
    query = "select distinct landed_at from listings where state <> 'found' order by 1"
    walked = [
        each["landed_at"] for each in world.ask(query) if each["landed_at"] > row["landed_at"]
    ]
    assert len(walked) >= landings - 4


def test_an_app_that_is_away_is_tried_later(world: World) -> None:
    """What was seen before stays."""
    scan = world.scanner().begin()
    world.scanner().walk(scan, 0)
    busy = {"share": 1, "retry_after": 120, "in_a_row": 99, "path": LIST[world.app]}
    world.client.faults(throttle=busy)
    with pytest.raises(TryLater):
        world.scanner().walk(scan, 600)
    assert world.seen() < world.truth()


def test_every_fault_at_once_equals_truth(world: World) -> None:
    """With all that can go wrong on the wire and change on the way, the lake is what is there."""
    world.client.clock(quiet=False)
    few = {"share": 0.1, "times": 8}
    world.client.faults(
        all=True,
        throttle={"share": 0.08, "retry_after": 0},
        trash_while_walking=few,
        move_while_walking=few,
    )
    world.follow()
    world.whole()
    world.client.clock(quiet=True)
    world.client.clock(advance_seconds=120)
    world.follow()
    world.scanner().look()
    assert world.seen() == world.truth()
