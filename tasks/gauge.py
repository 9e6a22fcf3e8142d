"""Counting how far a backfill or a scan has come, and how long the rest will take.

What tells may be any thread; it is counted and nothing else.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from data.inventory import Scan
from data.lake import Landing

Work = Literal["backfill", "scan"]

RATE_OF = 120.0  # seconds of the past by which the rest is judged
WORDS: dict[Work, tuple[str, str]] = {
    "backfill": ("days", "events"),
    "scan": ("branches", "people, items and links"),
}


@dataclass(frozen=True)
class Reading:
    """What a gauge shows: steps done of all, things so far, seconds gone, perhaps seconds left."""

    work: Work
    done: int
    total: int
    things: int
    gone: float
    left: float | None
    stopped: bool = False

    @property
    def percent(self) -> float:
        """Of the steps, 0 to 100; what has nothing to do is done."""
        return round(100 * self.done / self.total, 1) if self.total else 100.0

    def __str__(self) -> str:
        """One sentence, in Markdown without any text of a vendor's."""
        steps, things = WORDS[self.work]
        if not self.total:
            return f"Nothing is left to read: all {steps} are in the lake."
        rate = f" ({self.things / self.gone:,.0f} a second)" if self.gone >= 1 else ""
        so_far = f"**{self.done:,} of {self.total:,} {steps}**, {self.things:,} {things}{rate}"
        if self.done >= self.total:
            return f"{so_far}, in {span(self.gone)}."
        if self.stopped:
            return f"Stopped after {so_far}. All of it stays; the next run goes on from there."
        left = (
            f"about {span(self.left)} left" if self.left is not None else "time left not known yet"
        )
        more = ", more if further branches are found" if self.work == "scan" else ""
        return f"{so_far}; {span(self.gone)} gone, {left}{more}."


class Gauge:
    """Counts what a backfill or a scan of one connection tells; can be read at any moment."""

    def __init__(
        self, work: Work, connection: str, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._work = work
        self._connection = connection
        self._now = now
        self._lock = threading.Lock()
        self._begun: float | None = None
        self._done = self._total = self._things = 0
        self._past: deque[tuple[float, int]] = deque()  # moments, and the steps done by then

    def planned(self, connection: str, windows: int) -> None:
        """So many windows of history are to be read."""
        if (self._work, self._connection) == ("backfill", connection):
            with self._lock:
                self._reach(0, windows)

    def landed(self, landing: Landing) -> None:
        """A batch is in the lake."""
        if self._begun is not None and self._work == "backfill":
            with self._lock:
                self._things += landing.rows
                day = landing.lane == "history" and landing.done
                self._reach(self._done + day, self._total)

    def scanned(self, connection: str, scan: Scan) -> None:
        """So far a scan has come."""
        if (self._work, self._connection) == ("scan", connection):
            with self._lock:
                self._things = scan.seen
                self._reach(scan.closed, scan.closed + scan.open)

    def read(self) -> Reading | None:
        """What it shows now; None as long as nothing has been told."""
        with self._lock:
            if self._begun is None:
                return None
            gone = self._now() - self._begun
            return Reading(self._work, self._done, self._total, self._things, gone, self._left())

    def _reach(self, done: int, total: int) -> None:
        moment = self._now()
        if self._begun is None:
            self._begun = moment
        self._done, self._total = done, total
        if not self._past or self._past[-1][1] != done:
            self._past.append((moment, done))
        # One from before the time that counts is kept: it says where that time began.
        while len(self._past) > 2 and self._past[1][0] <= moment - RATE_OF:
            self._past.popleft()

    def _left(self) -> float | None:
        """The rest at the rate of the last while; None before the first step is done."""
        since, before = self._past[0]
        if self._done == before:
            return None
        return (self._total - self._done) * (self._now() - since) / (self._done - before)


def span(seconds: float) -> str:
    """A while in the words of a person."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{max(1, round(seconds))} seconds" if seconds >= 1.5 else "a second"
    return f"{minutes} minutes" if minutes < 90 else f"{seconds / 3600:.1f} hours"
