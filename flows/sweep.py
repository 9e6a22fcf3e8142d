"""Runs that died and did not say so: nothing stays Running, Pending, Paused or Cancelling for ever.

A run is dead when its process is. Prefect knows a process by its number only, not by its host: so
this is for a home's own server, which only this host reaches; runs of any other are left to the
automation that listens to heartbeats. A part of a run (a subflow, a task) died with it.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, TaskRunFilter
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import AwaitingRetry, Cancelled, Crashed, Scheduled

from blocks.locks import held

PART = "The run that it is a part of has ended."
GONE = "Its process is gone; the next run goes on where it stood."
BEGUN = {"type": {"any_": ["RUNNING", "PENDING", "CANCELLING", "PAUSED"]}}
ENDED = {"type": {"any_": ["CRASHED", "CANCELLED", "FAILED", "COMPLETED"]}}
# What tasks did is told to the server later than what flows did.
LATER = {"CRASHED": timedelta(seconds=5), "CANCELLED": timedelta(seconds=5)}
LATEST = timedelta(seconds=60)
LATELY = timedelta(hours=1)
PAGE = 200
EVERY = 5.0
PATIENCE = timedelta(seconds=90)
# What is worth going on with by itself; but a run that kills its process would do so for ever.
GOES_ON = ("onboard", "backfill", "scan")
ATTEMPTS = 3


async def sweep() -> None:
    """End the runs of a home's own server whose process is gone, before its worker begins.

    What was about to begin is put back, to begin when the worker does.
    """
    async with get_client() as client:
        await _end_dead(client, patience=timedelta(0))
        await _end_commands(client)
        await _end_parts(client, since=None)


async def keep_swept(*, here: bool) -> None:
    """End what dies from now on and cannot say so, until cancelled.

    `here`: the server is the home's own, so whatever runs, runs on this host.
    """
    async with get_client() as client:
        while True:
            await asyncio.sleep(EVERY)
            with suppress(httpx.HTTPError):  # the server is on its way back
                if here:
                    await _end_dead(client, patience=PATIENCE)
                    await _end_commands(client)
                await _end_parts(client, since=datetime.now(UTC) - LATELY)


async def _end_dead(client: PrefectClient, patience: timedelta) -> None:
    """End the runs of deployments whose process is gone, or put back what never had one.

    Within `patience` of what was last heard of a run, its worker sees to it.
    """
    begun = {"parent_task_run_id": {"is_null_": True}, "deployment_id": {"is_null_": False}}
    for seen in await _runs(client, state=BEGUN, **begun):
        heard = seen.state.timestamp if seen.state else datetime.min.replace(tzinfo=UTC)
        if datetime.now(UTC) - heard < patience or not _gone(seen):
            continue
        run = await client.read_flow_run(seen.id)  # it may have ended well just before
        if (
            run.state is None
            or run.state.is_final()
            or run.infrastructure_pid != seen.infrastructure_pid
        ):
            continue
        if run.state_type is StateType.PENDING:
            again: State[Any] = Scheduled(message="Nothing had begun it yet.")
            await client.set_flow_run_state(run.id, again, force=True)
        elif run.state_type is not StateType.CANCELLING and await _goes_on(client, run):
            # Not by way of Crashed: a server that has just started acts on that 15 minutes later.
            retry: State[Any] = AwaitingRetry(message=GONE)
            await client.set_flow_run_state(run.id, retry, force=True)
        else:
            await _end(client, run, GONE)


async def _goes_on(client: PrefectClient, run: FlowRun) -> bool:
    flow = await client.read_flow(run.flow_id)
    return flow.name in GOES_ON and run.run_count < ATTEMPTS


async def _end_commands(client: PrefectClient) -> None:
    """End the runs of commands of this host that were killed: nobody holds their lock."""
    commands = {"parent_task_run_id": {"is_null_": True}, "deployment_id": {"is_null_": True}}
    for run in await _runs(client, state=BEGUN, **commands):
        flow = await client.read_flow(run.flow_id)
        connection = run.parameters.get("connection")
        verb = {"test-api": "test"}.get(flow.name, flow.name)
        if isinstance(connection, str) and _old(run) and not held(connection, verb):
            await _end(client, run, GONE)


async def _end_parts(client: PrefectClient, since: datetime | None) -> None:
    """End the subflows and tasks of runs that have ended, since then or ever."""
    for run in await _runs(client, state=BEGUN, parent_task_run_id={"is_null_": False}):
        with suppress(ObjectNotFound):
            task = await client.read_task_run(_known(run.parent_task_run_id))
            whole = await client.read_flow_run(_known(task.flow_run_id))
            if whole.state and whole.state.is_final() and _over(whole):
                await _end(client, run, PART, whole.state)
    lately = {"end_time": {"after_": since}} if since else {}
    ended = FlowRunFilter.model_validate({"state": ENDED, **lately})
    tasks = await client.read_task_runs(
        flow_run_filter=ended,
        task_run_filter=TaskRunFilter.model_validate({"state": BEGUN}),
        limit=PAGE,
    )
    for task in tasks:
        with suppress(ObjectNotFound):
            whole = await client.read_flow_run(_known(task.flow_run_id))
            if whole.state and _over(whole):
                state = _like(whole.state, PART)
                await client.set_task_run_state(task.id, state, force=True)


async def _runs(client: PrefectClient, **wanted: Any) -> list[FlowRun]:
    return await client.read_flow_runs(
        flow_run_filter=FlowRunFilter.model_validate(wanted), limit=PAGE
    )


async def _end(
    client: PrefectClient, run: FlowRun, why: str, whole: State[Any] | None = None
) -> None:
    """End it as the run that it is a part of did; what a person cancelled is cancelled."""
    cancelled = run.state_type is StateType.CANCELLING
    state = Cancelled(message=why) if cancelled else _like(whole, why)
    await client.set_flow_run_state(run.id, state, force=True)


def _like(whole: State[Any] | None, why: str) -> State[Any]:
    cancelled = whole is not None and whole.is_cancelled()
    return Cancelled(message=why) if cancelled else Crashed(message=why)


def _over(run: FlowRun) -> bool:
    """Whether it ended so long ago that no word of its parts is still on the way."""
    kind = run.state_type.value if run.state_type else ""
    ended = run.end_time or (run.state.timestamp if run.state else None)
    return ended is None or datetime.now(UTC) - ended > LATER.get(kind, LATEST)


def _old(run: FlowRun) -> bool:
    """Whether it began so long ago that it would hold its lock by now."""
    return run.start_time is None or datetime.now(UTC) - run.start_time > timedelta(seconds=30)


def _known(id_: UUID | None) -> UUID:
    if id_ is None:
        raise ObjectNotFound(LookupError("it is a part of nothing"))
    return id_


def _gone(run: FlowRun) -> bool:
    """Whether it has no process: there was none, it is no more, or is another's by now."""
    pid = run.infrastructure_pid or ""
    return not pid.isdecimal() or str(run.id) not in _environment(int(pid))


def _environment(pid: int) -> str:
    """What names the flow run in the environment of a process of ours; "" if it is none."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace")
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return ""
    except OSError:  # another user's
        return ""
    # macOS tells the environment of one's own processes by ps(1).
    told = subprocess.run(  # noqa: S603 - a number
        ["/bin/ps", "-E", "-o", "command=", "-p", str(pid)],
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout
