"""Connecting: an administrator's consent, or a refresh token by hand, becomes a saved block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime

import connectors
from blocks import register
from blocks.account import revealed
from blocks.custody import BlockTokens, DraftTokens, load_block, save_block
from blocks.registry import block_for
from connectors.contract import Account, Connector, Credentials
from connectors.errors import NeedsPerson
from connectors.oauth import Tokens
from tasks import callback
from tasks.telling import listener

PATIENCE = 600.0


@dataclass(frozen=True)
class Offer:
    """The app to consent to and, by hand, a refresh token: what opens an account.

    It is handed over within the process. As a flow's parameter Prefect would keep it in the clear.
    """

    credentials: Credentials
    refresh_token: str | None = field(default=None, repr=False)


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
    """Whether there is something to connect: an offer, or a name that nobody knows yet."""
    return _offer.get() is not None or not _known(connection)


def _known(connection: str) -> bool:
    return any(each.name == connection for each in register.connections())


def connect(app: str, connection: str, port: int | None) -> Account:
    """Open an account and save what opens it. What was saved stays as it is when it fails.

    With a refresh token nobody is asked. Else the consent link is told to the listener, and the
    answer comes back to loopback on `port`, or from the listener itself where `port` is None.

    Raises:
        NeedsPerson: the app, the consent or the administrator is not right.
        TryLater: the vendor is away.
    """
    offer = _offer.get() or _saved(app, connection)
    store = _store(offer)
    connector = connectors.connect(offer.credentials, store)
    if offer.refresh_token is None and offer.credentials.auth == "oauth":
        store.save(_ask(connector, port))
    account = connector.account()
    _refuse_another(offer.credentials, account)
    _keep(offer.credentials, store, account)
    listener().connected(connection, account)
    return account


def _store(offer: Offer) -> BlockTokens | DraftTokens:
    """Where tokens go meanwhile: into the block that the offered one is from, else into a draft.

    A vendor that rotates refresh tokens (Box) spends what is offered with the first call.
    """
    held = BlockTokens(offer.credentials.connection, offer.credentials.app)
    tokens = Tokens(None, None, offer.refresh_token)
    if offer.refresh_token:
        with suppress(NeedsPerson):  # no such block yet
            if held.load().refresh_token == offer.refresh_token:
                return held
    return DraftTokens(offer.credentials, tokens)


def _saved(app: str, connection: str) -> Offer:
    """What the connection's block holds: filled in by hand, or by the connect before this one."""
    block = load_block(connection, block_for(app))
    token = revealed(block.refresh_token)
    return Offer(block.credentials(app, connection), None if _known(connection) else token)


def _refuse_another(credentials: Credentials, account: Account) -> None:
    """A name stands for one account: events of two in one place could never be told apart."""
    for known in register.connections():
        same_name = known.name == credentials.connection
        if same_name and (known.app, known.account_id) != (credentials.app, account.id):
            raise NeedsPerson(
                f"{known.name!r} is connected to {known.account_name} ({known.account_id}), and"
                f" this is {account.name} ({account.id}).",
                "Give this one another name.",
            )


def _keep(credentials: Credentials, store: BlockTokens | DraftTokens, account: Account) -> None:
    """The block holds the secret half, the register the public one."""
    block = block_for(credentials.app).of(credentials, store.load(), account)
    save_block(credentials.connection, block, keep_tokens=isinstance(store, BlockTokens))
    register.remember(
        register.Connection(
            credentials.connection,
            credentials.app,
            datetime.now(UTC),
            credentials.base_url,
            account.id,
            account.name,
            accept_coadmin=any(
                known.accept_coadmin
                for known in register.connections()
                if known.name == credentials.connection
            ),
        )
    )
    if isinstance(store, DraftTokens):
        store.discard()


def _ask(connector: Connector, port: int | None) -> Tokens:
    if port is None:
        consent = connector.consent(None)
        answer = listener().consent(consent.link)
        if answer is None:
            raise NeedsPerson("Nobody is there to paste the code.", "Run connect in a terminal.")
        return connector.exchange(consent, consent.code(answer))
    with callback.desk(port) as desk:
        consent = connector.consent(desk.redirect_uri)
        answer = listener().consent(consent.link) or desk.wait(PATIENCE)
        return connector.exchange(consent, consent.code(answer))
