"""Asking an administrator from a run that nobody attends: it pauses, and shows the consent link.

Whoever starts a flow in the Prefect UI has no terminal. The run shows the link as an artifact and
where it is resumed; the browser that comes back with the answer resumes it, or a person pastes what
a browser on another machine came back with. What is pasted, Prefect keeps in the clear: a code that
serves once, and it is wiped out before it is used.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID, uuid4

from prefect.context import FlowRunContext
from prefect.exceptions import FlowPauseTimeout, NotPausedError
from prefect.flow_runs import apause_flow_run, aresume_flow_run
from prefect.input import RunInput
from prefect.logging import get_run_logger
from prefect.utilities.urls import url_for
from pydantic import Field, SecretStr

from blocks.wiping import wiped
from connectors import APPS
from tasks.callback import unanswered
from tasks.connections import apart
from tasks.consent import asking
from tasks.consent_page import described, shown
from tasks.minding import alone
from tasks.offer import opening
from tasks.question import Question, answering

if TYPE_CHECKING:
    App = str
else:
    App = Literal[tuple(APPS)]  # the UI's form offers what is in the registry

PATIENCE = 3600.0
AGAIN = "Nothing was pasted, and no answer has come yet."


class Answer(RunInput):
    """What a browser on another machine came back with."""

    code: SecretStr = Field(  # of `SecretStr | None` the form makes a choice of types
        default=SecretStr(""),
        title="Address or code",
        description="Only if the browser is on another machine than Casbah: the whole address of"
        " the page that it ends on after Allow, or the code that the app shows.",
    )


@asynccontextmanager
async def asked(
    connection: str, app: str | None, administrator: str | None, port: int | None
) -> AsyncIterator[None]:
    """Have the administrator's answer before the work goes on, if it needs one and nobody attends.

    The browser comes back to loopback on `port`; where it is None, the answer has to be pasted.

    Raises:
        NeedsPerson: nobody answers, or there is nothing to ask with.
    """
    if _asked.get():  # by the run that has started this one
        yield
        return
    with alone(connection, "connect"), _once():
        run = _unattended()
        offer = await asyncio.to_thread(opening, connection, app) if run else None
        if run is None or offer is None or not offer.asks:
            yield
            return
        with asking(offer, port, administrator, url_for("flow-run", run)) as question:
            async with shown(question):
                question.answer = await _answer(question, run)
                with answering(question):
                    yield


_asked: ContextVar[bool] = ContextVar("asked", default=False)


@contextmanager
def _once() -> Iterator[None]:
    token = _asked.set(True)
    try:
        yield
    finally:
        _asked.reset(token)


def _unattended() -> UUID | None:
    """The run that is under way, if a deployment has started it and not another run."""
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    return run.id if run and run.deployment_id and not run.parent_task_run_id else None


async def _answer(question: Question, run: UUID) -> str:
    """What came back: by the browser itself, or by hand."""
    get_run_logger().info(
        "Waiting for an administrator of %s: the consent link is under Artifacts, and under Resume"
        " in this run's menu (top right).",
        question.app,
    )
    came = asyncio.ensure_future(_brought(question))
    until = asyncio.get_running_loop().time() + PATIENCE
    note = ""
    try:
        while True:
            left = until - asyncio.get_running_loop().time()
            typed = await _paused(question, run, came, note, left)
            if came.done():
                return came.result()
            if typed:
                return typed
            note = AGAIN
    finally:
        came.cancel()


async def _brought(question: Question) -> str:
    """The address that a browser comes with; never, where none can come."""
    if question.desk is None:
        nobody: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        return await nobody
    return await apart(question.desk.wait, 2 * PATIENCE)


async def _paused(
    question: Question, run: UUID, came: asyncio.Future[str], note: str, seconds: float
) -> str:
    """Pause the run until an answer comes or a person resumes it; gives what that one typed."""
    key = uuid4().hex
    form = Answer.with_initial_data(description=described(question, note=note))
    # Prefect's own end of a pause has words of its own: ours comes first.
    pause = asyncio.ensure_future(
        apause_flow_run(form, timeout=int(seconds) + 600, poll_interval=1, key=key)
    )
    try:
        either: set[asyncio.Future[Any]] = {pause, came}
        await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if not pause.done() and not came.done():
            raise unanswered(PATIENCE)
        while not pause.done():
            await _resume(run)
            await asyncio.wait({pause}, timeout=0.3)
        return pause.result().code.get_secret_value().strip()
    finally:
        pause.cancel()
        await wiped(run, f"paused-{key}")


async def _resume(run: UUID) -> None:
    """Let the run go on; no matter if it does already, or is only about to pause."""
    try:
        await aresume_flow_run(run, run_input={})
    except (NotPausedError, FlowPauseTimeout, RuntimeError):
        return
