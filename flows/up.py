"""`casbah up`: the Prefect UI, and everything that is scheduled, until Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path

from blocks.files import open_lock, try_lock
from data.settings import settings
from flows import server as servers
from flows.running import sentences
from flows.server import Server, prefect_server
from flows.server_settings import password
from flows.stand_in import sandbox
from flows.terminal import note
from sandbox.company import Size

LOCK = "up.lock"


def serve_all(port: int | None = None, company: Size | None = None, at: int | None = None) -> None:
    """Serve at `port` until Ctrl-C; a made-up company, if given, has its stand-ins at port `at`."""
    home = settings().home.absolute()
    with sentences(), _first(home) as first:
        if not first:
            _tell_of_the_first(home)
            return
        # Flow runs have a working directory of their own, and inherit where things are.
        os.environ["CASBAH_HOME"] = str(home)
        os.environ["CASBAH_LAKE"] = _absolute(settings().lake)
        with ExitStack() as stack:
            servers.begin(home, port)  # comes up while a company is made up
            stack.callback(servers.leave, home)
            url = stack.enter_context(_company(company, at)) if company else None
            server = stack.enter_context(prefect_server(home, note, port))
            # Prefect reads its settings when it is imported, so not before the server is known.
            attending = import_module("flows.attending")
            if company and url:
                names = import_module("flows.company").introduce(company, url)
            else:
                names = []
            asyncio.run(
                attending.attend(home, server, note, partial(_say_hello, home, server, names))
            )


@contextmanager
def _first(home: Path) -> Iterator[bool]:
    """Whether no other `casbah up` serves this home, for as long as this one does."""
    folder = servers.folder_of(home)
    lock = open_lock(folder / LOCK)
    try:
        yield try_lock(lock)
    finally:
        os.close(lock)


def _tell_of_the_first(home: Path) -> None:
    with prefect_server(home) as server:
        note(f"Casbah is up already: {server.ui_url}\n{_log_in(home)}")


def _absolute(lake: str) -> str:
    return lake if "://" in lake else str(Path(lake).absolute())


@contextmanager
def _company(size: Size, port: int | None) -> Iterator[str]:
    kept = settings().home / "sandbox" / "port"
    if port is None:
        port = int(kept.read_text()) if kept.exists() else 8787
    with sandbox(size, port, share=True) as url:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(url.rpartition(":")[2])
        yield url


def _say_hello(home: Path, server: Server, names: list[str], begin_at: str) -> None:
    note(f"Casbah is up: {server.ui_url}")
    if server.pid:
        note(_log_in(home))
    if names:
        note(
            f"A made-up company is ready. Run onboard with the connection {names[0]}, and follow"
            f" its consent link; then with {names[1]}: {begin_at}"
        )
    else:
        note(
            f"To connect an account, fill in a block for it ({server.ui_url}/blocks/catalog:"
            f" Dropbox team or Box enterprise), then run onboard with its name: {begin_at}"
        )
    note(f"Reports, and how the connections are: {server.ui_url}/artifacts")
    note("Ctrl-C ends it.")


def _log_in(home: Path) -> str:
    """How a person logs in to the UI. A password belongs on a screen, not into a log file."""
    folder = home / servers.FOLDER
    if sys.stderr.isatty():
        return f"Log in with: {password(folder)}"
    return f"What to log in with is in {folder / 'password'}"
