"""Who was given what, and whom a link lets in as it takes effect.

The people in a namespace change as things happen; that a file was given to somebody by itself, or
that a folder has a link, is so from the beginning and follows from its number.
"""

from typing import Final, NamedTuple

from sandbox import names
from sandbox.cabinet import Cabinet
from sandbox.cast import HOME, OUTSIDER, SHARED, STRANGER, TEAM, opaque
from sandbox.links import DAY, PASSWORD, PUBLIC, TEAM_ONLY, Link
from sandbox.world import World

PERSON, GROUP, INVITED = "person", "group", "invited"
OWNER, EDITOR, VIEWER = "owner", "editor", "viewer"
NOBODY_ELSE: Final = 3  # an audience like those of sandbox.links: only who was given the thing
_POLICIES: Final = (PUBLIC, TEAM_ONLY, PUBLIC, NOBODY_ELSE, PUBLIC)  # of shared folders, in turn
_ONE_FILE_IN, _ONE_FOLDER_IN, _ONE_PASSWORD_IN = 23, 29, 11


class Given(NamedTuple):
    """Somebody who was given a thing: a number in Company.people, or in Company.groups."""

    kind: str
    number: int
    role: str


class Sharing:
    """Shares and links of a world whose log begins at `start` (seconds since 1970)."""

    def __init__(self, world: World, cabinet: Cabinet, start: int) -> None:
        self.world, self.company = world, world.company
        self._cabinet, self._start = cabinet, start
        people = self.company.people
        self._colleagues = [p.index for p in people if p.member_id and p.status == "active"]
        self._outsiders = [p.index for p in people if p.kind == OUTSIDER]
        self._strangers = [p.index for p in people if p.kind == STRANGER]
        self._by_email = {p.email: p.index for p in people}
        self._links: dict[int, list[int]] = {}  # numbers of links by file
        self._indexed = 0
        self._on_folders: list[dict[str, Link]] = []  # by namespace

    def in_namespace(self, number: int) -> list[Given]:
        """Who was given a shared or team folder; nobody was given a home.

        A department has its folder as a group, and its team admins and guests by themselves.
        """
        namespace = self.world.namespaces[number]
        if namespace.kind == HOME:
            return []
        people = self.company.people
        whole = namespace.kind == TEAM and namespace.name in names.DEPARTMENTS
        department = names.DEPARTMENTS.index(namespace.name) if whole else None
        given = [
            Given(PERSON, person, OWNER if person == namespace.owner else EDITOR)
            for person in self.world.membership.people[number]
            if people[person].department != department or people[person].role == "team_admin"
        ]
        if department is not None:
            given.append(Given(GROUP, department, EDITOR))
        invited = [self._by_email[email] for email in self.world.membership.invited.get(number, ())]
        return given + [Given(INVITED, stranger, VIEWER) for stranger in invited]

    def on_file(self, file: int) -> list[Given]:
        """Who was given a file by itself, without its owner."""
        dice = (file * 2_654_435_761 + 40_503 * self.world.seed & 0xFFFFFFFF) >> 7
        if dice % _ONE_FILE_IN:
            return []
        namespace = self.world.namespaces[self.world.shelf.namespace[file]]
        dice //= _ONE_FILE_IN
        colleague = self._colleagues[dice % len(self._colleagues)]
        outsider = self._outsiders[dice // 5 % len(self._outsiders)]
        stranger = self._strangers[dice // 5 % len(self._strangers)]
        given = [
            [Given(PERSON, colleague, EDITOR)],
            [Given(PERSON, outsider, VIEWER)],
            [Given(PERSON, colleague, VIEWER), Given(PERSON, outsider, EDITOR)],
            [Given(PERSON, colleague, VIEWER), Given(INVITED, stranger, VIEWER)],
            [Given(GROUP, dice // 5 % len(self.company.groups), VIEWER)],
        ][dice % 5]
        return [g for g in given if g.kind != PERSON or g.number != namespace.owner]

    def links_on_folders(self, number: int) -> dict[str, Link]:
        """The links to folders of a namespace, by path; "" is the namespace itself."""
        for new in range(len(self._on_folders), len(self.world.namespaces)):
            self._on_folders.append(self._make(new))
        return self._on_folders[number]

    def links_to(self, file: int) -> list[int]:
        """The numbers of the links to a file that were not removed, the oldest first."""
        every = self.world.links.all
        return [number for number in self.numbers_to(file) if not every[number].ended]

    def numbers_to(self, file: int) -> list[int]:
        """The numbers of all links that were ever made to a file."""
        every = self.world.links.all
        for number in range(self._indexed, len(every)):
            self._links.setdefault(every[number].file, []).append(number)
        self._indexed = len(every)
        return self._links.get(file, [])

    def policy(self, namespace: int) -> int:
        """The widest audience that a namespace allows its links."""
        shared = self.world.namespaces[namespace].kind == SHARED
        return _POLICIES[namespace % len(_POLICIES)] if shared else PUBLIC

    def audience(self, link: Link, namespace: int) -> int:
        """Whom a link lets in, as far as the policy of its namespace allows."""
        return max(self.policy(namespace), link.audience)

    def password(self, link: Link) -> bool:
        """Whether a link asks for a password."""
        return link.audience == PASSWORD or (
            link.audience == TEAM_ONLY and link.made % _ONE_PASSWORD_IN == 0
        )

    def _make(self, number: int) -> dict[str, Link]:
        namespace, seed = self.world.namespaces[number], self.world.seed
        top = [] if namespace.kind == HOME else [""]
        owner = self.world.membership.people[number][0] if namespace.owner < 0 else namespace.owner
        links = {}
        for place, path in enumerate([*top, *self._cabinet.folders(number)]):
            dice = (number * 977 + place * 40_503 + seed * 69_069) * 2_654_435_761 >> 9
            if dice % _ONE_FOLDER_IN == 0:
                made = self._start - DAY * (1 + dice % 300)
                over, some_day = self._start - DAY // 2, self._start + DAY // 2 + 3_650 * DAY
                ends = (0, 0, over, some_day)[dice // 29 % 4]
                audience = (PUBLIC, TEAM_ONLY, PUBLIC, PASSWORD)[dice // 116 % 4]
                key = opaque(15, seed, "folder link", number, path)
                links[path] = Link(key, owner, -1, made, audience, ends)
        return links
