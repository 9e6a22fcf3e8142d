"""Publishing the catalog; as `python -m tasks.publishing` in a process of its own.

DuckDB takes some 80 MB and keeps a little more with each face that it writes. A process that lands
events for an hour has no room for that.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pyarrow as pa

from connectors import APPS, activities
from data import catalog
from data.lake import Lake
from data.settings import settings


def vocabulary() -> pa.Table:
    """Every native type of every app, with its activity: columns as `data.tables.ACTIVITIES`."""
    return pa.Table.from_pylist(
        [
            {"app": app, "native_type": native, **vars(activity)}
            for app in APPS
            for native, activity in activities.load(app).items()
        ]
    )


def publish(lake: Lake) -> None:
    """Let DuckDB see what has landed."""
    catalog.publish(lake, vocabulary())


COMMAND = (sys.executable, "-m", "tasks.publishing")


@asynccontextmanager
async def published_meanwhile(every: float = 30.0, *, at_once: bool = True) -> AsyncIterator[None]:
    """Let DuckDB see what lands, every so many seconds while long work goes on.

    Work that is usually short need not begin with it (`at_once`).

    What keeps it from doing so is told by whoever publishes at the end of the work.
    """

    async def keep() -> None:
        if not at_once:
            await asyncio.sleep(every)
        while True:
            child = await asyncio.create_subprocess_exec(*COMMAND, stderr=DEVNULL)
            try:
                await child.wait()
            except asyncio.CancelledError:
                await child.wait()  # killed, it would leave half a face beside the lake
                raise
            await asyncio.sleep(every)

    keeper = asyncio.create_task(keep())
    try:
        yield
    finally:
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper


if __name__ == "__main__":
    publish(Lake.open(settings().lake))
