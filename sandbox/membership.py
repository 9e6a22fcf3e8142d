"""Who is in which folder: those who reach it now, and who was asked to come."""

from typing import Final

from sandbox import names
from sandbox.cast import HOME, OUTSIDER, SHARED, STRANGER, TEAM, Namespace
from sandbox.company import Company
from sandbox.verbs import Chosen

COLLEAGUES_FROM, LATECOMERS = 4, 7  # members whom admin work may concern: no admins, no newcomers
SHARES: Final = {HOME: 4, TEAM: 2, SHARED: 1}  # how often somebody works in one of theirs


class Membership:
    """People by namespace and namespaces by person; its methods have the signature of World's."""

    def __init__(self, company: Company, namespaces: list[Namespace]) -> None:
        self.company, self.namespaces = company, namespaces
        self.people: list[list[int]] = []  # by namespace
        self.folders: list[list[int]] = [[] for _ in company.people]  # without the own home
        self.reach: list[list[int]] = [[] for _ in company.people]  # with it, each by its share
        self.invited: dict[int, list[str]] = {}  # addresses by namespace
        self.ordered: int | None = None  # the namespace that the next one to be chosen must be
        self._outsiders = [p.index for p in company.people if p.kind == OUTSIDER]
        self._strangers = [p for p in company.people if p.kind == STRANGER]
        for namespace in namespaces:
            self.open(namespace)

    def open(self, namespace: Namespace) -> None:
        """Let its people into a namespace, the next by number."""
        self.people.append(list(namespace.people))
        for person in namespace.people:
            self._enter(person, namespace)

    def home(self, who: int) -> int:
        """Where somebody's own new things go; apps and outsiders use the company's folder."""
        if 0 <= who < self.company.members:
            return who
        return self.company.members + len(names.DEPARTMENTS)

    def folder(self, _at: int, who: int, dice: int, _story: int) -> Chosen:
        """A folder of somebody's, and somebody in it."""
        folders = self.folders[who]
        number = folders[(dice >> 5) % len(folders)] if folders else self.home(-1)
        number = number if self.ordered is None else self.ordered
        people = self.people[number]
        return Chosen(number, people[(dice >> 9) % len(people)])

    def add(self, at: int, who: int, dice: int, story: int) -> Chosen:
        """A colleague or an outsider comes in."""
        number = self.folder(at, who, dice, story).thing
        person = self._someone(dice) if dice % 4 else self._outsiders[dice % len(self._outsiders)]
        if person not in self.people[number]:
            self.people[number].append(person)
            self._enter(person, self.namespaces[number])
        return Chosen(number, person)

    def remove(self, at: int, who: int, dice: int, story: int) -> Chosen:
        """Somebody but the owner goes, unless only two are left."""
        chosen = self.folder(at, who, dice, story)
        number, person = chosen.thing, chosen.other
        if person != self.namespaces[number].owner and len(self.people[number]) > 2:
            self.people[number].remove(person)
            self.folders[person].remove(number)
            self.reach[person] = [n for n in self.reach[person] if n != number]
        return chosen

    def invite(self, at: int, who: int, dice: int, story: int) -> Chosen:
        """`other` is a stranger who is asked to open an account."""
        number = self.folder(at, who, dice, story).thing
        stranger = self._strangers[dice % len(self._strangers)]
        invited = self.invited.setdefault(number, [])
        if stranger.email not in invited:
            invited.append(stranger.email)
        return Chosen(number, stranger.index)

    def colleague(self, _at: int, _who: int, dice: int, _story: int) -> Chosen:
        """A member whom an administrator deals with."""
        return Chosen(other=self._someone(dice))

    def group(self, _at: int, _who: int, dice: int, _story: int) -> Chosen:
        """A group, and a member who joins or leaves it."""
        return Chosen(dice % len(self.company.groups), self._someone(dice))

    def _enter(self, person: int, namespace: Namespace) -> None:
        self.reach[person] += [namespace.index] * SHARES[namespace.kind]
        if namespace.kind != HOME:
            self.folders[person].append(namespace.index)

    def _someone(self, dice: int) -> int:
        members = self.company.members - LATECOMERS
        return COLLEAGUES_FROM + (dice >> 6) % max(1, members - COLLEAGUES_FROM)
