"""What is there at a moment: files, links, requests, documents, and who is in which folder.

Happenings arrive in the order of time. For each, the world chooses the thing that it is done to
(among those that exist and that its doer can reach) and becomes what it is afterwards.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from sandbox import names
from sandbox.company import HOME, OUTSIDER, SHARED, TEAM, Company, Namespace, opaque
from sandbox.happenings import Rows
from sandbox.shelf import Shelf
from sandbox.verbs import VERBS, VISITOR

PUBLIC, PASSWORD, TEAM_ONLY = range(3)  # who may open a link
SET_AUDIENCE, SET_EXPIRY, SET_PASSWORD, SET_DOWNLOADS = range(4)
FILES_AT_FIRST: Final = {HOME: 24, TEAM: 120, SHARED: 40}
DAY: Final = 86_400
Chosen: TypeAlias = tuple[int, int, int, int]  # thing, other, version, note


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


@dataclass(slots=True)
class Request:
    """A file request: its owner asks others to put files into `namespace`."""

    key: str
    owner: int
    namespace: int
    made: int
    title: str
    ended: int = 0


@dataclass(slots=True)
class Doc:
    """A text document kept outside the file tree."""

    key: str
    owner: int
    title: str


class World:
    """The company's things from `start` (seconds since 1970) on."""

    def __init__(self, company: Company, start: int) -> None:
        self.company, self.seed = company, company.seed
        self.shelf = Shelf(company.seed)
        self.namespaces: list[Namespace] = list(company.namespaces)
        self.people = [list(n.people) for n in company.namespaces]
        self.alive: list[list[int]] = [[] for _ in company.namespaces]
        self.bin: list[int] = []
        self.reach: list[list[int]] = [[] for _ in company.people]
        self.folders: list[list[int]] = [[] for _ in company.people]  # without the own home
        self.links: list[Link] = []
        self.open: list[int] = []  # live links that need no account
        self.live: list[int] = []  # all live links
        self.bookmarks: dict[int, list[int]] = {}
        self.requests: list[Request] = []
        self.docs: list[Doc] = []
        self.published: list[int] = []
        self.sent: list[int] = []
        self.told: dict[int, int] = {}  # story -> its link
        self.invited: dict[int, list[str]] = {}  # namespace -> addresses
        self.outsiders = [p.index for p in company.people if p.kind == OUTSIDER]
        self._furnish(start)
        self._do: tuple[Callable[[int, int, int, int], Chosen], ...] = (
            self._nothing, self._file, self._new_file, self._edit_file, self._drop_file,
            self._back_file, self._rename_file, self._move_file, self._link, self._own_link,
            self._new_link, self._drop_link, self._request, self._new_request, self._drop_request,
            self._folder, self._new_folder, self._add_person, self._remove_person, self._doc,
            self._new_doc, self._publish_doc, self._seen_doc, self._send_file, self._sent_file,
            self._colleague, self._group, self._linked_app,
        )  # fmt: skip
        self._things = [self._do[verb.thing] for verb in VERBS]
        self._visiting = [verb.doer == VISITOR for verb in VERBS]

    def apply(self, rows: Rows) -> None:
        """Lets `rows` (in the order of time) happen; fills thing, other, version and note."""
        columns = ("at", "verb", "who", "dice", "other", "story")
        chosen = []
        for at, verb, who, dice, other, story in zip(
            *(rows[column].tolist() for column in columns), strict=True
        ):
            thing, second, version, note = self._things[verb](at, who, dice, story)
            chosen.append((thing, second if other < 0 else other, version, note))
        for n, column in enumerate(("thing", "other", "version", "note")):
            rows[column] = [choice[n] for choice in chosen]

    def _furnish(self, start: int) -> None:
        for namespace in self.namespaces:
            for person in namespace.people:
                self._enter(person, namespace)
            for n in range(FILES_AT_FIRST[namespace.kind]):
                maker = namespace.people[n % len(namespace.people)]
                age = (n * 7_919 + namespace.index * 104_729) % (700 * DAY)
                self.alive[namespace.index].append(
                    self.shelf.put(namespace.index, maker, start - DAY - age)
                )
        members = [p for p in self.company.people[: self.company.members] if p.joined > 100]
        for person in members:
            n = person.index
            for dice in (n * 2_654_435_761 + 5, n * 40_503 + 11):
                self._new_link(start - DAY * (1 + dice % 300), n, dice, 0)
            self._new_doc(start, n, n * 31, 0)
            if n % 6 == 0:
                self._new_request(start - DAY, n, n * 17, 0)
        self.published.extend(range(0, len(self.docs), 9))
        self.sent.extend(self.alive[0][:3])

    def _enter(self, person: int, namespace: Namespace) -> None:
        self.reach[person].extend([namespace.index] * (4 if namespace.kind == HOME else 1))
        if namespace.kind == TEAM:
            self.reach[person].append(namespace.index)
        if namespace.kind != HOME:
            self.folders[person].append(namespace.index)

    def _key(self, kind: str, number: int, length: int) -> str:
        return opaque(length, self.seed, kind, number)

    # One method for each thing of sandbox/verbs.py: (at, who, dice, story) -> Chosen.

    def _nothing(self, _at: int, _who: int, _dice: int, _story: int) -> Chosen:
        return -1, -1, 0, 0

    def _namespace(self, who: int, dice: int) -> int:
        reach = self.reach[who] if who >= 0 else self.reach[0]
        return reach[dice % len(reach)] if reach else len(self.company.namespaces) - 1

    def _file(self, _at: int, who: int, dice: int, _story: int) -> Chosen:
        alive = self.alive[self._namespace(who, dice)]
        file = alive[-1 - _early(dice >> 4, len(alive))]  # what is new is asked for more
        return file, -1, self.shelf.version(file), 0

    def _new_file(self, at: int, who: int, dice: int, _story: int) -> Chosen:
        namespace = self._namespace(who, dice)
        file = self.shelf.put(namespace, who, at)
        self.alive[namespace].append(file)
        return file, -1, 0, 0

    def _edit_file(self, at: int, who: int, dice: int, story: int) -> Chosen:
        chosen = self._file(at, who, dice, story)
        self.shelf.touched[chosen[0]] = at
        return chosen

    def _drop_file(self, at: int, who: int, dice: int, _story: int) -> Chosen:
        alive = self.alive[self._namespace(who, dice)]
        n = (dice >> 9) % len(alive)
        file = alive[n]
        if len(alive) > 5:
            alive[n] = alive[-1]
            alive.pop()
            self.shelf.gone[file] = at
            self.bin.append(file)
        return file, -1, self.shelf.version(file), 0

    def _back_file(self, at: int, who: int, dice: int, story: int) -> Chosen:
        if not self.bin:
            return self._file(at, who, dice, story)
        file = self.bin.pop()
        self.shelf.gone[file] = 0
        self.alive[self.shelf.namespace[file]].append(file)
        return file, -1, self.shelf.version(file), 0

    def _rename_file(self, at: int, who: int, dice: int, story: int) -> Chosen:
        file = self._file(at, who, dice, story)[0]
        self.shelf.renamed[file] = min(255, self.shelf.renamed[file] + 1)
        return file, -1, self.shelf.version(file), 0

    def _move_file(self, at: int, who: int, dice: int, story: int) -> Chosen:
        file = self._file(at, who, dice, story)[0]
        self.shelf.moved[file] = min(255, self.shelf.moved[file] + 1)
        return file, -1, self.shelf.version(file), 0

    def _of_link(self, number: int, note: int = 0) -> Chosen:
        link = self.links[number]
        return number, link.owner, self.shelf.version(link.file), note

    def _alive_link(self, numbers: list[int], dice: int, at: int) -> int:
        """One of `numbers`; those that ended or expired on the way are taken out."""
        while len(numbers) > 1:
            n = _early(dice, len(numbers))
            link = self.links[numbers[n]]
            if not link.ended and not 0 < link.expires <= at:
                break
            numbers[n] = numbers[-1]
            numbers.pop()
            dice = (dice * 69_069 + 1) & 0xFFFFFFFF
        return numbers[_early(dice, len(numbers))]

    def _link(self, at: int, who: int, dice: int, story: int) -> Chosen:
        if story in self.told:
            return self._of_link(self.told[story])
        if 0 <= who < self.company.members:
            return self._of_link(self._alive_link(self.live, dice, at))
        known = self.bookmarks.setdefault(who, [])
        if len(known) < 3:
            known.append(self._alive_link(self.open, dice, at))
        number = known[dice % len(known)]
        link = self.links[number]
        if link.ended or 0 < link.expires <= at or link.audience == TEAM_ONLY:
            known.remove(number)
            number = self._alive_link(self.open, dice, at)
        return self._of_link(number)

    def _own_link(self, at: int, _who: int, dice: int, _story: int) -> Chosen:
        number = self._alive_link(self.live, dice, at)
        link, setting = self.links[number], (dice >> 3) % 4
        before = link.audience
        if setting == SET_AUDIENCE:
            link.audience = TEAM_ONLY if before != TEAM_ONLY else PUBLIC
        elif setting == SET_PASSWORD:
            link.audience = PASSWORD
        elif setting == SET_EXPIRY:
            link.expires = at + DAY * 30
        else:
            link.downloads = False
        if link.audience != TEAM_ONLY and before == TEAM_ONLY:
            self.open.append(number)
        elif link.audience == TEAM_ONLY and number in self.open and len(self.open) > 1:
            self.open.remove(number)
        return self._of_link(number, setting + 4 * before + 16 * link.audience)

    def _new_link(self, at: int, who: int, dice: int, story: int) -> Chosen:
        file = self._file(at, who, dice * 31 & 0xFFFFFFFF, story)[0]
        number, audience = len(self.links), (PUBLIC, PUBLIC, TEAM_ONLY, PASSWORD)[dice % 4]
        expires = at + DAY * (7 + dice % 90) if dice % 5 == 0 else 0
        if story:
            audience, expires, self.told[story] = PUBLIC, 0, number
        self.links.append(Link(self._key("link", number, 15), who, file, at, audience, expires))
        self.live.append(number)
        if audience != TEAM_ONLY:
            self.open.append(number)
        return self._of_link(number)

    def _drop_link(self, at: int, _who: int, dice: int, _story: int) -> Chosen:
        number = self._alive_link(self.live, dice, at)
        if len(self.open) > 5:
            self.links[number].ended = at
        return self._of_link(number)

    def _request(self, _at: int, _who: int, dice: int, _story: int) -> Chosen:
        number = dice % len(self.requests)
        for n in range(number, number + 20):
            if not self.requests[n % len(self.requests)].ended:
                number = n % len(self.requests)
                break
        return number, self.requests[number].owner, 0, 0

    def _new_request(self, at: int, who: int, dice: int, _story: int) -> Chosen:
        number = len(self.requests)
        title = f"{names.SUBJECTS[dice % len(names.SUBJECTS)]} from suppliers"
        self.requests.append(
            Request(self._key("request", number, 20), who, self._namespace(who, 0), at, title)
        )
        return number, who, 0, 0

    def _drop_request(self, at: int, who: int, dice: int, story: int) -> Chosen:
        chosen = self._request(at, who, dice, story)
        if chosen[0] > 2:
            self.requests[chosen[0]].ended = at
        return chosen

    def _folder(self, _at: int, who: int, dice: int, _story: int) -> Chosen:
        folders = self.folders[who]
        number = folders[(dice >> 5) % len(folders)] if folders else self.company.members
        people = self.people[number]
        return number, people[(dice >> 9) % len(people)], 0, 0

    def _new_folder(self, _at: int, who: int, dice: int, _story: int) -> Chosen:
        number = len(self.namespaces)
        name = f"{names.PROJECTS[dice % 16]} {names.PURPOSES[(dice >> 5) % 7]} {number}"
        made = Namespace(
            number, str(2_500_000_000 + number * 977), SHARED, name, who, (who,), ("", "/Drafts")
        )
        self.namespaces.append(made)
        self.people.append([who])
        self.alive.append([])
        self.folders[who].append(number)
        return number, -1, 0, 0

    def _add_person(self, at: int, who: int, dice: int, story: int) -> Chosen:
        number = self._folder(at, who, dice, story)[0]
        pool = self.outsiders if dice % 4 == 0 else range(self.company.members - 7)
        person = pool[(dice >> 7) % len(pool)]
        if person not in self.people[number]:
            self.people[number].append(person)
            self.folders[person].append(number)
        return number, person, 0, 0

    def _remove_person(self, at: int, who: int, dice: int, story: int) -> Chosen:
        number, person, _, _ = self._folder(at, who, dice, story)
        if person != self.namespaces[number].owner and len(self.people[number]) > 2:
            self.people[number].remove(person)
            self.folders[person].remove(number)
        return number, person, 0, 0

    def _doc(self, _at: int, _who: int, dice: int, _story: int) -> Chosen:
        number = (dice >> 3) % len(self.docs)
        return number, self.docs[number].owner, 0, 0

    def _new_doc(self, _at: int, who: int, dice: int, _story: int) -> Chosen:
        number = len(self.docs)
        title = f"{names.SUBJECTS[(dice >> 3) % 22]} {names.QUALIFIERS[dice % 16]} {number}"
        self.docs.append(Doc(self._key("doc", number, 21), who, title))
        return number, who, 0, 0

    def _publish_doc(self, at: int, who: int, dice: int, story: int) -> Chosen:
        chosen = self._doc(at, who, dice, story)
        self.published.append(chosen[0])
        return chosen

    def _seen_doc(self, _at: int, _who: int, dice: int, _story: int) -> Chosen:
        number = self.published[(dice >> 3) % len(self.published)]
        return number, self.docs[number].owner, 0, 0

    def _send_file(self, at: int, who: int, dice: int, story: int) -> Chosen:
        chosen = self._file(at, who, dice, story)
        self.sent.append(chosen[0])
        return chosen

    def _sent_file(self, _at: int, _who: int, dice: int, _story: int) -> Chosen:
        recent = self.sent[-12:]
        file = recent[dice % len(recent)]
        return file, self.shelf.maker[file], self.shelf.version(file), 0

    def _colleague(self, _at: int, _who: int, dice: int, _story: int) -> Chosen:
        return -1, 4 + (dice >> 6) % (self.company.members - 7), 0, 0

    def _group(self, _at: int, _who: int, dice: int, _story: int) -> Chosen:
        return dice % len(self.company.groups), 4 + (dice >> 6) % (self.company.members - 7), 0, 0

    def _linked_app(self, _at: int, _who: int, dice: int, _story: int) -> Chosen:
        return (dice >> 6) % len(self.company.apps), -1, 0, 0


def _early(dice: int, n: int) -> int:
    """An index below `n`, more often a small one: the product of two chances."""
    return dice % n * ((dice >> 9) % n) // n
