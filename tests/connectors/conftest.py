"""Connections to a small sandbox, with tokens that are kept in memory."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from connectors import APPS, connect
from connectors.box import enterprise
from connectors.box import items as box_items
from connectors.contract import Connector, Credentials
from connectors.dropbox import items as dropbox_items
from connectors.dropbox import team
from connectors.oauth import Tokens
from sandbox.client import Client
from sandbox.company import Size
from sandbox.server import running

SMALL = Size(members=20, days=10, events=2_500)
BORN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DEMO = "casbah-demo-key"
BOX_DEMO = "casbah-box-demo-key"


class Vault:
    """A `TokenStore` without a disk.

    `saved` has all tokens in the order of their saving; `meanwhile` is what somebody else does
    before it is our turn; `held` says that it is.
    """

    def __init__(self, tokens: Tokens) -> None:
        self.saved = [tokens]
        self.meanwhile: Callable[[], None] = lambda: None
        self.held = False
        self._turn = threading.Lock()

    def load(self) -> Tokens:
        return self.saved[-1]

    def save(self, tokens: Tokens) -> None:
        self.saved.append(tokens)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        with self._turn:
            self.meanwhile()
            self.held = True
            try:
                yield
            finally:
                self.held = False


class Wire(httpx.BaseTransport):
    """The real network, with a note of every request that went over it."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self._network = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._network.handle_request(request)


@pytest.fixture(scope="session")
def vault() -> Callable[..., Vault]:
    """Makes a store with tokens that live for so many seconds."""

    def make(
        access: str | None = "old", refresh: str | None = "again", life: float = 14400
    ) -> Vault:
        return Vault(Tokens(access, datetime.now(UTC) + timedelta(seconds=life), refresh))

    return make


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture(scope="session")
def calm() -> Iterator[str]:
    """The address of a sandbox that no test disturbs; its visible time stands."""
    with running(SMALL, born=BORN, now=BORN) as sandbox:
        Client(sandbox.url).clock(now="2026-11-02T09:05:00Z", pause=True)
        yield sandbox.url


@pytest.fixture
def own() -> Iterator[Client]:
    """The controls of a sandbox of its own."""
    with running(SMALL, born=BORN, now=BORN) as sandbox:
        yield Client(sandbox.url)


@dataclass(frozen=True)
class FarEnd:
    """What answers to an app's connector in the contract's tests.

    `connect` makes a connection as every caller makes it, knowing nothing from before; `items` are
    the ids of all that a scan should find there.
    """

    connect: Callable[[], Connector]
    items: Callable[[], Collection[str]]


@pytest.fixture(scope="session")
def stand_in(calm: str, vault: Callable[..., Vault]) -> Callable[[str, str], FarEnd]:
    """Makes the far end of an app of the sandbox."""

    def make(app: str, key: str) -> FarEnd:
        def connected() -> Connector:
            given = httpx.post(f"{calm}/grant", json={"app": app, "client_id": key}).json()
            store = vault(given["access_token"], given["refresh_token"])
            secret = key.replace("-key", "-secret")
            return connect(Credentials(app, "acme", key, secret, calm), store)

        def items() -> list[str]:
            rows = httpx.get(f"{calm}/truth/items", params={"app": app}).text.splitlines()
            truth = map(json.loads, rows)
            return [row["item_id"] for row in truth if row.get("enterable", True)]

        return FarEnd(connected, items)

    return make


@pytest.fixture(scope="module")
def small_pages() -> Iterator[None]:
    """For a while lists come in as many pages as those of a big company do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(team.LIST_MEMBERS[1], "limit", 7)
        patch.setitem(dropbox_items.ALL_OF_IT, "limit", 40)
        patch.setitem(enterprise.LIST_USERS, "limit", "7")
        patch.setitem(box_items.LIST_FOLDER, "limit", "7")
        yield


@pytest.fixture(scope="session")
def dropbox_far_end(stand_in: Callable[[str, str], FarEnd]) -> FarEnd:
    """The sandbox as Dropbox."""
    return stand_in("dropbox", DEMO)


@pytest.fixture(scope="session")
def box_far_end(stand_in: Callable[[str, str], FarEnd]) -> FarEnd:
    """The sandbox as Box."""
    return stand_in("box", BOX_DEMO)


@pytest.fixture(scope="session", params=APPS)
def far_end(request: pytest.FixtureRequest) -> FarEnd:
    """Each app's far end; an app without one fails every test."""
    found: FarEnd = request.getfixturevalue(f"{request.param}_far_end")
    return found


@pytest.fixture(scope="session")
def connector(far_end: FarEnd) -> Connector:
    """A connection to it."""
    return far_end.connect()
