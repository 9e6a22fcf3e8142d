"""Prefect tasks of leaving: end what runs of a connection, give its grant back, drop its tokens."""

from __future__ import annotations

import asyncio
import time
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Thread
from typing import Any
from uuid import UUID

from prefect import task
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.exceptions import ObjectNotFound
from prefect.runtime import flow_run
from prefect.states import Cancelled, Cancelling

import connectors
from blocks import register
from blocks.custody import BlockTokens, surrendered
from blocks.locks import at_work
from blocks.registry import block_for
from connectors.contract import Connector, Credentials
from connectors.errors import ConnectorError, NeedsPerson
from connectors.oauth import Tokens
from tasks import events

AT_WORK = (StateType.RUNNING, StateType.PENDING, StateType.PAUSED, StateType.SCHEDULED)
PAGE = 200  # flow runs that the server tells at once
SOON = 20.0  # seconds: a worker ends a run in about six
PATIENCE = 20.0  # seconds for a vendor to take a grant back


@dataclass(frozen=True)
class Left:
    """What became of a grant: whether the vendor took it back, and what is left for a person."""

    revoked: bool
    sentence: str
    remedy: str | None = None


@task(task_run_name="end what runs")
async def end_runs(connection: str) -> int:
    """Cancel every run of the connection that a worker runs or will run, and see them end.

    Those that were started by a command end by themselves once the connection is no more.
    """
    async with get_client() as client:
        runs = [run for run in await _at_work(client) if _is_of(run, connection)]
        for run in runs:
            waiting = run.state_type == StateType.SCHEDULED
            state: State[None] = Cancelled() if waiting else Cancelling()
            state.message = f"{connection} is being disconnected."
            await client.set_flow_run_state(run.id, state, force=True)
        until = time.monotonic() + SOON
        while time.monotonic() < until and await _any_left(client, [run.id for run in runs]):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.5)
    return len(runs)


@task(task_run_name="give the grant back")
async def give_back(connection: str) -> Left:
    """Have the vendor end the grant, and keep no token, whatever the vendor says to that."""
    return await asyncio.to_thread(_given_back, connection)


@task(task_run_name="wait for the end of other work")
async def others_ended(connection: str) -> list[str]:
    """What this machine still does to the connection after a while, besides leaving it."""
    until = time.monotonic() + SOON
    while (others := _others(connection)) and time.monotonic() < until:  # noqa: ASYNC110 - a lock tells nobody
        await asyncio.sleep(0.2)
    return others


def _given_back(connection: str) -> Left:
    known = register.connection(connection)
    events.tell_disconnected(register.note_disconnected(connection))
    try:
        with surrendered(connection, block_for(known.app)) as block:
            store = _Store(BlockTokens(connection).load())
            credentials = block.credentials(known.app, connection)
            connector = connectors.connect(credentials, store)
            if store.tokens == NOTHING and credentials.auth == "oauth":
                return Left(True, "There was no grant any more.")
            left = _revoked(connector)
    except NeedsPerson as error:  # its block is gone, and with it what the grant could be ended by
        credentials = Credentials(known.app, connection, client_id="")
        connector = connectors.connect(credentials, _Store(NOTHING))
        return Left(False, f"The grant was not given back: {error.problem}", connector.unlink)
    if credentials.auth != "oauth":
        # The app signs in by a key of its own, as often as it likes.
        return Left(left.revoked, left.sentence, connector.unlink)
    return left


def _revoked(connector: Connector) -> Left:
    """What came of asking the vendor; it may take long, and nobody waits for that."""
    errors: list[Exception] = []

    def revoke() -> None:
        try:
            connector.revoke()
        except Exception as error:  # noqa: BLE001 - whatever it is, a person hears of it
            errors.append(error)

    asking = Thread(target=revoke, daemon=True)
    asking.start()
    asking.join(PATIENCE)
    app = connector.app.capitalize()
    if asking.is_alive():
        connector.halt()
        return Left(False, f"{app} has not said that it took the grant back.", connector.unlink)
    if not errors:
        return Left(True, f"{app} has taken the grant back.")
    error = errors[0]
    if not isinstance(error, ConnectorError):
        return Left(
            False, f"The grant was not given back ({type(error).__name__}).", connector.unlink
        )
    problem = getattr(error, "problem", str(error))
    if isinstance(error, NeedsPerson) and error.reason == "revoked":
        return Left(True, f"The grant was no longer good: {problem}")
    return Left(False, f"The grant was not given back: {problem}", connector.unlink)


NOTHING = Tokens(None, None, None)


class _Store:
    """Tokens on their way out (a `TokenStore`): whatever the vendor gives for them is not kept."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens

    def load(self) -> Tokens:
        return self.tokens

    def save(self, tokens: Tokens) -> None:
        self.tokens = tokens

    exclusive = nullcontext


async def _at_work(client: PrefectClient) -> list[FlowRun]:
    """All runs that are under way, or late."""
    now: Any = datetime.now(UTC)  # Prefect's own subclass is what its types ask for
    wanted = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(AT_WORK))),
        expected_start_time=FlowRunFilterExpectedStartTime(before_=now),
    )
    found: list[FlowRun] = []
    while True:
        page = await client.read_flow_runs(flow_run_filter=wanted, limit=PAGE, offset=len(found))
        found += page
        if len(page) < PAGE:
            return found


def _is_of(run: FlowRun, connection: str) -> bool:
    """Whether it is the connection's, a worker's, and not that of whoever asks."""
    ours = {str(flow_run.id), str(flow_run.root_flow_run_id)}
    of_it = run.parameters.get("connection") == connection
    return of_it and run.deployment_id is not None and str(run.id) not in ours


async def _any_left(client: PrefectClient, runs: list[UUID]) -> bool:
    for id_ in runs:
        try:
            run = await client.read_flow_run(id_)
        except ObjectNotFound:
            continue
        if run.state and not run.state.is_final():
            return True
    return False


def _others(connection: str) -> list[str]:
    return sorted(at_work().get(connection, {}).keys() - {"disconnect", "forget"})
