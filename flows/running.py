"""Running a flow from a command: on the home's server, heard by the terminal."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from connectors.contract import Credentials
from connectors.errors import ConnectorError
from data.errors import BadQuestion, LakeUnusable
from data.settings import settings
from flows.server import NoServerError, prefect_server
from flows.terminal import Terminal, note, notes, plain, show_link

FORESEEN = (ConnectorError, LakeUnusable, BadQuestion, NoServerError)


@contextmanager
def sentences() -> Iterator[None]:
    """End a command with one sentence and exit code 1 when something foreseeable goes wrong."""
    try:
        yield
    except FORESEEN as error:
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
    with sentences(), prefect_server(settings().home, note):
        # Prefect reads its settings when it is imported, so not before the server is known.
        from tasks.consent import Offer, offered
        from tasks.telling import heard_by

        work = getattr(import_module(f"flows.{verb}"), verb)
        offer = Offer(credentials, refresh_token) if credentials else None
        with listener, heard_by(listener), offered(offer):
            return asyncio.run(work(**parameters))


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
