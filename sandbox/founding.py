"""How the made-up company comes about: one kind of thing after the other, drawn by one seed."""

import random
from dataclasses import replace
from typing import Final

from sandbox import names
from sandbox.cast import (
    HOME,
    MEMBER,
    OUTSIDER,
    SHARED,
    STRANGER,
    TEAM,
    App,
    Namespace,
    Person,
    Place,
    opaque,
)
from sandbox.company import CARRIER_ADDRESSES, Company, Size
from sandbox.growth import grown
from sandbox.homes import with_devices
from sandbox.names import City

LEAST_MEMBERS: Final = 8
FILES_AT_FIRST: Final = {HOME: 24, TEAM: 120, SHARED: 40}


def founded(size: Size) -> Company:
    """The company of a seed, with so many members and files.

    ValueError below 8 members.
    """
    if size.members < LEAST_MEMBERS:
        raise ValueError(f"the company needs at least {LEAST_MEMBERS} members, not {size.members}")
    return _Founding(size.seed, size.members, size.files).company()


class _Founding:
    """Draws the company, one kind of thing after the other, from one random stream."""

    def __init__(self, seed: int, members: int, files: int | None = None) -> None:
        self.seed, self.members, self.files = seed, members, files
        self.random = random.Random(f"company {seed} {members}")  # noqa: S311 - not a secret
        self.places: list[Place] = []
        self.people: list[Person] = []
        self.emails: set[str] = set()
        self.desks: dict[str, int] = {}  # firm -> place

    def company(self) -> Company:
        offices = tuple(
            self.place("office", f"203.0.113.{10 + i * 40}", c) for i, c in enumerate(names.OFFICES)
        )
        carriers = tuple(self.carrier(n, city) for n, city in enumerate(names.OFFICES))
        hotels = tuple(
            self.place("hotel", f"192.0.2.{10 + n}", names.TRAVEL[n % len(names.TRAVEL)])
            for n in range(24)
        )
        hosting = tuple(
            self.place("hosting", f"198.51.100.{20 + n}", names.HOSTING[n % len(names.HOSTING)])
            for n in range(12)
        )
        cloud = self.place("cloud", "198.51.100.240", names.HOSTING[2])
        self.hire(offices)
        self.meet(names.CLIENTS + names.CONTRACTORS, max(6, self.members // 3), OUTSIDER)
        self.meet(
            names.CLIENTS + names.COMPETITORS + ("",) * 8, max(40, self.members * 2), STRANGER
        )
        self.pair()
        return Company(
            seed=self.seed,
            name=names.COMPANY,
            team_id="dbtid:" + self.id(34, "team"),
            members=self.members,
            people=tuple(self.people),
            places=tuple(with_devices(self.places)),
            offices=offices,
            carriers=carriers,
            hotels=hotels,
            hosting=hosting,
            cloud=cloud,
            namespaces=self.namespaces(),
            groups=tuple(("g:" + self.id(32, "group", name), name) for name in names.DEPARTMENTS),
            apps=tuple(App(n, self.id(15, "app", name), name) for n, name in enumerate(names.APPS)),
            rivals=tuple(self.desks[firm] for firm in names.COMPETITORS if firm in self.desks),
        )

    def id(self, length: int, *parts: object) -> str:
        return opaque(length, self.seed, *parts)

    def place(self, kind: str, ip: str, city: City) -> int:
        self.places.append(Place(kind, ip, city))
        return len(self.places) - 1

    def carrier(self, office: int, city: City) -> int:
        """The addresses behind which a mobile carrier hides its customers; answers the first."""
        first = len(self.places)
        for n in range(CARRIER_ADDRESSES):
            self.place("carrier", f"100.{64 + office}.17.{10 + n}", city)
        return first

    def home(self, city: City) -> int:
        """A dwelling; one of four has an IPv6 address."""
        n = len(self.places)
        if self.random.random() < 0.25:
            return self.place("home", f"2001:db8:{n:x}:{n * 7919 % 65536:x}::{n % 251 + 1:x}", city)
        return self.place("home", f"198.18.{n // 250 % 256}.{n % 250 + 1}", city)

    def named(self, domain: str) -> tuple[str, str, str]:
        """Given name, surname and an e-mail address nobody else has."""
        given, surname = self.random.choice(names.GIVEN), self.random.choice(names.SURNAMES)
        plain = f"{given}.{surname}".lower().translate(_PLAIN)
        email, n = f"{plain}@{domain}", 1
        while email in self.emails:
            n += 1
            email = f"{plain}{n}@{domain}"
        self.emails.add(email)
        return given, surname, email

    def hire(self, offices: tuple[int, ...]) -> None:
        """The members. The first authorizes; the last few have come lately, left or never came."""
        last = self.members - 1
        roles = {0: "team_admin", 1: "team_admin", 2: "user_management_admin", 3: "support_admin"}
        fates: dict[int, tuple[str, float, float | None]] = {
            last: ("removed", 700.0, 7.4),
            last - 1: ("suspended", 400.0, 20.3),
            last - 2: ("invited", 3.0, None),
            last - 3: ("active", 12.2, None),
        }
        if self.members >= 20:
            fates[last - 4] = ("removed", 650.0, 33.6)
            fates[last - 5] = ("active", 26.1, None)
            fates[last - 6] = ("invited", 9.0, None)
        for n in range(self.members):
            office = 0 if n < 4 else self.random.choices((0, 1, 2), (5, 3, 2))[0]
            couple = n > 4 and self.people[-1].office == office and self.random.random() < 0.08
            given, surname, email = self.named(names.DOMAIN)
            status, joined, left = fates.get(n, ("active", 60 + 900 * self.random.random(), None))
            self.people.append(
                Person(
                    n, MEMBER, given, surname, email,
                    "dbid:" + self.id(35, "account", n),
                    "dbmid:" + self.id(34, "member", n),
                    office,
                    offices[office],
                    self.people[-1].home if couple else self.home(names.OFFICES[office]),
                    n % len(names.DEPARTMENTS),
                    roles.get(n, "member_only"),
                    status,
                    min(3.0, self.random.lognormvariate(0.0, 0.7)),
                    joined,
                    left,
                )
            )  # fmt: skip

    def meet(self, firms: tuple[str, ...], count: int, kind: str) -> None:
        """People of other firms (one address each firm) and private people (firm "")."""
        for _ in range(count):
            n = len(self.people)
            firm, office = self.random.choice(firms), self.random.choice((0, 0, 1, 2))
            word = (
                firm.split()[0].lower() if firm else self.random.choice(("post", "mail", "inbox"))
            )
            given, surname, email = self.named(f"{word}.example")
            home = self.home(names.OFFICES[office])
            if firm and firm not in self.desks:
                rival = firm in names.COMPETITORS
                near = f"203.0.113.{11 + office * 40 + len(self.desks)}"
                ip = near if rival else f"198.19.{len(self.desks)}.7"
                self.desks[firm] = self.place("firm", ip, names.OFFICES[office])
            account = kind == OUTSIDER
            self.people.append(
                Person(
                    n, kind, given, surname, email,
                    "dbid:" + self.id(35, "account", n) if account else None,
                    None,
                    office,
                    self.desks.get(firm, home),
                    home,
                    activity=self.random.lognormvariate(0.0, 0.9),
                    guest=firm in names.CLIENTS + names.CONTRACTORS
                    and self.random.random() < 0.3,
                )
            )  # fmt: skip

    def pair(self) -> None:
        """One of fifteen members lives with somebody of another firm."""
        chance = random.Random(f"pairs {self.seed} {self.members}")  # noqa: S311 - not a secret
        others = [p for p in self.people if p.kind != MEMBER and p.desk != p.home]
        for other in chance.sample(others, min(len(others), max(1, self.members // 15))):
            near = [p for p in self.people[: self.members] if p.office == other.office]
            home = chance.choice(near or self.people[: self.members]).home
            self.people[other.index] = replace(other, home=home)

    def namespaces(self) -> tuple[Namespace, ...]:
        """Homes in the order of members, then team folders, then shared folders."""
        made: list[Namespace] = []

        def add(kind: str, name: str, owner: int, people: tuple[int, ...]) -> None:
            folders = ("", *sorted(self.random.sample(names.FOLDERS[1:], 5)))
            number = str(2_400_000_000 + len(made) * 1_013 + self.random.randrange(1_000))
            made.append(
                Namespace(
                    len(made), number, kind, name, owner, people, folders, FILES_AT_FIRST[kind]
                )
            )

        members = range(self.members)
        for n in members:
            add(HOME, self.people[n].name, n, (n,))
        for department, name in enumerate(names.DEPARTMENTS):
            add(
                TEAM,
                name,
                -1,
                tuple(n for n in members if n % len(names.DEPARTMENTS) == department or n < 2),
            )
        add(TEAM, "Company", -1, tuple(members))
        for n in range(max(4, self.members // 4)):
            add(SHARED, *self.project(n))
        return tuple(made if self.files is None else grown(made, self.files))

    def project(self, n: int) -> tuple[str, int, tuple[int, ...]]:
        """Name, owner and people of a shared folder; every second one has outsiders in it."""
        name = f"{names.PROJECTS[n % 16]} {self.random.choice(names.PURPOSES)}"
        present = [p.index for p in self.people[: self.members] if p.status == "active"]
        people = self.random.sample(present, min(len(present), self.random.randint(3, 9)))
        outsiders = [p.index for p in self.people if p.kind == OUTSIDER]
        if n % 2:  # so that every outsider is in one
            people += outsiders[n // 2 :: max(4, self.members // 4) // 2]
        return name, people[0], tuple(people)


_PLAIN: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "é": "e", "ë": "e", "í": "i", "á": "a", "'": ""}
)
