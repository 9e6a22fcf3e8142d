"""Prefect tasks that land events: a window of history, or all that is new."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from prefect import task

from connectors.errors import NeedsPerson
from tasks.again import AGAIN
from tasks.connections import in_thread, open_reader
from tasks.landing.plan import Place

T = TypeVar("T")


async def all_of(*work: Awaitable[T]) -> list[T]:
    """The results of all the work, which is all let end; then the gravest error, if there is one.

    A day that fails does not undo the others, and a person is told of before what may pass.
    """
    results = await asyncio.gather(*work, return_exceptions=True)
    errors = [result for result in results if isinstance(result, BaseException)]
    if errors:
        raise min(errors, key=lambda error: not isinstance(error, NeedsPerson))
    return [result for result in results if not isinstance(result, BaseException)]


@task(task_run_name="{place.lane} {place.start:%Y-%m-%d}", **AGAIN)
async def land_window(connection: str, place: Place) -> int:
    """Land one window of history. Returns the rows that were new."""
    reader = open_reader(connection)
    return await in_thread(reader.connector, reader.read, place)


@task(task_run_name="live")
async def land_news(connection: str) -> int:
    """Land all that is new in the live lane. Returns the rows that were new.

    It is not tried again here: the next sync goes on where this one stood.
    """
    reader = open_reader(connection)
    return await in_thread(reader.connector, reader.follow)
