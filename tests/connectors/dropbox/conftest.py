"""Connections to the sandbox as Dropbox, and to a Dropbox of which each test says the answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from connectors.contract import Credentials
from connectors.dropbox import Dropbox

DEMO = "casbah-demo-key"
HOME = {
    "namespace_id": "1",
    "name": "Bo",
    "namespace_type": {".tag": "team_member_folder"},
    "team_member_id": "dbmid:bo00000000",
}
SHARED = {"namespace_id": "2", "name": "Plans", "namespace_type": {".tag": "shared_folder"}}
TEAM = {"namespace_id": "3", "name": "All", "namespace_type": {".tag": "team_folder"}}
BO = {
    "profile": {
        "team_member_id": "dbmid:bo00000000",
        "account_id": "dbid:bo",
        "email": "bo@acme.example",
        "status": {".tag": "active"},
        "root_folder_id": "9",
    },
    "roles": [],
}
USUAL = {
    "team/token/get_authenticated_admin": {
        "admin_profile": {"team_member_id": "dbmid:ann00000000", "email": "ann@acme.example"}
    },
    "team/members/list_v2": {"members": [BO], "cursor": "m", "has_more": False},
    "team/namespaces/list": {"namespaces": [HOME, SHARED, TEAM], "cursor": "n", "has_more": False},
    "sharing/list_folder_members": {"users": [], "groups": [], "invitees": []},
    "sharing/list_shared_links": {"links": [], "has_more": False},
}


class Team:
    """A connected team; each route answers what `answers` has for it.

    That is a value, a refusal like `409 path/not_found`, a list of those for one call after
    another, or a function that makes one of the call's argument and namespace. `calls` are (route,
    argument, namespace).
    """

    def __init__(self, answers: dict[str, Any], store: Any) -> None:
        self.answers = USUAL | answers
        self.calls: list[tuple[str, Any, str | None]] = []
        credentials = Credentials("dropbox", "acme", "key", base_url="http://localhost")
        self.dropbox = Dropbox(credentials, store, transport=httpx.MockTransport(self._answer))

    def asked(self, route: str) -> list[Any]:
        """The arguments of all calls of a route, in their order."""
        return [argument for called, argument, _ in self.calls if called == route]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        route, argument = request.url.path.removeprefix("/2/"), json.loads(request.content)
        root = json.loads(request.headers.get("Dropbox-API-Path-Root", "{}")).get("namespace_id")
        self.calls.append((route, argument, root))
        answer = self.answers[route]
        if isinstance(answer, list):
            answer = answer.pop(0)
        if callable(answer):
            answer = answer(argument, root)
        if not isinstance(answer, str):
            return httpx.Response(200, text=json.dumps(answer))
        status, tags = answer.split()
        error: Any = None
        for tag in reversed(tags.split("/")):
            error = {".tag": tag, tag: error}
        return httpx.Response(int(status), json={"error_summary": "x/..", "error": error})


@pytest.fixture
def team(vault: Callable[[], Any]) -> Callable[..., Team]:
    """Makes a team by what the routes answer, where it is not as usual."""

    def make(answers: dict[str, Any] | None = None) -> Team:
        return Team(answers or {}, vault())

    return make


@pytest.fixture(scope="session")
def connected(vault: Callable[..., Any]) -> Callable[..., Dropbox]:
    """Makes the connector of a team at an address, for whoever consented to whatever."""

    def make(
        url: str,
        *,
        key: str = DEMO,
        secret: str | None = None,
        transport: httpx.BaseTransport | None = None,
        **wanted: object,
    ) -> Dropbox:
        given = httpx.post(f"{url}/grant", json={"client_id": key, **wanted}).json()
        secret = secret or key.replace("-key", "-secret")
        credentials = Credentials("dropbox", "acme", key, secret, url)
        store = vault(given["access_token"], given["refresh_token"])
        return Dropbox(credentials, store, transport=transport)

    return make
