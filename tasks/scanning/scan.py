"""Prefect tasks of a scan: its beginning, a while of walking, its end; and what events touched."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from prefect import task

from connectors.errors import TryLater
from tasks.again import AGAIN
from tasks.connections import in_thread, open_connector, open_scanner
from tasks.landing.collect import land_news
from tasks.showing.telling import listener

WHILE = 60.0  # seconds of walking in one task
LIVE_EVERY = 10.0


@task(task_run_name="begin scan")
async def begin_scan(connection: str, again: bool) -> datetime:
    """Find the scan that is under way, or begin one. Returns when it began, which is its name."""
    scanner = open_scanner(connection)
    return await in_thread(open_connector(connection), scanner.begin, again=again)


@task(task_run_name="walk", **AGAIN)
async def walk_on(connection: str, scan: datetime) -> bool:
    """Walk for a while; items that changed go first. Returns whether all has been walked."""
    scanner = open_scanner(connection)
    return await in_thread(open_connector(connection), scanner.walk, scan, WHILE)


@task(task_run_name="finish scan", **AGAIN)
async def finish_scan(connection: str, scan: datetime) -> int:
    """Look at what the walk did not meet, and end the scan. Returns how many items that were."""
    scanner = open_scanner(connection)
    return await in_thread(open_connector(connection), scanner.finish, scan)


@task(task_run_name="scan what changed")
async def scan_changes(connection: str) -> int:
    """Look at every item that an event says has changed. Returns how many."""
    scanner = open_scanner(connection)
    return await in_thread(open_connector(connection), scanner.look)


@asynccontextmanager
async def live_meanwhile(connection: str, every: float = LIVE_EVERY) -> AsyncIterator[None]:
    """Let the live lane go on while a scan does: it tells what has changed, and waits for nobody.

    What keeps it from going on is raised at the end, unless it may pass by itself.
    """
    over = asyncio.Event()

    async def keep() -> None:
        while not over.is_set():
            try:
                await land_news(connection)
            except TryLater as trouble:
                listener().troubled(trouble)
            await _first_of(over, every)

    keeper = asyncio.create_task(keep())
    try:
        yield
    except BaseException:
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)
        raise
    over.set()
    await keeper


async def _first_of(over: asyncio.Event, seconds: float) -> None:
    """Wait for the event, but no longer than that."""
    try:
        await asyncio.wait_for(over.wait(), seconds)
    except TimeoutError:
        return
