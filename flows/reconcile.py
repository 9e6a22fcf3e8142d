"""Reconcile: read closed days once more from the vendor's log, and land what is missing."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect import flow

from flows.naming import by, tagged
from flows.tending import tended
from tasks.check import reach
from tasks.landing.collect import all_of, land_news, land_window
from tasks.landing.plan import WINDOWS_AT_ONCE, Place
from tasks.landing.reconciling import found, plan_closed_days
from tasks.minding import minded
from tasks.publish import publish

DAYS = 3


def named(given: dict[str, Any]) -> str:
    """How many closed days, back from yesterday."""
    return f"reconcile {given['connection']}, {given.get('days', DAYS)} closed days"


@flow(flow_run_name=by(named))
@tended
async def reconcile(connection: str, days: int = DAYS, again: bool = False) -> list[dict[str, Any]]:
    """Read closed days once more from the vendor's log, and land the events that came late to it.

    Besides the last days it reads those of the last 60 that nobody has read whole yet, and those
    into which events have fallen since. What it found of each day is the view `reconciled`.

    Args:
        connection: The connection's name.
        days: How many closed days back; what was reconciled in the last six hours is left out.
        again: Do not leave it out.
    """
    with tagged(connection), minded(connection, "reconcile"):
        await reach(connection)
        # What is merely new is no repair: it comes first, by the lane whose work it is.
        await land_news(connection)
        places = await plan_closed_days(connection, days, again)
        turn = asyncio.Semaphore(WINDOWS_AT_ONCE)

        async def in_turn(place: Place) -> int:
            async with turn:
                return await land_window(connection, place)

        await all_of(*map(in_turn, places))
        await publish()
        return await found(connection, [place.start.date() for place in places])
