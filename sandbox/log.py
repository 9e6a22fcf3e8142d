"""What the audit logs of both apps have in common: a stream of happenings, and who may move it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import RLock
from typing import Any

from sandbox.chance import Ints
from sandbox.stream import Stream, milliseconds


class Log(ABC):
    """The log of one app. Thread-safe.

    Whoever gives a `now` gives no earlier one to what changes the log later.
    """

    def __init__(self, stream: Stream) -> None:
        self.stream, self.world, self.company = stream, stream.world, stream.company
        self._lock = RLock()

    @abstractmethod
    def told(self, numbers: Ints) -> list[bytes]:
        """The events of rows of the stream, as the app tells them."""

    @abstractmethod
    def add(self, extra: str, count: int, now: datetime) -> datetime:
        """Further events; answers the moment to give when they are added after a restart."""

    @abstractmethod
    def truth(self, now: datetime) -> Iterator[dict[str, Any]]:
        """What really happened, one row for each event visible at `now`, by event time."""

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

    def delay(self, share: float, seconds: float, now: datetime) -> None:
        """From `now` on `share` of the new events becomes visible up to `seconds` late."""
        with self._changing(now):
            self.stream.delay(share, seconds)

    def quiet(self, now: datetime, *, on: bool) -> None:
        """From `now` on nothing happens, or things happen again."""
        with self._changing(now):
            self.stream.silent = on

    @contextmanager
    def _changing(self, now: datetime) -> Iterator[None]:
        """Alone with the log as it is at `now`, or at the moment that it has come to."""
        with self._lock:
            self.stream.advance(max(milliseconds(now), self.stream.now))
            yield

    def _moment(self) -> datetime:
        """To which the log has come: the `now` that brings a change about again."""
        return datetime.fromtimestamp(self.stream.now / 1000, UTC)
