"""Dropbox's audit log of the made-up company: history, what goes on happening, and the truth.

An event happens at a second and becomes visible up to 20 seconds later (longer if it is late).
Positions count in the order of visibility, of the whole log: whatever is added comes behind all
that was visible before, so a walk neither repeats nor skips. `now` must never go back.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import RLock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sandbox import truth
from sandbox.columns import Column
from sandbox.company import Company, Size
from sandbox.dropbox import extras, native
from sandbox.dropbox.details import Happening, url
from sandbox.dropbox.native import PERSON, TYPES, Native
from sandbox.dropbox.render import Teller
from sandbox.happenings import ANONYMOUS, HAPPENING, Happenings, Rows
from sandbox.verbs import LINK, VERBS
from sandbox.world import World

__all__ = ["EventLog", "Query", "Size"]

DAY_MINUTES: Final = 1440
HOUR_MINUTES: Final = 60
BLOCK: Final = 16_384  # positions looked through at once
_LINKED: Final = [verb.thing == LINK for verb in VERBS]


@dataclass(frozen=True)
class Query:
    """What a reader asks for: [start, end) of event time, one category or type, one account."""

    start: datetime | None = None
    end: datetime | None = None
    account_id: str | None = None
    category: str | None = None
    event_type: str | None = None


def milliseconds(moment: datetime) -> int:
    """Since 1970; ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {moment!r}")
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)


