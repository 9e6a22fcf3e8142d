"""How to talk to Dropbox Business: hosts, scopes, tokens, and the calling of a route.

The wire rules are those of Dropbox's HTTP documentation and its Stone specification
(github.com/dropbox/dropbox-api-spec): every route is a POST of JSON, `null` where it takes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import httpx
import msgspec

from connectors.bodies import body_of, decode, decoded, printable
from connectors.contract import Credentials
from connectors.dropbox.refusals import Failure, RouteError, bad_call, no_tokens, not_allowed
from connectors.errors import NeedsPerson, ShapeChanged
from connectors.http import Budget, Http, Transient, clock_skew
from connectors.oauth import Consent, RefreshingAuth, Tokens, TokenStore

T = TypeVar("T")

API = "https://api.dropboxapi.com"
AUTHORIZE = "https://www.dropbox.com/oauth2/authorize"
SCOPES = {
    "team_info.read": "who connected, and what the plan offers",
    "events.read": "the audit log",
    "members.read": "who is on the team",
    "groups.read": "groups",
    "team_data.member": "namespaces, and acting for an administrator",
    "files.metadata.read": "names and places of files, never their content",
    "sharing.read": "links and who may open what",
}
UNLINK = "Unlink the app in the Dropbox admin console, under Settings, Integrations."
# Dropbox publishes no limit. Ten full pages a second are more than one process can digest.
CALLS_PER_SECOND = 20.0


class Api:
    """Calls routes of Dropbox's HTTP API with a connection's tokens."""

    def __init__(
        self,
        credentials: Credentials,
        store: TokenStore,
        *,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.credentials = credentials
        self.budget = Budget(credentials.pace(CALLS_PER_SECOND))
        self._host = (credentials.base_url or API).rstrip("/")
        self._unsigned = Http("Dropbox", self.budget, transport=transport)
        auth = RefreshingAuth(store, renew=self._renew, read=self._tokens, refused=_token_died)
        self._signed = Http("Dropbox", self.budget, auth=auth, transport=transport)
        self.clock_skew: timedelta | None = None

    def call(
        self, route: str, argument: object, answer: type[T], headers: dict[str, str] | None = None
    ) -> T:
        """The answer of a route, decoded into `answer`. Raises what `ask` raises."""
        return self.ask(route, argument, lambda body: decoded(body, answer), headers)

    def ask(
        self,
        route: str,
        argument: object,
        read: Callable[[bytes], T],
        headers: dict[str, str] | None = None,
    ) -> T:
        """What `read` makes of the body of a route's answer; it may fail as msgspec's decoders do.

        Raises:
            RouteError: the route's own error (409), or a Path-Root that is no good (422).
            NeedsPerson: the token, its scopes, the administrator or the plan do not allow it.
            TryLater: Dropbox stayed away or busy.
            ShapeChanged: the answer is not what the specification promises.
        """
        request = self._signed.request(
            "POST",
            f"{self._host}/2/{route}",
            content=msgspec.json.encode(argument),
            headers={"Content-Type": "application/json"} | (headers or {}),
        )
        return self._signed.send(request, lambda response: self._answer(route, response, read))

    def consent(self, redirect_uri: str | None) -> Consent:
        """The link that asks a team administrator; `offline` is what brings a refresh token."""
        base = self.credentials.base_url
        return Consent.ask(
            f"{base.rstrip('/')}/oauth2/authorize" if base else AUTHORIZE,
            redirect_uri,
            client_id=self.credentials.client_id,
            token_access_type="offline",  # noqa: S106 - a word of the protocol
            scope=" ".join(SCOPES),
        )

    def exchange(self, consent: Consent, code: str) -> Tokens:
        """The tokens for a code, which serves once and for a short while."""
        form = {"grant_type": "authorization_code", "code": code}
        if consent.redirect_uri:
            form["redirect_uri"] = consent.redirect_uri
        request = self._token_request(form | {"code_verifier": consent.verifier})
        none = Tokens(None, None, None)
        return self._unsigned.send(request, lambda response: self._tokens(response, none))

    def revoke(self) -> None:
        """Kill the grant: its access tokens and its refresh token.

        The specification marks the route for users; a team token was once seen to get a 400 there
        (watermint/toolbox#18).
        """
        try:
            self.call("auth/token/revoke", None, msgspec.Raw)
        except ShapeChanged:
            raise NeedsPerson("Dropbox did not take the grant back.", UNLINK) from None

    def _renew(self, tokens: Tokens) -> httpx.Request:
        if not tokens.refresh_token:
            raise NeedsPerson(
                "Nobody has consented to this connection yet.", self.credentials.reconnect
            )
        form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
        return self._token_request(form)

    def _token_request(self, form: dict[str, str]) -> httpx.Request:
        # In the form, never in the address: addresses end up in other people's logs.
        form["client_id"] = self.credentials.client_id
        if self.credentials.client_secret:
            form["client_secret"] = self.credentials.client_secret
        return self._unsigned.request("POST", f"{self._host}/oauth2/token", data=form)

    def _tokens(self, response: httpx.Response, old: Tokens) -> Tokens:
        """Dropbox does not rotate refresh tokens: a refresh answers without one."""
        if response.status_code == 429 or response.status_code >= 500:
            raise Transient(f"answered {response.status_code} when asked for a token")
        if response.status_code != 200:
            raise no_tokens(response, self.credentials)
        granted = decode(response, _Granted)
        return Tokens(
            granted.access_token,
            datetime.now(UTC) + timedelta(seconds=granted.expires_in),
            granted.refresh_token or old.refresh_token,
            granted.scope or old.scope,
        )

    def _answer(self, route: str, response: httpx.Response, read: Callable[[bytes], T]) -> T:
        self.clock_skew = clock_skew(response)
        if response.status_code == 200:
            return body_of(response, read)
        if response.status_code == 400:
            raise bad_call(route, response.text, self.credentials)
        if response.status_code in {401, 403, 409, 422}:
            error = decode(response, Failure).error
            if response.status_code in {409, 422}:
                raise RouteError(route, error)
            raise not_allowed(route, error, self.credentials)
        text = printable(response.text)
        raise ShapeChanged(f"Dropbox answered {route} with {response.status_code}: {text}")


def acting(
    *, admin: str | None = None, user: str | None = None, root: str | None = None
) -> dict[str, str]:
    """The headers by which a team token acts for a member, with an admin's reach or their own.

    `root` is the namespace that paths begin in.
    """
    headers = {}
    if admin:
        headers["Dropbox-API-Select-Admin"] = admin
    if user:
        headers["Dropbox-API-Select-User"] = user
    if root:
        place = {".tag": "namespace_id", "namespace_id": root}
        headers["Dropbox-API-Path-Root"] = msgspec.json.encode(place).decode()
    return headers


class _Granted(msgspec.Struct):
    access_token: str
    expires_in: float = 14400
    refresh_token: str | None = None
    scope: str | None = None


def _token_died(response: httpx.Response) -> bool:
    return response.status_code == 401 and b"_access_token" in response.content
