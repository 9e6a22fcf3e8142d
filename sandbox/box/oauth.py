"""Tokens of the Box stand-in: for a code, a refresh token, an app's own secret or a signed JWT.

Contract: https://developer.box.com/reference/post-oauth2-token/ . Every refresh gives a new refresh
token and spends the old one.
"""

import time
from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.box.access import ACCESS_SECONDS, APPS, Access, App, RefusedError
from sandbox.box.consent import BLOCKED, role_of
from sandbox.box.keys import KEY_ID, Keys
from sandbox.box.users import Users
from sandbox.faults import Visit
from sandbox.oauth import OAuthError, credentials, field, once
from sandbox.state import BoxGrant

_JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_NO_STORE = {"cache-control": "no-store"}


class Tokens:
    """Box's part of `B/oauth2/token` and `/grant`; `B/oauth2/revoke`."""

    def __init__(self, access: Access, users: Users, keys: Keys) -> None:
        self._access, self._users, self._keys = access, users, keys

    async def token(self, request: Request) -> Response:
        """Answer the app's request for tokens."""
        return await run_in_threadpool(self._guarded, self._answer, request, await _form(request))

    async def revoke(self, request: Request) -> Response:
        """End the grant of an access or refresh token."""
        return await run_in_threadpool(self._guarded, self._revoke, request, await _form(request))

    async def grant(self, request: Request) -> Response:
        """Tokens without a browser, for tests: `{"app": "box", "client_id"?, "as"?}`."""
        wanted = await request.json()
        app = APPS.get(wanted.get("client_id", next(iter(APPS))))
        if app is None:
            return JSONResponse({"error": f"There are the apps {', '.join(APPS)}."}, 400)
        try:
            user = self._users.signing_in()[role_of(wanted.get("as", "admin"))]
        except OAuthError as wrong:
            return JSONResponse({"error": str(wrong)}, 400)
        scope = sorted(app.scope)
        grant = await run_in_threadpool(self._access.grant, app.client_id, user.id, scope)
        return JSONResponse(self._tokens(grant, lasting=True))

    async def config(self, _: Request) -> Response:
        """What Box's developer console gives to the owner of an app that signs in by JWT."""
        app = next(app for app in APPS.values() if app.way == "jwt")
        pem, passphrase = await run_in_threadpool(self._keys.private)
        signing = {"publicKeyID": KEY_ID, "privateKey": pem, "passphrase": passphrase}
        settings = {
            "clientID": app.client_id,
            "clientSecret": app.client_secret,
            "appAuth": signing,
        }
        enterprise = self._users.enterprise["id"]
        return JSONResponse({"boxAppSettings": settings, "enterpriseID": enterprise})

    def _guarded(self, answer: Any, request: Request, body: str) -> Response:
        try:
            given = once(body)
            app = _app(given, request.headers.get("authorization", ""))
            found: Response = answer(app, given, request)
        except OAuthError as wrong:
            error = {"error": wrong.error, "error_description": str(wrong)}
            return JSONResponse(error, 400)
        return found

    def _answer(self, app: App, given: Mapping[str, str], request: Request) -> Response:
        if app.blocked:
            raise OAuthError("unauthorized_client", BLOCKED)
        match given.get("grant_type"):
            case "authorization_code":
                tokens = self._for_code(app, field(given, "code"))
            case "refresh_token":
                tokens = self._for_refresh(app, field(given, "refresh_token"), request.state.visit)
            case "client_credentials":
                kind, subject = given.get("box_subject_type"), given.get("box_subject_id")
                tokens = self._for_server(app, "ccg", kind or "", subject or "")
            case grant_type if grant_type == _JWT:
                now = time.time() + getattr(request.state, "skew", 0)
                url, assertion = str(request.url), field(given, "assertion")
                kind, subject = self._keys.subject(assertion, app.client_id, url, now)
                tokens = self._for_server(app, "jwt", kind, subject)
            case other:
                raise OAuthError("unsupported_grant_type", f"{other!r} is no grant_type here")
        return JSONResponse(tokens, headers=_NO_STORE)

    def _for_code(self, app: App, code: str) -> dict[str, Any]:
        consent = self._access.consent(code)
        if consent is None or consent.client_id != app.client_id:
            raise OAuthError(
                "invalid_grant", "Auth code doesn't exist or is invalid for the client"
            )
        grant = self._access.grant(app.client_id, consent.user_id, consent.scope)
        return self._tokens(grant, lasting=True)

    def _for_refresh(self, app: App, refresh_token: str, visit: Visit) -> dict[str, Any]:
        try:
            grant = self._access.rotate(refresh_token, app.client_id)
        except RefusedError as refused:
            if refused.spent is not None and visit.struck("replay_kills"):
                self._access.revoke(refused.spent)
            raise OAuthError("invalid_grant", str(refused)) from refused
        return self._tokens(grant, lasting=True)

    def _for_server(self, app: App, way: str, kind: str, subject: str) -> dict[str, Any]:
        """A token for the app's service account, or for one of the enterprise's users."""
        if app.way != way:
            raise OAuthError(
                "unauthorized_client", "The grant type is unauthorized for this client"
            )
        if kind == "enterprise" and subject == self._users.enterprise["id"]:
            user_id = self._users.service(app.client_id)
        elif kind == "user" and any(user.id == subject for user in self._users.managed()):
            user_id = subject
        else:
            sentence = "Cannot obtain token based on the enterprise configuration for your app"
            raise OAuthError("invalid_grant", sentence)
        return self._tokens(self._access.server_grant(app, user_id), lasting=False)

    def _tokens(self, grant: BoxGrant, *, lasting: bool) -> dict[str, Any]:
        tokens = {
            "access_token": self._access.mint(grant),
            "expires_in": ACCESS_SECONDS,
            "restricted_to": [],
            "token_type": "bearer",
        }
        if lasting:
            tokens["refresh_token"] = self._access.refresh_token(grant)
        return tokens

    def _revoke(self, app: App, given: Mapping[str, str], _: Request) -> Response:
        grant = self._access.of_token(field(given, "token"))
        if grant is None or grant.client_id != app.client_id:
            raise OAuthError("invalid_token", "The token is invalid or was revoked before")
        self._access.revoke(grant)
        return Response(b"", 200)


async def _form(request: Request) -> str:
    return (await request.body()).decode("utf-8", "replace")


def _app(given: Mapping[str, str], basic: str) -> App:
    """The app that asks, by its secret in the form or in HTTP Basic."""
    client_id, secret = given.get("client_id", ""), given.get("client_secret", "")
    if not client_id:
        client_id, secret = credentials(basic)
    app = APPS.get(client_id)
    if app is None or not app.knows(secret):
        raise OAuthError("invalid_client", "The client credentials are invalid")
    return app
