"""Who may do what at Box: registered apps, consents, rotating grants, tokens.

Contract: https://developer.box.com/guides/authentication/ . A refresh token serves once and for 60
days; every refresh gives the next one. https://developer.box.com/guides/authentication/tokens/refresh/
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sandbox.grants import Grants
from sandbox.seal import Seal
from sandbox.state import BoxGrant, Memory, State

ACCESS_SECONDS: Final = 3_600
CODE_SECONDS: Final = 30
REFRESH_SECONDS: Final = 60 * 86_400

SCOPES: Final = {
    "root_readonly": "Read all files and folders stored in Box",
    "manage_managed_users": "Manage users",
    "manage_groups": "Manage groups",
    "manage_enterprise_properties": "Manage enterprise properties, read the event streams",
}
PREFIX: Final = "casbah-box-"  # of every client id here
Role = Literal["admin", "coadmin", "member"]
Way = Literal["oauth", "ccg", "jwt"]


@dataclass(frozen=True)
class App:
    """An app registered with the stand-in; `way` is how it signs in."""

    name: str
    client_id: str
    client_secret: str
    way: Way
    scope: frozenset[str]
    blocked: bool = False  # unpublished, and the enterprise lets only exceptions in

    def knows(self, secret: str) -> bool:
        """Whether this is the app's secret."""
        return hmac.compare_digest(secret.encode(), self.client_secret.encode())


def _app(word: str, way: Way = "oauth", without: str = "", *, blocked: bool = False) -> App:
    return App(
        name=f"Casbah {word}",
        client_id=f"{PREFIX}{word}-key",
        client_secret=f"{PREFIX}{word}-secret",
        way=way,
        scope=frozenset(SCOPES) - {without},
        blocked=blocked,
    )


APPS: Final = {
    app.client_id: app
    for app in (
        _app("demo"),
        _app("ccg", "ccg"),
        _app("jwt", "jwt"),
        _app("blocked", blocked=True),
        _app("narrow", without="manage_enterprise_properties"),
    )
}


@dataclass(frozen=True)
class Consent:
    """What a person allowed, waiting for its code to be exchanged."""

    client_id: str
    user_id: str
    scope: list[str]
    expires_at: datetime


@dataclass(frozen=True)
class Caller:
    """Whoever a valid access token stands for."""

    grant: BoxGrant
    app: App

    @property
    def scope(self) -> frozenset[str]:
        """What the token opens."""
        return frozenset(self.grant.scope)


class RefusedError(Exception):
    """A refresh token that gives nothing; `spent` when it had its turn before."""

    def __init__(self, sentence: str, *, spent: BoxGrant | None = None) -> None:
        super().__init__(sentence)
        self.spent = spent


class Access(Grants[BoxGrant, Consent]):
    """Consents, grants and tokens of one sandbox."""

    def __init__(self, memory: Memory, seal: Seal) -> None:
        super().__init__(memory)
        self._seal = seal

    def kept(self, state: State) -> dict[str, BoxGrant]:
        return state.box_grants

    def code_expiry(self) -> datetime:
        """When a code made now stops working."""
        return self._memory.now() + timedelta(seconds=CODE_SECONDS)

    def grant(self, client_id: str, user_id: str, scope: list[str]) -> BoxGrant:
        """Record a consent."""
        return self._new(secrets.token_hex(6), client_id, user_id, scope)

    def server_grant(self, app: App, user_id: str) -> BoxGrant:
        """The one grant of an app that signs in by itself, in the name of one account."""
        key = f"{app.client_id}:{user_id}"
        known = self._memory.state.box_grants.get(key)
        if known is not None and not known.revoked:
            return known
        return self._new(key, app.client_id, user_id, sorted(app.scope))

    def mint(self, grant: BoxGrant) -> str:
        """A new access token of the grant."""
        return self._seal.close({"g": grant.id, "n": self._numbered(grant), "t": self._seconds()})

    def refresh_token(self, grant: BoxGrant) -> str:
        """The refresh token whose turn it is."""
        return self._seal.close({"g": grant.id, "r": grant.turn})

    def rotate(self, refresh_token: str, client_id: str) -> BoxGrant:
        """Spend a refresh token; the grant's next one is `refresh_token(grant)`.

        Raises:
            RefusedError: it is not of this app, was revoked, expired or spent.
        """
        opened = self._seal.open(refresh_token)
        with self._memory.lock:
            grant = self._memory.state.box_grants.get(opened["g"]) if opened else None
            if opened is None or grant is None or "r" not in opened:
                raise RefusedError("Invalid refresh token")
            if grant.revoked or grant.client_id != client_id:
                raise RefusedError("Invalid refresh token")
            if opened["r"] != grant.turn:
                raise RefusedError("Refresh token has expired", spent=grant)
            if self._seconds() >= grant.renewed_at + REFRESH_SECONDS:
                raise RefusedError("Refresh token has expired")

            def turn(_: State) -> None:
                grant.turn += 1
                grant.renewed_at = self._seconds()

            self._memory.change(turn)
            return grant

    def caller(self, token: str) -> Caller | None:
        """Whom an access token stands for; None when it opens nothing (any more)."""
        opened = self._seal.open(token)
        grant = self._memory.state.box_grants.get(opened["g"]) if opened else None
        if opened is None or grant is None or grant.revoked or "n" not in opened:
            return None
        if opened["n"] <= grant.expired or self._seconds() - opened["t"] >= ACCESS_SECONDS:
            return None
        return Caller(grant, APPS[grant.client_id])

    def of_token(self, token: str) -> BoxGrant | None:
        """The grant of an access or refresh token, living or not."""
        opened = self._seal.open(token)
        return self._memory.state.box_grants.get(opened["g"]) if opened else None

    def _new(self, key: str, client_id: str, user_id: str, scope: list[str]) -> BoxGrant:
        now = self._seconds()
        return self._keep(
            BoxGrant(id=key, client_id=client_id, user_id=user_id, scope=scope, renewed_at=now)
        )

    def _seconds(self) -> int:
        return int(self._memory.now().timestamp())
