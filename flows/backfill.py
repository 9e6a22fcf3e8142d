"""Bring history: newest day first, several days at once, with the live lane beside them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from prefect import flow

from flows.naming import backfill_name, by, tagged
from flows.tending import tended
from tasks.check import reach
from tasks.connections import open_reader
from tasks.landing.collect import all_of, land_news, land_window
from tasks.landing.plan import WINDOWS_AT_ONCE, Place, history_places
from tasks.minding import minded
from tasks.publish import publish
from tasks.publishing import published_meanwhile
from tasks.showing.progress import progress_shown
from tasks.showing.telling import listener


@flow(flow_run_name=by(backfill_name))
@tended
async def backfill(connection: str, days: int = 60, again: bool = False) -> int:
    """Bring the audit events of the last days. What has landed already is not asked for again.

    Args:
        connection: The connection's name, for example acme-dropbox.
        days: How many days back, at most what the app keeps.
        again: Read all of the days once more, and land what reached the app's log late.
    """
    with tagged(connection), minded(connection, "backfill"):
        await reach(connection)
        reader = open_reader(connection)
        reader.begin()
        places = history_places(
            reader.landings(), days, datetime.now(UTC), reader.history_ends(), again=again
        )
        turn = asyncio.Semaphore(WINDOWS_AT_ONCE)

        async def in_turn(place: Place) -> int:
            async with turn:
                return await land_window(connection, place)

        async with published_meanwhile(), progress_shown(connection, "backfill"):
            listener().planned(connection, len(places))
            rows = await all_of(land_news(connection), *(in_turn(place) for place in places))
        await publish()
        return sum(rows)
