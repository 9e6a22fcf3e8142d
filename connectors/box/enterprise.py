"""Who belongs to the enterprise: Box lists its managed users, and nobody else.

A scan begins with that list. What it told is kept: somebody who was let into an item and is not on
it is an outsider. There is no list of outsiders, and a user does not say of which enterprise he is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TypeVar

import msgspec

from connectors.bodies import decoded, with_pieces
from connectors.box.api import Api
from connectors.box.probe import me
from connectors.box.refusals import Rejected
from connectors.box.wire import text
from connectors.decoders import decoder
from connectors.errors import CursorLost
from connectors.inventory import Branch, Listing, Person
from connectors.known import Known

T = TypeVar("T")
Rows = Sequence[tuple[bytes, T]]

USERS = Branch(key="users", kind="people")
ROOT = "0"
ADMINS = frozenset({"admin", "coadmin"})
LIMIT = 1000
# Only who is managed by the enterprise is listed; app users are among them.
LIST_USERS = {
    "usemarker": "true",
    "limit": str(LIMIT),
    "user_type": "managed",
    "fields": "id,name,login,role,status,is_platform_access_only,created_at,modified_at,space_used",
}


class User(msgspec.Struct, omit_defaults=True):
    """A managed user, as far as a scan needs one."""

    number: str | int = msgspec.field(name="id")
    login: str | None = None
    role: str | None = None
    status: str | None = None

    @property
    def id(self) -> str:
        """The id as text; Box's samples show numbers, too."""
        return str(self.number)

    @property
    def admin(self) -> bool:
        """Whether Box lets nobody act as him but the primary administrator."""
        return self.role in ADMINS


class _Listed(User):
    name: str | None = None
    created_at: datetime | None = None


class _Page(msgspec.Struct):
    entries: list[msgspec.Raw]
    next_marker: str | None = None


class Tree(msgspec.Struct, omit_defaults=True):
    """A folder of a user's own; written as JSON, what a branch is about."""

    user: User
    folder: str = ROOT

    def branch(self) -> Branch:
        return Branch(
            key=f"tree:{self.user.id}:{self.folder}",
            kind="tree",
            about=msgspec.json.encode(self).decode(),
            person_id=self.user.id,
        )


PAGE = decoder(_Page)


class Enterprise:
    """The enterprise of a connection: its users, by id and by address."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.users: Known[User] = Known(self._all_users)

    @cached_property
    def own_id(self) -> str:
        """The id of the administrator who connected, as whom we act without saying so."""
        return me(self.api).id

    def acting(self, user_id: str) -> str | None:
        """Whom to name as `As-User`: nobody for ourselves, as Box lets nobody act as a co-admin."""
        return None if user_id == self.own_id else user_id

    def list_users(self, cursor: str | None) -> Iterator[Listing]:
        """The managed users, and the way to the files of each; see `Connector.listing`."""
        began, whole, known = datetime.now(UTC), cursor is None, dict[str, User]()
        more = True
        while more:
            asked = datetime.now(UTC)
            try:
                users, marker = self._page(cursor)
            except Rejected:
                if cursor is None:
                    raise
                raise CursorLost("the marker is not accepted") from None
            known |= _by_name(users)
            cursor, more = marker, marker is not None
            if whole and not more:
                self.users.keep(known, began)
            yield Listing(
                people=[_person(row, user) for row, user in users],
                found=[Tree(_plain(user)).branch() for _, user in users],
                cursor=cursor,
                more=more,
                fetched_at=asked,
            )

    def _all_users(self) -> dict[str, User]:
        users, marker = self._page(None)
        found = _by_name(users)
        while marker is not None:
            users, marker = self._page(marker)
            found |= _by_name(users)
        return found

    def _page(self, marker: str | None) -> tuple[Rows[_Listed], str | None]:
        return page(self.api, "users", LIST_USERS, _Listed, marker)


def page(
    api: Api,
    path: str,
    asked: dict[str, str],
    kind: type[T],
    marker: str | None = None,
    *,
    as_user: str | None = None,
) -> tuple[Rows[T], str | None]:
    """A page of a list, each entry byte for byte and as a value, and the marker of the next page.

    The last page has a null or an empty marker; both are met.
    """

    def read(body: bytes) -> tuple[Rows[T], str | None]:
        rows, answer = with_pieces(body, PAGE, lambda answer: answer.entries)
        return [(row, decoded(row, kind)) for row in rows], answer.next_marker or None

    parameters = asked if marker is None else {**asked, "marker": marker}
    return api.ask(path, parameters, read, as_user=as_user)


def _by_name(users: Rows[_Listed]) -> dict[str, User]:
    """Users by id, and by the address that an invitation says."""
    named = {user.id: _plain(user) for _, user in users}
    return named | {user.login.lower(): user for user in named.values() if user.login}


def _plain(user: User) -> User:
    return User(user.id, user.login, user.role, user.status)


def _person(row: bytes, user: _Listed) -> Person:
    return Person(
        person_id=user.id,
        kind="member",
        email=text(user.login),
        name=text(user.name),
        role=user.role,
        admin=user.admin,
        status=user.status,
        joined_at=user.created_at,
        raw=row.decode("utf-8", "replace"),
    )
