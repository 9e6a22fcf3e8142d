"""The parts of the flow `backfill` in threads of this process, without Prefect."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from tasks.landing.lanes import Reader
from tasks.landing.plan import WINDOWS_AT_ONCE, history_places


def backfill(reader: Reader, days: int) -> None:
    """Land the last days of history, and the live lane beside them."""
    reader.begin()
    places = history_places(reader.landings(), days, datetime.now(UTC), reader.history_ends())
    with ThreadPoolExecutor(WINDOWS_AT_ONCE + 1) as threads:
        live = threads.submit(reader.follow)
        list(threads.map(reader.read, places))
        live.result()
