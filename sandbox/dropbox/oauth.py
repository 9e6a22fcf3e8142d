"""Tokens of the Dropbox stand-in: for a code, for a refresh token, or at once for a test.

Contract: https://developers.dropbox.com/oauth-guide, RFC 6749 §4.1.3 and §6, RFC 7636 §4.5.
Errors are JSON with status 400; a refresh token is not rotated.
"""

import re
from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.dropbox.access import ACCESS_SECONDS, APPS, Access, App, Role
from sandbox.dropbox.consent import PKCE, role_of
from sandbox.oauth import OAuthError, credentials, field, once
from sandbox.state import DropboxGrant

_REFRESH_TOKEN = re.compile(r"[\w-]{64}", re.ASCII)
_NO_STORE = {"cache-control": "no-store"}


class Tokens:
    """`B/oauth2/token` and `/grant`; `people` (in wire shape) are those who may consent."""

    def __init__(
        self, access: Access, team_id: str, people: Mapping[Role, Mapping[str, Any]]
    ) -> None:
        self._access = access
        self._team_id = team_id
        self._accounts = {
            member["profile"]["team_member_id"]: member["profile"]["account_id"]
            for member in people.values()
        }

    async def token(self, request: Request) -> Response:
        """Answer the app's request for tokens."""
        body = (await request.body()).decode("utf-8", "replace")
        basic = request.headers.get("authorization")
        return await run_in_threadpool(self._token, body, basic)

    async def grant(self, request: Request) -> Response:
        """Tokens without a browser, for tests: `{"client_id"?, "as"?, "scope"?, "offline"?}`."""
        wanted = await request.json()
        app = APPS.get(wanted.get("client_id", next(iter(APPS))))
        if app is None:
            return JSONResponse({"error": f"There are the apps {', '.join(APPS)}."}, 400)
        try:
            role = role_of(wanted.get("as", "admin"))
        except OAuthError as wrong:
            return JSONResponse({"error": str(wrong)}, 400)
        scope = wanted.get("scope", sorted(app.scope))
        offline = wanted.get("offline", True)
        grant = await run_in_threadpool(self._access.grant, app, role, scope, offline=offline)
        return JSONResponse(self._tokens(grant))

    def _token(self, body: str, basic: str | None) -> Response:
        try:
            given = once(body)
            client_id, secret = _client(given, basic)
            answer = self._answer(given, client_id, secret)
        except OAuthError as wrong:
            return _refusal(wrong, with_basic=basic is not None)
        return JSONResponse(answer, headers=_NO_STORE)

    def _answer(
        self, given: Mapping[str, str], client_id: str, secret: str | None
    ) -> dict[str, Any]:
        app = APPS.get(client_id)
        if app is None or (secret is not None and not app.knows(secret)):
            raise _wrong_client()
        match given.get("grant_type"):
            case "authorization_code":
                return self._for_code(app, given, secret)
            case "refresh_token":
                return self._for_refresh(app, given, secret)
            case other:
                raise OAuthError("unsupported_grant_type", f"{other!r} is no grant_type here")

    def _for_code(self, app: App, given: Mapping[str, str], secret: str | None) -> dict[str, Any]:
        consent = self._access.consent(field(given, "code"))
        if consent is None or consent.client_id != app.client_id:
            raise OAuthError("invalid_grant", "code doesn't exist or has expired")
        if consent.redirect_uri != given.get("redirect_uri"):
            raise OAuthError("invalid_grant", "redirect_uri differs from that of the request")
        if consent.challenge is not None:
            verifier = given.get("code_verifier", "")
            if not PKCE.fullmatch(verifier) or not consent.proves(verifier):
                raise OAuthError("invalid_grant", "invalid code verifier")
        elif secret is None:
            raise _wrong_client()
        pkce = consent.challenge is not None
        return self._tokens(
            self._access.grant(app, consent.role, consent.scope, offline=consent.offline, pkce=pkce)
        )

    def _for_refresh(
        self, app: App, given: Mapping[str, str], secret: str | None
    ) -> dict[str, Any]:
        refresh_token = field(given, "refresh_token")
        if not _REFRESH_TOKEN.fullmatch(refresh_token):
            raise OAuthError("invalid_grant", "refresh token is malformed")
        grant = self._access.refreshable(refresh_token)
        if grant is None or grant.client_id != app.client_id:
            raise OAuthError("invalid_grant", "refresh token is invalid or revoked")
        if secret is None and not grant.pkce:
            raise _wrong_client()
        scope = given.get("scope", "").split() or None
        if scope is not None and not set(scope) <= set(grant.scope):
            raise OAuthError("invalid_scope", "scope exceeds what was granted")
        return {
            "access_token": self._access.mint(grant, scope),
            "token_type": "bearer",
            "expires_in": ACCESS_SECONDS,
        }

    def _tokens(self, grant: DropboxGrant) -> dict[str, Any]:
        """`team_id` tells a team's token from a user's, which has `account_id`."""
        account = self._accounts[grant.team_member_id]
        whose = (
            {"uid": "", "team_id": self._team_id}
            if grant.kind == "team"
            else {"uid": "714203981", "account_id": account}
        )
        return {
            "access_token": self._access.mint(grant),
            "token_type": "bearer",
            "expires_in": ACCESS_SECONDS,
            **({"refresh_token": grant.refresh_token} if grant.refresh_token else {}),
            "scope": " ".join(grant.scope),
            **whose,
        }


def _client(given: Mapping[str, str], basic: str | None) -> tuple[str, str | None]:
    if basic is not None:
        return credentials(basic)
    return given.get("client_id", ""), given.get("client_secret")


def _wrong_client() -> OAuthError:
    return OAuthError("invalid_client", "Invalid client_id or client_secret")


def _refusal(wrong: OAuthError, *, with_basic: bool) -> Response:
    # Dropbox writes a wrong client in two ways; RFC 6749 §5.2 asks for 401 only after HTTP Basic.
    if wrong.error != "invalid_client":
        return JSONResponse({"error": wrong.error, "error_description": str(wrong)}, 400)
    if with_basic:
        error = {"error": wrong.error, "error_description": str(wrong)}
        return JSONResponse(error, 401, headers={"www-authenticate": "Basic"})
    return JSONResponse({"error": f"invalid_client: {wrong}"}, 400)
