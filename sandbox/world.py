"""What is there at a moment: files, links, requests, documents, and who is in which folder.

Happenings arrive in the order of time. For each, the world chooses the thing that it is done to
(among those that exist and that its doer can reach) and becomes what it is afterwards.
"""

from typing import Final

from sandbox import names
from sandbox.cast import HOME, OUTSIDER, SHARED, STRANGER, TEAM, Namespace
from sandbox.chance import early
from sandbox.company import Company
from sandbox.desk import Desk
from sandbox.happenings import Rows
from sandbox.links import DAY, Links
from sandbox.shelf import Shelf
from sandbox.verbs import VERBS, Chosen

LEAST_FILES: Final = 5  # files that stay in a namespace whatever happens
COLLEAGUES_FROM, LATECOMERS = 4, 7  # members whom admin work may concern: no admins, no newcomers


class World:
    """The company's things from `start` (seconds since 1970) on; `seed` gives them their names."""

    def __init__(self, company: Company, start: int, seed: int | None = None) -> None:
        self.company = company
        self.seed = company.seed if seed is None else seed
        self.shelf = Shelf(self.seed)
        self.namespaces: list[Namespace] = list(company.namespaces)
        self.people = [list(n.people) for n in company.namespaces]  # by namespace
        self.alive: list[list[int]] = [[] for _ in company.namespaces]  # files by namespace
        self.folders: list[list[int]] = [[] for _ in company.people]  # without the own home
        self.invited: dict[int, list[str]] = {}  # addresses by namespace
        self.links = Links(company, self.shelf, self._file)
        self.desk = Desk(self.seed)
        self.changes = 0  # how often something has happened
        self._ordered: int | None = None
        self._reach: list[list[int]] = [[] for _ in company.people]
        self.bin: list[int] = []  # deleted files that can come back
        self._sent: list[int] = []
        self._outsiders = [p.index for p in company.people if p.kind == OUTSIDER]
        self._strangers = [p for p in company.people if p.kind == STRANGER]
        self._furnish(start)
        links, desk = self.links, self.desk
        methods = (
            self._nothing, self._file, self._new_file, self._edit_file, self._drop_file,
            self._erase_file, self._back_file, self._rename_file, self._move_file, self._copy_file,
            self._send_file, self._sent_file, links.open, links.set, links.make, links.end,
            desk.request, desk.new_request, desk.end_request, desk.doc, desk.new_doc,
            desk.publish_doc, desk.seen_doc, self._folder, self._new_folder, self._add_person,
            self._remove_person, self._invite, self._colleague, self._group, self._linked_app,
        )  # fmt: skip
        self._methods = [methods[verb.thing] for verb in VERBS]

    def apply(self, rows: Rows, ordered: int | None = None) -> None:
        """Lets `rows` (in the order of time) happen; fills thing, other, version and note.

        Whoever told a story with another person or a note in it keeps them. What was `ordered`
        is done to that thing: a link, a namespace, or else a file.
        """
        self.changes += 1
        self._ordered = self.links.ordered = ordered
        columns = ("at", "verb", "who", "dice", "story")
        given = zip(*(rows[column].tolist() for column in columns), strict=True)
        chosen = [self._methods[verb](at, who, dice, story) for at, verb, who, dice, story in given]
        for n, column in enumerate(Chosen._fields):
            values = [choice[n] for choice in chosen]
            if column == "other":
                rows[column] = [
                    old if old >= 0 else new for old, new in _both(rows, column, values)
                ]
            elif column == "note":
                rows[column] = [old or new for old, new in _both(rows, column, values)]
            else:
                rows[column] = values

    def pile_up(self, count: int, made: int) -> None:
        """The first admin shares a folder of `count` files, as if it had always been there."""
        self.changes += 1
        pile = self._share("Scanner output", 0, ("",))
        for n in range(count):
            self._put(pile, 0, made - DAY - n)

    def _furnish(self, start: int) -> None:
        for namespace in self.namespaces:
            for person in namespace.people:
                self._enter(person, namespace)
            for n in range(namespace.files):
                maker = namespace.people[n % len(namespace.people)]
                age = (n * 7_919 + namespace.index * 104_729) % (700 * DAY)
                file = self.shelf.put(namespace.index, maker, start - DAY - age)
                self.alive[namespace.index].append(file)
        for member in self.company.people[: self.company.members]:
            if member.joined < 100:
                continue
            n = member.index
            for dice in (n * 2_654_435_761 + 5, n * 40_503 + 11):
                self.links.make(start - DAY * (1 + dice % 300), n, dice, 0)
            self.desk.new_doc(start, n, n * 31, 0)
            if n % 6 == 0 or n < 4:
                self.desk.new_request(start - DAY, n, n * 17, 0)
        self._sent += self.alive[0][:3]

    def _enter(self, person: int, namespace: Namespace) -> None:
        share = {HOME: 4, TEAM: 2, SHARED: 1}[namespace.kind]
        self._reach[person] += [namespace.index] * share
        if namespace.kind != HOME:
            self.folders[person].append(namespace.index)

    def _home(self, who: int) -> int:
        """Where somebody's own new things go; apps and outsiders use the company's folder."""
        if 0 <= who < self.company.members:
            return who
        return self.company.members + len(names.DEPARTMENTS)

    def _within(self, who: int, dice: int) -> list[int]:
        """The files of a namespace that `who` can reach."""
        if self._ordered is not None:
            return self.alive[self._ordered]
        reach = self._reach[who] if who >= 0 else []
        return self.alive[reach[dice % len(reach)] if reach else self._home(who)]

    def _put(self, namespace: int, maker: int, at: int) -> int:
        file = self.shelf.put(namespace, maker, at)
        self.alive[namespace].append(file)
        return file

    # One method for each thing of sandbox/verbs.py.

    def _nothing(self, _at: int, _who: int, _dice: int, _story: int) -> Chosen:
        return Chosen()

    def _file(self, _at: int, who: int, dice: int, _story: int) -> Chosen:
        if self._ordered is not None:
            return Chosen(self._ordered, version=self.shelf.version(self._ordered))
        alive = self._within(who, dice)
        file = alive[-1 - early(dice >> 4, len(alive))]  # what is new is asked for more
        return Chosen(file, version=self.shelf.version(file))

    def _new_file(self, at: int, who: int, dice: int, _story: int) -> Chosen:
        namespace = self.shelf.namespace[self._within(who, dice)[0]]
        return Chosen(self._put(namespace, who, at))

    def _edit_file(self, at: int, who: int, dice: int, story: int) -> Chosen:
        chosen = self._file(at, who, dice, story)
        self.shelf.touched[chosen.thing] = at
        return chosen

    def _drop_file(self, at: int, who: int, dice: int, _story: int) -> Chosen:
        if self._ordered is None:
            alive = self._within(who, dice)
            n = (dice >> 9) % len(alive)
        else:
            alive = self.alive[self.shelf.namespace[self._ordered]]
            n = alive.index(self._ordered)
        file = alive[n]
        if len(alive) > LEAST_FILES or self._ordered is not None:
            alive[n] = alive[-1]
            alive.pop()
            self.shelf.gone[file] = at
            self.bin.append(file)
        return Chosen(file, version=self.shelf.version(file))

    def _erase_file(self, at: int, who: int, dice: int, story: int) -> Chosen:
        if not self.bin:
            self._drop_file(at, who, dice, story)
        file = self._out_of_bin(0) if self.bin else self._file(at, who, dice, story).thing
        return Chosen(file, version=self.shelf.version(file))

    def _back_file(self, at: int, who: int, dice: int, story: int) -> Chosen:
        if not self.bin:
            return self._file(at, who, dice, story)
        file = self._out_of_bin(-1)
        self.shelf.gone[file] = 0
        self.alive[self.shelf.namespace[file]].append(file)
        return Chosen(file, version=self.shelf.version(file))

    def _out_of_bin(self, n: int) -> int:
        return self.bin.pop(n if self._ordered is None else self.bin.index(self._ordered))

    def _rename_file(self, at: int, who: int, dice: int, story: int) -> Chosen:
        file = self._file(at, who, dice, story).thing
        self.shelf.renamed[file] = min(255, self.shelf.renamed[file] + 1)
        return Chosen(file, version=self.shelf.version(file))

    def _move_file(self, at: int, who: int, dice: int, story: int) -> Chosen:
        file = self._file(at, who, dice, story).thing
        self.shelf.moved[file] = min(255, self.shelf.moved[file] + 1)
        return Chosen(file, version=self.shelf.version(file))

    def _copy_file(self, at: int, who: int, dice: int, story: int) -> Chosen:
        chosen = self._file(at, who, dice, story)
        return chosen._replace(other=self._put(self._home(who), who, at))  # the copy, no person

    def _send_file(self, at: int, who: int, dice: int, story: int) -> Chosen:
        chosen = self._file(at, who, dice, story)
        self._sent.append(chosen.thing)
        return chosen

    def _sent_file(self, _at: int, _who: int, dice: int, _story: int) -> Chosen:
        recent = [file for file in self._sent[-12:] if not self.shelf.gone[file]]
        file = recent[dice % len(recent)] if recent else self.alive[0][0]
        return Chosen(file, version=self.shelf.version(file))

    def _folder(self, _at: int, who: int, dice: int, _story: int) -> Chosen:
        folders = self.folders[who]
        number = folders[(dice >> 5) % len(folders)] if folders else self._home(-1)
        number = number if self._ordered is None else self._ordered
        people = self.people[number]
        return Chosen(number, people[(dice >> 9) % len(people)])

    def _new_folder(self, at: int, who: int, dice: int, _story: int) -> Chosen:
        name = f"{names.PROJECTS[dice % 16]} {names.PURPOSES[(dice >> 5) % 7]}"
        number = self._share(name, who, ("", "/Drafts"))
        self._put(number, who, at)
        return Chosen(number)

    def _share(self, name: str, who: int, folders: tuple[str, ...]) -> int:
        number = len(self.namespaces)
        key = str(2_500_000_000 + number * 977)
        self.namespaces.append(
            Namespace(number, key, SHARED, f"{name} {number}", who, (who,), folders)
        )
        self.people.append([who])
        self.alive.append([])
        self._enter(who, self.namespaces[number])
        return number

    def _add_person(self, at: int, who: int, dice: int, story: int) -> Chosen:
        number = self._folder(at, who, dice, story).thing
        person = self._someone(dice) if dice % 4 else self._outsiders[dice % len(self._outsiders)]
        if person not in self.people[number]:
            self.people[number].append(person)
            self._enter(person, self.namespaces[number])
        return Chosen(number, person)

    def _remove_person(self, at: int, who: int, dice: int, story: int) -> Chosen:
        chosen = self._folder(at, who, dice, story)
        number, person = chosen.thing, chosen.other
        if person != self.namespaces[number].owner and len(self.people[number]) > 2:
            self.people[number].remove(person)
            self.folders[person].remove(number)
            self._reach[person] = [n for n in self._reach[person] if n != number]
        return chosen

    def _invite(self, at: int, who: int, dice: int, story: int) -> Chosen:
        """`other` is a stranger who is asked to open an account."""
        number = self._folder(at, who, dice, story).thing
        stranger = self._strangers[dice % len(self._strangers)]
        invited = self.invited.setdefault(number, [])
        if stranger.email not in invited:
            invited.append(stranger.email)
        return Chosen(number, stranger.index)

    def _someone(self, dice: int) -> int:
        members = self.company.members - LATECOMERS
        return COLLEAGUES_FROM + (dice >> 6) % max(1, members - COLLEAGUES_FROM)

    def _colleague(self, _at: int, _who: int, dice: int, _story: int) -> Chosen:
        return Chosen(other=self._someone(dice))

    def _group(self, _at: int, _who: int, dice: int, _story: int) -> Chosen:
        return Chosen(dice % len(self.company.groups), self._someone(dice))

    def _linked_app(self, _at: int, _who: int, dice: int, _story: int) -> Chosen:
        return Chosen((dice >> 6) % len(self.company.apps))


def _both(rows: Rows, column: str, values: list[int]) -> "zip[tuple[int, int]]":
    return zip(rows[column].tolist(), values, strict=True)
