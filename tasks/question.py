"""A consent link that waits for its answer, and the browser that hears what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field

from blocks.custody import BlockTokens, DraftTokens
from connectors.contract import Account, Connector
from connectors.errors import ConnectorError, NeedsPerson
from connectors.oauth import Consent
from tasks import callback
from tasks.callback import Desk
from tasks.landed import Outcome
from tasks.offer import Offer

BROKEN = "Casbah could not finish. The run says why."
GOES_ON = "The run goes on by itself; you can close this page."


@dataclass
class Question:
    """One question to an administrator, of anybody or of the one who is named by an e-mail address.

    `back` is the address of the page of the run that asks. `desk` is where the browser brings the
    answer, None where it cannot. `answer` is what came: the address on which the browser landed, or
    a bare code. `account` is what it has opened.
    """

    offer: Offer
    connector: Connector
    store: BlockTokens | DraftTokens
    administrator: str | None = None
    back: str | None = None
    desk: Desk | None = None
    consent: Consent = field(init=False, repr=False)
    answer: str | None = field(default=None, repr=False)
    account: Account | None = None

    @property
    def connection(self) -> str:
        """The name that the connection is to have."""
        return self.offer.credentials.connection

    @property
    def app(self) -> str:
        """The app, as a person writes it."""
        return self.offer.credentials.app.capitalize()

    @property
    def done(self) -> str:
        """What has been connected, in a sentence."""
        if self.account is None:
            return f"{self.connection} is not connected."
        return (
            f"{self.connection} \N{RIGHTWARDS ARROW} {self.account.name},"
            f" by {self.account.admin_email}."
        )


_question: ContextVar[Question | None] = ContextVar("question", default=None)


def answered() -> Question | None:
    """The question whose answer is here, if somebody has asked before us."""
    return _question.get()


@contextmanager
def answering(question: Question) -> Iterator[None]:
    """Let the answer be used, in this context and what it starts."""
    token = _question.set(question)
    try:
        yield
    finally:
        _question.reset(token)


@contextmanager
def posed(question: Question, port: int | None) -> Iterator[None]:
    """Have a link to ask with, and a desk on `port`, if any, for as long as the block lasts.

    The browser that brings the answer waits for the end of the block, and then shows how it ended.

    Raises:
        NeedsPerson: something else has the port.
    """
    with callback.desk(port) if port is not None else nullcontext() as desk:
        question.desk = desk
        question.consent = question.connector.consent(desk.redirect_uri if desk else None)
        if desk is None:
            yield
            return
        desk.expect(question.consent.state)
        refused = f"{question.app} is not connected"
        outcome = Outcome("bad", refused, (BROKEN,), question.back)
        try:
            yield
            connected = f"{question.app} is connected"
            outcome = Outcome("good", connected, (question.done, GOES_ON), question.back)
        except NeedsPerson as error:
            outcome = Outcome("bad", refused, (error.problem, error.remedy), question.back)
            raise
        except ConnectorError as error:
            outcome = Outcome("bad", refused, (str(error),), question.back)
            raise
        finally:
            desk.tell(outcome)
