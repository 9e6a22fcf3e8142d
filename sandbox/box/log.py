"""Box's audit log of the made-up company, in its two streams, and the truth.

`admin_logs_streaming` is in the order of visibility. `admin_logs` is in the order of time, shows an
event 5 to 20 seconds later than the stream does, and lets late ones land behind a reader. Positions
are numbers above 2**53, of one kind for each stream.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sandbox.box import extras, wire
from sandbox.box.facts import fact
from sandbox.box.native import LEXICON, TYPES, Native
from sandbox.box.render import Teller
from sandbox.chance import Ints
from sandbox.company import Company, Size
from sandbox.happenings import CONSOLE, HAPPENING, Happening
from sandbox.hostile import has_surrogate
from sandbox.log import Log
from sandbox.stream import Stream, milliseconds
from sandbox.verbs import ADMIN, NUMBER

SALT: Final = (1,)  # makes the stream another one than Dropbox's
STREAM_KEEPS, LOG_KEEPS = timedelta(days=14), timedelta(days=365)
FIRST: Final = 1_152_922_976_252_290_886  # position of the stream's first event
SOONEST, USUAL = 5_000, 15_000  # milliseconds that admin_logs is behind the stream
BLOCK: Final = 4_096  # rows looked through at once
ROLES: Final = ("user", "coadmin", "admin")  # as the note of a change of role counts them


@dataclass(frozen=True)
class Query:
    """What a reader of admin_logs asks for: ]after, before[ of event time, some types."""

    after: datetime | None = None
    before: datetime | None = None
    types: frozenset[str] | None = None


class BoxLog(Log):
    """`size.events` events in [born - days, born), then live ones for ever."""

    def __init__(self, company: Company, size: Size, born: datetime) -> None:
        super().__init__(Stream(company, size, milliseconds(born) // 1000, LEXICON, SALT))
        self.natives: list[Native] = list(TYPES)
        self._teller = Teller(company, self.world)
        self._raw: dict[int, bytes] = {}  # events that no happening explains
        self._keys: Ints = np.empty(0, np.int64)  # of all rows, sorted: their places in admin_logs

    def streamed(self, position: int, limit: int, now: datetime) -> tuple[Ints, int]:
        """The next rows of admin_logs_streaming after a position, and the position behind them.

        Whoever comes from further back than `STREAM_KEEPS` begins there.
        """
        with self._lock:
            until = self.stream.advance(milliseconds(now))
            first = min(until, max(self._oldest(now), position - FIRST))
            last = min(until, first + limit)
            return self.stream.order[first:last].astype(np.int64), FIRST + last

    def newest(self, now: datetime) -> int:
        """The position behind everything that admin_logs_streaming shows."""
        with self._lock:
            return FIRST + self.stream.advance(milliseconds(now))

    def before(self, position: int, count: int, now: datetime) -> Ints:
        """The last rows of admin_logs_streaming up to a position: what may come once more."""
        with self._lock:
            last = max(0, position - FIRST)
            return self.stream.order[max(self._oldest(now), last - count) : last].astype(np.int64)

    def logged(
        self, query: Query, position: int, limit: int, now: datetime
    ) -> tuple[Ints, int | None]:
        """The next rows of admin_logs after a position, and theirs; None for an empty page."""
        with self._lock:
            moment = milliseconds(now)
            self.stream.advance(moment)
            keys = self._places()
            first = int(np.searchsorted(keys, max(position, self._start(query, now)), "right"))
            last = len(keys)
            if query.before is not None:  # nothing of that second
                last = int(np.searchsorted(keys, _key(-(-milliseconds(query.before) // 1000), 0)))
            found: list[Ints] = []
            missing = limit
            while missing > 0 and first < last:
                block = keys[first : min(last, first + BLOCK)]
                hits = block[self._shown(query, block & _NUMBER, moment)][:missing]
                found.append(hits)
                missing -= len(hits)
                first += BLOCK
            chosen = np.concatenate(found) if found else keys[:0]
            return chosen & _NUMBER, int(chosen[-1]) if len(chosen) else None

    def told(self, numbers: Ints) -> list[bytes]:
        """Rows as JSON."""
        rows, types = self.stream.rows[numbers], self.stream.types[numbers]
        return [
            self._raw.get(number) or self._event(row, kind, number)
            for number, row, kind in zip(
                numbers.tolist(), rows.tolist(), types.tolist(), strict=True
            )
        ]

    def of_types(self, numbers: Ints, types: frozenset[str]) -> Ints:
        """Those of the rows that are of one of the types."""
        wanted: NDArray[np.bool_] = self._wanted(types)[self.stream.types[numbers]]
        return numbers[wanted]

    def add(self, extra: str, count: int, now: datetime) -> datetime:
        """`count` further events with times in the history, visible from `now` on.

        Answers the moment to give when they are added again after a restart.
        """
        with self._changing(now):
            ways = extras.WAYS[extra]
            random = np.random.default_rng([self.world.seed, list(extras.WAYS).index(extra), count])
            between = self.stream.start, self.stream.now // 1000
            rows = self.stream.sample(count, between, random)
            known = LEXICON.chosen(rows).tolist()
            first = len(self.stream.rows)
            types = np.zeros(len(rows), np.int64)
            for n, kind in enumerate(known):
                happening = Happening._make(rows[n].tolist())
                event = self._teller.told(happening, TYPES[kind], first + n)
                ways[n % len(ways)](event, n)
                native = Native(event["event_type"])
                if native not in self.natives[len(TYPES) :]:
                    self.natives.append(native)
                types[n] = self.natives.index(native, len(TYPES))
                self._raw[first + n] = wire.encode(
                    event, escaped=n % 2 == 1 or has_surrogate(event)
                )
            self.stream.put(rows, types)
            return self._moment()

    def change_role(self, to: str, now: datetime) -> datetime:
        """The second admin gives the first one another role, visible at once."""
        with self._changing(now):
            row = np.zeros(1, HAPPENING)
            row["at"], row["verb"] = self.stream.now // 1000, NUMBER["admin_role", ADMIN]
            row["who"] = row["actor"] = 1
            row["place"], row["client"] = self.company.offices[0], CONSOLE
            row["thing"], row["note"], row["dice"] = -1, ROLES.index(to), 1
            self.stream.put(row, LEXICON.chosen(row))
            return self._moment()

    def truth(self, now: datetime) -> Iterator[dict[str, Any]]:
        """What really happened, one row for each event in the stream at `now`, by event time."""
        with self._lock:
            until = self.stream.advance(milliseconds(now))
            order = self.stream.order[:until].astype(np.int64)
        order = order[np.argsort(self.stream.rows["at"][order], kind="stable")]
        for first in range(0, len(order), BLOCK):
            some = order[first : first + BLOCK]
            rows, seen = self.stream.rows[some].tolist(), self.stream.visible[some].tolist()
            for event, row, moment in zip(self.told(some), rows, seen, strict=True):
                yield fact(self.company, self.world.seed, event, Happening._make(row), moment)

    def _oldest(self, now: datetime) -> int:
        return self.stream.until(milliseconds(now - STREAM_KEEPS))

    def _event(self, row: tuple[int, ...], kind: int, number: int) -> bytes:
        return self._teller.event(Happening._make(row), TYPES[kind], number)

    def _places(self) -> Ints:
        """The keys of all rows, sorted; made anew only when rows came in."""
        rows = self.stream.rows
        if len(self._keys) != len(rows):
            keys = rows["at"].astype(np.int64) << 31 | np.arange(len(rows))
            self._keys = np.sort(keys, kind="stable")
        return self._keys

    def _start(self, query: Query, now: datetime) -> int:
        """A key below all those that may be shown."""
        kept = _key(milliseconds(now - LOG_KEEPS) // 1000, 0)
        if query.after is None:
            return kept
        return max(kept, _key(milliseconds(query.after) // 1000, int(_NUMBER)))

    def _shown(self, query: Query, numbers: Ints, moment: int) -> NDArray[np.bool_]:
        behind = SOONEST + (self.stream.rows["dice"][numbers] >> 8).astype(np.int64) % USUAL
        shown = self.stream.visible[numbers] + behind <= moment
        if query.types is not None:
            shown &= self._wanted(query.types)[self.stream.types[numbers]]
        return shown

    def _wanted(self, types: frozenset[str]) -> NDArray[np.bool_]:
        return np.array([native.name in types for native in self.natives])


_NUMBER: Final = np.int64(2**31 - 1)


def _key(second: int, number: int) -> int:
    return second << 31 | number
