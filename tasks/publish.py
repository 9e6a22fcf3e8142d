"""Prefect tasks on the lake as a whole."""

from __future__ import annotations

import asyncio

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
    await asyncio.to_thread(catalog.publish, open_lake(), vocabulary())


@task
async def compact() -> None:
    """Make few large files of many small ones."""
    await asyncio.to_thread(open_lake().compact)


@task
async def vacuum() -> None:
    """Delete files that no table and no reader names any more."""
    await asyncio.to_thread(open_lake().vacuum)
