"""Which process of this home waits for the answer to which consent link, and at which port.

`<home>/callbacks` holds one file for each, named after the link's `state` without telling it, and
held by its process; what a dead process has left is removed by the next one that waits.
"""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from blocks.files import exclusive, open_lock, shared, try_lock
from data.settings import settings


@contextmanager
def known(state: str, port: int) -> Iterator[None]:
    """Let others of this home find us at `port` with the answer that carries `state`."""
    file = _file(state)
    with exclusive(_folder() / "turn"):
        _clear()
        descriptor = open_lock(file)
        try_lock(descriptor)
        os.write(descriptor, str(port).encode())
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
        os.close(descriptor)


def found(state: str) -> int | None:
    """The port at which a living process waits for the answer that carries `state`."""
    try:
        descriptor = os.open(_file(state), os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        if try_lock(descriptor):
            return None
        return int(os.read(descriptor, 9) or b"0") or None
    finally:
        os.close(descriptor)


@contextmanager
def together(address: tuple[str, int]) -> Iterator[None]:
    """Be one of those of this home who have an address open, at the same time as others.

    Raises:
        OSError: it is taken, by something else or by another home.
    """
    lock = _folder() / f"port-{address[1]}"
    with ExitStack() as held:
        with exclusive(_folder() / "turn"):
            if _free(lock):  # none of us has it open: whoever does is a stranger
                socket.create_server(address).close()
            held.enter_context(shared(lock))
        yield


def _free(lock: Path) -> bool:
    """Whether nobody holds a lock, and nobody is about to, in our turn."""
    descriptor = open_lock(lock)
    try:
        return try_lock(descriptor)
    finally:
        os.close(descriptor)


def _clear() -> None:
    """Remove what the dead have left."""
    for file in _folder().glob("wait-*"):
        with suppress(FileNotFoundError):
            if _free(file):
                file.unlink(missing_ok=True)


def _folder() -> Path:
    folder = settings().home.absolute() / "callbacks"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _file(state: str) -> Path:
    return _folder() / f"wait-{hashlib.sha256(state.encode()).hexdigest()}"
