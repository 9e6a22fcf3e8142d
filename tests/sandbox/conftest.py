"""A small sandbox for reading, and one of its own for each test that disturbs it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from sandbox.client import Client
from sandbox.company import Size
from sandbox.server import running

SMALL = Size(members=20, days=10, events=2_500)
BORN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def calm() -> Iterator[str]:
    """The address of a sandbox that no test disturbs; its visible time stands."""
    with running(SMALL, born=BORN, now=BORN) as sandbox:
        Client(sandbox.url).clock(pause=True)
        yield sandbox.url


@pytest.fixture
def client(calm: str) -> Client:
    """An admin's client on the calm sandbox."""
    client = Client(calm)
    client.sign_in()
    return client


@pytest.fixture
def own() -> Iterator[Client]:
    """An admin's client on a sandbox of its own."""
    with running(SMALL, born=BORN, now=BORN) as sandbox:
        client = Client(sandbox.url)
        client.sign_in()
        yield client
