"""See how every connection is, and tell: an artifact for people, events for machines."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from prefect import flow

from flows.foreseen import foreseen
from flows.serving.automations import automate
from tasks.connections import open_lake
from tasks.showing.health_page import show_health, tell_quiet
from tasks.status import status


@flow(flow_run_name="health")
@foreseen
async def health() -> dict[str, str]:
    """See how every connection is: fresh or late, quiet, failing, or waiting for a person.

    What it finds is in the artifact `health`, and in events that automations listen to.
    """
    await automate()  # somebody may have named whom to tell since the last time
    return await refresh(inventory=True)


async def refresh(*, inventory: bool = False) -> dict[str, str]:
    """Bring the health artifact up to date. Returns the state of each connection.

    Without `inventory`, the counts of items are as they were.
    """
    rows = await asyncio.to_thread(lambda: status(open_lake(), inventory=inventory))
    await show_health(rows, datetime.now(UTC))
    tell_quiet(rows)
    return {row["connection"]: row["state"] for row in rows}
