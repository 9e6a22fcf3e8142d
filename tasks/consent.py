"""Connecting: an administrator's consent, or a refresh token by hand, becomes a saved block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pydantic import SecretStr

import connectors
from blocks import register
from blocks.custody import load_block, save_block
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


class Draft:
    """Tokens in memory until they have proved themselves (a `connectors.oauth.TokenStore`)."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens

    def load(self) -> Tokens:
        return self.tokens

    def save(self, tokens: Tokens) -> None:
        self.tokens = tokens

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        yield


def needed(connection: str) -> bool:
    """Whether there is something to connect: an offer, or a name that nobody knows yet."""
    return _offer.get() is not None or not _known(connection)


def _known(connection: str) -> bool:
    return any(each.name == connection for each in register.connections())


def connect(app: str, connection: str, port: int | None) -> Account:
    """Open an account and save what opens it. Nothing is saved of an attempt that fails.

    With a refresh token nobody is asked. Else the consent link is told to the listener, and the
    answer comes back to loopback on `port`, or from the listener itself where `port` is None.

    Raises:
        NeedsPerson: the app, the consent or the administrator is not right.
        TryLater: the vendor is away.
    """
    offer = _offer.get() or _saved(app, connection)
    draft = Draft(Tokens(None, None, offer.refresh_token))
    connector = connectors.connect(offer.credentials, draft)
    if offer.refresh_token is None:
        draft.save(_ask(connector, port))
    account = connector.account()
    _refuse_another(offer.credentials, account)
    _keep(offer.credentials, draft.tokens, account)
    listener().connected(connection, account)
    return account


def _saved(app: str, connection: str) -> Offer:
    """What the connection's block holds: filled in by hand, or by the connect before this one."""
    block = load_block(connection, block_for(app))
    secret, token = (
        hidden.get_secret_value() if hidden else None
        for hidden in (block.client_secret, block.refresh_token)
    )
    credentials = Credentials(app, connection, block.client_id, secret, block.base_url)
    return Offer(credentials, None if _known(connection) else token)


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


def _keep(credentials: Credentials, tokens: Tokens, account: Account) -> None:
    """The block holds the secret half, the register the public one."""
    hidden = {
        "client_secret": credentials.client_secret,
        "refresh_token": tokens.refresh_token,
        "access_token": tokens.access_token,
    }
    block = block_for(credentials.app)(
        base_url=credentials.base_url,
        client_id=credentials.client_id,
        access_expires_at=tokens.expires_at,
        scope=tokens.scope,
        account_id=account.id,
        account_name=account.name,
        admin_email=account.admin_email,
        **{name: SecretStr(value) for name, value in hidden.items() if value},
    )
    save_block(credentials.connection, block)
    register.remember(
        register.Connection(
            credentials.connection,
            credentials.app,
            datetime.now(UTC),
            credentials.base_url,
            account.id,
            account.name,
        )
    )


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
