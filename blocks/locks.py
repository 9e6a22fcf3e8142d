"""One run of a kind at a time on a connection, on this machine: `<home>/locks/<connection>.<verb>`.

The kernel frees a dead holder's place, so who is at work here is never told by anything stored.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from blocks.files import open_lock, try_lock
from blocks.register import valid_name
from connectors.errors import NeedsPerson
from data.settings import settings

TRIES = 5  # whoever asks whether a lock is held holds it for less than a millisecond
TRY_EVERY = 0.02
NOT_WORK = frozenset({"token", "lock"})  # the locks of custody and of the register


class AlreadyRunning(NeedsPerson):
    """The work is being done by another run."""


@contextmanager
def alone(connection: str, verb: str) -> Iterator[None]:
    """Be the only one who does this to the connection.

    Raises:
        AlreadyRunning: somebody else is at it.
        NeedsPerson: the name is no name.
    """
    path = _locks() / f"{valid_name(connection)}.{verb}"
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = open_lock(path)
    try:
        if not _ours(descriptor):
            raise AlreadyRunning(
                f"Another {verb} of {connection!r} is running.",
                "Wait for it to end, or end it: nothing that has landed is lost.",
            )
        os.utime(descriptor)  # since when it is held
        yield
    finally:
        os.close(descriptor)


def at_work() -> dict[str, dict[str, datetime]]:
    """What this machine is doing to each connection, by verb, and since when (UTC)."""
    found: dict[str, dict[str, datetime]] = {}
    for path in sorted(_locks().glob("*.*")):
        connection, _, verb = path.name.rpartition(".")
        if verb not in NOT_WORK and held(connection, verb):
            began = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            found.setdefault(connection, {})[verb] = began
    return found


def held(connection: str, verb: str) -> bool:
    """Whether a process of this machine does this to the connection now."""
    try:
        descriptor = os.open(_locks() / f"{connection}.{verb}", os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        return not try_lock(descriptor)
    finally:
        os.close(descriptor)


def _ours(descriptor: int) -> bool:
    for attempt in range(TRIES):
        if attempt:
            time.sleep(TRY_EVERY)
        if try_lock(descriptor):
            return True
    return False


def _locks() -> Path:
    return settings().home.absolute() / "locks"
