"""OAuth without I/O of its own: the consent link, the code for tokens, the refresh.

`RefreshingAuth` is an httpx auth flow: it yields requests and is sent responses, so a test can step
through it by hand, and whoever sends it decides about time-outs and retries. New tokens are saved
before they are used: a token that only lived in memory is lost with the process, and a vendor that
rotates refresh tokens (Box) then never lets us in again.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from connectors.errors import NeedsPerson

SHOWN = 300
EARLY = timedelta(minutes=5)  # Dropbox's SDK refreshes that long before a token's end


@dataclass(frozen=True)
class Tokens:
    """What opens an account. None of it may be printed."""

    access_token: str | None = field(repr=False)
    expires_at: datetime | None
    refresh_token: str | None = field(repr=False)
    scope: str | None = None

    def fresh(self, now: datetime) -> bool:
        """Whether the access token will serve for the next minutes."""
        return bool(self.access_token) and (
            self.expires_at is None or self.expires_at - now > EARLY
        )


class TokenStore(Protocol):
    """Where one connection's tokens are kept."""

    def load(self) -> Tokens:
        """The tokens as last saved."""

    def save(self, tokens: Tokens) -> None:
        """Keep these instead; they are durable when this returns."""

    def exclusive(self) -> AbstractContextManager[None]:
        """Hold everybody else back, in this process and others, from refreshing."""


@dataclass(frozen=True)
class Consent:
    """One question to an administrator: the link, and what recognises and redeems its answer.

    `refusals` are errors of which the app knows more than the standard says.
    """

    link: str
    redirect_uri: str | None
    state: str
    verifier: str = field(repr=False)
    refusals: Mapping[str, NeedsPerson] = field(default_factory=dict, repr=False)

    @classmethod
    def ask(
        cls,
        authorize_url: str,
        redirect_uri: str | None,
        *,
        pkce: bool = True,
        refusals: Mapping[str, NeedsPerson] | None = None,
        **parameters: str,
    ) -> Consent:
        """A link with a fresh `state` (RFC 6749 §10.12) and PKCE challenge (RFC 7636)."""
        state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(64)
        query = parameters | {"response_type": "code", "state": state}
        if pkce:
            digest = hashlib.sha256(verifier.encode()).digest()
            query["code_challenge"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            query["code_challenge_method"] = "S256"
        if redirect_uri:
            query["redirect_uri"] = redirect_uri
        link = f"{authorize_url}?{urlencode(query)}"
        return cls(link, redirect_uri, state, verifier, refusals or {})

    def code(self, answer: str) -> str:
        """The code in what came back: the address the browser landed on, or the bare code.

        Raises:
            NeedsPerson: consent was denied, or the answer belongs to another question.
        """
        answer = answer.strip()
        if "?" not in answer:
            if not answer:
                raise NeedsPerson(
                    "There is no code in that answer.",
                    "Paste the code that the page shows after Allow.",
                )
            return answer
        parts = {key: values[0] for key, values in parse_qs(urlsplit(answer).query).items()}
        if parts.get("state") != self.state:
            raise NeedsPerson(
                "That answer belongs to another consent link.",
                "Open the newest link, allow it there, and let only one connect run at a time.",
            )
        if parts.get("error") in self.refusals:
            raise self.refusals[parts["error"]]
        if parts.get("error"):
            raise _no_consent(parts["error"], parts.get("error_description", ""))
        if not parts.get("code"):
            raise NeedsPerson(
                "There is no code in that answer.", "Run it again, and follow its new link."
            )
        return parts["code"]


def _no_consent(error: str, description: str) -> NeedsPerson:
    """RFC 6749 §4.1.2.1: a denial is `access_denied`, all else is about the app or the link."""
    reason = f"({description or error})"[:SHOWN]
    if error == "access_denied":
        return NeedsPerson(
            f"The administrator did not allow the connection {reason}.",
            "Run it again, follow its new link and choose Allow, signed in as an administrator.",
        )
    return NeedsPerson(
        f"The app may not ask for this consent {reason}.",
        "Mend its scopes or redirect URI in the vendor's console, as the README says, and connect"
        " again.",
    )


class RefreshingAuth(httpx.Auth):
    """Signs requests with the access token, and gets a new one when it has died.

    `renew` builds the refresh request; `read` makes tokens of its answer, given the old ones;
    `refused` says whether an answer means that the access token is no longer good.
    """

    requires_response_body = True

    def __init__(
        self,
        store: TokenStore,
        *,
        renew: Callable[[Tokens], httpx.Request],
        read: Callable[[httpx.Response, Tokens], Tokens],
        refused: Callable[[httpx.Response], bool],
    ) -> None:
        self._store = store
        self._renew = renew
        self._read = read
        self._refused = refused
        self._tokens: Tokens | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        tokens = self._tokens or self._store.load()
        if not tokens.fresh(datetime.now(UTC)):
            tokens = yield from self._refresh(tokens)
        self._tokens = tokens
        request.headers["Authorization"] = f"Bearer {tokens.access_token}"
        response = yield request
        if self._refused(response):
            self._tokens = yield from self._refresh(tokens)
            request.headers["Authorization"] = f"Bearer {self._tokens.access_token}"
            yield request

    def _refresh(self, dead: Tokens) -> Generator[httpx.Request, httpx.Response, Tokens]:
        """New tokens, saved; or those that somebody else got while we waited for our turn."""
        with self._store.exclusive():
            tokens = self._store.load()
            if tokens.access_token != dead.access_token and tokens.fresh(datetime.now(UTC)):
                return tokens
            response = yield self._renew(tokens)
            renewed = self._read(response, tokens)
            self._store.save(renewed)
            return renewed
