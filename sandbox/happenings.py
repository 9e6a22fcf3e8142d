"""When things happen, who does them and from where: drawn in whole columns, no vendor's words.

Minutes are counted from the first one of the history; day and hour are the doer's own. A draw
depends on the random stream that it is given and on nothing drawn before.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sandbox import names
from sandbox.cast import MEMBER, OUTSIDER
from sandbox.chance import Floats, Ints, mix, pick
from sandbox.company import CARRIER_ADDRESSES, Company
from sandbox.habits import habits
from sandbox.homes import Homes
from sandbox.rhythm import AT_A_DESK, AVERAGE, DAY, bustle, offset
from sandbox.verbs import ADMIN, APP, NUMBER, SYSTEM, VERBS, VISITOR, WORKING
from sandbox.verbs import MEMBER as BY_MEMBER
from sandbox.visitors import Visitors

Rows = NDArray[np.void]

ANONYMOUS, VENDOR, FIRST_APP = -1, -2, -3  # actors who are nobody in Company.people
WEB, DESKTOP, MOBILE, CONSOLE, API = range(5)
AT_OFFICE, AT_HOME, TRAVELLING, OFF = range(4)

HAPPENING: Final = np.dtype(
    [
        ("at", "u4"),  # seconds since 1970
        ("verb", "u2"),  # index into VERBS
        ("who", "i4"),  # the person who really does it; below -1 as `actor`
        ("actor", "i4"),  # the person whom a log sees, or one of the negative codes above
        ("place", "i4"),  # index into Company.places
        ("client", "u1"),
        ("session", "u4"),
        ("thing", "i4"),  # what World.apply chose: a file, link, request, document ...
        ("other", "i4"),  # a second person concerned, or -1
        ("version", "u2"),  # how often the file was renamed (low byte) and moved (high byte)
        ("note", "u2"),  # what the verb alone knows, e.g. the audience before
        ("dice", "u4"),  # chance for whoever tells the happening
        ("story", "u1"),  # 0, or the number of the story that it belongs to
        ("case", "u1"),  # of a visitor: why they come (sandbox/visitors.py)
    ]
)


class Happening(NamedTuple):
    """One row of HAPPENING, as whoever tells it wants it."""

    at: int
    verb: int
    who: int
    actor: int
    place: int
    client: int
    session: int
    thing: int
    other: int
    version: int
    note: int
    dice: int
    story: int
    case: int


class Happenings:
    """The stream of one company from `start`; `born` divides its past from what it lives through.

    Both are seconds since 1970.
    """

    def __init__(self, company: Company, start: int, born: int) -> None:
        people = company.people
        self.company, self.start, self.born = company, start, born
        self.office = np.array([p.office for p in people])
        self.desk = np.array([p.desk for p in people])
        self.home = np.array([p.home for p in people])
        self.headcount = np.bincount(self.office[: company.members], minlength=3) / company.members
        self.guest = np.array([p.guest for p in people])
        self.activity = np.array([p.activity * (p.status != "invited") for p in people])
        self.joined = np.array([born - p.joined * 86400 for p in people]) // 86400
        self.left = np.array([born - (p.left or -36500) * 86400 for p in people]) // 86400
        self.kinds = {k: np.array([p.kind == k for p in people]) for k in (MEMBER, OUTSIDER)}
        self.homes = Homes(company.seed, company.places, people)
        self.visitors = Visitors(company, self.activity, self.guest)
        self.remote = int(100 * habits(company.seed).remote)
        self.admins = np.array([p.role != "member_only" for p in people])
        weights = np.array([verb.weight for verb in VERBS])
        working = np.array([verb.doer in WORKING for verb in VERBS])
        self.work, self.rest = np.where(working, weights, 0), np.where(working, 0, weights)
        self.doers = np.array([verb.doer for verb in VERBS])

    def weights(self, first: int, minutes: int) -> Floats:
        """How much happens in each minute: a row an office, the last for whoever has no hours.

        Over an ordinary week the sum of all rows is 1 on average.
        """
        at = self.start + 60 * (first + np.arange(minutes))
        share = self.work.sum() / (self.work.sum() + self.rest.sum())
        rows = []
        for office in range(len(names.OFFICES)):
            local = at + self._offsets(office, at)
            days, which = np.unique(local // 86400, return_inverse=True)
            full = np.array([bustle(office, int(day)) for day in days])[which]
            hours = np.interp(local % 86400 / 3600, np.arange(25), np.append(DAY, DAY[0]))
            rows.append(self.headcount[office] * full * hours * share / AVERAGE)
        busy = np.sum(rows, axis=0)
        rows.append((1 - share) * (0.45 + 0.55 * busy / share))
        return np.array(rows)

    def draw(
        self, minutes: Ints, random: np.random.Generator, *, every_minute: bool = False
    ) -> Rows:
        """As many happenings as `minutes` has entries (in order, a minute may repeat).

        A few move to where they belong; with `every_minute` each minute keeps one.
        """
        n = len(minutes)
        rows = np.zeros(n, HAPPENING)
        rows["at"] = np.sort(self.start + 60 * minutes + random.integers(0, 60, n))
        rows["dice"] = random.integers(0, 2**32, n, dtype=np.uint32)
        rows["other"] = rows["thing"] = -1
        first = int(minutes[0]) if n else 0
        last = int(minutes[-1]) if n else 0
        cumulated = self.weights(first, last - first + 1).cumsum(axis=0)[:, minutes - first]
        column = (random.random(n) * cumulated[-1] > cumulated).sum(axis=0)
        idle = column == len(names.OFFICES)
        chance = random.random(n)
        rows["verb"] = np.where(idle, pick(self.rest, chance), pick(self.work, chance))
        office = np.where(idle, 0, column)
        self._who(rows, office, random)
        desks = self._where(rows, random.random(n))
        self._sign_in_first(rows, random.random(n))
        span = self.start + 60 * first, self.start + 60 * (last + 1)
        self.visitors.tie(rows, desks, span, random, every_minute=every_minute)
        return rows[np.argsort(rows["at"], kind="stable")]

    def _offsets(self, office: int, at: Ints) -> Ints:
        hours, which = np.unique(at // 3600, return_inverse=True)
        return np.array([offset(office, int(hour)) for hour in hours], np.int64)[which]

    def local(self, office: Ints, at: Ints) -> Ints:
        """`at` as the clocks of the offices show it (seconds since 1970, local)."""
        shown = at.astype(np.int64)
        for number in range(len(names.OFFICES)):
            mine = office == number
            shown[mine] += self._offsets(number, shown[mine])
        return shown

    def modes(self, day: int) -> Ints:
        """Where everybody spends the local day: AT_OFFICE, AT_HOME, TRAVELLING or OFF."""
        people = np.arange(len(self.office))
        weekday, week = (day + 3) % 7, (day + 3) // 7
        away = mix(self.company.seed, people, week) % np.uint64(100)
        remote = mix(self.company.seed, people, day, 1) % np.uint64(100) < self.remote
        modes = np.where(remote | (weekday > 4), AT_HOME, AT_OFFICE)
        modes = np.where((away < 7) & (weekday < 4), TRAVELLING, modes)
        return np.where(away > 93, OFF, modes)

    def _who(self, rows: Rows, office: Ints, random: np.random.Generator) -> None:
        doer, chance = self.doers[rows["verb"]], random.random(len(rows))
        zone = np.where(np.isin(doer, WORKING), office, 0)
        day = self.local(zone, rows["at"]) // 86400
        for today in np.unique(day):
            present = self.activity * (self.joined < today) * (self.left > today)
            present = present * np.where(self.modes(int(today)) == OFF, 0.02, 1.0)
            for number in range(len(names.OFFICES)):
                mine = (doer == BY_MEMBER) & (day == today) & (office == number)
                fit = present * self.kinds[MEMBER]
                here = fit * (self.office == number)
                rows["who"][mine] = pick(here if here.any() else fit, chance[mine])
            for kind, mine in (
                (ADMIN, (doer == ADMIN) & (day == today)),
                (OUTSIDER, (doer == _OUTSIDER_DOES) & (day == today)),
            ):
                fit = self.admins if kind == ADMIN else self.kinds[OUTSIDER]
                rows["who"][mine] = pick(present * fit, chance[mine])
        visiting, face = doer == VISITOR, random.random(len(rows))
        for hour in np.unique(rows["at"][visiting] // 3600):
            mine = visiting & (rows["at"] // 3600 == hour)
            weights = self._visiting(int(hour))
            rows["who"][mine] = self.visitors.who(weights, face[mine], chance[mine])
        self.visitors.why(rows, random)
        rows["who"][doer == APP] = FIRST_APP - (rows["dice"][doer == APP] % 2).astype(np.int64)
        rows["who"][doer == SYSTEM] = VENDOR
        rows["actor"] = np.where(doer == VISITOR, ANONYMOUS, rows["who"])

    def _visiting(self, hour: int) -> Floats:
        """How likely each person looks at something in the hour `hour` since 1970."""
        ahead = np.array([offset(office, hour) for office in range(len(names.OFFICES))])
        local = hour * 3600 + ahead
        awake = (0.03 + DAY[local % 86400 // 3600])[self.office]
        day = int(local[0]) // 86400
        there: Floats = awake * (self.joined < day) * (self.left > day)
        modes, clock = self.modes(day), (local % 86400 // 3600)[self.office]
        desk = (modes == AT_OFFICE) & (clock >= 8) & (clock < 19) & self.kinds[MEMBER]
        often = AT_A_DESK if self.company.signed_in_desks else 1.0
        return there * np.where(modes == OFF, 0.1, np.where(desk, often, 1.0))

    def _where(self, rows: Rows, chance: Floats) -> Ints:
        """Fills in where everybody is; answers where they would be without their phone."""
        company, doer = self.company, self.doers[rows["verb"]]
        who = np.maximum(rows["who"], 0)
        local = self.local(self.office[who], rows["at"])
        day, hour = local // 86400, local % 86400 // 3600
        mode = np.zeros(len(rows), np.int64)
        for today in np.unique(day):
            mode[day == today] = self.modes(int(today))[who[day == today]]
        working = (mode == AT_OFFICE) & (hour >= 8) & (hour < 19)
        moving = chance < np.where(mode == TRAVELLING, 0.3, 0.09)
        visiting = self.guest[who] & working & (chance > 0.6)
        address = mix(company.seed, who, day, hour // 3) % np.uint64(CARRIER_ADDRESSES)
        hotel = mix(company.seed, who, (day + 3) // 7, 2) % np.uint64(len(company.hotels))
        carriers, offices = np.array(company.carriers), np.array(company.offices)
        dwelling = self.homes.at(self.home[who], who, day)
        desks: Ints = np.select(
            [visiting, working, mode == TRAVELLING],
            [
                offices[self.office[who]],
                np.where(self.desk[who] == self.home[who], dwelling, self.desk[who]),
                np.array(company.hotels)[hotel.astype(np.int64)],
            ],
            dwelling,
        )
        phone = carriers[self.office[who]] + address.astype(np.int64)
        rows["place"] = np.where(moving, phone, desks)
        machine = rows["who"] < 0
        rows["place"][machine] = company.cloud
        self.visitors.settle(
            rows, rows["place"] == dwelling, self.homes.inherited(self.home[who], day)
        )
        rows["client"] = np.select(
            [machine, doer == ADMIN, moving, rows["dice"] % 100 < 35],
            [API, CONSOLE, MOBILE, WEB],
            np.where(doer == BY_MEMBER, DESKTOP, WEB),
        )
        half = np.where(rows["client"] == DESKTOP, 0, 2 * day + hour // 12)
        salt = np.where(doer == VISITOR, 9, 0)  # nobody's session shows who did not sign in
        rows["session"] = mix(company.seed + salt, who, rows["client"], half) >> np.uint64(32)
        return desks

    def _sign_in_first(self, rows: Rows, chance: Floats) -> None:
        """Turns the first thing that a member does in a session into the sign-in, now and then."""
        mine = np.flatnonzero((self.doers[rows["verb"]] == BY_MEMBER) & (rows["client"] != DESKTOP))
        _, first = np.unique(rows["session"][mine], return_index=True)
        share = 0.06 * len(rows) / max(1, len(first))
        turned = mine[first][chance[mine[first]] < share]
        rows["verb"][turned] = NUMBER["sign_in", BY_MEMBER]


_OUTSIDER_DOES: Final = 2
