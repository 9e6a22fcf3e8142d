"""A handful of things that go wrong, and the coming and going of members, told with times.

A story is a number in `Happening.story`; NAMES says what it is called. Stories shrink with the log
and a log of less than a thousand events has none.
"""

from typing import Final

import numpy as np

from sandbox.cast import MEMBER, STRANGER, Person
from sandbox.company import Company
from sandbox.happenings import ANONYMOUS, CONSOLE, HAPPENING, VENDOR, WEB, Rows
from sandbox.links import DAY
from sandbox.verbs import ADMIN, NUMBER, SYSTEM, VISITOR
from sandbox.verbs import MEMBER as BY_MEMBER

NAMES: Final = (None, "leaver", "leaked link", "spraying", "night admin", "staff")
LEAVER, LEAK, SPRAY, NIGHT, STAFF = range(1, 6)
WHOLE: Final = 40_000  # events of a log from which on the stories are told in full
FEW: Final = 1_000
MINUTE, HOUR = 60, 3_600
INVITED, SUSPENDED, REMOVED = range(3)  # notes of member_status
DOWNGRADED, PROMOTED = range(2)  # notes of admin_role
MASS_DOWNLOAD: Final = 0  # dice of the first alert
LINK_POLICY: Final = 0  # dice of the first policy


def tell(company: Company, start: int, born: int, events: int, random: np.random.Generator) -> Rows:
    """What the stories make happen in [start, born), in the order of time."""
    if events < FEW:
        return np.empty(0, HAPPENING)
    teller = _Stories(company, born, min(1.0, events / WHOLE), random)
    teller.staff()
    teller.leaver()
    teller.leak()
    teller.spray()
    teller.night()
    rows = np.array(teller.rows, HAPPENING)
    rows = rows[(rows["at"] >= start) & (rows["at"] < born)]
    return rows[np.argsort(rows["at"], kind="stable")]


