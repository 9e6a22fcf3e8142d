"""A connection to Box that nobody synced for weeks: its stream no longer knows the position."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

import connectors
from connectors.contract import Credentials
from connectors.oauth import Tokens
from data import catalog
from data.lake import Lake, Position, Stream
from sandbox.client import Client
from sandbox.company import Size
from sandbox.server import running
from tasks.landing.lanes import TOO_OLD, Reader

DAY = timedelta(days=1)
KEYS = "casbah-box-demo-key", "casbah-box-demo-secret"


class Memory:
    """A `TokenStore` that needs no refresh."""

    def __init__(self, access: str) -> None:
        self.tokens = Tokens(access, None, None)

    def load(self) -> Tokens:
        return self.tokens


def test_a_position_from_long_ago_is_healed_from_history(tmp_path: Path) -> None:
    """All that happened since it was last known lands once, and the ledger says why it was read."""
    with running(Size(members=12, days=40, events=800)) as sandbox:
        client = Client(sandbox.url)
        client.clock(quiet=True, advance_seconds=120)
        access = httpx.post(f"{sandbox.url}/grant", json={"app": "box"}).json()["access_token"]
        credentials = Credentials("box", "acme", *KEYS, base_url=sandbox.url)
        box = connectors.connect(credentials, Memory(access))  # type: ignore[arg-type]
        lake, acme = Lake.open(str(tmp_path / "lake")), Stream("box", "acme")
        known = datetime.now(UTC) - 20 * DAY
        forgotten = Position(
            "live", fetched_at=known, window_start=known - 13 * DAY, cursor="1", done=True
        )
        lake.land(acme, box.rows([]), forgotten)
        reader = Reader(acme, box, lake)
        rows = reader.follow()
        happened = {row["event_id"]: row["event_time"] for row in client.truth("box")}
        since = known.isoformat()
        missed = sorted(event for event, when in happened.items() if when > since)
        landed = catalog.ask(lake, "select event_id from events")["event_id"].to_pylist()
        assert len(landed) == len(set(landed)) == rows
        assert len(missed) > 100
        assert set(missed) <= set(landed) <= happened.keys()
        notes = {(one.lane, one.note) for one in lake.landings(acme) if one.note}
        assert notes == {("live", TOO_OLD), ("history", TOO_OLD)}
        assert reader.follow() == 0
        asked = client.http.get("/requests").json()["routes"]["/2.0/events"]
        reader.follow()
        again = client.http.get("/requests").json()["routes"]["/2.0/events"]
        assert again - asked == 1
