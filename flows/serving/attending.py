"""What `casbah up` does once a server answers: deploy, work, mind the server, end in order."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from inspect import isawaitable
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.events.worker import EventsWorker
from prefect.exceptions import ObjectNotFound
from prefect.logging.handlers import APILogWorker
from prefect.states import AwaitingRetry

from blocks import register
from flows.serving.address import Server, alive
from flows.serving.automations import automate
from flows.serving.deployments import deploy, schedule
from flows.serving.missed import drop_missed
from flows.serving.pool import see_to_pool
from flows.serving.server import bring_back
from flows.serving.sweep import keep_swept, sweep
from flows.serving.troubles import Troubles
from flows.serving.worker import GRACE, Worker

ENDING = "Ending what runs. Nothing that has landed is lost; the next `casbah up` goes on."


async def attend(
    home: Path, server: Server, say: Callable[[str], None], ready: Callable[[str], None]
) -> None:
    """Deploy, then run what is due until Ctrl-C; `ready` hears when, and at which page to begin.

    Raises:
        NoServerError: the home's server has died and does not come back.
    """
    with _asked_to_stop() as stop:
        ours = server.pid is not None
        await set_up(ours=ours)
        worker = Worker()
        telling = asyncio.create_task(_tell(server, say))
        work = [worker.work(), keep_swept(here=ours), _keep_automated()]
        if ours:
            work.append(_mind(home, say))
        at_work = [asyncio.create_task(each) for each in work]
        ready(await _first_page(server))
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([stopped, *at_work], return_when=asyncio.FIRST_COMPLETED)
            say(ENDING)
        finally:
            telling.cancel()  # what we end ourselves is no news
            ended = await worker.end()
            with suppress(TimeoutError):  # a server that has no time for us; the next `up` sweeps
                async with asyncio.timeout(GRACE):
                    await _put_back(ended)
            try:
                await _ended([stopped, telling, *at_work])
            finally:
                await _delivered()


async def set_up(*, ours: bool) -> None:
    """Have the server know everything that it runs for us; `ours`: nobody else runs anything."""
    await see_to_pool()
    await deploy()
    await automate()
    for connection in register.connections():
        if connection.runs_by_itself:
            await schedule(connection.name)
    if ours:
        await sweep()
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


async def _mind(home: Path, say: Callable[[str], None]) -> None:
    """Start the home's server again when it dies."""
    while True:
        await asyncio.sleep(1)
        if not await asyncio.to_thread(alive, home):
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


async def _keep_automated() -> None:
    """Have a notification block that somebody makes in the UI take effect without a restart."""
    while True:
        await asyncio.sleep(60)
        with suppress(httpx.HTTPError):  # the server is on its way back
            await automate()


async def _ended(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """End our own tasks; what one of them died of is raised."""
    died = [task.exception() for task in tasks if task.done() and not task.cancelled()]
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=GRACE)
    for error in filter(None, died):
        raise error


async def _delivered() -> None:
    """Hand over what was logged and emitted while the server is there.

    Prefect would do it when the process ends, and try for a minute to reach a server that has left.
    """
    for service in (APILogWorker, EventsWorker):
        delivered = service.drain_all(timeout=GRACE)
        if isawaitable(delivered):
            await delivered


async def _put_back(ended: list[UUID]) -> None:
    """Have the next `casbah up` go on with the runs that this one has ended."""
    again: State[None] = AwaitingRetry(message="Ended with `casbah up`; with the next it goes on.")
    async with get_client() as client:
        for id_ in ended:
            try:
                run = await client.read_flow_run(id_)
            except ObjectNotFound:
                continue
            except httpx.HTTPError:  # the next `casbah up` sweeps
                return
            if run.state and run.state.is_crashed():
                await client.set_flow_run_state(id_, again, force=True)
