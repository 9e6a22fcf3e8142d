"""Progress on the page of a run, while it goes on."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from prefect import flow
from prefect.artifacts import Artifact
from prefect.settings import PREFECT_API_URL, temporary_settings
from tenacity import retry, stop_after_delay, wait_fixed

from data.lake import Landing
from tasks.progress import progress_shown
from tasks.telling import heard_by, listener

KEY = "backfill-half-way"


def landing() -> Landing:
    """A day of history with ten events."""
    parts: dict[str, Any] = dict.fromkeys(Landing.__dataclass_fields__)
    return Landing(
        **(parts | {"lane": "history", "done": True, "rows": 10, "connection": "half-way"})
    )


class Heard:
    """A terminal, as far as this work has anything to tell it."""

    def __init__(self) -> None:
        self.days = 0

    def planned(self, *_: object) -> None:
        """It has been planned."""

    def landed(self, _: Landing) -> None:
        self.days += 1


@retry(stop=stop_after_delay(20), wait=wait_fixed(0.1), reraise=True)
async def shows(progress: float, words: str) -> Any:
    """The artifact, once it shows that."""
    artifact = await Artifact.aget(key=KEY)
    assert artifact is not None
    assert (artifact.data, words in (artifact.description or "")) == (progress, True)
    return artifact.id


@flow
async def work() -> Any:
    """Three days of ten, told by a thread; then it ends badly."""
    async with progress_shown("half-way", "backfill"):
        listener().planned("half-way", 10)
        begun = await shows(0, "**0 of 10 days**, 0 events")
        for _ in range(3):
            await asyncio.to_thread(listener().landed, landing())
        assert await shows(30, "**3 of 10 days**, 30 events") == begun
        await asyncio.to_thread(listener().landed, landing())
        raise ZeroDivisionError


async def stopped(terminal: Any) -> None:
    """Have it end badly, with a terminal that listens."""
    with heard_by(terminal), pytest.raises(ZeroDivisionError):
        await work()
    await shows(40, "Stopped after **4 of 10 days**, 40 events")


@pytest.mark.usefixtures("home")
def test_progress_is_kept_up_to_date_in_place() -> None:
    """One artifact says how far it is, then where it stopped; whoever listens hears it as well."""
    terminal = Heard()
    asyncio.run(stopped(terminal))
    assert terminal.days == 4


@pytest.mark.filterwarnings("ignore:Artifact creation outside:FutureWarning")
@pytest.mark.usefixtures("home")
def test_a_picture_that_cannot_be_drawn_stops_nothing() -> None:
    """With a server that is gone the work goes on, and ends no later for it."""

    async def undrawn() -> str:
        async with progress_shown("half-way", "backfill"):
            listener().planned("half-way", 1)
            listener().landed(landing())
            await asyncio.sleep(0)
        return "done"

    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}), heard_by(Heard()):  # type: ignore[arg-type]
        assert asyncio.run(undrawn()) == "done"
