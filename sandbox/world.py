"""What is there at a moment: files, links, requests, documents, and who is in which folder.

Happenings arrive in the order of time. For each, the world chooses the thing that it is done to
(among those that exist and that its doer can reach) and becomes what it is afterwards.
"""

from typing import Final

from sandbox import names
from sandbox.cast import SHARED, Namespace
from sandbox.chance import early
from sandbox.company import Company
from sandbox.desk import Desk
from sandbox.happenings import Rows
from sandbox.links import DAY, Links
from sandbox.membership import Membership
from sandbox.shelf import Shelf
from sandbox.verbs import LINK, VERBS, Chosen
from sandbox.visited import Visited

LEAST_FILES: Final = 5  # files that stay in a namespace whatever happens


class World:
    """The company's things from `start` (seconds since 1970) on; `seed` gives them their names."""

    def __init__(self, company: Company, start: int, seed: int | None = None) -> None:
        self.company = company
        self.seed = company.seed if seed is None else seed
        self.shelf = Shelf(self.seed)
        self.namespaces: list[Namespace] = list(company.namespaces)
        self.membership = Membership(company, self.namespaces)
        self.alive: list[list[int]] = [[] for _ in company.namespaces]  # files by namespace
        self.links = Links(company, self.shelf, self._file, start)
        self.desk = Desk(self.seed)
        self.changes = 0  # how often something has happened
        self.bin: list[int] = []  # deleted files that can come back
        self._ordered: int | None = None
        self._sent: list[int] = []
        self._furnish(start)
        links, desk, membership = self.links, self.desk, self.membership
        methods = (
            self._nothing, self._file, self._new_file, self._edit_file, self._drop_file,
            self._erase_file, self._back_file, self._rename_file, self._move_file, self._copy_file,
            self._send_file, self._sent_file, links.open, links.set, links.make, links.end,
            desk.request, desk.new_request, desk.end_request, desk.doc, desk.new_doc,
            desk.publish_doc, desk.seen_doc, membership.folder, self._new_folder, membership.add,
            membership.remove, membership.invite, membership.colleague, membership.group,
            self._linked_app,
        )  # fmt: skip
        self._methods = [methods[verb.thing] for verb in VERBS]
        self._visits = [verb.thing == LINK for verb in VERBS]
        self.visit = Visited(company, links, self.membership, self.shelf).visit

    def apply(self, rows: Rows, ordered: int | None = None) -> None:
        """Lets `rows` (in the order of time) happen; fills thing, other, version and note.

        Whoever told a story with another person or a note in it keeps them. What was `ordered`
        is done to that thing: a link, a namespace, or else a file.
        """
        self.changes += 1
        self._ordered = self.links.ordered = self.membership.ordered = ordered
        columns = ("at", "verb", "who", "dice", "story", "case")
        given = zip(*(rows[column].tolist() for column in columns), strict=True)
        visit, visits = self.visit, self._visits
        chosen = [
            visit(at, who, dice, case)
            if case and visits[verb]
            else self._methods[verb](at, who, dice, story)
            for at, verb, who, dice, story, case in given
        ]
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

    def _within(self, who: int, dice: int) -> list[int]:
        """The files of a namespace that `who` can reach."""
        if self._ordered is not None:
            return self.alive[self._ordered]
        reach = self.membership.reach[who] if who >= 0 else []
        return self.alive[reach[dice % len(reach)] if reach else self.membership.home(who)]

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
        copy = self._put(self.membership.home(who), who, at)
        return chosen._replace(other=copy)

    def _send_file(self, at: int, who: int, dice: int, story: int) -> Chosen:
        chosen = self._file(at, who, dice, story)
        self._sent.append(chosen.thing)
        return chosen

    def _sent_file(self, _at: int, _who: int, dice: int, _story: int) -> Chosen:
        recent = [file for file in self._sent[-12:] if not self.shelf.gone[file]]
        file = recent[dice % len(recent)] if recent else self.alive[0][0]
        return Chosen(file, version=self.shelf.version(file))

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
        self.membership.open(self.namespaces[number])
        self.alive.append([])
        return number

    def _linked_app(self, _at: int, _who: int, dice: int, _story: int) -> Chosen:
        return Chosen((dice >> 6) % len(self.company.apps))


def _both(rows: Rows, column: str, values: list[int]) -> "zip[tuple[int, int]]":
    return zip(rows[column].tolist(), values, strict=True)
