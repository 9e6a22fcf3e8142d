"""The sandbox beside a command: a process of its own, as a vendor would be, and its apps' keys."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from http.client import HTTPConnection, HTTPException

from flows.terminal import note
from sandbox.company import Size
from sandbox.server import PORT

APPS = {
    "dropbox": ("casbah-demo-key", "casbah-demo-secret"),
    "box": ("casbah-box-demo-key", "casbah-box-demo-secret"),
}
OPTIONS = ("seed", "members", "days", "events")
HOST = "127.0.0.1"


def connection_name(app: str, size: Size) -> str:
    """Two companies under one name could never be told apart in the lake."""
    parts = [app] if size == Size() else [app, *map(str, _told(size).values())]
    return "-".join(["acme", *parts])


def options(size: Size) -> list[str]:
    """What of a size differs from the usual one, as options of the command line."""
    usual = _told(Size())
    return [f"--{name}={value}" for name, value in _told(size).items() if value != usual[name]]


@contextmanager
def sandbox(size: Size, port: int = PORT, *, share: bool = False) -> Iterator[str]:
    """The stand-in in a process of its own; gives its address. Ctrl-C does not reach it.

    It answers at `port`, or at any if that is taken; with `share`, one of that size that answers
    at `port` already serves as well.
    """
    if share and _serves(size, port):
        yield f"http://{HOST}:{port}"
        return
    if port and not _free(port):
        port = 0
    command = [sys.executable, "-m", "flows.cli", "sandbox", f"--port={port}", *options(size)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        url = process.stdout.readline().strip() if process.stdout else ""
        if not url:
            note(f"casbah: The stand-in did not start; this says why: casbah {command[3]}")
            raise SystemExit(1)
        yield url
    finally:
        process.terminate()
        process.wait()


def _told(size: Size) -> dict[str, int]:
    """What of a size can be said on the command line."""
    return {name: value for name, value in asdict(size).items() if name in OPTIONS}


def _serves(size: Size, port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/sandbox")
        told = json.loads(connection.getresponse().read())
    except (OSError, HTTPException, ValueError):
        return False
    else:
        return isinstance(told, dict) and told.get("size") == asdict(size)
    finally:
        connection.close()


def _free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) != 0
