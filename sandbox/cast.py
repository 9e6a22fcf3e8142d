"""The nouns of the made-up company: places, people, roots of files, apps. No vendor, no clock."""

import base64
import hashlib
from dataclasses import dataclass

from sandbox.names import City

MEMBER, OUTSIDER, STRANGER = "member", "outsider", "stranger"
HOME, TEAM, SHARED = "home", "team", "shared"


def opaque(length: int, *parts: object) -> str:
    """`length` letters that look random and depend on `parts` alone (for ids)."""
    digest = hashlib.blake2b(repr(parts).encode(), digest_size=48).digest()
    return base64.urlsafe_b64encode(digest).decode()[:length]


@dataclass(frozen=True, slots=True)
class Place:
    """One public address; `kind` says what is behind it."""

    kind: str  # office, home, hotel, carrier, firm, hosting, cloud
    ip: str
    city: City


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody real. `office` is the office whose clock and carriers they live by."""

    index: int
    kind: str
    given: str
    surname: str
    email: str
    account_id: str | None
    member_id: str | None
    office: int
    desk: int
    home: int
    department: int = -1
    role: str = "member_only"
    status: str = "active"
    activity: float = 1.0
    joined: float = 900.0  # days before the log was born
    left: float | None = None
    guest: bool = False  # comes to our office and uses its network

    @property
    def name(self) -> str:
        """Given name and surname."""
        return f"{self.given} {self.surname}"


@dataclass(frozen=True, slots=True)
class Namespace:
    """A root of files: somebody's home, a team folder or a shared folder.

    It begins with `files` files, which lie in its `folders` ("" is the root itself).
    """

    index: int
    id: str
    kind: str
    name: str
    owner: int  # -1: the team
    people: tuple[int, ...]
    folders: tuple[str, ...]
    files: int = 0


@dataclass(frozen=True, slots=True)
class App:
    """A program linked to the team; it acts by itself through the API."""

    index: int
    id: str
    name: str
