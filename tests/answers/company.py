"""A lake of both apps, and beside it what the sandbox says of the same company."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plain import Event, box_event, dropbox_event

import connectors
from connectors.contract import Credentials
from connectors.oauth import Tokens
from data import catalog, reports
from data.inventory import Inventory
from data.lake import Lake, Stream
from sandbox.client import Client
from sandbox.company import Size
from tasks.landing import plan
from tasks.landing.lanes import Reader
from tasks.scanning.scanner import Scanner

KEYS = {"dropbox": "casbah-demo", "box": "casbah-box-demo"}
SIZE = Size(members=14, days=20, events=3_000)
Row = dict[str, Any]


@dataclass
class Memory:
    """A store of tokens without a disk."""

    tokens: Tokens
    exclusive = nullcontext

    def load(self) -> Tokens:
        return self.tokens

    def save(self, tokens: Tokens) -> None:
        self.tokens = tokens


@dataclass
class Told:
    """The lake, and beside it what the apps and the sandbox's truth say, as plain values."""

    lake: Lake
    events: list[Event]
    items: dict[str, list[Row]]
    people: dict[str, list[Row]]
    truth: dict[str, list[Row]]

    def ask(self, name: str, **filters: Any) -> list[Row]:
        rows: list[Row] = reports.run(self.lake, name, **filters).table.to_pylist()
        return rows

    def sql(self, query: str) -> list[Row]:
        rows: list[Row] = catalog.sql(self.lake, query).to_pylist()
        return rows


def land(client: Client, app: str, lake: Lake) -> None:
    given = client.http.post("/grant", json={"app": app}).json()
    key, url = KEYS[app], str(client.http.base_url)
    credentials = Credentials(app, f"acme-{app}", f"{key}-key", f"{key}-secret", url)
    tokens = Tokens(given["access_token"], None, given["refresh_token"])
    connector = connectors.connect(credentials, Memory(tokens))
    stream = Stream(app, f"acme-{app}")
    reader = Reader(stream, connector, lake)
    reader.begin()
    reader.follow()
    now = datetime.fromisoformat(client.clock()["now"])
    for place in plan.history_places(reader.landings(), SIZE.days, now, reader.history_ends()):
        reader.read(place)
    scanner = Scanner(connector, Inventory(lake, stream))
    scan = scanner.begin(again=True)
    assert scanner.walk(scan, 600)
    scanner.finish(scan)


def dropbox_events(client: Client) -> list[Event]:
    client.sign_in(app="dropbox")
    told = client.events(limit=1000)
    return [dropbox_event(event) for event in told]


def box_events(client: Client, people: list[Row]) -> list[Event]:
    client.sign_in(app="box")
    pages = client.stream("admin_logs", created_after="2000-01-01T00:00:00Z")
    members = {row["person_id"] for row in people if row["kind"] == "member"}
    domain = next(row["email"].partition("@")[2] for row in people if row["kind"] == "member")
    return [box_event(event, members, domain) for page in pages for event in page["entries"]]
