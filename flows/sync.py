"""Keep up: land what is new since the last time, and look at what it says has changed."""

from __future__ import annotations

from prefect import flow

from flows.naming import by, sync_name, tagged
from flows.tending import tended
from tasks.check import reach
from tasks.collect import land_news
from tasks.minding import minded
from tasks.publish import publish
from tasks.publishing import published_meanwhile
from tasks.scan import scan_changes


@flow(flow_run_name=by(sync_name))
@tended
async def sync(connection: str) -> int:
    """Land all events that are new, and look again at every item that they say has changed.

    Args:
        connection: The connection's name, for example acme-dropbox.
    """
    with tagged(connection), minded(connection, "sync"):
        await reach(connection)
        async with published_meanwhile(at_once=False):
            rows = await land_news(connection)
            await scan_changes(connection)
        await publish()
        return rows
