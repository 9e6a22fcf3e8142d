"""How the company of a seed lives and who comes to it without signing in: shares, drawn once.

No vendor and no study publishes such shares; these are guesses with a wide spread, so that no two
seeds are alike and nothing that is fitted to a few of them fits them all for free.
"""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Habits:
    """Shares between 0 and 1, unless a line says otherwise."""

    remote: float  # of the working days spent at home
    changing: float  # of the homes whose address changes
    period: int  # days after which it does
    members: float  # of the visits that members make without signing in
    own: float  # of those: a look at an own link as others see it
    back: float  # of those: a link that was opened before; the rest is links of colleagues
    shown: (
        float  # of the looks at an own link: a minute or a quarter of an hour after working on it
    )
    signs_in: float  # of the visits to a colleague's link: she signs in a little later
    crawlers: float  # of all visits: programs that preview or index links
    goes_on: float  # of all visitors' events: a further one of the same visit
    guests: float  # how many times more often than others: guests in the office,
    partners: float  # those who live with a member,
    rivals: float  # and people of competitors, who sit next door


def habits(seed: int) -> Habits:
    """The habits of a seed's company."""
    chance = random.Random(f"habits {seed}").uniform  # noqa: S311 - not a secret
    return Habits(
        remote=chance(0.15, 0.60),
        changing=chance(0.2, 0.6),
        period=int(chance(5, 30)),
        members=chance(0.22, 0.38),
        own=chance(0.25, 0.45),
        back=chance(0.10, 0.25),
        shown=chance(0.6, 0.9),
        signs_in=chance(0.45, 0.70),
        crawlers=chance(0.03, 0.10),
        goes_on=chance(0.2, 0.4),
        guests=chance(1, 3),
        partners=chance(2, 6),
        rivals=chance(1, 3),
    )
