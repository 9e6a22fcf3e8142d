"""What both apps do alike with consents and grants: codes that serve once, tokens that end."""

import secrets
from abc import ABC, abstractmethod
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from sandbox.state import Grant, Memory, State


class Allowed(Protocol):
    """What a person allowed, waiting for its code to be exchanged."""

    @property
    def expires_at(self) -> datetime:
        """When the code stops working."""


A = TypeVar("A", bound=Allowed)
G = TypeVar("G", bound=Grant)


class Grants(ABC, Generic[G, A]):
    """The consents and grants of one app."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._consents: dict[str, A] = {}

    @abstractmethod
    def kept(self, state: State) -> dict[str, G]:
        """The app's grants by id, as the sandbox remembers them."""

    def code_for(self, consent: A) -> str:
        """A code that can be exchanged once, until the consent expires."""
        code = secrets.token_urlsafe(24)
        with self._memory.lock:
            self._consents[code] = consent
        return code

    def consent(self, code: str) -> A | None:
        """The consent behind a code, which is used up by asking; None when it has expired."""
        with self._memory.lock:
            consent = self._consents.pop(code, None)
        if consent is None or consent.expires_at <= self._memory.now():
            return None
        return consent

    def expire(self, grant: G) -> None:
        """End every access token that the grant has given so far."""

        def end(_: State) -> None:
            grant.expired = grant.minted

        self._memory.change(end)

    def revoke(self, grant: G) -> None:
        """End the grant with all its tokens, as an admin who unlinks the app does."""

        def end(_: State) -> None:
            grant.revoked = True

        self._memory.change(end)

    def revoke_all(self, client_id: str | None = None) -> None:
        """End all grants, or those of one app."""
        with self._memory.lock:
            grants = list(self.kept(self._memory.state).values())
        for grant in grants:
            if client_id in {None, grant.client_id}:
                self.revoke(grant)

    def _keep(self, grant: G) -> G:
        self._memory.change(lambda state: self.kept(state).update({grant.id: grant}))
        return grant

    def _numbered(self, grant: G) -> int:
        """The number of the grant's next access token."""

        def number(_: State) -> None:
            grant.minted += 1

        self._memory.change(number)
        return grant.minted
