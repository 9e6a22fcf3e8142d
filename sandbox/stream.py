"""The happenings of the company as an app's log takes them in, and when each becomes visible.

An event becomes visible 1 to 20 seconds after it happened, some later if the log is made late. The
order of visibility is the order of the log; what is in it never moves.
"""

from bisect import bisect_right
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sandbox import stories
from sandbox.chance import Ints
from sandbox.columns import Column
from sandbox.company import Company, Size
from sandbox.happenings import HAPPENING, Happenings, Rows
from sandbox.lexicon import Lexicon
from sandbox.links import DAY
from sandbox.world import World

HOUR, DAY_MINUTES, HOUR_MINUTES = 3_600, 1_440, 60
SOONEST, USUAL = 1_000, 19_000  # milliseconds until an event is visible: at least, and up to more
_HISTORY, _DAYS, _HOURS, _STORIES = range(4)  # streams of chance


class Stream:
    """Rows in the order in which they were taken in, with their type and moment of visibility.

    `born` and `start` are seconds since 1970, all moments milliseconds. The `lexicon` is
    that of the app. Streams with different `salt` share the company's people and where they are,
    and nothing that they do.
    """

    def __init__(
        self,
        company: Company,
        size: Size,
        born: int,
        lexicon: Lexicon[Any],
        salt: tuple[int, ...] = (),
    ) -> None:
        self.company, self.size, self.born = company, size, born
        self.start = born - size.days * DAY
        self.world = World(company, self.start, size.seed + 1_000_003 * sum(salt))
        self._lexicon, self._salt = lexicon, salt
        self.now = born * 1000
        self._rows = Column(HAPPENING, size.events)
        self._types = Column(np.dtype("u2"), size.events)
        self._visible = Column(np.dtype("i8"), size.events)
        self._order = Column(np.dtype("i4"), size.events)
        self._waiting: Ints = np.empty(0, np.int64)  # happened, not yet visible
        self._happenings = Happenings(company, self.start, born)
        self._ahead: Rows = np.empty(0, HAPPENING)  # drawn, not yet happened
        self._hours = 0
        self.silent = False  # nothing happens while time goes on
        self._late = 0.0, 0.0  # share of new events, and up to how many seconds
        self._history()
        self.advance(self.now)

    @property
    def rows(self) -> Rows:
        """All happenings taken in."""
        return self._rows.view

    @property
    def types(self) -> NDArray[Any]:
        """The number of each row's type, as the lexicon or `put` gave it."""
        return self._types.view

    @property
    def visible(self) -> NDArray[Any]:
        """When each row becomes visible."""
        return self._visible.view

    @property
    def order(self) -> NDArray[Any]:
        """Numbers of rows in the order in which they became visible."""
        return self._order.view

    def advance(self, moment: int) -> int:
        """Lets everything happen up to `moment`; answers how many rows are visible then."""
        while moment >= (self.born + self._hours * HOUR) * 1000:
            self._ahead = np.concatenate([self._ahead, self._hour(self._hours)])
            self._hours += 1
        due = int(np.searchsorted(self._ahead["at"], moment // 1000, side="right"))
        if due and not self.silent:
            self._take(self._ahead[:due])
        self._ahead = self._ahead[due:]
        visible = self.visible[self._waiting]
        ready = visible <= moment
        self._order.extend(self._waiting[ready][np.argsort(visible[ready], kind="stable")])
        self._waiting = self._waiting[~ready]
        self.now = max(self.now, moment)
        return self.until(moment)

    def until(self, moment: int) -> int:
        """How many rows were visible at `moment`, which lies before now."""
        visible = self.visible
        return bisect_right(self.order, moment, key=lambda row: int(visible[row]))

    def put(self, rows: Rows, types: NDArray[Any]) -> Ints:
        """Takes in rows from elsewhere that are visible from now on; answers their numbers."""
        numbers = self._append(rows, types, np.full(len(rows), self.now))
        self._order.extend(numbers)
        return numbers

    def happen(self, row: Rows, ordered: int, delay: float | None) -> int:
        """Takes in one row, done to that thing; answers its number.

        It is visible `delay` seconds from now, or (None) when such rows usually are.
        """
        self._take(row, ordered)
        number = int(self._waiting[-1])
        if delay is not None:
            self.visible[number] = self.now + int(delay * 1000)
            self.advance(self.now)
        return number

    def delay(self, share: float, seconds: float) -> None:
        """From now on `share` of the new events becomes visible up to `seconds` late."""
        self._late = share, seconds

    def sample(self, count: int, between: tuple[int, int], random: np.random.Generator) -> Rows:
        """`count` happenings to model others on, their times moved inside [between) seconds."""
        rows, (first, last) = self.rows, between
        inside = (rows["at"] >= first) & (rows["at"] < max(first + 1, last - 40))
        fit = np.flatnonzero(inside & (self.types < len(self._lexicon.types)))
        some = rows[random.choice(fit, count)] if len(fit) else rows[:0].copy()
        some["at"] = np.clip(some["at"] + random.integers(1, 40, len(some)), first, last - 1)
        return some

    def _history(self) -> None:
        """Draws and takes in the history, day by day; the days share out `size.events`."""
        size, happenings = self.size, self._happenings
        told = stories.tell(
            self.company, self.start, self.born, size.events, self._random(_STORIES)
        )
        rates = happenings.weights(0, size.days * DAY_MINUTES).sum(axis=0)
        chance = np.sort(self._random(_HISTORY).random(size.events - len(told))) * rates.sum()
        minutes = np.searchsorted(rates.cumsum(), chance, side="right")
        days = np.arange(size.days + 1)
        cuts = np.searchsorted(minutes, days * DAY_MINUTES)
        scenes = np.searchsorted(told["at"], self.start + days * DAY)
        for day in range(size.days):
            rows = happenings.draw(minutes[cuts[day] : cuts[day + 1]], self._random(_DAYS, day))
            rows = np.concatenate([rows, told[scenes[day] : scenes[day + 1]]])
            self._take(rows[np.argsort(rows["at"], kind="stable")])

    def _hour(self, hour: int) -> Rows:
        """An hour since birth: about `live_per_minute`, and something in every minute."""
        first = self.size.days * DAY_MINUTES + hour * HOUR_MINUTES
        random = self._random(_HOURS, hour)
        rates = self._happenings.weights(first, HOUR_MINUTES).sum(axis=0)
        counts = np.maximum(1, random.poisson(rates * self.size.live_per_minute))
        return self._happenings.draw(
            first + np.repeat(np.arange(HOUR_MINUTES), counts), random, every_minute=True
        )

    def _take(self, rows: Rows, ordered: int | None = None) -> None:
        self.world.apply(rows, ordered)
        dice, at = rows["dice"], rows["at"].astype(np.int64) * 1000
        usual = SOONEST + (USUAL * (dice % 1009 / 1009) ** 2).astype(np.int64)
        share, seconds = self._late
        late = (1000 * seconds * (dice % 997 / 997)).astype(np.int64)
        visible = at + usual + np.where(dice % 9973 < share * 9973, late, 0)
        numbers = self._append(rows, self._lexicon.chosen(rows), visible)
        self._waiting = np.concatenate([self._waiting, numbers])

    def _append(self, rows: Rows, types: NDArray[Any], visible: NDArray[Any]) -> Ints:
        first = len(self._rows)
        self._rows.extend(rows)
        self._types.extend(types)
        self._visible.extend(visible)
        return np.arange(first, len(self._rows))

    def _random(self, *stream: int) -> np.random.Generator:
        key = [self.size.seed, self.company.members, self.born, *self._salt, *stream]
        return np.random.default_rng(key)


def milliseconds(moment: datetime) -> int:
    """Since 1970, rounded down; ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {moment!r}")
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000
