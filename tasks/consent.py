"""Connecting: an administrator's consent, or a refresh token by hand, becomes a saved block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import connectors
from blocks import register
from blocks.custody import BlockTokens, DraftTokens, save_block
from blocks.registry import block_for
from connectors.contract import Account, Connector, Credentials
from connectors.errors import ConnectorError, NeedsPerson
from connectors.oauth import Tokens
from tasks.offer import Offer, opening
from tasks.question import Question, answered, posed
from tasks.telling import listener

PATIENCE = 600.0


def connect(
    connection: str, app: str | None, administrator: str | None, port: int | None
) -> Account:
    """Open an account and save what opens it. What was saved stays as it is when it fails.

    With a refresh token nobody is asked. Else the consent link is told to the listener, and the
    answer comes back to loopback on `port`, or from the listener itself where `port` is None; an
    answer that is here already is used. With an `administrator`, an e-mail address, nobody else's
    consent is taken.

    Raises:
        NeedsPerson: the app, the consent or the administrator is not right.
        TryLater: the vendor is away.
    """
    if question := answered():
        return _redeemed(question)
    offer = opening(connection, app)
    if not offer.asks:
        store = _store(offer)
        return _opened(offer, connectors.connect(offer.credentials, store), store, administrator)
    with asking(offer, port, administrator) as question:
        question.answer = listener().consent(question.consent.link)
        if question.answer is None and question.desk:
            question.answer = question.desk.wait(PATIENCE)
        return _redeemed(question)


@contextmanager
def asking(
    offer: Offer, port: int | None, administrator: str | None, back: str | None = None
) -> Iterator[Question]:
    """A question that gets its tokens where nobody sees them before all is well; see `posed`."""
    store = _store(offer)
    connector = connectors.connect(offer.credentials, store)
    question = Question(offer, connector, store, (administrator or "").strip() or None, back)
    with posed(question, port):
        yield question


def _redeemed(question: Question) -> Account:
    """The account that an answer opens. Tokens that are not kept are given back."""
    if question.answer is None:
        raise NeedsPerson("Nobody is there to paste the code.", "Run connect in a terminal.")
    connector, store = question.connector, question.store
    store.save(connector.exchange(question.consent, question.consent.code(question.answer)))
    try:
        question.account = _opened(question.offer, connector, store, question.administrator)
    except NeedsPerson:
        with suppress(ConnectorError):
            connector.revoke()
        raise
    return question.account


def _opened(
    offer: Offer,
    connector: Connector,
    store: BlockTokens | DraftTokens,
    administrator: str | None,
) -> Account:
    """The account that the store's tokens open, kept if it is the right one."""
    account = connector.account()
    if offer.credentials.auth == "oauth":
        _refuse_anybody_else(administrator, account)
    _refuse_another(offer.credentials, account)
    _keep(offer.credentials, store, account)
    listener().connected(offer.credentials.connection, account)
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


def _refuse_anybody_else(administrator: str | None, account: Account) -> None:
    """The administrator who was named, and who consented, are one person."""
    if administrator and administrator.casefold() != account.admin_email.casefold():
        raise NeedsPerson(
            f"It was allowed by {account.admin_email}, and not by {administrator}.",
            f"Run it again and follow the link signed in as {administrator}, or name another"
            " administrator or none.",
        )


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
