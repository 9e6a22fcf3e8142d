"""What a connection is opened with: the app to consent to, told or from its block, or a token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from blocks import register
from blocks.account import ConnectedAccount, revealed
from blocks.custody import block_names, find_block
from blocks.registry import CONNECTIONS, block_for
from connectors.contract import Credentials
from connectors.errors import NeedsPerson


@dataclass(frozen=True)
class Offer:
    """The app to consent to and, by hand, a refresh token: what opens an account.

    It is handed over within the process. As a flow's parameter Prefect would keep it in the clear.
    """

    credentials: Credentials
    refresh_token: str | None = field(default=None, repr=False)

    @property
    def asks(self) -> bool:
        """Whether an administrator has to be asked: there is no token, and none can be had."""
        return self.refresh_token is None and self.credentials.auth == "oauth"


_offer: ContextVar[Offer | None] = ContextVar("offer", default=None)


@contextmanager
def offered(offer: Offer | None) -> Iterator[None]:
    """Let `connect` use this offer, in this context and what it starts."""
    token = _offer.set(offer)
    try:
        yield
    finally:
        _offer.reset(token)


def needed(connection: str) -> bool:
    """Whether there is something to connect: an offer, or a name that is not connected (yet)."""
    known = {each.name: each for each in register.connections()}
    there = connection in known and not known[connection].disconnected_at
    return _offer.get() is not None or not there


def opening(connection: str, app: str | None) -> Offer:
    """What there is to open the account with: what was offered, else what the block holds.

    Raises:
        NeedsPerson: there is no such block, or it is one of another app.
    """
    if offer := _offer.get():
        return offer
    app, block = _found(connection, app or _known(connection))
    token = None if _known(connection) else revealed(block.refresh_token)
    return Offer(block.credentials(app, connection), token)


def _known(connection: str) -> str | None:
    """The app of a connection that was made before."""
    return next((each.app for each in register.connections() if each.name == connection), None)


def _found(connection: str, wanted: str | None) -> tuple[str, ConnectedAccount]:
    """The block of that name, filled in by hand or by the connect before this one, and its app."""
    held = {app: block for app in CONNECTIONS if (block := find_block(connection, block_for(app)))}
    if wanted in held:
        return wanted, held[wanted]
    if not held:
        kind = _kind(wanted) if wanted else " or ".join(map(_kind, CONNECTIONS))
        there = [each for app in CONNECTIONS for each in block_names(block_for(app))]
        known = f" There are: {', '.join(there)}." if there else ""
        raise NeedsPerson(
            f"There is no block called {connection!r} ({kind}).{known}",
            f"Create it in the Prefect UI under Blocks ({kind}), with the app's key and secret, or:"
            f" casbah connect {wanted or 'APP'} {connection} --client-id APP_KEY",
        )
    if wanted:
        other = next(iter(held))
        raise NeedsPerson(
            f"The block {connection!r} is a {_kind(other)}, not a {_kind(wanted)}.",
            f"Choose {other} as the app, or give the connection another name.",
        )
    if len(held) > 1:
        raise NeedsPerson(
            f"Several blocks are called {connection!r}: {', '.join(map(_kind, held))}.",
            "Choose the app.",
        )
    return next(iter(held.items()))


def _kind(app: str) -> str:
    return block_for(app).get_block_type_name()
