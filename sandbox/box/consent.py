"""The consent screen of the Box stand-in. https://developer.box.com/reference/get-authorize/"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sandbox.box.access import APPS, SCOPES, Access, App, Role
from sandbox.box.users import User, Users
from sandbox.oauth import OAuthError, destination, once, sent_back
from sandbox.pages import code_page, consent_page, denied_page, problem_page

_PARAMETERS: Final = ("client_id", "response_type", "redirect_uri", "state", "scope")
_ROLES: Final = {"admin": "admin", "coadmin": "co-admin", "member": "user"}


@dataclass(frozen=True)
class Asked:
    """What an app asks a person for."""

    app: App
    redirect_uri: str | None
    state: str | None

    @classmethod
    def identify(cls, given: Mapping[str, str]) -> Self:
        """The app and its address: without these no answer may be sent anywhere."""
        app = APPS.get(given.get("client_id", ""))
        if app is None:
            raise OAuthError("invalid_request", "No app has this client_id.")
        return cls(app, *destination(given))

    def scope(self, given: Mapping[str, str]) -> list[str]:
        """The scopes that are asked for, by default all of the app.

        Raises:
            OAuthError: with a code of RFC 6749 §4.1.2.1.
        """
        if given.get("response_type") != "code":
            raise OAuthError("unsupported_response_type", 'response_type must be "code".')
        if self.app.blocked:
            raise OAuthError("unauthorized_client", BLOCKED)
        if self.app.way != "oauth":
            raise OAuthError("unauthorized_client", "This app does not sign users in.")
        scope = given.get("scope", "").split() or sorted(self.app.scope)
        foreign = [name for name in scope if name not in self.app.scope]
        if foreign:
            raise OAuthError("invalid_scope", f"The app may not ask for the scope {foreign[0]}.")
        return scope


BLOCKED: Final = "This app is not authorized by the enterprise"


class ConsentScreen:
    """`B/api/oauth2/authorize`."""

    def __init__(self, access: Access, users: Users) -> None:
        self._access, self._users = access, users

    async def show(self, request: Request) -> Response:
        """Ask the person."""
        return self._ask(request.url.query, decided=False)

    async def decide(self, request: Request) -> Response:
        """Take the person's answer back to the app."""
        body = (await request.body()).decode("utf-8", "replace")
        return await run_in_threadpool(self._ask, body, decided=True)

    def _ask(self, parameters: str, *, decided: bool) -> Response:
        asked = None
        try:
            given = once(parameters)
            asked = Asked.identify(given)
            scope = asked.scope(given)
            role = role_of(given.get("as", "admin"))
        except OAuthError as wrong:
            if asked is None or asked.redirect_uri is None:
                return problem_page(str(wrong))
            return sent_back(
                asked.redirect_uri, asked.state, error=wrong.error, error_description=str(wrong)
            )
        people = self._users.signing_in()
        if decided:
            allowed = given.get("decision") == "allow"
            return self._decision(asked, scope, people[role], allowed=allowed)
        return consent_page(
            vendor="Box",
            app=asked.app.name,
            company=self._users.company.name,
            scopes={name: SCOPES[name] for name in scope},
            lasting="Access lasts until it is taken back, or is not used for 60 days.",
            destination=asked.redirect_uri,
            action="/api/oauth2/authorize",
            hidden={name: given[name] for name in _PARAMETERS if name in given},
            people={
                role: f"{user.name} · {user.login} · {_ROLES[role]}"
                for role, user in people.items()
            },
            signed_in=role,
        )

    def _decision(self, asked: Asked, scope: list[str], user: User, *, allowed: bool) -> Response:
        if not allowed:
            if asked.redirect_uri is None:
                return denied_page(asked.app.name)
            words = "The user denied access to your application"
            return sent_back(
                asked.redirect_uri, asked.state, error="access_denied", error_description=words
            )
        code = self._access.code_for(asked.app, user.id, scope)
        if asked.redirect_uri is None:
            return code_page(asked.app.name, code, "half a minute")
        return sent_back(asked.redirect_uri, asked.state, code=code)


def role_of(word: str) -> Role:
    """Who is signed in, from a word of the request."""
    match word:
        case "admin" | "coadmin" | "member":
            return word
        case _:
            raise OAuthError("invalid_request", f"as is one of {', '.join(_ROLES)}.")
