"""Where the Prefect server of a CASBAH_HOME answers, and whether it lives.

What the server keeps is in `<home>/prefect`, open to its owner only:

    server.lock      held by the server for as long as it lives
    server.lease     held (shared) by each process that uses it
    server.json      where it answers
    password         what a client, or a person in the UI, shows it
    encryption.key   what it encrypts saved blocks with
    server.log       what it said since its last start
    port             where it answered last, and will again: a person keeps the address
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from blocks.files import open_lock, try_lock, write_whole
from flows.serving.server_settings import HOST

FOLDER = "prefect"
LOCK, LEASE, ADDRESS, LOG = "server.lock", "server.lease", "server.json", "server.log"


class NoServerError(RuntimeError):
    """There is no Prefect server to be had; the message says why and what to do."""


@dataclass(frozen=True)
class Server:
    """Where a Prefect server answers; `pid` when it is one of ours."""

    url: str
    ui_url: str
    pid: int | None = None


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


def status(home: Path) -> Server | None:
    """The server that `prefect_server` would find, if it answers at this moment."""
    if given := chosen():
        return given if _healthy(given) else None
    return answering(home.absolute() / FOLDER)


def alive(home: Path) -> bool:
    """Whether the server of the home lives: it may be too busy to answer, yet hold its lock."""
    return locked(home.absolute() / FOLDER)


def announce(folder: Path, server: Server) -> None:
    """Let `server` be found."""
    write_whole(folder / ADDRESS, json.dumps(asdict(server)))


def chosen() -> Server | None:
    """The server of a person's own choice, in PREFECT_API_URL."""
    url = os.environ.get("PREFECT_API_URL")
    return Server(url, os.environ.get("PREFECT_UI_URL", url.removesuffix("/api"))) if url else None


def answering(folder: Path) -> Server | None:
    """The announced server, if it lives and answers."""
    server = announced(folder)
    return server if server and _healthy(server) else None


def announced(folder: Path) -> Server | None:
    """The server that lives; a killed one leaves its announcement."""
    try:
        server = Server(**json.loads((folder / ADDRESS).read_text()))
    except (FileNotFoundError, NotADirectoryError):
        return None
    return server if locked(folder) else None


def locked(folder: Path) -> bool:
    """Whether a server lives in the folder, wherever it answers."""
    lock = open_lock(folder / LOCK)
    try:
        return not try_lock(lock)
    finally:
        os.close(lock)


def _healthy(server: Server) -> bool:
    return answer(server) == 200


def answer(server: Server) -> int | None:
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
