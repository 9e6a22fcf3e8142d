"""Connections to the Box of a small sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from connectors.box import Box
from connectors.contract import Credentials

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
