"""Having Prefect forget what a person typed into it."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.exceptions import PrefectHTTPStatusError

from data.settings import settings

PATIENCE = 10.0  # seconds


async def wiped(run: UUID, base: str) -> None:
    """Delete what a pause under the key `base` asked and what was answered, from the disk too."""
    async with get_client() as client:
        for part in ("response", "description", "schema"):
            try:
                await client.delete_flow_run_input(run, f"{base}-{part}")
            except PrefectHTTPStatusError as error:
                if error.response.status_code != 404:  # nothing was typed
                    raise
    await asyncio.to_thread(_checkpoint, settings().home.absolute() / "prefect" / "prefect.db")


def _checkpoint(database: Path) -> None:
    """Empty the journal of our server's database: until then it holds what was deleted as well.

    The database itself holds no deleted row where SQLite is built so, as Debian's and macOS's are
    (sqlite.org/pragma.html#pragma_secure_delete). A server elsewhere has its own rules.
    """
    if database.exists():
        with closing(sqlite3.connect(database, timeout=PATIENCE)) as server:
            server.execute("pragma wal_checkpoint(truncate)")
