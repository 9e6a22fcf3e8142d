"""Who comes without signing in, why, and what they do signed in around it.

The reason is the *case* of a visit; only the truth tells it. What somebody does signed in around a
visit takes the place of something else that would have happened, so counts stay as they are.

With `Company.signed_in_desks` a computer in the office is signed in as a rule. So there members
come less often without it, mostly to see an own link as others see it, and whoever has to sign in
again does; on a phone or at home fewer do. Otherwise the place makes no difference. Dropbox keeps a
browser signed in for a month unless an administrator chose less (learn.dropbox.com, "What is web
session control?"); nobody publishes how many links are opened without it, or where.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sandbox.cast import MEMBER, STRANGER
from sandbox.chance import Floats, Ints, pick
from sandbox.company import Company
from sandbox.habits import habits
from sandbox.verbs import LINK, NUMBER, VERBS, VISITOR
from sandbox.verbs import MEMBER as BY_MEMBER

# What a visit is told as in the truth. Those of outsiders say where they came from.
CASES: Final = (
    None, "own link", "colleague's link", "comes back", "other", "client", "guest", "partner",
    "carrier", "hotel", "competitor", "former address of a member", "crawler",
)  # fmt: skip
(
    _, OWN, COLLEAGUE, BACK, OTHER, CLIENT, GUEST, PARTNER, CARRIER, HOTEL, RIVAL, HEIR, CRAWLER,
) = range(13)  # fmt: skip
GOES_ON: Final = 32  # added to the case of a further event of the same visit
SIGNED_IN: Final = 64  # not a visit: a member comes signed in to the link that she visited
_BY_PLACE: Final = {"office": GUEST, "carrier": CARRIER, "hotel": HOTEL}


def case_of(number: int) -> str | None:
    """What the truth calls a happening's case."""
    return None if number >= SIGNED_IN else CASES[number % GOES_ON]


