"""Scan everything: who is there, every file and folder, and who can reach it."""

from __future__ import annotations

from prefect import flow

from flows.naming import by, scan_name, tagged
from flows.tending import tended
from tasks.minding import minded
from tasks.progress import progress_shown
from tasks.publish import publish
from tasks.publishing import published_meanwhile
from tasks.scan import begin_scan, finish_scan, live_meanwhile, walk_on


@flow(flow_run_name=by(scan_name))
@tended
async def scan(connection: str, again: bool = False) -> int:
    """Look at every person, file, folder and link; what somebody changes meanwhile goes first.

    A scan that was ended in the middle goes on where it stood.

    Args:
        connection: The connection's name, for example acme-dropbox.
        again: Begin from the beginning, even if a scan was ended in the middle.
    """
    with tagged(connection), minded(connection, "scan"):
        started = await begin_scan(connection, again)
        async with (
            published_meanwhile(),
            live_meanwhile(connection),
            progress_shown(connection, "scan"),
        ):
            while not await walk_on(connection, started):
                pass
            unseen = await finish_scan(connection, started)
        await publish()
        return unseen
