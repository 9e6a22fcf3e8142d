"""The Test API matrix for Dropbox: every capability that a pipeline needs, asked for once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import msgspec

from connectors.bodies import printable
from connectors.contract import Account, Check
from connectors.dropbox.api import SCOPES, Api
from connectors.dropbox.refusals import MissingScope, NotATeam, NotATeamAdmin, RouteError
from connectors.errors import NeedsPerson
from connectors.probing import Step, clock, matrix

# One cheap call for each scope, which nothing but the scope lets through.
SCOPE_CALLS: dict[str, tuple[str, object]] = {
    "team_info.read": ("team/get_info", None),
    "events.read": ("team_log/get_events", {"limit": 1}),
    "members.read": ("team/members/list_v2", {"limit": 1}),
    "groups.read": ("team/groups/list", {"limit": 1}),
    "team_data.member": ("team/namespaces/list", {"limit": 1}),
    "files.metadata.read": ("files/list_folder", {"path": "", "limit": 1}),
    "sharing.read": ("sharing/list_shared_links", {}),
}
USER_ROUTES = ("files/", "sharing/")
NO_FILE_EVENTS = NeedsPerson(
    "The team's plan does not log file events, so uploads, downloads and shared links stay unseen.",
    "Choose a plan that does, Dropbox Business Advanced or Enterprise: ask who buys the plan.",
)


class Profile(msgspec.Struct):
    team_member_id: str
    email: str


class _Admin(msgspec.Struct):
    admin_profile: Profile


class _Team(msgspec.Struct):
    team_id: str
    name: str
    num_provisioned_users: int = 0


class _Role(msgspec.Struct):
    name: str


class _MemberInfo(msgspec.Struct):
    roles: list[_Role] = []


class _Members(msgspec.Struct):
    members_info: list[_MemberInfo]


class _Features(msgspec.Struct):
    values: list[dict[str, object]]


class _Listed(msgspec.Struct):
    has_more: bool
    members: list[msgspec.Raw] = []
    namespaces: list[msgspec.Raw] = []


class _Logged(msgspec.Struct):
    timestamp: str


class _Log(msgspec.Struct):
    events: list[_Logged]


def account(api: Api) -> Account:
    """The team, and the administrator behind the token. See `Connector.account`."""
    admin = administrator(api)
    team = api.call("team/get_info", None, _Team)
    return Account(team.team_id, team.name, admin.email)


def probe(api: Api) -> list[Check]:
    """The matrix, in the order in which a person would mend it. See `Connector.probe`.

    Raises:
        TryLater: Dropbox cannot be reached, which says nothing about the connection.
    """
    who = _who(api)
    steps: list[Step] = [
        ("access token", lambda: _token(who)),
        ("team token", lambda: _team(api, who)),
        ("admin role", lambda: _role(api, who)),
        *((f"scope {scope}", partial(_scope, api, scope, who)) for scope in SCOPES),
        ("audit log readable", lambda: _audit_log(api)),
        ("plan has file events", lambda: _file_events(api)),
        ("members", lambda: _count(api, "team/members/list_v2", "members")),
        ("namespaces", lambda: _count(api, "team/namespaces/list", "namespaces")),
        ("clock", lambda: clock("Dropbox", api.clock_skew)),
    ]
    stuck = isinstance(who, NeedsPerson) and not isinstance(who, MissingScope)
    return matrix(steps, stuck=stuck)


def administrator(api: Api) -> Profile:
    """The member behind the token."""
    try:
        return api.call("team/token/get_authenticated_admin", None, _Admin).admin_profile
    except RouteError:
        raise NeedsPerson(
            "The administrator who consented has left the team or lost the role.",
            api.credentials.reconnect,
            "role",
        ) from None


def _who(api: Api) -> Profile | NeedsPerson:
    """The administrator behind the token, or what stood in the way of knowing."""
    try:
        return administrator(api)
    except NeedsPerson as lacking:
        return lacking


def _token(who: Profile | NeedsPerson) -> str:
    if isinstance(who, NeedsPerson) and not isinstance(who, MissingScope | NotATeam):
        raise who
    return "Dropbox accepts it."


def _team(api: Api, who: Profile | NeedsPerson) -> str:
    if isinstance(who, NotATeam):
        raise who
    team = api.call("team/get_info", None, _Team)
    return f"{printable(team.name)} ({team.team_id}), {team.num_provisioned_users} licences in use."


def _role(api: Api, who: Profile | NeedsPerson) -> str:
    """`get_authenticated_admin` tells no role; the roles of a plain member are an empty list.

    Roles have free names. Only a full team admin may look into all of the team (Select-Admin).
    """
    if isinstance(who, NeedsPerson):
        raise who
    member = {".tag": "team_member_id", "team_member_id": who.team_member_id}
    answer = api.call("team/members/get_info_v2", {"members": [member]}, _Members)
    roles = [printable(role.name) for info in answer.members_info for role in info.roles]
    if not roles:
        raise NeedsPerson(
            f"{printable(who.email)} is not an administrator of the team.",
            api.credentials.reconnect,
            "role",
        )
    try:
        _scope(api, "files.metadata.read", who)
    except NotATeamAdmin:
        raise NeedsPerson(
            f"{printable(who.email)} is not a full team admin but {', '.join(roles)}.",
            api.credentials.reconnect,
            "role",
        ) from None
    except MissingScope:
        pass  # it has a row of its own
    return f"{printable(who.email)}: {', '.join(roles)}."


def _scope(api: Api, scope: str, who: Profile | NeedsPerson) -> str:
    """One call that only this scope lets through, on a member's routes by an admin's header."""
    route, argument = SCOPE_CALLS[scope]
    headers = {}
    if route.startswith(USER_ROUTES):
        if isinstance(who, NeedsPerson):
            raise who
        headers["Dropbox-API-Select-Admin"] = who.team_member_id
    api.call(route, argument, msgspec.Raw, headers)
    return f"{route} answers: {SCOPES[scope]}."


def _audit_log(api: Api) -> str:
    since = datetime.now(UTC) - timedelta(days=1)
    time = {"start_time": since.strftime("%Y-%m-%dT%H:%M:%SZ")}
    events = api.call("team_log/get_events", {"limit": 10, "time": time}, _Log).events
    if not events:
        return "Readable; nothing happened in the last 24 hours."
    return f"Readable; the last 24 hours begin with {printable(events[0].timestamp)}."


def _file_events(api: Api) -> str:
    """Without the feature these categories stay silently empty (`team/features/get_values`)."""
    asked = {"features": [{".tag": "has_team_file_events"}]}
    values = api.call("team/features/get_values", asked, _Features).values
    if not any(_enabled(value.get("has_team_file_events")) for value in values):
        raise NO_FILE_EVENTS
    return "The plan logs uploads, downloads and shared links."


def _enabled(feature: object) -> bool:
    return isinstance(feature, dict) and feature.get("enabled") is True


def _count(api: Api, route: str, what: str) -> str:
    page = api.call(route, {"limit": 100}, _Listed)
    more = " and more" if page.has_more else ""
    return f"{len(getattr(page, what))}{more}."
