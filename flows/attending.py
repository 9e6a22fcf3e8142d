"""What `casbah up` does once a server answers: deploy, work, mind the server, end in order."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.exceptions import ObjectNotFound
from prefect.states import AwaitingRetry

from blocks import register
from flows.deployments import deploy, schedule
from flows.missed import drop_missed
from flows.pool import see_to_pool
from flows.server import Server, alive, bring_back
from flows.troubles import Troubles
from flows.worker import Worker

ENDING = "Ending what runs. Nothing that has landed is lost; the next `casbah up` goes on."


async def attend(
    home: Path, server: Server, say: Callable[[str], None], ready: Callable[[str], None]
) -> None:
    """Deploy, then run what is due until Ctrl-C; `ready` hears when, and at which page to begin.

    Raises:
        NoServerError: the home's server has died and does not come back.
    """
    with _asked_to_stop() as stop:
        await set_up()
        worker = Worker()
        working = asyncio.create_task(worker.start(printer=_ignore))
        minding = asyncio.create_task(_mind(home, server, say))
        stopped = asyncio.create_task(stop.wait())
        telling = asyncio.create_task(_tell(server, say))
        ready(await _first_page(server))
        try:
            await asyncio.wait({working, minding, stopped}, return_when=asyncio.FIRST_COMPLETED)
            say(ENDING)
        finally:
            ended = await worker.end()
            await _ended(working, minding, stopped, telling)
            await _put_back(ended)


async def set_up() -> None:
    """Have the server know everything that it runs for us."""
    await see_to_pool()
    await deploy()
    for connection in register.connections():
        if connection.scheduled:
            await schedule(connection.name)
    await drop_missed()


@contextmanager
def _asked_to_stop() -> Iterator[asyncio.Event]:
    """Set by Ctrl-C and SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def _mind(home: Path, server: Server, say: Callable[[str], None]) -> None:
    """Start a server of ours again when it dies."""
    while True:
        await asyncio.sleep(1)
        if server.pid is not None and not await asyncio.to_thread(alive, home):
            say("The Prefect server has died. Starting it again.")
            back = await asyncio.to_thread(bring_back, home)
            say(f"It is back at {back.ui_url}")


async def _first_page(server: Server) -> str:
    """Where a person begins: the form of `onboard`."""
    async with get_client() as client:
        onboard = await client.read_deployment_by_name("onboard/onboard")
    return f"{server.ui_url}/deployments/deployment/{onboard.id}/run"


async def _tell(server: Server, say: Callable[[str], None]) -> None:
    """Say what goes wrong."""
    troubles = Troubles(server.ui_url)
    async with get_client() as client:
        while True:
            await asyncio.sleep(5)
            with suppress(httpx.HTTPError):  # the server is on its way back
                for sentence in await troubles.news(client):
                    say(sentence)


async def _ended(*tasks: asyncio.Task[object]) -> None:
    """End our own tasks; what one of them died of is raised."""
    died = [task.exception() for task in tasks if task.done() and not task.cancelled()]
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    for error in filter(None, died):
        raise error


async def _put_back(ended: list[UUID]) -> None:
    """Have the next `casbah up` go on with the runs that this one has ended."""
    again: State[None] = AwaitingRetry(message="Ended with `casbah up`; with the next it goes on.")
    async with get_client() as client:
        for id_ in ended:
            try:
                run = await client.read_flow_run(id_)
            except ObjectNotFound:
                continue
            if run.state and run.state.is_crashed():
                await client.set_flow_run_state(id_, again, force=True)


def _ignore(*_: object) -> None:
    """Prefect's worker says when it starts and ends; we say it in our own words."""
