"""The cloud apps, one folder each. This is the registry: one line for each app."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from connectors.contract import Connector, Credentials
from connectors.oauth import TokenStore

APPS = {
    "dropbox": "Dropbox",
}


def connect(credentials: Credentials, store: TokenStore) -> Connector:
    """The connector of an app, for one connection."""
    make: Callable[[Credentials, TokenStore], Connector]
    make = getattr(import_module(f"connectors.{credentials.app}"), APPS[credentials.app])
    return make(credentials, store)
