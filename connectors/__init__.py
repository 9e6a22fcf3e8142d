"""The cloud apps, one folder each. This is the registry: one line for each app.

A line names the app's folder, which also holds its `activities.csv`, and the connector in it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from connectors.contract import Connector, Credentials
from connectors.oauth import TokenStore

APPS = {
    "dropbox": "connectors.dropbox:Dropbox",
    "box": "connectors.box:Box",
}


def connect(credentials: Credentials, store: TokenStore) -> Connector:
    """The connector of an app, for one connection."""
    folder, _, name = APPS[credentials.app].partition(":")
    make: Callable[[Credentials, TokenStore], Connector] = getattr(import_module(folder), name)
    return make(credentials, store)
