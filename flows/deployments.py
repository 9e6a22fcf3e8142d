"""What Prefect runs of Casbah, when, and how many at once: the deployments of a work pool.

What a person changed in the UI (paused, another interval, parameters, tags) stays: a deployment
that is there already only gets what changed in our code.
"""

from __future__ import annotations

import asyncio
import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

from prefect import Flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import (
    DeploymentScheduleCreate,
    DeploymentUpdate,
    WorkPoolCreate,
)
from prefect.client.schemas.objects import ConcurrencyLimitStrategy, ConcurrencyOptions
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.utilities.callables import parameter_schema
from prefect.workers.process import ProcessWorker

from blocks import register
from blocks.forms import plain
from blocks.lake import EventLake
from blocks.registry import CONNECTIONS
from connectors.errors import NeedsPerson
from data.settings import settings

POOL = "casbah"
When = timedelta | str  # an interval, or cron in UTC


@dataclass(frozen=True)
class Work:
    """One deployment: the flow of `flows/<verb>.py`, and when it runs by itself.

    `alone`: a run that would begin while another is going on is dropped.
    """

    verb: str
    what: str
    when: When | None = None
    alone: bool = False


GENERAL = (
    Work("onboard", "Start here: connect an account, test its API, bring history, scan it all."),
    Work("connect", "Ask an administrator for consent, and keep what it opens."),
    Work("test_api", "Ask the app for everything that Casbah needs: what works, what to do."),
    Work("backfill", "Bring more history; what has landed is not asked for again."),
    Work("maintain", "Keep the lake quick to read.", "30 4 * * *", alone=True),
)
# For each connection, under its name. `{}` in a cron is a minute of its own for each.
OF_CONNECTION = (
    Work("sync", "Land what is new, and look at what has changed.", timedelta(minutes=1), True),
    Work("scan", "Look at every person, file, folder and link.", timedelta(hours=12), True),
    Work("report", "Answer every question.", "{} 3 * * *", True),
)


@dataclass(frozen=True)
class Scheduled:
    """A deployment of one connection, as Prefect has it: `when` in words, None when paused."""

    name: str
    what: str
    when: str | None


async def deploy() -> None:
    """See that the server has the pool, the blocks and the general deployments."""
    async with get_client() as client:
        await _see_to_pool(client)
        for block in (*CONNECTIONS.values(), EventLake):
            await block.aregister_type_and_schema(client=client)  # type: ignore[attr-defined]
        for work in GENERAL:
            await _see_to(client, work, name=work.verb.replace("_", "-"))
    lake = EventLake(uri=settings().lake)
    # see blocks/custody.py for `_sync`
    await asyncio.to_thread(lake.save, POOL, overwrite=True, _sync=True)  # type: ignore[call-arg]


async def schedule(connection: str) -> list[Scheduled]:
    """Have a connection kept up to date from now on; what of it is scheduled.

    Where the server has no pool of ours that is nothing yet: the next `casbah up` sees to it.

    Raises:
        NeedsPerson: there is no such connection.
    """
    known = register.connection(connection)
    register.keep_scheduled(connection, scheduled=True)
    async with get_client() as client:
        try:
            await client.read_work_pool(POOL)
        except ObjectNotFound:
            return []
        return [
            _told(
                work,
                await _see_to(
                    client,
                    work,
                    name=connection,
                    parameters={"connection": connection},
                    tags=[known.app, connection],
                ),
            )
            for work in OF_CONNECTION
        ]


async def unschedule(connection: str) -> None:
    """Have nothing of a connection run by itself any more. Runs that are going on, go on."""
    with_it = {f"{_flow(work).name}/{connection}" for work in OF_CONNECTION}
    async with get_client() as client:
        for name in with_it:
            try:
                found = await client.read_deployment_by_name(name)
                await client.delete_deployment(found.id)
            except ObjectNotFound:
                continue
    try:
        register.keep_scheduled(connection, scheduled=False)
    except NeedsPerson:
        return


async def _see_to_pool(client: PrefectClient) -> None:
    template = ProcessWorker.get_default_base_job_template()
    # What flows print goes to the server's log of the run; the terminal stays readable.
    template["variables"]["properties"]["stream_output"]["default"] = False
    pool = WorkPoolCreate(
        name=POOL,
        type=ProcessWorker.type,
        description="Runs Casbah's flows on the machine of `casbah up`.",
        base_job_template=template,
    )
    try:
        await client.create_work_pool(pool)
    except ObjectAlreadyExists:
        return


async def _see_to(
    client: PrefectClient,
    work: Work,
    *,
    name: str,
    parameters: Mapping[str, Any] | None = None,
    tags: list[str] | None = None,
) -> DeploymentResponse:
    """The deployment `name` of this work: made, or brought up to our code."""
    flow = _flow(work)
    schema = parameter_schema(flow).model_dump()
    plain(schema["properties"])
    entrypoint = f"flows.{work.verb}.{work.verb}"
    ours = hashlib.sha256(repr((entrypoint, schema, work.what)).encode()).hexdigest()[:8]
    try:
        found = await client.read_deployment_by_name(f"{flow.name}/{name}")
    except ObjectNotFound:
        id_ = await client.create_deployment(
            await client.create_flow(flow),
            name=name,
            version=ours,
            description=work.what,
            entrypoint=entrypoint,
            parameter_openapi_schema=schema,
            parameters=dict(parameters or {}),
            tags=tags,
            work_pool_name=POOL,
            schedules=[_schedule(work.when, name)] if work.when else [],
            concurrency_limit=1 if work.alone else None,
            concurrency_options=DROP_THE_NEW if work.alone else None,
        )
        return await client.read_deployment(id_)
    if found.version != ours:
        changes = DeploymentUpdate(
            version=ours,
            description=work.what,
            entrypoint=entrypoint,
            parameter_openapi_schema=schema,
        )
        await client.update_deployment(found.id, changes)
    return found


DROP_THE_NEW = ConcurrencyOptions(collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)


def _flow(work: Work) -> Flow[..., Any]:
    flow = getattr(import_module(f"flows.{work.verb}"), work.verb)
    assert isinstance(flow, Flow)  # noqa: S101 - for the type checker
    return flow


def _schedule(when: When, connection: str) -> DeploymentScheduleCreate:
    if isinstance(when, timedelta):
        return DeploymentScheduleCreate(schedule=IntervalSchedule(interval=when))
    minute = zlib.crc32(connection.encode()) % 60
    return DeploymentScheduleCreate(schedule=CronSchedule(cron=when.format(minute), timezone="UTC"))


def _told(work: Work, found: DeploymentResponse) -> Scheduled:
    active = [each.schedule for each in found.schedules if each.active and not found.paused]
    words = " and ".join(_words(each) for each in active)
    return Scheduled(f"{work.verb}/{found.name}", work.what, words or None)


def _words(schedule: object) -> str:
    match schedule:
        case IntervalSchedule(interval=interval):
            return f"every {interval}"
        case CronSchedule(cron=cron):
            return f"at {cron} UTC"
    return str(schedule)
