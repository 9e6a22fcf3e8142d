"""The made-up company: its offices, people, outsiders, folders and apps. Pure, the same for a seed.

A company knows no vendor and no clock. Whatever has a date in it is told in days before the log
was born. People are numbered: first the members, then outsiders with an account at the vendor,
then strangers without one; `Company.people[n].index == n`.
"""

from dataclasses import dataclass
from typing import Final

from sandbox.cast import App, Namespace, Person, Place

CARRIER_ADDRESSES: Final = 24


@dataclass(frozen=True, slots=True)
class Size:
    """How much company and how much log: `days` of history holding exactly `events` events.

    `files` is about how many files each app begins with; None leaves it to the number of members.
    """

    seed: int = 7
    members: int = 60
    days: int = 60
    events: int = 60_000
    live_per_minute: float = 12.0
    files: int | None = None

    def __post_init__(self) -> None:
        """ValueError where no log or no tree of that size can be."""
        if self.days < 1 or self.events < 0 or self.live_per_minute <= 0:
            raise ValueError(f"a log needs days, events and a rate above zero: {self}")
        if self.files is not None and self.files < self.members:
            raise ValueError(f"everybody has at least one file: {self}")


@dataclass(frozen=True, slots=True)
class Company:
    """Everything that is there before anything happens."""

    seed: int
    name: str
    team_id: str
    members: int
    people: tuple[Person, ...]
    places: tuple[Place, ...]
    offices: tuple[int, ...]  # places
    carriers: tuple[int, ...]  # for each office the first of CARRIER_ADDRESSES places
    hotels: tuple[int, ...]
    hosting: tuple[int, ...]
    cloud: int  # where linked apps run
    namespaces: tuple[Namespace, ...]
    groups: tuple[tuple[str, str], ...]  # id and name, by department
    apps: tuple[App, ...]
    rivals: tuple[int, ...]  # places of competitors, in the networks next to the offices
    signed_in_desks: bool = True  # fewer look at links without signing in there than elsewhere?
