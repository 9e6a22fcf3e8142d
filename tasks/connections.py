"""Opening a connection by its name: tokens from its block, events to the lake."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from datetime import datetime
from functools import cache, partial
from threading import Thread
from typing import Any, ParamSpec, TypeVar

import connectors
from blocks import register
from blocks.custody import BlockTokens, load_block
from blocks.registry import block_for
from connectors.contract import Connector
from connectors.http import Budget
from data.inventory import Inventory
from data.lake import Lake, Stream
from data.settings import settings
from tasks.lanes import Reader
from tasks.scanner import Scanner
from tasks.telling import listener

P = ParamSpec("P")
T = TypeVar("T")

BUDGETS: dict[str, Budget] = {}
"""How often this process asks, by the name of the connection."""


def open_lake() -> Lake:
    """The lake of the settings, one handle for the whole process."""
    return _lake(settings().lake)


def open_connector(connection: str) -> Connector:
    """A connection's connector, one for the whole process: its threads share a rate budget.

    Who connects anew gets a new one.

    Raises:
        NeedsPerson: there is no such connection, or a person has disconnected it.
    """
    known = register.connected(connection)
    return _connector(known.app, known.name, known.connected_at)


def open_reader(connection: str) -> Reader:
    """A connection's event stream and where its events go."""
    connector = open_connector(connection)
    stream = Stream(connector.app, connection)
    return Reader(stream, connector, open_lake(), listener().landed)


def open_scanner(connection: str) -> Scanner:
    """A connection's tree and where what is seen of it goes."""
    connector = open_connector(connection)
    inventory = Inventory(open_lake(), Stream(connector.app, connection))
    return Scanner(connector, inventory, partial(listener().scanned, connection))


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
    credentials = block.credentials(app, connection)
    connector = connectors.connect(credentials, BlockTokens(connection))
    BUDGETS[connection] = connector.budget
    return connector
