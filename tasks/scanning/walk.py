"""Several threads reading branches side by side, page by page."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, Queue

from connectors.contract import Connector
from connectors.errors import CursorLost, TryLater
from connectors.inventory import Branch, Listing

WALKERS = 4  # enough to wait for answers side by side, within the budget
RESETS = 20  # losses of our place in one branch


@dataclass(frozen=True)
class Place:
    """A branch and where to go on in it; nowhere, if it is closed."""

    branch: Branch
    cursor: str | None = None
    closed: bool = False


@dataclass(frozen=True)
class Step:
    """A page of a branch; without a listing, the branch turned out to be no more."""

    branch: Branch
    listing: Listing | None = None


@dataclass(frozen=True)
class _Return:
    """A walker is back: from the end of the branch, from `cursor` when asked to stop, or ill."""

    branch: Branch
    cursor: str | None = None
    error: Exception | None = None


class Walk:
    """Reads branches, and those found in them, until none is left or so many seconds are over.

    However short the time, each walker reads a page: whoever comes again gets on.
    """

    def __init__(self, connector: Connector, places: Iterable[Place], seconds: float) -> None:
        self._connector = connector
        self._seconds = seconds
        self._told: Queue[Step | _Return] = Queue(maxsize=WALKERS)
        self._stop = threading.Event()
        self._waiting: deque[Place] = deque()
        self._known: set[str] = set()
        for place in places:
            self._find(place)
        self._walking = 0
        self._error: Exception | None = None

    @property
    def open(self) -> int:
        """How many branches have not been read to their end."""
        return len(self._waiting) + self._walking

    @property
    def closed(self) -> int:
        """How many have."""
        return len(self._known) - self.open

    def steps(self, patience: float) -> Iterator[Step | None]:
        """What is read, as it comes; None when nothing has come for so many seconds.

        Raises what the connector raises, after everything that was read before it.
        """
        until = time.monotonic() + self._seconds
        with ThreadPoolExecutor(WALKERS, thread_name_prefix="walker") as pool:
            try:
                while self._send_out(pool):
                    if self._error or time.monotonic() > until:
                        self._stop.set()
                    yield from self._next(patience)
            finally:
                self._stop.set()
                while self._walking:
                    list(self._next(patience))
        if self._error:
            raise self._error

    def _send_out(self, pool: ThreadPoolExecutor) -> bool:
        """Give every idle walker a branch; whether any walker is out."""
        while self._waiting and self._walking < WALKERS and not self._stop.is_set():
            self._walking += 1
            pool.submit(self._read, self._waiting.popleft())
        return self._walking > 0

    def _next(self, patience: float) -> Iterator[Step | None]:
        try:
            told = self._told.get(timeout=patience)
        except Empty:
            yield None
            return
        if isinstance(told, Step):
            for branch in told.listing.found if told.listing else ():
                self._find(Place(branch))
            yield told
            return
        self._walking -= 1
        self._error = self._error or told.error
        if told.error or told.cursor is not None:
            self._waiting.append(Place(told.branch, told.cursor))

    def _find(self, place: Place) -> None:
        """A branch is read once, in however many places it is met."""
        if place.branch.key not in self._known:
            self._known.add(place.branch.key)
            if not place.closed:
                self._waiting.append(place)

    def _read(self, place: Place) -> None:
        """In a thread: read a branch to its end, or to the page after which we are to stop."""
        try:
            self._told.put(_Return(place.branch, self._pages(place.branch, place.cursor)))
        except Exception as error:  # noqa: BLE001 - whatever it is, the consumer raises it
            self._told.put(_Return(place.branch, place.cursor, error))

    def _pages(self, branch: Branch, cursor: str | None) -> str | None:
        """The cursor to go on from; None at the end of the branch."""
        for _ in range(RESETS):
            more = True
            try:
                for listing in self._connector.listing(branch, cursor):
                    more = listing.more
                    self._told.put(Step(branch, listing))
                    if more and self._stop.is_set():
                        return listing.cursor
            except CursorLost:
                cursor = None
            else:
                if more:
                    self._told.put(Step(branch))
                return None
        raise TryLater(f"{self._connector.app} loses our place again and again.", 60)
