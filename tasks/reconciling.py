"""Prefect tasks of reconciling: which closed days to read again, and what that found."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from prefect import task
from prefect.artifacts import acreate_table_artifact

from data import catalog
from tasks.artifacts import inert
from tasks.connections import open_reader
from tasks.plan import FAR, Place, closed_days

FOUND = """
select * exclude (app, connection) from reconciled
where app = $app and connection = $connection and day in (select unnest($days))
qualify row_number() over (partition by day order by reconciled_at desc) = 1
order by day desc
"""


@task(task_run_name="plan")
async def plan_closed_days(connection: str, days: int, again: bool) -> list[Place]:
    """The closed days to be read again, newest first: `tasks.plan.closed_days`."""
    return await asyncio.to_thread(_planned, connection, days, again)


@task(task_run_name="found")
async def found(connection: str, days: Sequence[date]) -> list[dict[str, Any]]:
    """What the newest reading of each of the days found: rows of the view `reconciled`."""
    rows = await asyncio.to_thread(_found, connection, days)
    await acreate_table_artifact(
        key=f"reconcile-{connection}",
        table=[
            {name: inert("" if value is None else str(value)) for name, value in row.items()}
            for row in rows
        ],
        description=f"Closed days of **{connection}**, read again from the vendor's log. The view"
        " `reconciled` has all of them.",
    )
    return rows


def _planned(connection: str, days: int, again: bool) -> list[Place]:
    reader = open_reader(connection)
    now = datetime.now(UTC)
    newest = catalog.queue(
        reader.lake,
        "newest",
        app=reader.stream.app,
        connection=connection,
        since=now.date() - FAR,
    )
    landed = {row["day"]: row["landed_at"] for row in newest}
    return closed_days(reader.landings(), days, now, landed, again=again)


def _found(connection: str, days: Sequence[date]) -> list[dict[str, Any]]:
    reader = open_reader(connection)
    asked = {"app": reader.stream.app, "connection": connection, "days": list(days)}
    rows: list[dict[str, Any]] = catalog.ask(reader.lake, FOUND, asked).to_pylist()
    return rows
