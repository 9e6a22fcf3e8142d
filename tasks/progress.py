"""Progress in the Prefect UI: an artifact for each backfill and scan, kept up to date in place.

The work is done in threads; the event loop, which has little else to do, sends every few seconds
what has changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from uuid import UUID

import httpx
from prefect.artifacts import ProgressArtifact
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import ArtifactUpdate

from connectors.contract import Account, Check
from connectors.errors import TryLater
from data.inventory import Scan
from data.lake import Landing
from data.reports import Answer
from tasks.gauge import Gauge, Reading, Work
from tasks.telling import Listener, heard_by, listener

EVERY = 3.0  # seconds between two updates
PATIENCE = 5.0  # seconds for the last one: a server that is gone holds up nobody's end


@asynccontextmanager
async def progress_shown(connection: str, work: Work) -> AsyncIterator[None]:
    """Show how far the work comes, beside whoever listens to it.

    It is a picture only: what keeps it from being drawn is nobody's trouble.
    """
    gauge = Gauge(work, connection)
    page = _Page(f"{work}-{connection}", gauge)
    with heard_by(Counted(listener(), gauge)):
        keeper = asyncio.create_task(page.keep())
        try:
            yield
        except BaseException:
            page.stopped = True
            raise
        finally:
            keeper.cancel()
            with suppress(asyncio.CancelledError):
                await keeper
            with suppress(TimeoutError):
                await asyncio.wait_for(page.show(), PATIENCE)


class Counted(Listener):
    """Tells someone, and lets a gauge count."""

    def __init__(self, someone: Listener, gauge: Gauge) -> None:
        self._someone = someone
        self._gauge = gauge

    def consent(self, link: str) -> str | None:
        return self._someone.consent(link)

    def connected(self, connection: str, account: Account) -> None:
        self._someone.connected(connection, account)

    def tested(self, connection: str, checks: list[Check]) -> None:
        self._someone.tested(connection, checks)

    def planned(self, connection: str, windows: int) -> None:
        self._someone.planned(connection, windows)
        self._gauge.planned(connection, windows)

    def landed(self, landing: Landing) -> None:
        self._someone.landed(landing)
        self._gauge.landed(landing)

    def scanned(self, connection: str, scan: Scan) -> None:
        self._someone.scanned(connection, scan)
        self._gauge.scanned(connection, scan)

    def troubled(self, trouble: TryLater) -> None:
        self._someone.troubled(trouble)

    def answered(self, answer: Answer) -> None:
        self._someone.answered(answer)

    def summed_up(self, lines: Sequence[str]) -> None:
        self._someone.summed_up(lines)


class _Page:
    """The artifact of one gauge."""

    def __init__(self, key: str, gauge: Gauge) -> None:
        self._key = key
        self._gauge = gauge
        self._id: UUID | None = None
        self._shown: Reading | None = None
        self.stopped = False

    async def keep(self) -> None:
        """Show it every few seconds."""
        while True:
            await self.show()
            await asyncio.sleep(EVERY if self._id else EVERY / 10)

    async def show(self) -> None:
        """Show it now, if anything has changed."""
        reading = self._gauge.read()
        if reading and self.stopped:
            reading = replace(reading, stopped=True)
        if reading and (not self._shown or _told(reading) != _told(self._shown)):
            with suppress(httpx.HTTPError):
                async with get_client() as client:
                    await self._send(client, reading)
                self._shown = reading

    async def _send(self, client: PrefectClient, reading: Reading) -> None:
        if self._id:
            update = ArtifactUpdate(data=reading.percent, description=str(reading))
            await client.update_artifact(self._id, update)
        else:
            artifact = ProgressArtifact(
                key=self._key, progress=reading.percent, description=str(reading)
            )
            self._id = (await artifact.acreate(client)).id


def _told(reading: Reading) -> tuple[object, ...]:
    return reading.done, reading.total, reading.things, reading.stopped
