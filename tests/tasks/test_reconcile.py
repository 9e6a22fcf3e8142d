"""Closed days are read again from the vendor's log: what came late lands, and is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest

import connectors
from connectors.contract import Connector, Credentials
from connectors.oauth import Tokens
from data import catalog
from data.lake import Lake, Landing, Stream
from data.watermark import watermarks
from sandbox.client import Client
from sandbox.company import Size
from sandbox.server import running
from tasks.landing.lanes import Reader
from tasks.landing.plan import FAR, Place, closed_days, history_places

KEYS = {
    "dropbox": ("casbah-demo-key", "casbah-demo-secret"),
    "box": ("casbah-box-demo-key", "casbah-box-demo-secret"),
}
DAYS = 3


class Died(BaseException):
    """The process ends here."""


class Memory:
    """A `TokenStore` that needs no refresh."""

    def __init__(self, access: str) -> None:
        self.tokens = Tokens(access, None, None)

    def load(self) -> Tokens:
        return self.tokens


@dataclass
class World:
    """A company whose history and news have landed, and whose log then grew in the past."""

    client: Client
    lake: Lake
    stream: Stream
    connector: Connector

    def reader(self, landed: Callable[[Landing], None] = lambda _: None) -> Reader:
        """A reader as after a start of the process, with small batches."""
        return Reader(self.stream, self.connector, self.lake, landed, batch=50)

    def closed(self, days: int = DAYS, *, again: bool = False) -> list[Place]:
        now = self.now()
        newest = {
            row["day"]: row["landed_at"]
            for row in catalog.queue(
                self.lake,
                "newest",
                app=self.stream.app,
                connection=self.stream.connection,
                since=now.date() - FAR,
            )
        }
        return closed_days(self.reader().landings(), days, now, newest, again=again)

    def now(self) -> datetime:
        """The visible time of the company, which stands still."""
        return datetime.fromisoformat(self.client.clock()["now"])

    def truth(self) -> Counter[str]:
        return Counter(row["event_id"] for row in self.client.truth(self.stream.app))

    def landed(self) -> Counter[str]:
        return Counter(
            catalog.ask(self.lake, "select event_id from events")["event_id"].to_pylist()
        )

    def found(self) -> list[dict[str, Any]]:
        """What each reading of a day found, oldest first."""
        rows = catalog.ask(self.lake, "from reconciled order by reconciled_at")
        return list(rows.to_pylist())


@pytest.fixture(params=KEYS)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with running(Size(members=20, days=DAYS, events=2_000)) as sandbox:
        client = Client(sandbox.url)
        app: str = request.param
        # Box's newest log is a little behind its stream.
        client.clock(pause=True, quiet=True, advance_seconds=120)
        access = httpx.post(f"{sandbox.url}/grant", json={"app": app}).json()["access_token"]
        credentials = Credentials(app, "acme", *KEYS[app], base_url=sandbox.url)
        connector = connectors.connect(credentials, Memory(access))  # type: ignore[arg-type]
        lake, stream = Lake.open(str(tmp_path / "lake")), Stream(app, "acme")
        world = World(client, lake, stream, connector)
        reader = world.reader()
        reader.follow()
        now, ends = datetime.now(UTC), reader.history_ends()
        for place in history_places(reader.landings(), DAYS + 1, now, ends):
            reader.read(place)
        assert world.landed() == world.truth()
        extras = {"twins": {"count": 90}} if app == "dropbox" else {}
        client.faults(unknown_types={"count": 90}, hostile={"count": 60}, **extras)
        client.clock(advance_seconds=120)
        yield world


def test_late_events_are_found_and_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What reached the log late lands once, counted by day, also when a reading is killed."""
    before, truth = world.landed(), world.truth()
    today = world.now().date().isoformat()
    times = {row["event_id"]: row["event_time"] for row in world.client.truth(world.stream.app)}
    expected = Counter(times[one][:10] for one in (truth - before).elements() if times[one] < today)
    assert expected.total() > 10  # those of today are for the live lane

    heard: list[Landing] = []

    def dies(landing: Landing) -> None:
        heard.append(landing)
        raise Died

    places = world.closed()
    pages = import_module(f"connectors.{world.stream.app}.events")
    with suppress(Died), monkeypatch.context() as patch:
        patch.setattr(pages, "LIMIT", 50)
        world.reader(dies).read(places[0])
    assert not heard[0].done
    for _ in range(2):  # the second time there is nothing more to do
        for place in world.closed():
            world.reader().read(place)

    missing = world.truth() - world.landed()
    assert all(times[one] >= today for one in missing.elements())
    assert not world.landed() - world.truth()
    found = world.found()
    assert [row["day"] for row in found] == [place.start.date() for place in places]
    assert {str(row["day"]): row["repaired"] for row in found if row["repaired"]} == expected
    happened = Counter(times[one][:10] for one in times)
    for row in found:
        assert row["in_log"] == row["in_lake"] + row["repaired"] == happened[str(row["day"])]
        assert row["complete_since"] <= row["reconciled_at"]
        assert row["notes"] is None
    assert world.closed() == []

    (mark,) = watermarks(world.lake.positions())
    assert mark.unfinished == ()
    assert mark.complete[0][0] <= places[-1].start
    world.reader().read(world.closed(1, again=True)[0])
    (last,) = world.found()[len(places) :]
    assert (last["repaired"], last["in_lake"]) == (0, last["in_log"])