class Visitors:
    """Chooses who visits, and ties visits to what else happens in a draw."""

    def __init__(self, company: Company, activity: Floats, guest: NDArray[Any]) -> None:
        people, self.habits = company.people, habits(company.seed)
        self.signed_in_desks = company.signed_in_desks
        homes = {p.home for p in people if p.kind == MEMBER}
        self.members = np.array([p.kind == MEMBER for p in people])
        self.partner = np.array([p.kind != MEMBER and p.home in homes for p in people])
        self.rival = np.array([p.desk in company.rivals for p in people])
        some = self.habits
        self.weight = (
            activity
            * np.where(guest, some.guests, 1.0)
            * np.where(self.partner, some.partners, 1.0)
            * np.where(self.rival, some.rivals, 1.0)
        )
        self.bots = np.flatnonzero([p.kind == STRANGER for p in people])[:3]
        self.hosting = np.array(company.hosting)
        self.kinds = np.array([_BY_PLACE.get(place.kind, 0) for place in company.places])
        self.doers = np.array([verb.doer for verb in VERBS])
        self.linked = np.array([verb.thing == LINK for verb in VERBS])

    def who(self, present: Floats, face: Floats, chance: Floats) -> Ints:
        """A visitor for each pair of chances; `present` says how likely each person acts then."""
        weights = present * self.weight
        ours = face < self.habits.members
        found = pick(weights * ~self.members, chance)
        found[ours] = pick(weights * self.members, chance[ours])
        return found

    def why(self, rows: NDArray[Any], random: np.random.Generator) -> None:
        """The cases of visits that do not follow from where the visitor is."""
        mine = np.flatnonzero(self.doers[rows["verb"]] == VISITOR)
        turn, some = random.random(len(mine)), self.habits
        linked, ours = self.linked[rows["verb"][mine]], self.members[rows["who"][mine]]
        case = np.select(
            [ours & ~linked, ours & (turn < some.own), ours & (turn < some.own + some.back), ours],
            [OTHER, OWN, BACK, COLLEAGUE],
            np.where(linked & (turn < some.crawlers), CRAWLER, CLIENT),
        )
        rows["case"][mine] = case
        bots = mine[case == CRAWLER]
        rows["who"][bots] = self.bots[rows["dice"][bots] % len(self.bots)]

    def settle(self, rows: NDArray[Any], home: NDArray[np.bool_], heir: NDArray[np.bool_]) -> None:
        """The places of programs, and the cases of outsiders by where they are.

        `home`: the row is at its doer's home; `heir`: whose address was a member's before.
        """
        who, case = np.maximum(rows["who"], 0), rows["case"]
        desk = (
            self.members[who] & (self.kinds[rows["place"]] == GUEST) & (case != OTHER) & (case > 0)
        )
        if self.signed_in_desks:
            turn = rows["dice"][desk] // 128 % 100
            rows["case"][desk] = np.select([turn < 55, turn < 62], [OWN, BACK], COLLEAGUE)
        case = rows["case"]
        bots = case == CRAWLER
        rows["place"][bots] = self.hosting[rows["dice"][bots] // 7 % len(self.hosting)]
        there = self.kinds[rows["place"]]
        found = np.select(
            [there > 0, home & self.partner[who], home & heir, self.rival[who] & ~home],
            [there, PARTNER, HEIR, RIVAL],
            CLIENT,
        )
        rows["case"] = np.where(case == CLIENT, found, case)

    def tie(
        self,
        rows: NDArray[Any],
        desks: Ints,
        span: tuple[int, int],
        random: np.random.Generator,
        *,
        every_minute: bool,
    ) -> None:
        """What belongs together happens together; `desks` is where people are but for a phone.

        Nothing leaves the `span` of `rows`, [first, end) in whole minutes from `first`. With
        `every_minute`, none of those in which something happens becomes empty.
        """
        if not len(rows):
            return
        first, end = span
        minute = (rows["at"] - first) // 60
        spare = np.append(False, minute[1:] == minute[:-1]) | (not every_minute)
        doer = self.doers[rows["verb"]]
        self._go_on(rows, spare & (doer == VISITOR) & (rows["case"] > 0), end, random)
        self._preview(rows, spare, end)
        self._accompany(rows, spare & (doer == BY_MEMBER), desks, span, random)

    def _go_on(
        self, rows: NDArray[Any], spare: NDArray[np.bool_], end: int, random: np.random.Generator
    ) -> None:
        """Some events are further ones of the visit before."""
        visits = np.flatnonzero((rows["case"] > 0) & self.linked[rows["verb"]])
        later = np.flatnonzero(random.random(len(visits)) < self.habits.goes_on)
        later = later[(later > 0) & spare[visits[later]]]
        later = later[~np.isin(later - 1, later)]
        mine, before = visits[later], visits[later - 1]
        at = rows["at"][before] + random.integers(8, 400, len(mine))
        mine, before, at = (some[at < end] for some in (mine, before, at))
        for column in ("who", "place", "client", "session"):
            rows[column][mine] = rows[column][before]
        rows["at"][mine], rows["case"][mine] = at, rows["case"][before] + GOES_ON

    def _preview(self, rows: NDArray[Any], spare: NDArray[np.bool_], end: int) -> None:
        """Half of the programs come seconds after a link was made, as chats fetch a preview."""
        made = np.flatnonzero(rows["verb"] == NUMBER["link_create", BY_MEMBER])
        bots = np.flatnonzero((rows["case"] == CRAWLER) & spare & (rows["dice"] % 2 == 0))
        if len(made):
            near = made[np.searchsorted(made, bots) % len(made)]
            at = rows["at"][near] + 1 + rows["dice"][bots] % 25
            rows["at"][bots[at < end]] = at[at < end]

    def _accompany(
        self,
        rows: NDArray[Any],
        spare: NDArray[np.bool_],
        desks: Ints,
        span: tuple[int, int],
        random: np.random.Generator,
    ) -> None:
        """Who looks at an own link has just made it; who opens another's may then sign in."""
        case, some = rows["case"], self.habits
        chance, turn = random.random(len(rows)), random.random(len(rows))
        own = (case == OWN) & (chance < some.shown)
        desk = self.kinds[rows["place"]] == GUEST
        often: float | Floats = some.signs_in
        if self.signed_in_desks:
            often = np.where(desk, 0.5 + some.signs_in / 2, some.signs_in - 0.15)
        signed = (case == COLLEAGUE) & (chance < often)
        visits = np.flatnonzero(own | signed)
        others = np.flatnonzero(spare)
        others = random.permutation(others)[: len(visits)]
        visits = np.sort(random.permutation(visits)[: len(others)])
        own = own[visits]
        apart = np.where(own, -1, 1) * (15 + 900 * random.random(len(visits)) ** 2).astype(int)
        visit, part = rows["at"][visits].astype(np.int64), random.random(len(visits))
        at = visit + apart
        at = np.where(at < span[0], span[0] + (part * (visit - span[0])).astype(int), at)
        at = np.where(at >= span[1], visit + (part * (span[1] - visit)).astype(int), at)
        rows["at"][others], rows["who"][others] = at, rows["who"][visits]
        rows["actor"][others] = rows["who"][visits]
        rows["place"][others] = np.where(own, desks[visits], rows["place"][visits])
        rows["client"][others] = 0
        rows["session"][others] = rows["session"][visits] ^ 0x5A5A5A5A
        verbs = np.select(
            [own & (turn[visits] < 0.7), own, turn[visits] < 0.65],
            [NUMBER[v, BY_MEMBER] for v in ("link_create", "link_set", "link_open")],
            NUMBER["sign_in", BY_MEMBER],
        )
        rows["verb"][others] = verbs
        rows["case"][others] = np.where(self.linked[verbs], SIGNED_IN, 0)
