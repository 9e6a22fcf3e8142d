"""Opening a connection by its name: tokens from its block, events to the lake."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import ParamSpec, TypeVar

from pydantic import SecretStr

import connectors
from blocks import register
from blocks.custody import BlockTokens, load_block
from blocks.registry import block_for
from connectors.contract import Connector, Credentials
from data.lake import Lake, Stream
from data.settings import settings
from tasks.lanes import Reader
from tasks.telling import listener

P = ParamSpec("P")
T = TypeVar("T")


def open_lake() -> Lake:
    """The lake of the settings, one handle for the whole process."""
    return _lake(settings().lake)


def open_connector(connection: str) -> Connector:
    """A connection's connector, one for the whole process: its threads share a rate budget.

    Who connects anew gets a new one.

    Raises:
        NeedsPerson: there is no such connection.
    """
    known = register.connection(connection)
    return _connector(known.app, known.name, known.connected_at)


def open_reader(connection: str) -> Reader:
    """A connection's event stream and where its events go."""
    connector = open_connector(connection)
    stream = Stream(connector.app, connection)
    return Reader(stream, connector, open_lake(), listener().landed)


async def in_thread(
    connector: Connector, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run blocking work of a connector in a thread, and end it when we are cancelled."""
    try:
        return await asyncio.to_thread(work, *args, **kwargs)
    except asyncio.CancelledError:
        connector.halt()
        raise


_lake = cache(Lake.open)


@cache
def _connector(app: str, connection: str, _connected_at: datetime) -> Connector:
    block = load_block(connection, block_for(app))
    secret: SecretStr | None = block.client_secret
    credentials = Credentials(
        app,
        connection,
        block.client_id,
        secret.get_secret_value() if secret else None,
        block.base_url,
    )
    return connectors.connect(credentials, BlockTokens(connection))
