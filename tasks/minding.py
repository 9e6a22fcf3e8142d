"""One run of a kind at a time on a connection, and what became of it noted where `status` looks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from blocks import register
from blocks.files import open_lock, try_lock
from connectors.errors import ConnectorError, NeedsPerson
from data.settings import settings


@contextmanager
def alone(connection: str, verb: str) -> Iterator[None]:
    """Be the only one who does this to the connection; the kernel frees a dead holder's place.

    Raises:
        NeedsPerson: somebody else is at it, or the name is no name.
    """
    locks = settings().home.absolute() / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    descriptor = open_lock(locks / f"{register.valid_name(connection)}.{verb}")
    try:
        if not try_lock(descriptor):
            raise NeedsPerson(
                f"Another {verb} of {connection!r} is running.",
                "Wait for it to end, or end it: nothing that has landed is lost.",
            )
        yield
    finally:
        os.close(descriptor)


@contextmanager
def minded(connection: str, verb: str) -> Iterator[None]:
    """Do it alone, and note whether it failed and who must act."""
    with alone(connection, verb):
        try:
            yield
        except NeedsPerson as error:
            register.note_failure(connection, verb, error.problem, error.remedy)
            raise
        except ConnectorError as error:
            register.note_failure(connection, verb, str(error))
            raise
        register.note_success(connection, verb)
