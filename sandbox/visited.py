"""Which link a visitor opens, by the case of the visit."""

from collections.abc import Callable
from typing import Final

from sandbox.company import Company
from sandbox.links import Links
from sandbox.membership import Membership
from sandbox.shelf import Shelf
from sandbox.verbs import Chosen
from sandbox.visitors import BACK, COLLEAGUE, CRAWLER, GOES_ON, OWN, PARTNER, SIGNED_IN

TRIES: Final = 5  # links that are looked at for one that fits the visitor
LATEST: Final = 3  # links lately worked on


class Visited:
    """Remembers who was where, so that a visit may go on."""

    def __init__(
        self, company: Company, links: Links, membership: Membership, shelf: Shelf
    ) -> None:
        self.company, self.links, self.membership, self.shelf = company, links, membership, shelf
        self._last: dict[int, int] = {}  # by person, the link seen last
        self._mates = {
            p.index: [m.index for m in company.people[: company.members] if m.home == p.home]
            for p in company.people[company.members :]
        }

    def visit(self, at: int, who: int, dice: int, case: int) -> Chosen:
        """The link that is opened; a member who signs in comes to the one that she just saw."""
        number = self._last.get(who) if case >= GOES_ON else None
        if number is None:
            number = self._fresh(at, who, dice, case % GOES_ON)
            if case < SIGNED_IN:
                self._last[who] = number
        return self.links.chosen(number)

    def _fresh(self, at: int, who: int, dice: int, case: int) -> int:
        links = self.links
        if case == OWN:
            mine = [n for n in links.worked_on.get(who, [])[-LATEST:] if links.opens(n, at)]
            return mine[-1] if mine else links.any(at, dice)
        if case == COLLEAGUE:
            number = self._fitting(at, dice, lambda n: self._reaches(who, n))
            known = links.bookmarks.setdefault(who, [])
            known[:] = [*known, number][-3:]
            return number
        if case == CRAWLER and dice % 2 == 0:
            return self._newest(at, dice)
        if case == PARTNER and dice % 4 == 0:
            return self._fitting(at, dice, lambda n: links.all[n].owner in self._mates[who])
        return links.again(at, who, dice) if case != BACK else self._back(at, who, dice)

    def _back(self, at: int, who: int, dice: int) -> int:
        known = [n for n in self.links.bookmarks.get(who, []) if self.links.opens(n, at)]
        return known[dice % len(known)] if known else self.links.again(at, who, dice)

    def _newest(self, at: int, dice: int) -> int:
        newest = len(self.links.all) - 1
        return newest if self.links.opens(newest, at) else self.links.any(at, dice)

    def _fitting(self, at: int, dice: int, fits: Callable[[int], bool]) -> int:
        number = self.links.any(at, dice)
        for turn in range(TRIES):
            if fits(number):
                break
            number = self.links.any(at, dice * (turn + 3) + 7919 * turn & 0xFFFFFFFF)
        return number

    def _reaches(self, who: int, number: int) -> bool:
        link = self.links.all[number]
        return link.owner != who and self.shelf.namespace[link.file] in self.membership.reach[who]
