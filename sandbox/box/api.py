"""The HTTP face of `B/2.0/…`: whose token, in whose name, and may they?

As-User: https://developer.box.com/guides/authentication/jwt/as-user/ ; a co-admin or a service
account may not work for an admin (https://support.box.com/hc/en-us/articles/360043693434).
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as HttpRoute

from sandbox.box import wire
from sandbox.box.access import Caller
from sandbox.box.users import User
from sandbox.faults import Visit

if TYPE_CHECKING:
    from sandbox.box.side import BoxSide


@dataclass(frozen=True)
class Call:
    """One call that has passed every check of identity and scope."""

    side: "BoxSide"
    caller: Caller
    signed_in: User  # whose token it is
    user: User  # in whose name: the same, or whom As-User names
    names: Mapping[str, str]  # what the path names, such as `id`
    query: Mapping[str, str]
    visit: Visit

    @property
    def fields(self) -> list[str] | None:
        """The fields that are asked for, None for the standard ones."""
        asked = self.query.get("fields", "")
        return [name.strip() for name in asked.split(",")] if asked else None

    def flag(self, name: str) -> bool:
        """Whether the query says yes; the SDK of Python writes it with a capital."""
        return self.query.get(name, "").lower() == "true"

    def number(self, name: str, usual: int, most: int) -> int:
        """A whole number of the query within [0, most].

        Raises:
            CallError: it is none, or out of range.
        """
        given = self.query.get(name)
        if given is None:
            return usual
        if not given.isdecimal() or int(given) > most:
            raise wire.bad_request(name, given, f"{name} is a number from 0 to {most}")
        return int(given)


@dataclass(frozen=True)
class Route:
    """One route: what answers it with JSON bytes, and the scope that it needs."""

    answer: Callable[[Call], bytes]
    scope: str | None = None


class Api:
    """All routes of the stand-in behind one entrance."""

    def __init__(self, side: "BoxSide", routes: Mapping[str, Route]) -> None:
        self._side = side
        self._routes = routes

    def http_routes(self) -> list[HttpRoute]:
        """`GET /2.0/{pattern}` for each, and Box's 404 for all others."""
        known = [
            HttpRoute(f"/2.0/{pattern}", self._endpoint(route), methods=["GET"])
            for pattern, route in self._routes.items()
        ]
        return [*known, HttpRoute("/2.0/{rest:path}", self._endpoint(Route(_nowhere)))]

    def _endpoint(self, route: Route) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await run_in_threadpool(self._respond, route, request)

        return endpoint

    def _respond(self, route: Route, request: Request) -> Response:
        status, headers = 200, {"content-type": wire.JSON}
        try:
            answer = route.answer(self._admit(route, request))
        except wire.CallError as error:
            status, headers, answer = error.status, error.headers, error.body
        return Response(answer, status, headers={**headers, "box-request-id": wire.request_id()})

    def _admit(self, route: Route, request: Request) -> Call:
        visit: Visit = request.state.visit
        caller = self._caller(request.headers.get("authorization", ""), visit)
        signed_in = self._side.users.user(caller.grant.user_id)
        if signed_in is None:
            raise wire.invalid_token()
        if route.scope is not None and route.scope not in caller.scope:
            raise wire.insufficient_scope()
        user = self._acting(signed_in, request.headers.get("as-user"))
        query: dict[str, Any] = dict(request.query_params)
        return Call(self._side, caller, signed_in, user, request.path_params, query, visit)

    def _caller(self, authorization: str, visit: Visit) -> Caller:
        kind, _, token = authorization.partition(" ")
        caller = self._side.access.caller(token) if kind.lower() == "bearer" else None
        if caller is not None and visit.struck("expire_access"):
            self._side.access.expire(caller.grant)
            caller = None
        if caller is None:
            raise wire.invalid_token()
        return caller

    def _acting(self, signed_in: User, as_user: str | None) -> User:
        """In whose name the call works."""
        if as_user is None or as_user == signed_in.id:
            return signed_in
        user = self._side.users.user(as_user)
        may = signed_in.role == "admin" or (
            signed_in.role == "coadmin" and user is not None and user.role == "user"
        )
        if user is None or not may or not user.managed or user.person is None:
            raise wire.forbidden()
        if not self._side.enterable(user):
            raise wire.forbidden()
        return user


def _nowhere(_: Call) -> bytes:
    raise wire.not_found()