class _Stories:
    """Collects rows; `share` says how much of the crowd scenes is told."""

    def __init__(
        self, company: Company, born: int, share: float, random: np.random.Generator
    ) -> None:
        self.company, self.born, self.share, self.random = company, born, share, random
        self.rows: list[tuple[int, ...]] = []
        self.staffers = [p for p in company.people if p.kind == MEMBER]
        self.strangers = [p for p in company.people if p.kind == STRANGER]

    def staff(self) -> None:
        """Members come and go, by the hand of the user management admin."""
        admin = self.staffers[2]
        for person in self.staffers:
            if person.joined < 100:
                at = self.before(person.joined)
                invited = at if person.status == "invited" else at - 2 * DAY
                self.row(STAFF, invited, "member_status", admin, other=person, note=INVITED)
                if person.status != "invited":
                    self.row(STAFF, at, "member_join", person)
            if person.left is not None:
                note = REMOVED if person.status == "removed" else SUSPENDED
                at = self.before(person.left)
                self.row(STAFF, at, "member_status", admin, other=person, note=note)

    def leaver(self) -> None:
        """The evening before the last day somebody takes along what is in reach."""
        person = self.staffers[-1]
        evening = self.evening(self.before((person.left or 0) + 1))
        self.row(LEAVER, evening, "sign_in", person)
        for at in self.spread(160, evening + 3 * MINUTE, 70 * MINUTE):
            self.row(LEAVER, at, "download", person)
        for at in self.spread(12, evening + 75 * MINUTE, 10 * MINUTE):
            self.row(LEAVER, at, "delete", person)
        self.row(LEAVER, evening + 80 * MINUTE, "alert", VENDOR, dice=MASS_DOWNLOAD)

    def leak(self) -> None:
        """A public link gets about: strangers everywhere open it until it is removed."""
        owner = self.staffers[5]
        made = self.before(20.6)
        self.row(LEAK, made, "link_create", owner)
        for verb, crowd in (("link_open", 150), ("link_download", 40)):
            for at in self.spread(crowd, made + 9 * HOUR, 40 * HOUR):
                visitor = self.strangers[int(self.random.integers(len(self.strangers)))]
                self.row(LEAK, at, verb, visitor, seen=ANONYMOUS)
        self.row(LEAK, made + 50 * HOUR, "link_disable", owner)

    def spray(self) -> None:
        """At night one password after the other is tried on everybody, and one fits."""
        attacker, night = self.strangers[-1], self.evening(self.before(14.0)) + 6 * HOUR
        for turn in range(3):
            begin = night + turn * 40 * MINUTE
            some = self.staffers[: max(4, int(len(self.staffers) * self.share))]
            for n, at in enumerate(sorted(self.spread(len(some), begin, 25 * MINUTE))[: len(some)]):
                self.row(
                    SPRAY, at, "sign_in_fail", attacker, seen=some[n].index, place=turn * 3 + n
                )
        fallen, late = self.staffers[7 % len(self.staffers)], night + 2 * HOUR
        self.row(SPRAY, late, "sign_in", attacker, seen=fallen.index, place=1)
        for at in self.spread(20, late + MINUTE, 15 * MINUTE):
            self.row(SPRAY, at, "download", attacker, seen=fallen.index, place=1)
        self.row(SPRAY, late + 20 * MINUTE, "lock_account", VENDOR, other=fallen)
        self.row(SPRAY, late + 4 * HOUR, "password_reset", fallen)

    def night(self) -> None:
        """An admin makes a colleague admin at night and opens the links; it is undone at nine."""
        first, second, friend = self.staffers[0], self.staffers[1], self.staffers[3]
        at = self.evening(self.before(11.0)) + 5 * HOUR + 17 * MINUTE
        self.row(NIGHT, at, "admin_role", second, other=friend, note=PROMOTED)
        self.row(NIGHT, at + 3 * MINUTE, "change_policy", second, dice=LINK_POLICY)
        self.row(NIGHT, at + 9 * MINUTE, "team_app", second)
        for n, when in enumerate(self.spread(8, at + 12 * MINUTE, 30 * MINUTE)):
            self.row(NIGHT, when, "look_into", second, other=self.staffers[4 + n % 4])
        self.row(NIGHT, at + 6 * HOUR, "admin_role", first, other=friend, note=DOWNGRADED)

    def before(self, days: float) -> int:
        """The moment that many days before the log was born."""
        return self.born - int(days * DAY)

    def evening(self, at: int) -> int:
        """About half past nine in the evening (UTC) of that day."""
        return at - at % DAY + 21 * HOUR + 1_800

    def spread(self, count: int, begin: int, seconds: int) -> list[int]:
        """As many moments as the log's size allows, at least three."""
        told = max(3, int(count * self.share))
        moments: list[int] = (begin + self.random.integers(0, seconds, told)).tolist()
        return moments

    def row(
        self,
        story: int,
        at: int,
        verb: str,
        who: Person | int,
        *,
        seen: int | None = None,
        other: Person | None = None,
        place: int | None = None,
        note: int = 0,
        dice: int | None = None,
    ) -> None:
        """One happening; `seen` is whom a log sees, `place` a number of a hosting address."""
        doer = next(d for d in (VISITOR, BY_MEMBER, ADMIN, SYSTEM) if self.does(d, verb, seen))
        person = who if isinstance(who, int) else who.index
        where = self.company.cloud if isinstance(who, int) else who.home
        if place is not None:
            where = self.company.hosting[place % len(self.company.hosting)]
        session = (at // DAY * 100_003 + person * 977 + where) & 0xFFFFFFFF
        chance = int(self.random.integers(0, 2**20)) if dice is None else dice
        self.rows.append(
            (
                at, NUMBER[verb, doer], person, person if seen is None else seen, where,
                CONSOLE if doer == ADMIN else WEB, session, -1,
                -1 if other is None else other.index, 0, note, chance, story, 0,
            )
        )  # fmt: skip

    def does(self, doer: int, verb: str, seen: int | None) -> bool:
        """Whether the verb is done by such a doer; only visitors are seen as nobody."""
        return (verb, doer) in NUMBER and (doer == VISITOR) == (seen == ANONYMOUS)
