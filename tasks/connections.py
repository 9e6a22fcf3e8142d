"""Opening a connection by its name: tokens from its block, events to the lake."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from datetime import datetime
from functools import cache
from threading import Thread
from typing import Any, ParamSpec, TypeVar

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


async def apart(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run work that may wait for a person in a thread that nobody has to wait for in turn.

    `asyncio.to_thread` would hold up the end of the process until the person has answered.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(set_it: Callable[[Any], None], value: object) -> None:
        if not done.done():
            set_it(value)

    def run() -> None:
        outcome: tuple[Callable[[Any], None], object]
        try:
            outcome = (done.set_result, work(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - whatever it is, the waiting side gets it
            outcome = (done.set_exception, error)
        with suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(settle, *outcome)

    Thread(target=copy_context().run, args=(run,), daemon=True).start()
    return await done


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
