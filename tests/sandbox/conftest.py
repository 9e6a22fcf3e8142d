"""A small sandbox for reading, and one of its own for each test that disturbs it."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.client import Client
from sandbox.company import Size
from sandbox.dropbox import facts
from sandbox.server import running

Event = dict[str, Any]
SMALL = Size(members=20, days=10, events=2_500)
BORN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def calm() -> Iterator[str]:
    """The address of a sandbox that no test disturbs; its visible time stands."""
    with running(SMALL, born=BORN, now=BORN) as sandbox:
        Client(sandbox.url).clock(now="2026-11-02T09:05:00Z", pause=True)
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


@pytest.fixture
def compare() -> Callable[[Client, list[Event]], tuple[Counter[str], Counter[str]]]:
    """What events lack, and what they have too often, beside the truth of a sandbox."""

    def compared(client: Client, events: list[Event]) -> tuple[Counter[str], Counter[str]]:
        read = Counter(facts.base_id(json.dumps(event).encode()) for event in events)
        known = Counter(row["event_id"].split("-")[0] for row in client.truth())
        return known - read, read - known

    return compared