class EventLog:
    """`size.events` events in [born - days, born), then live ones for ever; thread-safe."""

    def __init__(self, company: Company, size: Size, born: datetime) -> None:
        self.company, self.size = company, size
        self.born = milliseconds(born) // 1000
        self.start = self.born - size.days * 86_400
        self.world = World(company, self.start)
        self.natives: list[Native] = list(TYPES)
        self._happenings = Happenings(company, self.start, self.born)
        self._teller = Teller(company, self.world)
        self._rows = Column(HAPPENING, size.events)
        self._types = Column(np.dtype("u2"), size.events)
        self._visible = Column(np.dtype("i8"), size.events)
        self._order = Column(np.dtype("i4"), size.events)
        self._waiting: NDArray[np.int64] = np.empty(0, np.int64)  # happened, not yet visible
        self._raw: dict[int, bytes] = {}  # events that no happening explains
        self._delays: list[tuple[int, float, float]] = []
        self._ahead: Rows = np.empty(0, HAPPENING)  # drawn, not yet happened
        self._hours = 0
        self._now = self.born * 1000
        self._lock = RLock()
        self._past()
        self._advance(self._now)

    def page(
        self, query: Query, position: int, limit: int, now: datetime
    ) -> tuple[list[bytes], int, bool]:
        """The next events of `query` visible at `now`: JSON bytes, the next position, has_more."""
        with self._lock:
            until = self._advance(milliseconds(now))
            found, position, more = self._find(query, position, limit, until)
            rows, types = self._rows.view[found], self._types.view[found]
        return self._told(found, rows, types), position, more

    def add(
        self, extra: str, count: int, now: datetime, *, since: datetime | None = None
    ) -> datetime:
        """`count` further events, told with times in [since, now), visible from `now` on.

        `extra` is unknown_types, hostile or twins. The same calls in the same order give the
        same events. Answers the moment to give when they are added again after a restart.
        """
        with self._lock:
            moment = max(milliseconds(now), self._now)
            self._advance(moment)
            first = self.start if since is None else milliseconds(since) // 1000
            seed = [self.size.seed, len(extra), count, moment]
            made = extras.MAKERS[extra](self, count, (first, moment // 1000), seed)
            numbers = self._append(made.rows, made.types, np.full(len(made.rows), moment))
            self._raw.update(zip(numbers.tolist(), made.raw, strict=False))
            self._order.extend(numbers)
            return datetime.fromtimestamp(moment / 1000, UTC)

    def delay(self, share: float, seconds: float, now: datetime) -> None:
        """From `now` on `share` of the new events becomes visible up to `seconds` late."""
        with self._lock:
            moment = max(milliseconds(now), self._now)
            self._advance(moment)
            self._delays.append((moment, share, seconds))

    def truth(self, now: datetime) -> Iterator[dict[str, Any]]:
        """What really happened, one row for each event visible at `now`, by event time."""
        with self._lock:
            order = self._order.view[: self._advance(milliseconds(now))].copy()
        at, visible = self._rows.view["at"][order], self._visible.view[order]
        ordinals = truth.Ordinals()
        for some in np.array_split(
            order[np.lexsort((order, visible, at))], max(1, len(order) // 4096)
        ):
            rows, types = self._rows.view[some], self._types.view[some]
            shown = self._visible.view[some].tolist()
            events = self._told(some, rows, types)
            for event, row, kind, seen in zip(
                events, rows.tolist(), types.tolist(), shown, strict=True
            ):
                h = Happening(*row)
                yield {
                    "event_id": ordinals.event_id(event),
                    "event_time": truth.iso(h.at),
                    "visible_at": truth.iso(seen / 1000),
                    "native_type": self.natives[kind].tag,
                    "category": self.natives[kind].category,
                    "authenticated": h.actor != ANONYMOUS,
                    "ip": self.company.places[h.place].ip,
                    "place": self.company.places[h.place].kind,
                    **self._link(h),
                    "who": truth.who(self.company, h.who),
                    "story": h.story,
                }

    def sample(self, between: tuple[int, int], count: int, random: np.random.Generator) -> Rows:
        """`count` happenings to model others on, their times moved into [between)."""
        rows = self._rows.view
        fit = np.flatnonzero((rows["at"] >= between[0]) & (rows["at"] < between[1] - 40))
        some = rows[random.choice(fit, count)] if len(fit) else rows[: min(count, len(rows))].copy()
        moved = some["at"] + random.integers(1, 40, len(some))
        some["at"] = np.clip(moved, between[0], max(between[0], between[1] - 1))
        return some

    def tell(self, row: Any, kind: int) -> bytes:
        """One happening as a TeamEvent of the type with that number."""
        h = Happening(*row.tolist())
        return self._teller.event(h, self.natives[kind], truth.iso(h.at))

    def _past(self) -> None:
        """Draws and lets happen the history, day by day; the days share out `size.events`."""
        weights = self._happenings.weights(0, self.size.days * DAY_MINUTES).sum(axis=0)
        random = self._random(0, 0)
        chance = np.sort(random.random(self.size.events)) * weights.sum()
        minutes = np.searchsorted(weights.cumsum(), chance, side="right")
        cuts = np.searchsorted(minutes, np.arange(self.size.days + 1) * DAY_MINUTES)
        for day in range(self.size.days):
            rows = self._happenings.draw(minutes[cuts[day] : cuts[day + 1]], self._random(1, day))
            self._happen(rows)

    def _advance(self, now: int) -> int:
        """Lets everything happen up to `now` (ms); answers how many events are visible then."""
        while now >= (self.born + self._hours * 3600) * 1000:
            self._ahead = np.concatenate([self._ahead, self._hour(self._hours)])
            self._hours += 1
        due = int(np.searchsorted(self._ahead["at"], now // 1000, side="right"))
        if due:
            self._happen(self._ahead[:due])
            self._ahead = self._ahead[due:]
        if len(self._waiting):
            visible = self._visible.view[self._waiting]
            ready = visible <= now
            self._order.extend(
                self._waiting[ready][np.lexsort((self._waiting[ready], visible[ready]))]
            )
            self._waiting = self._waiting[~ready]
        self._now = max(self._now, now)
        return self._until(now)

    def _hour(self, hour: int) -> Rows:
        first = self.size.days * DAY_MINUTES + hour * HOUR_MINUTES
        random = self._random(2, hour)
        rate = self._happenings.weights(first, HOUR_MINUTES).sum(axis=0)
        counts = np.maximum(1, random.poisson(rate * self.size.live_per_minute))
        return self._happenings.draw(first + np.repeat(np.arange(HOUR_MINUTES), counts), random)

    def _happen(self, rows: Rows) -> None:
        self.world.apply(rows)
        lag = 1000 + (19_000 * (rows["dice"] % 1009 / 1009) ** 2).astype(np.int64)
        at = rows["at"].astype(np.int64) * 1000
        for since, share, seconds in self._delays:
            late = (at >= since) & (rows["dice"] % 9973 < share * 9973)
            lag[at >= since] = np.minimum(lag, 20_000)[at >= since]
            lag[late] += (1000 * seconds * (rows["dice"][late] % 997 / 997)).astype(np.int64)
        numbers = self._append(rows, native.chosen(rows), at + lag)
        self._waiting = np.concatenate([self._waiting, numbers])

    def _append(self, rows: Rows, types: Any, visible: Any) -> NDArray[np.int64]:
        first = len(self._rows)
        self._rows.extend(rows)
        self._types.extend(types)
        self._visible.extend(visible)
        return np.arange(first, len(self._rows))

    def _random(self, *stream: int) -> np.random.Generator:
        return np.random.default_rng([self.size.seed, self.company.members, self.born, *stream])

    def _until(self, moment: int) -> int:
        """How many events were visible at `moment` (ms)."""
        visible = self._visible.view
        return bisect_right(self._order.view, moment, key=lambda row: int(visible[row]))

    def _find(
        self, query: Query, position: int, limit: int, until: int
    ) -> tuple[NDArray[Any], int, bool]:
        start = None if query.start is None else milliseconds(query.start)
        if start is not None:  # nothing is visible before it happens
            position = max(position, self._until(start))
        found: list[NDArray[Any]] = []
        missing, block = limit + 1, max(BLOCK, limit + 1)
        while missing > 0 and position < until:
            rows = self._order.view[position : min(until, position + block)]
            hits = np.flatnonzero(self._fits(query, start, rows))[:missing]
            found.append(np.stack([hits + position, rows[hits]]))
            missing -= len(hits)
            position += block
            block *= 2
        places, rows = np.concatenate(found, axis=1) if found else np.empty((2, 0), np.int64)
        if len(rows) > limit:
            return rows[:limit], int(places[limit - 1]) + 1, True
        return rows, until, False

    def _fits(self, query: Query, start: int | None, numbers: NDArray[Any]) -> NDArray[np.bool_]:
        rows, types = self._rows.view, self._types.view
        fits = np.ones(len(numbers), bool)
        if start is not None:
            fits &= rows["at"][numbers] >= -(-start // 1000)
        if query.end is not None:
            fits &= rows["at"][numbers] < -(-milliseconds(query.end) // 1000)
        if query.category or query.event_type:
            wanted = [
                n.category == query.category if query.category else n.tag == query.event_type
                for n in self.natives
            ]
            fits &= np.array(wanted)[types[numbers]]
        if query.account_id:
            person = {p.account_id: p.index for p in self.company.people}.get(query.account_id, -9)
            concerned = np.array([n.concerns == PERSON for n in self.natives])[types[numbers]]
            fits &= (rows["actor"][numbers] == person) | (
                concerned & (rows["other"][numbers] == person)
            )
        return fits

    def _told(self, numbers: NDArray[Any], rows: Rows, types: NDArray[Any]) -> list[bytes]:
        event, natives, raw = self._teller.event, self.natives, self._raw
        times = np.datetime_as_string(rows["at"].astype("datetime64[s]"), timezone="UTC")
        return [
            raw[number] if kind >= len(TYPES) else event(Happening(*row), natives[kind], time)
            for number, row, kind, time in zip(
                numbers.tolist(), rows.tolist(), types.tolist(), times.tolist(), strict=True
            )
        ]

    def _link(self, h: Happening) -> dict[str, str | None]:
        if not _LINKED[h.verb] or h.thing < 0:
            return {"link_id": None, "url": None}
        key = self.world.links[h.thing].key
        return {"link_id": key, "url": url(key)}
