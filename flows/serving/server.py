"""The Prefect server of a CASBAH_HOME: found when one answers, else started.

One server serves every command of a home. It lives in a process of its own
(`flows.serving.process`), on loopback, behind a password, and leaves when nobody has used it for a
minute. Where it is, `flows.serving.address` knows.

This module does not import Prefect, which reads its settings from the environment on import.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from blocks.files import open_lock, shared, try_lock, write_whole
from flows.serving.address import (
    ADDRESS,
    FOLDER,
    LEASE,
    LOCK,
    LOG,
    NoServerError,
    Server,
    announced,
    answer,
    answering,
    chosen,
    folder_of,
    locked,
    status,
)
from flows.serving.server_settings import FOREIGN, HOST, client_settings, server_settings

PORT = "port"
USUAL_PORT = 4200  # Prefect's own
# A used home takes Prefect 3.8.8 4 s on a slow core; a new one, with all its migrations, 12 s.
PATIENCE = 180.0
GRACE = 10.0  # that a server has to end
QUIET = 5.0  # that a person waits without a word


@contextmanager
def prefect_server(
    home: Path, say: Callable[[str], None] = lambda _: None, port: int | None = None
) -> Iterator[Server]:
    """A Prefect server for the length of the block, with this process's environment aimed at it.

    The server that a person named in PREFECT_API_URL is used as it is. Otherwise the home's own is
    found, or started (at `port` if given), of which `say` hears in one sentence.

    Raises:
        NoServerError: none answers and none could be started.
    """
    if given := chosen():
        if answer(given) is None:
            raise NoServerError(
                f"No Prefect server answers at {given.url}, which PREFECT_API_URL names."
                " Start it, or unset PREFECT_API_URL to have one of your own."
            )
        yield given
        return
    with running(home, say, port) as server:
        settings = client_settings(folder_of(home), server.url, server.ui_url)
        with _environment(settings):
            yield server


@contextmanager
def running(
    home: Path, say: Callable[[str], None] = lambda _: None, port: int | None = None
) -> Iterator[Server]:
    """The home's server, kept for the length of the block; the environment stays as it is.

    Raises:
        NoServerError: none answers and none could be started.
    """
    folder = folder_of(home)
    with shared(folder / LEASE):
        yield _found_or_started(folder, say, port)


def begin(home: Path, port: int | None = None) -> None:
    """Have the home's server come up while the caller does something else.

    Raises:
        NoServerError: it cannot be started.
    """
    if not chosen() and not status(home):
        _start(folder_of(home), port)


def bring_back(home: Path) -> Server:
    """The home's server, started anew where it has died.

    Raises:
        NoServerError: none answers and none could be started.
    """
    return _found_or_started(folder_of(home), lambda _: None, None)


def leave(home: Path) -> None:
    """End the home's server at once, unless somebody else uses it."""
    folder = home.absolute() / FOLDER
    lease = open_lock(folder / LEASE)
    try:
        server = announced(folder)
        if server and server.pid and try_lock(lease):
            with suppress(ProcessLookupError):
                os.kill(server.pid, signal.SIGTERM)
            until = time.monotonic() + GRACE
            while locked(folder) and time.monotonic() < until:
                time.sleep(0.05)
    finally:
        os.close(lease)


def _found_or_started(folder: Path, say: Callable[[str], None], port: int | None) -> Server:
    process: subprocess.Popen[bytes] | None = None
    until = time.monotonic() + PATIENCE
    waits = False
    while not (server := answering(folder)):
        if process and process.poll() is not None:
            raise NoServerError(
                f"The Prefect server did not start; {folder / LOG} ends with:\n{_end(folder / LOG)}"
            )
        if time.monotonic() > until:
            raise NoServerError(
                f"The Prefect server did not answer within {PATIENCE:.0f} s."
                f" Look into {folder / LOG}, end it if it still runs, and try again."
            )
        if not process and (process := _start(folder, port)):
            say("Starting the Prefect server of this home.")
            waits = True
        if not waits and time.monotonic() > until - PATIENCE + QUIET:
            say("Waiting for the Prefect server of this home to come up.")
            waits = True
        time.sleep(0.05)
    return server


def _start(folder: Path, port: int | None) -> subprocess.Popen[bytes] | None:
    """Start a server, unless one lives or is coming up.

    It inherits the lock and the listening socket, so there is no moment at which a second server
    could start or another process take the port.
    """
    lock = open_lock(folder / LOCK)
    try:
        if not try_lock(lock):
            return None
        (folder / ADDRESS).unlink(missing_ok=True)
        with _door(folder, port) as door, (folder / LOG).open("wb") as log:
            origin = f"http://{HOST}:{door.getsockname()[1]}"
            return subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "flows.serving.process", str(folder), str(door.fileno())],
                env=_server_environment(folder, origin),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(lock, door.fileno()),
                start_new_session=True,
            )
    finally:
        os.close(lock)


def _door(folder: Path, port: int | None) -> socket.socket:
    """A listening socket: at `port`, or where the home's last server was, or at any free port."""
    for wanted in [_last_port(folder), USUAL_PORT, 0] if port is None else [port]:
        try:
            door = socket.create_server((HOST, wanted))
        except OSError as error:
            refused = error
            continue
        write_whole(folder / PORT, str(door.getsockname()[1]))
        return door
    raise NoServerError(
        f"Nothing can be served at port {port} ({refused.strerror}): choose another with --port."
    ) from refused


def _last_port(folder: Path) -> int:
    try:
        return int((folder / PORT).read_text())
    except (FileNotFoundError, ValueError):
        return USUAL_PORT


def _server_environment(folder: Path, origin: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    try:
        return inherited | server_settings(folder, origin)
    except FileNotFoundError as error:
        raise NoServerError(
            f"The key that opens the saved connections is gone ({error.filename})."
            f" Put it back, or remove {folder} and connect each connection again."
        ) from error


def _end(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return "\n".join(lines[-12:]) or "(nothing)"


@contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.pop(name, None) for name in (*settings, *FOREIGN)}
    os.environ.update(settings)
    if context := sys.modules.get("prefect.context"):
        context.refresh_global_settings_context()
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
