"""Box's side of the sandboxes of tests/sandbox/conftest.py."""

import pytest

from sandbox.client import Client


@pytest.fixture
def box(calm: str) -> Client:
    """The primary admin's client on the calm sandbox."""
    client = Client(calm)
    client.sign_in(app="box")
    return client


@pytest.fixture
def own_box(own: Client) -> Client:
    """The primary admin's client on a sandbox of its own; time stands."""
    own.clock(now="2026-11-02T09:05:00Z", pause=True)
    own.sign_in(app="box")
    return own
