"""The Test API matrix for Box: every capability that a pipeline needs, asked for once.

Only the primary administrator sees everything. A co-admin's calls succeed, but `As-User` does not
let one into the files of other administrators (support.box.com 360043693434), which a scan would
miss in silence; and the API tells nothing of a co-admin's permissions but the word `coadmin`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from connectors.bodies import printable
from connectors.box.api import Api
from connectors.box.refusals import DEVELOPER_CONSOLE, Forbidden
from connectors.contract import Account, Check
from connectors.errors import NeedsPerson
from connectors.probing import Limited, Step, clock, matrix

# developer.box.com/guides/getting-started/user-types/service-account
SERVICE_ACCOUNT = "@boxdevedition.com"


class _Numbered(msgspec.Struct):
    number: str | int = msgspec.field(name="id")

    @property
    def id(self) -> str:
        """The id as text; Box's samples show numbers, too."""
        return str(self.number)


class _Enterprise(_Numbered):
    name: str


class User(_Numbered):
    """A user; `role` and `enterprise` are told to whoever asks for them."""

    login: str
    role: str | None = None
    status: str | None = None
    enterprise: _Enterprise | None = None


class _Users(msgspec.Struct):
    entries: list[User]
    next_marker: str | None = None


class _Event(msgspec.Struct):
    created_at: str


class _Events(msgspec.Struct):
    entries: list[_Event]


def account(api: Api) -> Account:
    """The enterprise, and the administrator behind the token. See `Connector.account`.

    Raises:
        NeedsPerson: they are no administrator, or of another enterprise than was connected.
    """
    user = me(api)
    enterprise = _enterprise(api, user)
    limits = None
    try:
        _role(api, user)
    except Limited as limited:
        limits = limited
    return Account(enterprise.id, enterprise.name, user.login, user.role, limits)


def probe(api: Api) -> list[Check]:
    """The matrix, in the order in which a person would mend it. See `Connector.probe`.

    Raises:
        TryLater: Box cannot be reached, which says nothing about the connection.
    """
    who: User | NeedsPerson
    try:
        who = me(api)
    except NeedsPerson as lacking:
        who = lacking
    steps: list[Step] = [
        ("access token", lambda: _token(who)),
        ("enterprise", lambda: _named(api, _known(who))),
        ("admin role", lambda: _role(api, _known(who))),
        ("event history", lambda: _history(api)),
        ("live events", lambda: _live(api)),
        ("users", lambda: _count(api)),
        ("files of a user", lambda: _as_user(api)),
        ("files", lambda: _files(api)),
        ("clock", lambda: clock("Box", api.clock_skew)),
    ]
    return matrix(steps, stuck=isinstance(who, NeedsPerson))


def me(api: Api) -> User:
    """Whom the token stands for, with what is not told unasked."""
    return api.get("users/me", {"fields": "id,name,login,role,status,enterprise"}, User)


def _known(who: User | NeedsPerson) -> User:
    if isinstance(who, NeedsPerson):
        raise who
    return who


def _token(who: User | NeedsPerson) -> str:
    return f"Box accepts it, as that of {printable(_known(who).login)}."


def _enterprise(api: Api, user: User) -> _Enterprise:
    connected = api.credentials.enterprise_id
    if user.enterprise is None:
        raise NeedsPerson(
            f"{printable(user.login)} is a single Box account that belongs to no enterprise.",
            api.credentials.reconnect,
        )
    if connected and user.enterprise.id != connected:
        raise NeedsPerson(
            f"{printable(user.login)} is of enterprise {printable(user.enterprise.id)}, and this"
            f" connection is that of {connected}.",
            api.credentials.reconnect,
        )
    return user.enterprise


def _named(api: Api, user: User) -> str:
    enterprise = _enterprise(api, user)
    return f"{printable(enterprise.name)} ({printable(enterprise.id)})."


def _role(api: Api, user: User) -> str:
    login, again = printable(user.login), api.credentials.reconnect
    if user.role == "admin":
        return f"{login} is the primary administrator."
    service = user.login.endswith(SERVICE_ACCOUNT)
    if service or user.role == "coadmin":
        who = "the app's service account, with a co-admin's reach" if service else "a co-admin"
        raise Limited(
            f"{login} is {who}: files that other administrators own stay hidden.",
            "Connect as the primary administrator, or go on without those files with: casbah"
            f" onboard {api.credentials.connection} --accept-coadmin. {again}"
            f"{' --auth oauth' if service else ''}",
            "role",
        )
    raise NeedsPerson(
        f"{login} is not an administrator but {printable(str(user.role))}.",
        again,
        "role",
    )


def _history(api: Api) -> str:
    since = datetime.now(UTC) - timedelta(days=1)
    after = since.strftime("%Y-%m-%dT%H:%M:%SZ")
    asked = {"stream_type": "admin_logs", "limit": "1", "created_after": after}
    events = api.get("events", asked, _Events).entries
    if not events:
        return "Readable; nothing happened in the last 24 hours."
    return f"Readable; the last 24 hours begin with {printable(events[0].created_at)}."


def _live(api: Api) -> str:
    asked = {"stream_type": "admin_logs_streaming", "stream_position": "now", "limit": "1"}
    api.get("events", asked, _Events)
    return "The stream tells its position."


def _users(api: Api) -> _Users:
    asked = {"usemarker": "true", "limit": "100", "user_type": "managed"}
    return api.get("users", asked | {"fields": "id,login,role,status"}, _Users)


def _count(api: Api) -> str:
    page = _users(api)
    return f"{len(page.entries)}{' and more' if page.next_marker else ''}."


def _as_user(api: Api) -> str:
    """Into a plain user's files: that needs the app's switch for the as-user header, too."""
    users = _users(api).entries
    plain = next((u for u in users if u.role == "user" and u.status == "active"), None)
    if plain is None:
        return "Nobody to try with: all users are administrators."
    try:
        api.get("folders/0/items", {"limit": "1"}, msgspec.Raw, as_user=plain.id)
    except Forbidden as refused:
        raise NeedsPerson(
            f"Box does not let the app act for {printable(plain.login)} ({refused.code}).",
            'Tick "Make API calls using the as-user header" in the app\'s Configuration tab at'
            f" {DEVELOPER_CONSOLE}. {api.credentials.reconnect}",
        ) from None
    return f"Those of {printable(plain.login)} can be listed."


def _files(api: Api) -> str:
    api.get("folders/0", {"fields": "id"}, msgspec.Raw)
    return "The root folder answers."
