"""Who may do what: registered apps, scopes, consents, codes, tokens.

Contract: https://developers.dropbox.com/oauth-guide and the scopes of the public API
specification (dropbox-api-spec).
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sandbox.grants import Grants
from sandbox.seal import Seal
from sandbox.state import DropboxGrant, Memory, State

ACCESS_SECONDS = 14_400
CODE_SECONDS = 60

TEAM_SCOPES = {
    "team_info.read": "See the team's name, licences and features",
    "events.read": "Read the team's activity log",
    "members.read": "List the members of the team and their roles",
    "groups.read": "List the groups of the team",
    "team_data.member": "Act on the content of members",
    "team_data.content.read": "See the team folders",
}
USER_SCOPES = {
    "account_info.read": "See basic account information",
    "files.metadata.read": "See names, sizes and times of files and folders",
    "sharing.read": "See shared links, shared folders and who is in them",
}
SCOPES = {**TEAM_SCOPES, **USER_SCOPES}

Role = Literal["admin", "limited", "member"]


@dataclass(frozen=True)
class App:
    """An app registered with the stand-in."""

    name: str
    client_id: str
    client_secret: str
    scope: frozenset[str]
    file_events: bool = True  # False: its team's plan does not log file events

    def knows(self, secret: str) -> bool:
        """Whether this is the app's secret."""
        return hmac.compare_digest(secret.encode(), self.client_secret.encode())


def _app(word: str, without: frozenset[str] = frozenset(), file_events: bool = True) -> App:
    return App(
        name=f"Casbah {word}",
        client_id=f"casbah-{word}-key",
        client_secret=f"casbah-{word}-secret",
        scope=frozenset(SCOPES) - without,
        file_events=file_events,
    )


APPS = {
    app.client_id: app
    for app in (
        _app("demo"),
        _app("narrow", without=frozenset({"events.read", "sharing.read"})),
        _app("basic", file_events=False),
    )
}


@dataclass(frozen=True)
class Consent:
    """What a person allowed, waiting for its code to be exchanged."""

    client_id: str
    role: Role
    scope: list[str]
    offline: bool
    redirect_uri: str | None
    challenge: str | None
    challenge_method: str
    expires_at: datetime

    def proves(self, verifier: str) -> bool:
        """Whether the PKCE verifier belongs to this consent's challenge (RFC 7636 §4.6)."""
        if self.challenge is None:
            return False
        answer = verifier
        if self.challenge_method == "S256":
            digest = hashlib.sha256(verifier.encode()).digest()
            answer = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return hmac.compare_digest(answer.encode(), self.challenge.encode())


@dataclass(frozen=True)
class Caller:
    """Whoever a valid access token stands for."""

    grant: DropboxGrant
    app: App
    scope: frozenset[str]


class TokenError(Exception):
    """An access token that does not open anything: the tag of Dropbox's AuthError."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag


class Access(Grants[DropboxGrant, Consent]):
    """Consents, grants and tokens of one sandbox; `people` are the members who may sign in."""

    def __init__(self, memory: Memory, seal: Seal, people: dict[Role, str]) -> None:
        super().__init__(memory)
        self._seal = seal
        self._people = people

    def kept(self, state: State) -> dict[str, DropboxGrant]:
        return state.grants

    def code_expiry(self) -> datetime:
        """When a code made now stops working."""
        return self._memory.now() + timedelta(seconds=CODE_SECONDS)

    def grant(
        self, app: App, role: Role, scope: list[str], *, offline: bool, pkce: bool = False
    ) -> DropboxGrant:
        """Record a consent. A plain member can only give an app their own account."""
        kind = "user" if role == "member" else "team"
        grant = DropboxGrant(
            id=secrets.token_hex(6),
            client_id=app.client_id,
            kind=kind,
            team_member_id=self._people[role],
            scope=[s for s in scope if kind == "team" or s in USER_SCOPES],
            refresh_token=secrets.token_urlsafe(48) if offline else None,
            pkce=pkce,
        )
        return self._keep(grant)

    def mint(self, grant: DropboxGrant, scope: list[str] | None = None) -> str:
        """A new access token of the grant, for all its scopes or fewer."""
        issued = int(self._memory.now().timestamp())
        token = {"g": grant.id, "n": self._numbered(grant), "t": issued}
        return "sl." + self._seal.close({**token, "s": scope} if scope is not None else token)

    def caller(self, token: str) -> Caller:
        """Whom an access token stands for.

        Raises:
            TokenError: the token is invalid, revoked or expired.
        """
        opened = self._seal.open(token.removeprefix("sl.")) if token.startswith("sl.") else None
        grant = self._memory.state.grants.get(opened["g"]) if opened else None
        if opened is None or grant is None or grant.revoked:
            raise TokenError("invalid_access_token")
        age = self._memory.now().timestamp() - opened["t"]
        if opened["n"] <= grant.expired or age >= ACCESS_SECONDS:
            raise TokenError("expired_access_token")
        return Caller(grant, APPS[grant.client_id], frozenset(opened.get("s", grant.scope)))

    def refreshable(self, refresh_token: str) -> DropboxGrant | None:
        """The living grant behind a refresh token."""
        with self._memory.lock:
            for grant in self._memory.state.grants.values():
                if grant.refresh_token == refresh_token and not grant.revoked:
                    return grant
        return None
