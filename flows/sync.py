"""Keep up: land what is new since the last time."""

from __future__ import annotations

from prefect import flow

from tasks.collect import land_news
from tasks.minding import minded
from tasks.publish import publish


@flow(flow_run_name="sync {connection}")
async def sync(connection: str) -> int:
    """Land all events that are new, from wherever the last sync stood.

    Args:
        connection: The connection's name.
    """
    with minded(connection, "sync"):
        rows = await land_news(connection)
        await publish()
        return rows
