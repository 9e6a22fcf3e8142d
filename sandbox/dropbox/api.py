"""The HTTP face of `B/2/...`: who calls, on whose behalf, with what, and may they?

Rules and texts: https://developers.dropbox.com/dbx-team-authentication-guide and the `auth`,
`scope` and `select_admin_mode` attributes of the public API specification.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sandbox.dropbox import wire
from sandbox.dropbox.access import APPS, Caller, TokenError
from sandbox.dropbox.arguments import ArgumentError, Check, text, variant
from sandbox.faults import Visit
from sandbox.oauth import credentials

if TYPE_CHECKING:
    from sandbox.dropbox.side import DropboxSide

_KINDS_OF_BODY = (
    "application/json",
    "application/json; charset=utf-8",
    "text/plain; charset=dropbox-cors-hack",
)
_MEMBER_ID = re.compile(r"dbmid:[\w-]{10,60}", re.ASCII)
_ROOT = variant(root=text(r"\d+"), namespace_id=text(r"\d+"))

NOT_A_TEAM = (
    "This API function operates on a Dropbox Business team, but the OAuth 2 access token you "
    "provided is not associated with a team."
)
UNEXPECTED = (
    "Unexpected select user header. Your app does not have permission to use this feature here."
)
WHOLE_TEAM = (
    "This API function operates on a single Dropbox account, but the OAuth 2 access token you "
    "provided is for an entire Dropbox Business team.  Since your API app key has team member "
    "file access permissions, you can operate on a team member's Dropbox by providing the "
    '"Dropbox-API-Select-User" HTTP header or "select_user" URL parameter to specify the exact '
    "user <https://www.dropbox.com/developers/documentation/http/teams>."
)


@dataclass(frozen=True)
class Call:
    """One call that has passed every check of identity, scope and argument."""

    side: "DropboxSide"
    argument: Any
    visit: Visit
    by: Caller | None = None  # nobody, for a route of the app itself
    on_behalf_of: Mapping[str, Any] | None = None  # a member, for user routes
    root: str | None = None  # the namespace that "" means
    as_admin: bool = False  # with an admin's reach over everybody's content

    @property
    def caller(self) -> Caller:
        """Whoever holds the token, on routes that need one."""
        if self.by is None:
            raise LookupError("this route is called without a token")
        return self.by

    @property
    def member(self) -> Mapping[str, Any]:
        """The member whom the call works for, on user routes."""
        if self.on_behalf_of is None:
            raise LookupError("this route is called for no member")
        return self.on_behalf_of


@dataclass(frozen=True)
class Route:
    """One route: who may call it, what it takes, what answers it with JSON bytes."""

    answer: Callable[[Call], bytes]
    argument: Check
    auth: Literal["team", "user", "app"] = "team"
    scope: str | None = None
    select_admin: bool = False  # "whole_team" in the specification
    alone: bool = False  # a user route that a team token may call without naming a member


class Api:
    """All routes of the stand-in behind one entrance."""

    def __init__(self, side: "DropboxSide", routes: Mapping[str, Route]) -> None:
        self._side = side
        self._routes = routes

    async def endpoint(self, request: Request) -> Response:
        """Answer `POST /2/{route}`."""
        body = await request.body()
        name = request.path_params["route"]
        return await run_in_threadpool(self._respond, name, request.headers, body, request.state)

    def _respond(self, name: str, headers: Mapping[str, str], body: bytes, state: Any) -> Response:
        status, kind = 200, wire.JSON
        try:
            call, route = self._admit(name, headers, body, state.visit)
            answer = route.answer(call)
        except wire.CallError as error:
            status, kind, answer = error.status, error.kind, error.body
        about = {"content-type": kind, "x-dropbox-request-id": wire.request_id()}
        return Response(answer, status, headers=about)

    def _admit(
        self, name: str, headers: Mapping[str, str], body: bytes, visit: Visit
    ) -> tuple[Call, Route]:
        route = self._routes.get(name)
        if route is None:
            raise wire.CallError(404, f'Unknown API function: "{name}"'.encode(), wire.TEXT)
        kind = headers.get("content-type", "").lower()
        if kind not in _KINDS_OF_BODY:
            expected = ", ".join(f'"{kind}"' for kind in _KINDS_OF_BODY)
            raise wire.bad_request(
                name, f'Bad HTTP "Content-Type" header: "{kind}".  Expecting one of {expected}.'
            )
        if route.auth == "app":
            _known_app(name, headers)
            return Call(self._side, _argument(name, route.argument, body), visit), route
        caller = self._caller(name, headers, visit)
        member = self._acting(name, route, caller, headers)
        if route.scope is not None and route.scope not in caller.scope:
            raise wire.unauthorized("missing_scope", required_scope=route.scope)
        root = self._root(name, member, headers) if member is not None else None
        argument = _argument(name, route.argument, body)
        as_admin = "dropbox-api-select-admin" in headers
        return Call(self._side, argument, visit, caller, member, root, as_admin), route

    def _caller(self, name: str, headers: Mapping[str, str], visit: Visit) -> Caller:
        given = headers.get("authorization")
        if given is None:
            raise wire.bad_request(name, 'Must provide HTTP header "Authorization".')
        kind, _, token = given.partition(" ")
        if kind.lower() != "bearer":
            raise wire.bad_request(
                name, 'Invalid authorization value in HTTP header "Authorization".'
            )
        try:
            caller = self._side.access.caller(token)
            if visit.struck("expire_access"):
                self._side.access.expire(caller.grant)
                caller = self._side.access.caller(token)
        except TokenError as refused:
            raise wire.unauthorized(refused.tag) from refused
        return caller

    def _acting(
        self, name: str, route: Route, caller: Caller, headers: Mapping[str, str]
    ) -> Mapping[str, Any] | None:
        """The member whom a user route works for; None on a team route."""
        user = headers.get("dropbox-api-select-user")
        admin = headers.get("dropbox-api-select-admin")
        selected = user if admin is None else admin
        if user is not None and admin is not None:
            raise wire.bad_request(name, "Only one of select user and select admin may be given.")
        if selected is not None and (caller.grant.kind == "user" or route.auth == "team"):
            raise wire.bad_request(name, UNEXPECTED)
        if caller.grant.kind == "user" and route.auth == "team":
            raise wire.bad_request(name, NOT_A_TEAM)
        if caller.grant.kind == "user":
            return self._side.directory.member(caller.grant.team_member_id)
        if route.auth == "team" or (selected is None and route.alone):
            return None
        if selected is None:
            raise wire.bad_request(name, WHOLE_TEAM)
        if admin is not None and not route.select_admin:
            raise wire.bad_request(name, "Select admin is not supported by this function.")
        if not _MEMBER_ID.fullmatch(selected):
            raise wire.bad_request(name, "Invalid select user id format")
        if "team_data.member" not in caller.scope:
            raise wire.unauthorized("missing_scope", required_scope="team_data.member")
        return self._selected(selected, as_admin=admin is not None)

    def _selected(self, member_id: str, *, as_admin: bool) -> Mapping[str, Any]:
        member = self._side.directory.member(member_id)
        status = member["profile"]["status"][".tag"] if member else "removed"
        if as_admin and (member is None or not self._side.is_admin(member)):
            raise wire.unauthorized("invalid_select_admin")
        if member is None or status in {"removed", "invited"}:
            raise wire.unauthorized("invalid_select_user")
        if status == "suspended":
            raise wire.unauthorized("user_suspended")
        return member

    def _root(self, name: str, member: Mapping[str, Any], headers: Mapping[str, str]) -> str:
        """The namespace that `""` means for this call."""
        home = member["profile"]["member_folder_id"]
        given = headers.get("dropbox-api-path-root")
        if given is None:
            return str(home)
        try:
            wanted = json.loads(given)
            if isinstance(wanted, dict) and wanted.get(".tag") == "home":
                return str(home)
            tag, namespace = _ROOT(wanted)
        except (ValueError, ArgumentError) as wrong:
            raise wire.bad_request(
                name, f'Invalid value in HTTP header "Dropbox-API-Path-Root": {wrong}'
            ) from wrong
        root_info = self._side.root_info(member)
        if tag == "root" and namespace != root_info["root_namespace_id"]:
            raise wire.wrong_root("invalid_root", invalid_root=root_info)
        if tag == "namespace_id" and not self._side.has_namespace(namespace):
            raise wire.wrong_root("no_permission")
        return str(namespace)


def _known_app(name: str, headers: Mapping[str, str]) -> None:
    client_id, secret = credentials(headers.get("authorization", ""))
    app = APPS.get(client_id)
    if app is None or not app.knows(secret):
        raise wire.bad_request(name, 'Invalid app key and secret in HTTP header "Authorization".')


def _argument(name: str, check: Check, body: bytes) -> Any:
    try:
        given = json.loads(body)
    except ValueError as wrong:
        raise wire.bad_request(name, "request body: could not decode input as JSON") from wrong
    try:
        return check(given)
    except ArgumentError as wrong:
        raise wire.bad_request(name, f"request body: {wrong}") from wrong
