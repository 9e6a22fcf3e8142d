"""The consent screen of the Dropbox stand-in: what an app asks for and where the answer goes.

Contract: https://developers.dropbox.com/oauth-guide, RFC 6749 §4.1.1 and §4.1.2.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sandbox.dropbox.access import APPS, SCOPES, Access, App, Consent, Role
from sandbox.oauth import OAuthError, destination, once, sent_back
from sandbox.pages import code_page, consent_page, denied_page, problem_page

PKCE = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636 §4.1 and §4.2
_PARAMETERS = (
    "client_id",
    "response_type",
    "redirect_uri",
    "state",
    "scope",
    "token_access_type",
    "code_challenge",
    "code_challenge_method",
)
_ROLES = {"admin": "team admin", "limited": "user management admin", "member": "plain member"}


@dataclass(frozen=True)
class Asked:
    """What an app asks a person for."""

    app: App
    redirect_uri: str | None
    state: str | None
    scope: tuple[str, ...] = ()
    offline: bool = False
    challenge: str | None = None
    challenge_method: str = "plain"

    @classmethod
    def identify(cls, given: Mapping[str, str]) -> Self:
        """The app and its address: without these no answer may be sent anywhere."""
        app = APPS.get(given.get("client_id", ""))
        if app is None:
            raise OAuthError("invalid_request", "No app has this client_id.")
        return cls(app, *destination(given))

    def complete(self, given: Mapping[str, str]) -> Self:
        """The whole request.

        Raises:
            OAuthError: with a code of RFC 6749 §4.1.2.1.
        """
        if given.get("response_type") != "code":
            raise OAuthError("unsupported_response_type", 'response_type must be "code".')
        scope = given.get("scope", "").split() or sorted(self.app.scope)
        foreign = [name for name in scope if name not in self.app.scope]
        if foreign:
            raise OAuthError("invalid_scope", f"The app may not ask for the scope {foreign[0]}.")
        lasting = given.get("token_access_type", "online")
        if lasting not in {"offline", "online", "legacy"}:
            raise OAuthError("invalid_request", "token_access_type is offline or online.")
        challenge, method = given.get("code_challenge"), given.get("code_challenge_method", "plain")
        if method not in {"S256", "plain"}:
            raise OAuthError("invalid_request", "code_challenge_method is S256 or plain.")
        if challenge is not None and not PKCE.fullmatch(challenge):
            raise OAuthError("invalid_request", "code_challenge has 43 to 128 characters.")
        return replace(
            self,
            scope=tuple(scope),
            offline=lasting == "offline",
            challenge=challenge,
            challenge_method=method,
        )

    def answer(self, **parameters: str) -> Response:
        """Send the browser back to the app."""
        return sent_back(self.redirect_uri or "", self.state, **parameters)


class ConsentScreen:
    """`B/oauth2/authorize`; `people` (in wire shape) are those who may be signed in."""

    def __init__(self, access: Access, team: str, people: Mapping[Role, Mapping[str, Any]]) -> None:
        self._access = access
        self._team = team
        self._people = people

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
            asked = asked.complete(given)
            role = role_of(given.get("as", "admin"))
        except OAuthError as wrong:
            if asked is None or asked.redirect_uri is None:
                return problem_page(str(wrong))
            return asked.answer(error=wrong.error, error_description=str(wrong))
        if decided:
            return self._decision(asked, role, allowed=given.get("decision") == "allow")
        return consent_page(
            vendor="Dropbox",
            app=asked.app.name,
            company=self._team,
            scopes={name: SCOPES[name] for name in asked.scope},
            lasting=(
                "Access lasts until it is taken back."
                if asked.offline
                else "Access ends by itself after four hours."
            ),
            destination=asked.redirect_uri,
            action="/oauth2/authorize",
            hidden={name: given[name] for name in _PARAMETERS if name in given},
            people={role: _label(role, member) for role, member in self._people.items()},
            signed_in=role,
        )

    def _decision(self, asked: Asked, role: Role, *, allowed: bool) -> Response:
        if not allowed:
            if asked.redirect_uri is None:
                return denied_page(asked.app.name)
            return asked.answer(
                error="access_denied",
                error_description="The user chose not to give your app access",
            )
        code = self._access.code_for(
            Consent(
                client_id=asked.app.client_id,
                role=role,
                scope=list(asked.scope),
                offline=asked.offline,
                redirect_uri=asked.redirect_uri,
                challenge=asked.challenge,
                challenge_method=asked.challenge_method,
                expires_at=self._access.code_expiry(),
            )
        )
        if asked.redirect_uri is None:
            return code_page(asked.app.name, code, "a minute")
        return asked.answer(code=code)


def role_of(word: str) -> Role:
    """Who is signed in, from a word of the request."""
    match word:
        case "admin" | "limited" | "member":
            return word
        case _:
            raise OAuthError("invalid_request", f"as is one of {', '.join(_ROLES)}.")


def _label(role: Role, member: Mapping[str, Any]) -> str:
    profile = member["profile"]
    return f"{profile['name']['display_name']} · {profile['email']} · {_ROLES[role]}"
