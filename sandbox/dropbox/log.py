"""Dropbox's audit log of the made-up company: pages, what is hard to read, and the truth.

Positions count in the order in which events became visible, over the whole log: whatever is added
comes behind all that was visible before, so a walk neither repeats nor skips.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sandbox.chance import Ints
from sandbox.company import Company, Size
from sandbox.dropbox import extras, facts
from sandbox.dropbox.forms import iso, url
from sandbox.dropbox.native import LEXICON, TYPES, Native
from sandbox.dropbox.render import Teller
from sandbox.founding import founded
from sandbox.happenings import Happening
from sandbox.log import Log
from sandbox.stream import Stream, milliseconds
from sandbox.verbs import DROP_LINK, LINK, NEW_LINK, OWN_LINK, VERBS

BLOCK: Final = 16_384  # positions looked through at once
ROWS_OF_TRUTH: Final = 4_096  # told at once
_LINKED: Final = [verb.thing in {LINK, OWN_LINK, NEW_LINK, DROP_LINK} for verb in VERBS]


@dataclass(frozen=True)
class Query:
    """What a reader asks for: [start, end) of event time, one category or type, one account."""

    start: datetime | None = None
    end: datetime | None = None
    account_id: str | None = None
    category: str | None = None
    event_type: str | None = None


class EventLog(Log):
    """`size.events` events in [born - days, born), then live ones for ever.

    The same for the same company, size and `born` (whole seconds count).
    """

    def __init__(self, company: Company, size: Size, born: datetime) -> None:
        super().__init__(Stream(company, size, milliseconds(born) // 1000, LEXICON))
        self.size, self.born, self.start = size, self.stream.born, self.stream.start
        self.natives: list[Native] = list(TYPES)
        self._teller = Teller(company, self.world)
        self._raw: dict[int, bytes] = {}  # events that no happening explains
        self._accounts = {p.account_id: p.index for p in company.people if p.account_id}

    @classmethod
    def of(cls, size: Size, born: datetime) -> "EventLog":
        """The log of the company of that size."""
        return cls(founded(size), size, born)

    def page(
        self, query: Query, position: int, limit: int, now: datetime
    ) -> tuple[list[bytes], int, bool]:
        """The next events of `query` visible at `now`: JSON bytes, the next position, has_more."""
        with self._lock:
            until = self.stream.advance(milliseconds(now))
            found, position, more = self._find(query, position, limit, until)
        return self.told(found), position, more

    def told(self, numbers: Ints) -> list[bytes]:
        """Rows as JSON."""
        rows, types = self.stream.rows[numbers], self.stream.types[numbers]
        event, make, natives, raw = self._teller.event, Happening._make, self.natives, self._raw
        times = np.datetime_as_string(rows["at"].astype("datetime64[s]"), timezone="UTC")
        return [
            raw[number] if kind >= len(TYPES) else event(make(row), natives[kind], time)
            for number, row, kind, time in zip(
                numbers.tolist(), rows.tolist(), types.tolist(), times.tolist(), strict=True
            )
        ]

    def walk(self, query: Query, now: datetime, limit: int = 1000) -> list[bytes]:
        """All events of `query` visible at `now`, page after page."""
        walked, position, more = [], 0, True
        while more:
            events, position, more = self.page(query, position, limit, now)
            walked += events
        return walked

    def add(
        self, extra: str, count: int, now: datetime, *, since: datetime | None = None
    ) -> datetime:
        """`count` further events with times in [since, now), visible from `now` on.

        `extra` is unknown_types, hostile or twins (sandbox/dropbox/extras.py); `since` is the
        beginning of the history if not given. The same calls in the same order add the same
        events. Answers the moment to give when they are added again after a restart.
        """
        with self._changing(now):
            first = self.start if since is None else milliseconds(since) // 1000
            made = extras.make(self, extra, count, (first, self.stream.now // 1000))
            numbers = self.stream.put(made.rows, made.types)
            self._raw.update(zip(numbers.tolist(), made.raw, strict=False))
            return self._moment()

    def truth(self, now: datetime) -> Iterator[dict[str, Any]]:
        """What really happened, one row for each event visible at `now`, by event time.

        Twins are numbered in the order in which they became visible.
        """
        with self._lock:
            until = self.stream.advance(milliseconds(now))
            order = self.stream.order[:until].copy()
        order = order[np.argsort(self.stream.rows["at"][order], kind="stable")]
        ordinals = facts.Ordinals()
        for first in range(0, len(order), ROWS_OF_TRUTH):
            some = order[first : first + ROWS_OF_TRUTH]
            rows, seen = self.stream.rows[some].tolist(), self.stream.visible[some].tolist()
            for event, row, moment in zip(self.told(some), rows, seen, strict=True):
                h = Happening._make(row)
                yield self._link(h) | facts.fact(
                    self.company,
                    event,
                    ordinals,
                    person=h.who,
                    seen=moment,
                    place=self.company.places[h.place].kind,
                    story=h.story,
                    case=h.case,
                )

    def tell(self, row: np.void, kind: int) -> bytes:
        """One happening as a TeamEvent of the type with that number."""
        h = Happening._make(row.tolist())
        return self._teller.event(h, self.natives[kind], iso(h.at))

    def _find(self, query: Query, position: int, limit: int, until: int) -> tuple[Ints, int, bool]:
        """Numbers of rows, the position behind them, and whether there are more."""
        if query.start is not None:  # nothing is visible before it happens
            position = max(position, self.stream.until(milliseconds(query.start)))
        found, missing, block = [np.empty((2, 0), np.int64)], limit + 1, max(BLOCK, limit + 1)
        while missing > 0 and position < until:
            numbers = self.stream.order[position : min(until, position + block)]
            hits = np.flatnonzero(self._fits(query, numbers))[:missing]
            found.append(np.stack([hits + position, numbers[hits]]))
            missing -= len(hits)
            position += block
            block *= 2
        places, numbers = np.concatenate(found, axis=1)
        if len(numbers) > limit:
            return numbers[:limit], int(places[limit - 1]) + 1, True
        return numbers, until, False

    def _fits(self, query: Query, numbers: NDArray[Any]) -> NDArray[np.bool_]:
        rows, types = self.stream.rows, self.stream.types
        fits = np.ones(len(numbers), bool)
        if query.start is not None:
            fits &= rows["at"][numbers] >= -(-milliseconds(query.start) // 1000)
        if query.end is not None:
            fits &= rows["at"][numbers] < -(-milliseconds(query.end) // 1000)
        if query.category is not None:
            wanted = np.array([n.category == query.category for n in self.natives])
            fits &= wanted[types[numbers]]
        if query.event_type is not None:
            wanted = np.array([n.tag == query.event_type for n in self.natives])
            fits &= wanted[types[numbers]]
        if query.account_id is not None:
            person = self._accounts.get(query.account_id, extras.NO_ONE - 1)
            concerned = np.array([n.concerns == "person" for n in self.natives])[types[numbers]]
            other = concerned & (rows["other"][numbers] == person)
            fits &= other | (rows["actor"][numbers] == person)
        return fits

    def _link(self, h: Happening) -> dict[str, str | None]:
        key = self.world.links.all[h.thing].key if _LINKED[h.verb] else None
        return {"link_id": key, "url": url(key) if key else None}
