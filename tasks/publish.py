"""Prefect tasks on the lake as a whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pyarrow as pa
from prefect import task

from connectors import APPS, activities
from data import catalog
from tasks.connections import open_lake


def vocabulary() -> pa.Table:
    """Every native type of every app, with its activity: columns as `data.tables.ACTIVITIES`."""
    return pa.Table.from_pylist(
        [
            {"app": app, "native_type": native, **vars(activity)}
            for app in APPS
            for native, activity in activities.load(app).items()
        ]
    )


@task
async def publish() -> None:
    """Let DuckDB see what has landed."""
    await _publish()


@asynccontextmanager
async def published_meanwhile(every: float = 10.0) -> AsyncIterator[None]:
    """Let DuckDB see what lands, every so many seconds while long work goes on, from its start."""
    await _publish()

    async def keep() -> None:
        while True:
            await asyncio.sleep(every)
            await _publish()

    keeper = asyncio.create_task(keep())
    try:
        yield
    finally:
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper


async def _publish() -> None:
    await asyncio.to_thread(catalog.publish, open_lake(), vocabulary())


@task
async def compact() -> int:
    """Make few large files of many small ones. Returns how many fewer there are."""
    return await asyncio.to_thread(open_lake().compact)


@task
async def vacuum() -> int:
    """Delete files that no table and no reader names any more. Returns how many."""
    return await asyncio.to_thread(open_lake().vacuum)
