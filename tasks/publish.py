"""Prefect tasks on the lake as a whole."""

from __future__ import annotations

import asyncio

from prefect import task

from data import judging
from tasks import publishing
from tasks.connections import open_lake


@task(task_run_name="publish the catalog")
async def publish() -> None:
    """Let DuckDB see what has landed."""
    await asyncio.to_thread(publishing.publish, open_lake())


@task(task_run_name="compact")
async def compact() -> int:
    """Make few large files of many small ones. Returns how many fewer there are."""
    return await asyncio.to_thread(open_lake().compact)


@task(task_run_name="judge visits")
async def judge() -> int:
    """Keep the verdicts on visits of days that are over since a week. Returns how many days."""
    return await asyncio.to_thread(judging.judge, open_lake())


@task(task_run_name="vacuum")
async def vacuum() -> int:
    """Delete files that no table and no reader names any more. Returns how many."""
    return await asyncio.to_thread(open_lake().vacuum)
