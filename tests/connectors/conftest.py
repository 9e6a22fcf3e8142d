"""Connections to a small sandbox, with tokens that are kept in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from connectors import connect
from connectors.contract import Connector, Credentials
from connectors.dropbox import Dropbox
from connectors.oauth import Tokens
from sandbox.client import Client
from sandbox.company import Size
from sandbox.server import running

SMALL = Size(members=20, days=10, events=2_500)
BORN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DEMO = "casbah-demo-key"


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


@pytest.fixture(scope="session")
def connected(vault: Callable[..., Vault]) -> Callable[..., Dropbox]:
    """Makes the connector of a team at an address, for whoever consented to whatever."""

    def make(
        url: str,
        *,
        key: str = DEMO,
        secret: str | None = None,
        transport: httpx.BaseTransport | None = None,
        **wanted: object,
    ) -> Dropbox:
        given = httpx.post(f"{url}/grant", json={"client_id": key, **wanted}).json()
        secret = secret or key.replace("-key", "-secret")
        credentials = Credentials("dropbox", "acme", key, secret, url)
        store = vault(given["access_token"], given["refresh_token"])
        return Dropbox(credentials, store, transport=transport)

    return make


@pytest.fixture(scope="session")
def far_ends(calm: str, vault: Callable[..., Vault]) -> dict[str, Connector]:
    """For each app a connection to its sandbox, made as every caller makes it."""
    given = httpx.post(f"{calm}/grant", json={}).json()
    credentials = Credentials("dropbox", "acme", DEMO, "casbah-demo-secret", calm)
    return {
        "dropbox": connect(credentials, vault(given["access_token"], given["refresh_token"])),
    }
