"""Running a flow from a command: on the home's server, heard by the terminal."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import webbrowser
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeVar

from connectors.contract import Credentials
from data.settings import settings
from flows.command.terminal import Terminal, note, notes, plain, show_link
from flows.foreseen import FORESEEN
from flows.serving.address import NoServerError, Server, alive
from flows.serving.server import prefect_server

T = TypeVar("T")

SERVER_GONE = (
    "casbah: The Prefect server went away. What has landed stays: run the same command again, and"
    " it goes on."
)


@contextmanager
def sentences() -> Iterator[None]:
    """End a command with one sentence and exit code 1 when something foreseeable goes wrong."""
    try:
        yield
    except (*FORESEEN, NoServerError) as error:
        notes.print(plain(f"casbah: {error}"), style="red", soft_wrap=True)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        note("Stopped. What has landed stays; the same command goes on from there.")
        raise SystemExit(130) from None


def run_flow(
    verb: str,
    listener: Terminal,
    credentials: Credentials | None = None,
    refresh_token: str | None = None,
    **parameters: object,
) -> Any:
    """Run the flow of `flows/<verb>.py` on the home's Prefect server, and return its result.

    Secrets are handed over beside the flow's parameters, which Prefect keeps.
    """
    # Whoever ends us politely (a supervisor, a shutdown) gets the same clean end as Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    with sentences(), prefect_server(settings().home, note) as server:
        # Prefect reads its settings when it is imported, so not before the server is known.
        from prefect.exceptions import TerminationSignal

        from tasks.consent.offer import Offer, offered
        from tasks.showing.telling import heard_by

        work = getattr(import_module(f"flows.{verb}"), verb)
        offer = Offer(credentials, refresh_token) if credentials else None
        with listener, heard_by(listener), offered(offer):
            try:
                return asyncio.run(_attended(work(**parameters), server))
            except TerminationSignal:  # Prefect's word for SIGTERM while a flow runs
                raise KeyboardInterrupt from None


async def _attended(work: Coroutine[Any, Any, T], server: Server) -> T:
    """The result of a flow, unless our server dies: then nobody would ever hear of its end.

    Prefect's client would go on trying for minutes, and at exit wait for what it cannot deliver.
    """
    flow = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_gone(server))
    try:
        await asyncio.wait({flow, gone}, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        flow.cancel()
        await asyncio.wait({flow})
        raise
    if not flow.done():
        notes.print(plain(SERVER_GONE), style="red", soft_wrap=True)
        os._exit(1)
    gone.cancel()
    return flow.result()


async def _gone(server: Server) -> None:
    """Wait for the end of a server of ours; of somebody else's we know no end."""
    home = settings().home
    while server.pid is None or alive(home):  # noqa: ASYNC110 - a lock tells nobody when it is free
        await asyncio.sleep(1)


def browse(link: str) -> None:
    """Show the consent link, and open it where there is a screen to open it on."""
    show_link("Open this link as an administrator, and choose Allow:", link)
    if os.environ.get("DISPLAY") or sys.platform == "darwin":
        webbrowser.open(link)


def pasted(link: str) -> str:
    """Show the consent link and ask for what the page shows after Allow."""
    show_link("Open this link as an administrator, choose Allow, and paste the code:", link)
    try:
        return input("code: ")
    except EOFError:
        return ""
