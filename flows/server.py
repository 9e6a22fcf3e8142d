"""The Prefect server of a CASBAH_HOME: found when one answers, else started.

One server serves every command of a home. It lives in a process of its own (`flows.serving`), on
loopback, behind a password, and leaves when nobody has used it for a minute. What it keeps is in
`<home>/prefect`, open to its owner only:

    server.lock      held by the server for as long as it lives
    server.lease     held (shared) by each process that uses it
    server.json      where it answers
    password         what a client, or a person in the UI, shows it
    encryption.key   what it encrypts saved blocks with
    server.log       what it said since its last start
    port             where it answered last, and will again: a person keeps the address

This module does not import Prefect, which reads its settings from the environment on import.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from blocks.files import open_lock, shared, try_lock, write_whole
from flows.server_settings import FOREIGN, HOST, client_settings, server_settings

FOLDER = "prefect"
LOCK, LEASE, ADDRESS, LOG = "server.lock", "server.lease", "server.json", "server.log"
PORT = "port"
USUAL_PORT = 4200  # Prefect's own
# A used home takes Prefect 3.8.8 4 s on a slow core; a new one, with all its migrations, 12 s.
PATIENCE = 180.0
GRACE = 10.0  # that a server has to end


class NoServerError(RuntimeError):
    """There is no Prefect server to be had; the message says why and what to do."""


@dataclass(frozen=True)
class Server:
    """Where a Prefect server answers; `pid` when it is one of ours."""

    url: str
    ui_url: str
    pid: int | None = None


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
    if named := _named():
        if _answer(named) is None:
            raise NoServerError(
                f"No Prefect server answers at {named.url}, which PREFECT_API_URL names."
                " Start it, or unset PREFECT_API_URL to have one of your own."
            )
        yield named
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
    if not _named() and not status(home):
        _start(folder_of(home), port)


def bring_back(home: Path) -> Server:
    """The home's server, started anew where it has died.

    Raises:
        NoServerError: none answers and none could be started.
    """
    return _found_or_started(folder_of(home), lambda _: None, None)


def status(home: Path) -> Server | None:
    """The server that `prefect_server` would find, if it answers at this moment."""
    if named := _named():
        return named if _healthy(named) else None
    return _answering(home.absolute() / FOLDER)


def alive(home: Path) -> bool:
    """Whether the server of the home lives: it may be too busy to answer, yet hold its lock."""
    return _alive(home.absolute() / FOLDER)


def leave(home: Path) -> None:
    """End the home's server at once, unless somebody else uses it."""
    folder = home.absolute() / FOLDER
    lease = open_lock(folder / LEASE)
    try:
        server = _announced(folder)
        if server and server.pid and try_lock(lease):
            with suppress(ProcessLookupError):
                os.kill(server.pid, signal.SIGTERM)
            until = time.monotonic() + GRACE
            while _alive(folder) and time.monotonic() < until:
                time.sleep(0.05)
    finally:
        os.close(lease)


def announce(folder: Path, server: Server) -> None:
    """Let `server` be found."""
    write_whole(folder / ADDRESS, json.dumps(asdict(server)))


def _named() -> Server | None:
    url = os.environ.get("PREFECT_API_URL")
    return Server(url, os.environ.get("PREFECT_UI_URL", url.removesuffix("/api"))) if url else None


def folder_of(home: Path) -> Path:
    """The folder of the home's server, made if need be.

    Raises:
        NoServerError: it cannot be written.
    """
    folder = home.absolute() / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        os.close(open_lock(folder / LOCK))
    except OSError as error:
        raise NoServerError(
            f"{folder} cannot be written ({error.strerror})."
            " Make it a folder of yours, or set CASBAH_HOME to another."
        ) from error
    return folder


def _found_or_started(folder: Path, say: Callable[[str], None], port: int | None) -> Server:
    process: subprocess.Popen[bytes] | None = None
    until = time.monotonic() + PATIENCE
    while not (server := _answering(folder)):
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
        time.sleep(0.05)
    return server


def _answering(folder: Path) -> Server | None:
    """The announced server, if it lives and answers."""
    server = _announced(folder)
    return server if server and _healthy(server) else None


def _announced(folder: Path) -> Server | None:
    """The server that lives; a killed one leaves its announcement."""
    try:
        server = Server(**json.loads((folder / ADDRESS).read_text()))
    except (FileNotFoundError, NotADirectoryError):
        return None
    return server if _alive(folder) else None


def _alive(folder: Path) -> bool:
    lock = open_lock(folder / LOCK)
    try:
        return not try_lock(lock)
    finally:
        os.close(lock)


def _healthy(server: Server) -> bool:
    return _answer(server) == 200


def _answer(server: Server) -> int | None:
    """The status with which a server tells of its health; None where nobody answers."""
    address = urlsplit(server.url)
    connect = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = connect(address.hostname or HOST, address.port, timeout=5)
    try:
        connection.request("GET", f"{address.path}/health")
        return connection.getresponse().status
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()


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
                [sys.executable, "-m", "flows.serving", str(folder), str(door.fileno())],
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
