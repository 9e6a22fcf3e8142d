"""Connections to the sandbox as Box, and to one of canned answers."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.box import Box
from connectors.contract import Credentials
from connectors.inventory import Branch

# pytest imports each test by its path; `canned` lies beside them.
sys.path.insert(0, str(Path(__file__).parent))
from canned import FarEnd

DEMO = "casbah-box-demo-key"


@pytest.fixture(scope="session")
def enterprise(vault: Callable[..., Any]) -> Callable[..., Box]:
    """Makes the connector of an enterprise at an address, for whoever consented to whatever."""

    def make(
        url: str,
        *,
        key: str = DEMO,
        secret: str | None = None,
        store: Any = None,
        transport: httpx.BaseTransport | None = None,
        wanted: dict[str, str] | None = None,
        **more: Any,
    ) -> Box:
        if store is None:
            asked = {"app": "box", "client_id": key} | (wanted or {})
            given = httpx.post(f"{url}/grant", json=asked).raise_for_status().json()
            store = vault(given["access_token"], given["refresh_token"], 3600)
        secret = secret or key.replace("-key", "-secret")
        return Box(Credentials("box", "acme", key, secret, url, **more), store, transport=transport)

    return make


@pytest.fixture
def far_end() -> FarEnd:
    return FarEnd()


@pytest.fixture
def box(far_end: FarEnd, vault: Callable[..., Any]) -> Box:
    credentials = Credentials("box", "acme", "key", "secret", "http://localhost")
    return Box(credentials, vault(), transport=far_end)


@pytest.fixture
def trees(box: Box) -> dict[str, Branch]:
    """The root folders by whose they are."""
    [users] = box.branches()
    return {str(b.person_id): b for listing in box.listing(users) for b in listing.found}
