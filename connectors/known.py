"""A long list of the vendor's, kept in memory for as long as it may serve."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Generic, TypeVar

T = TypeVar("T")


class Known(Generic[T]):
    """What `read` finds, by id: read when it is first needed, and again when it may have grown.

    Threads share it; while one reads, the others wait for what it finds.
    """

    def __init__(self, read: Callable[[], dict[str, T]]) -> None:
        self._read = read
        self._found: dict[str, T] = {}
        self._read_at: datetime | None = None
        self._lock = threading.Lock()

    def keep(self, found: dict[str, T], read_at: datetime) -> None:
        """Somebody else has just read all of it."""
        with self._lock:
            self._found, self._read_at = found, read_at

    def get(self, key: str, since: datetime | None = None, *, fresh: bool = False) -> T | None:
        """One of the list, or None where it is not there.

        What is not there was looked for in a reading of after `since`, if any is named; what is
        there too, if it has to be `fresh`.
        """
        with self._lock:
            stale = self._read_at is None or (since is not None and self._read_at < since)
            if stale and (fresh or key not in self._found):
                began = datetime.now(UTC)
                self._found, self._read_at = self._read(), began
            return self._found.get(key)
