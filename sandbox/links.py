"""The shared links of the company: who made them, for whom, which of them still work."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sandbox.cast import opaque
from sandbox.chance import early
from sandbox.company import Company
from sandbox.shelf import Shelf
from sandbox.verbs import Chosen

PUBLIC, PASSWORD, TEAM_ONLY = range(3)  # who may open a link
SET_AUDIENCE, SET_EXPIRY, SET_PASSWORD, SET_DOWNLOADS = range(4)
DAY: Final = 86_400
BOOKMARKS: Final = 3  # links that a visitor comes back to
LEAST: Final = 5  # links that stay open whatever happens


@dataclass(slots=True)
class Link:
    """A shared link as it is now. Times are seconds since 1970, 0: never."""

    key: str
    owner: int
    file: int
    made: int
    audience: int
    expires: int
    downloads: bool = True
    ended: int = 0


class Links:
    """Links by number. `choose` finds a file for a new one, as World does for any verb.

    They expire at the time of day at which half a day has passed since `start` or a whole number of
    days later: far from the hour in which the log was born, where what a reader saw at one moment
    is held against the truth of another.
    """

    def __init__(
        self,
        company: Company,
        shelf: Shelf,
        choose: Callable[[int, int, int, int], Chosen],
        start: int,
    ) -> None:
        self.company, self.shelf, self._choose, self._start = company, shelf, choose, start
        self.all: list[Link] = []
        self.ordered: int | None = None  # the link that the next one to be chosen must be
        self._open: list[int] = []  # those that need no account
        self._live: list[int] = []
        self.bookmarks: dict[int, list[int]] = {}
        self._stories: dict[int, int] = {}
        self.worked_on: dict[int, list[int]] = {}  # by member, what she made or changed

    def open(self, at: int, who: int, dice: int, story: int) -> Chosen:
        """Members open any link; everybody else those that need no account, often the same."""
        if story in self._stories:
            return self._of(self._stories[story])
        if 0 <= who < self.company.members:
            return self._of(self._one(self._live, dice, at))
        return self._of(self.again(at, who, dice))

    def again(self, at: int, who: int, dice: int) -> int:
        """A link that `who` comes back to, or a new one to come back to."""
        known = self.bookmarks.setdefault(who, [])
        if len(known) < BOOKMARKS:
            known.append(self.any(at, dice))
        number = known[dice % len(known)]
        if not self.opens(number, at):
            known.remove(number)
            number = self.any(at, dice)
        return number

    def any(self, at: int, dice: int) -> int:
        """A link that needs no account, more often one of the first."""
        return self._one(self._open, dice, at)

    def opens(self, number: int, at: int) -> bool:
        """Whether a link works without an account."""
        return self._works(number, at) and self.all[number].audience != TEAM_ONLY

    def chosen(self, number: int) -> Chosen:
        """What is to be told of a link."""
        return self._of(number)

    def make(self, at: int, who: int, dice: int, story: int) -> Chosen:
        """A link to a file that its maker can reach; one of a story is public and stays."""
        file = self._choose(at, who, dice * 31 & 0xFFFFFFFF, story).thing
        number, audience = len(self.all), (PUBLIC, PUBLIC, TEAM_ONLY, PASSWORD)[dice % 4]
        expires = self._after(7 + dice % 90, at) if dice % 5 == 0 else 0
        if story:
            audience, expires, self._stories[story] = PUBLIC, 0, number
        key = opaque(15, self.shelf.seed, "link", number)
        self.all.append(Link(key, who, file, at, audience, expires))
        self._live.append(number)
        if audience != TEAM_ONLY:
            self._open.append(number)
        self.worked_on.setdefault(who, []).append(number)
        return self._of(number)

    def set(self, at: int, who: int, dice: int, _story: int) -> Chosen:
        """Audience, expiry, password or downloads change.

        `note` is the setting + 4 times the audience before + 16 times the audience after.
        """
        mine = self.worked_on.get(who, [])
        number = mine[dice % len(mine)] if mine else -1
        if self.ordered is not None or number < 0 or not self._works(number, at):
            number = self._one(self._live, dice, at)
        link, setting = self.all[number], (dice >> 3) % 4
        if link.owner == who:
            self.worked_on.setdefault(who, []).append(number)
        before = link.audience
        if setting == SET_AUDIENCE:
            link.audience = PUBLIC if before == TEAM_ONLY else TEAM_ONLY
        elif setting == SET_PASSWORD:
            link.audience = PASSWORD
        elif setting == SET_EXPIRY:
            link.expires = self._after(30, at)
        else:
            link.downloads = False
        if before == TEAM_ONLY and link.audience != TEAM_ONLY:
            self._open.append(number)
        elif link.audience == TEAM_ONLY and number in self._open and len(self._open) > LEAST:
            self._open.remove(number)
        return self._of(number, setting + 4 * before + 16 * link.audience)

    def end(self, at: int, _who: int, dice: int, story: int) -> Chosen:
        """A link is removed."""
        number = self._stories[story] if story in self._stories else self._one(self._live, dice, at)
        if len(self._open) > LEAST or self.ordered is not None:
            self.all[number].ended = at
        return self._of(number)

    def _after(self, days: int, at: int) -> int:
        return self._start + (days + (at - self._start) // DAY) * DAY + DAY // 2

    def _of(self, number: int, note: int = 0) -> Chosen:
        link = self.all[number]
        return Chosen(number, link.owner, self.shelf.version(link.file), note)

    def _works(self, number: int, at: int) -> bool:
        link = self.all[number]
        return not (link.ended or 0 < link.expires <= at or self.shelf.gone[link.file])

    def _one(self, numbers: list[int], dice: int, at: int) -> int:
        """One of `numbers`, rather an old one; those that work no more are taken out."""
        if self.ordered is not None:
            return self.ordered
        n = early(dice, len(numbers))
        while len(numbers) > LEAST and not self._works(numbers[n], at):
            numbers[n] = numbers[-1]
            numbers.pop()
            n = early(dice, len(numbers))
        return numbers[n]
