"""Box's audit log of the made-up company."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sandbox.company import Company, Size
from sandbox.dropbox.log import milliseconds
from sandbox.happenings import Rows
from sandbox.stream import Stream

SALT = (1,)


class BoxLog:
    """`size.events` events in [born - days, born), then live ones for ever."""

    def __init__(self, company: Company, size: Size, born: datetime) -> None:
        self.stream = Stream(company, size, milliseconds(born) // 1000, _chosen, SALT)
        self.world = self.stream.world
        self._lock = RLock()

    @contextmanager
    def still(self, now: datetime) -> Iterator[None]:
        """The world as it is at `now`; nothing happens for as long as the block lasts."""
        with self._lock:
            self.stream.advance(milliseconds(now))
            yield

    def advance(self, now: datetime) -> None:
        """Lets happen what has happened by `now`: for whoever reads the world, not the log."""
        with self._lock:
            self.stream.advance(milliseconds(now))

    def add(self, extra: str, count: int, now: datetime) -> datetime:
        """`count` further events."""
        raise NotImplementedError((extra, count, now))

    def delay(self, share: float, seconds: float, now: datetime) -> None:
        """From `now` on `share` of the new events becomes visible up to `seconds` late."""
        with self._lock:
            self.stream.advance(max(milliseconds(now), self.stream.now))
            self.stream.delay(share, seconds)

    def truth(self, now: datetime) -> Iterator[dict[str, Any]]:
        """What really happened."""
        self.advance(now)
        return iter(())


def _chosen(rows: Rows) -> NDArray[Any]:
    return np.zeros(len(rows), np.int64)
