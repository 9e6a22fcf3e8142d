"""Who can truly reach each item: told from the world itself, by rules that no reader shares.

An item is as exposed as the most exposed of itself and the folders above it. By itself it is public
through a link that lets in everybody, external when an outsider was given it, internal when a
colleague or a group was, when the company has a link, or when it belongs to the team.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sandbox.cabinet import FILE, FOLDER, Cabinet
from sandbox.cast import MEMBER, TEAM
from sandbox.links import PASSWORD, PUBLIC, TEAM_ONLY, Link
from sandbox.sharing import GROUP, INVITED, OWNER, PERSON, Given, Sharing

PRIVATE, INTERNAL, EXTERNAL, OPEN = range(4)
WORDS: Final = ("private", "internal", "external", "public")
_OPENS_TO: Final = {PUBLIC: "public", PASSWORD: "public", TEAM_ONLY: "internal"}


class Fact(NamedTuple):
    """A folder of a namespace ("" is the namespace itself) or a file, and its widest link."""

    namespace: int
    path: str
    file: int | None
    exposure: str
    link: dict[str, Any] | None


# The links to a folder or file of a namespace, each with its address.
Linked = Callable[[int, str, int | None], list[tuple[Link, str]]]


@dataclass(frozen=True)
class Exposure:
    """The facts about a world at `now` (seconds since 1970)."""

    cabinet: Cabinet
    sharing: Sharing
    linked: Linked
    now: int

    def facts(self, number: int) -> Iterator[Fact]:
        """Everything in a namespace, beginning with itself; folders before what is in them."""
        namespace = self.cabinet.world.namespaces[number]
        least = INTERNAL if namespace.kind == TEAM else PRIVATE
        reached = {"": PRIVATE}
        given = self.sharing.in_namespace(number)
        reached[""], link = self._judge(number, "", None, given, least)
        yield Fact(number, "", None, WORDS[reached[""]], link)
        for spot in self.cabinet.spots(number):
            if spot.kind == FOLDER:
                path, file = self.cabinet.folders(number)[spot.number], None
            else:
                path, file = self.cabinet.path(spot.number), spot.number
            above = reached[path.rpartition("/")[0]]
            people = self.sharing.on_file(spot.number) if spot.kind == FILE else []
            rank, link = self._judge(number, path, file, people, above)
            if file is None:
                reached[path] = rank
            yield Fact(number, path, file, WORDS[rank], link)

    def outsiders(self, number: int) -> Iterator[Given]:
        """Who from outside was given the namespace or a file in it."""
        yield from filter(self._outside, self.sharing.in_namespace(number))
        for file in self.cabinet.world.alive[number]:
            yield from filter(self._outside, self.sharing.on_file(file))

    def _judge(
        self, number: int, path: str, file: int | None, given: list[Given], least: int
    ) -> tuple[int, dict[str, Any] | None]:
        rank = least
        for one in given:
            if one.role != OWNER:
                rank = max(rank, EXTERNAL if self._outside(one) else INTERNAL)
        links = [self._told(link, url, number) for link, url in self.linked(number, path, file)]
        for link in links:
            if not self._over(link):
                opens = {"public": OPEN, "internal": INTERNAL}
                rank = max(rank, opens.get(link["audience"], PRIVATE))
        return rank, min(links, key=self._order, default=None)

    def _told(self, link: Link, url: str, number: int) -> dict[str, Any]:
        expires = datetime.fromtimestamp(link.expires, UTC).isoformat() if link.expires else None
        return {
            "url": url,
            "audience": _OPENS_TO.get(self.sharing.audience(link, number), "nobody_else"),
            "password": self.sharing.password(link),
            "expires_at": expires,
        }

    def _order(self, link: dict[str, Any]) -> tuple[bool, int, bool, str]:
        """What opens widest comes first."""
        wide = ("public", "internal", "nobody_else").index(link["audience"])
        return self._over(link), wide, link["password"], link["url"]

    def _over(self, link: dict[str, Any]) -> bool:
        ends = link["expires_at"]
        return ends is not None and datetime.fromisoformat(ends).timestamp() <= self.now

    def _outside(self, given: Given) -> bool:
        if given.kind == GROUP:
            return False
        people = self.sharing.company.people
        return given.kind == INVITED or (
            given.kind == PERSON and people[given.number].kind != MEMBER
        )
