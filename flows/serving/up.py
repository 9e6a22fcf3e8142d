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
from blocks.register import connections
from data.settings import settings
from flows.command.running import sentences
from flows.command.stand_in import sandbox
from flows.command.terminal import note
from flows.serving import server as servers
from flows.serving.address import FOLDER, Server, folder_of
from flows.serving.server import prefect_server
from flows.serving.server_settings import password
from sandbox.company import Size

LOCK = "up.lock"


def serve_all(port: int | None = None, company: Size | None = None, at: int | None = None) -> None:
    """Serve at `port` until Ctrl-C; a made-up company, if given, has its stand-ins at port `at`."""
    home = settings().home.absolute()
    with sentences(), _first(home) as first:
        if not first:
            _tell_of_the_first(home)
            if port is not None or company:
                note("What you asked for beyond that needs it to be ended first.")
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
            attending = import_module("flows.serving.attending")
            if company and url:
                names = import_module("flows.command.company").introduce(company, url)
            else:
                names = []
            hello = partial(_say_hello, home, server, names)
            # `asyncio.run` would wait at its end for whatever of Prefect's does not end.
            asyncio.new_event_loop().run_until_complete(attending.attend(home, server, note, hello))
        sys.stderr.flush()
        # So would Python: Prefect's threads try for a minute to reach a server that has left.
        os._exit(0)


@contextmanager
def _first(home: Path) -> Iterator[bool]:
    """Whether no other `casbah up` serves this home, for as long as this one does."""
    folder = folder_of(home)
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
    kept = {each.name for each in connections() if each.runs_by_itself}
    if new := [name for name in names if name not in kept]:
        note(
            "A made-up company is ready. Run onboard with the connection"
            f" {', and then with '.join(new)}, and follow its consent link (in the run's artifacts,"
            f" or \N{VERTICAL ELLIPSIS} and Resume): {begin_at}"
        )
    elif names:
        note(f"The made-up company lives on: {' and '.join(names)} are kept up to date.")
    else:
        note(
            f"To connect an account, fill in a block for it ({server.ui_url}/blocks/catalog:"
            f" Dropbox team or Box enterprise), then run onboard with its name: {begin_at}"
        )
    note(f"Reports, and how the connections are: {server.ui_url}/artifacts")
    note("Ctrl-C ends it.")


def _log_in(home: Path) -> str:
    """How a person logs in to the UI. A password belongs on a screen, not into a log file."""
    folder = home / FOLDER
    if sys.stderr.isatty():
        return f"Log in with: {password(folder)}"
    return f"What to log in with is in {folder / 'password'}"
