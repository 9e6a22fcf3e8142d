"""How to talk to Box: hosts, the rate, and the calling of a path with a connection's tokens.

The wire rules are those of Box's OpenAPI specification (github.com/box/box-openapi) and its guides:
REST with JSON, `As-User` to see what somebody else sees.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TypeVar

import httpx

from connectors.bodies import body_of, decoded
from connectors.box.refusals import NOT_ENABLED, refusal
from connectors.box.sign_in import SignIn
from connectors.contract import Credentials
from connectors.http import Budget, Http, Transient, clock_skew
from connectors.oauth import Consent, RefreshingAuth, Tokens, TokenStore

T = TypeVar("T")

API = "https://api.box.com"
# developer.box.com/guides/api-calls/permissions-and-errors/rate-limits: 1000 a minute and user
CALLS_PER_SECOND = 16.0


class Api:
    """Calls paths of Box's API with a connection's tokens."""

    def __init__(
        self,
        credentials: Credentials,
        store: TokenStore,
        *,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.credentials = credentials
        self.budget = Budget(credentials.pace(CALLS_PER_SECOND))
        self.clock_skew: timedelta | None = None
        self._store = store
        self._host = (credentials.base_url or API).rstrip("/")
        unsigned = Http("Box", self.budget, transport=transport)
        self._sign_in = SignIn(credentials, self._host, unsigned)
        auth = RefreshingAuth(
            store, renew=self._sign_in.renew, read=self._sign_in.read, refused=_token_died
        )
        self._signed = Http("Box", self.budget, auth=auth, transport=transport)

    def get(
        self,
        path: str,
        parameters: Mapping[str, str],
        answer: type[T],
        *,
        as_user: str | None = None,
    ) -> T:
        """The answer of a path, decoded into `answer`. Raises what `ask` raises."""
        return self.ask(path, parameters, lambda body: decoded(body, answer), as_user=as_user)

    def ask(
        self,
        path: str,
        parameters: Mapping[str, str],
        read: Callable[[bytes], T],
        *,
        as_user: str | None = None,
    ) -> T:
        """What `read` makes of the body of a path's answer; it may fail as msgspec's decoders do.

        Raises:
            Missing: there is no such thing, or whom we ask as may not see it (404).
            Rejected: a parameter is not accepted (400).
            Forbidden: whom we ask as has no right to it (403).
            NeedsPerson: the token, its scopes or the enterprise's settings do not allow it.
            TryLater: Box stayed away or busy.
            ShapeChanged: the answer is not what the specification promises.
        """
        headers = {"As-User": as_user} if as_user else None
        url = f"{self._host}/2.0/{path}"
        request = self._signed.request("GET", url, params=parameters, headers=headers)
        return self._signed.send(request, lambda response: self._answer(path, response, read))

    def consent(self, redirect_uri: str | None) -> Consent:
        """The link that asks an administrator."""
        return self._sign_in.consent(redirect_uri)

    def exchange(self, consent: Consent, code: str) -> Tokens:
        """The tokens for a consent's code."""
        return self._sign_in.exchange(consent, code)

    def revoke(self) -> None:
        """Kill the grant: its access tokens and its refresh token."""
        self._sign_in.revoke(self._store.load())

    def _answer(self, path: str, response: httpx.Response, read: Callable[[bytes], T]) -> T:
        self.clock_skew = clock_skew(response)
        if response.status_code == 200:
            return body_of(response, read)
        if response.status_code == 202:
            raise Transient("has not made ready yet what was asked for")
        raise refusal(path, response, self.credentials)


def _token_died(response: httpx.Response) -> bool:
    return response.status_code == 401 and NOT_ENABLED.encode() not in response.content
