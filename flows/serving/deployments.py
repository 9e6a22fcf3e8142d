"""What Prefect runs of Casbah, when, and how many at once: the deployments of a work pool.

What a person changed in the UI (paused, another interval, parameters, tags) stays: a deployment
that is there already only gets what has changed in our code since.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

from prefect import Flow
from prefect.blocks.core import Block
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, DeploymentUpdate
from prefect.client.schemas.objects import ConcurrencyLimitStrategy, ConcurrencyOptions
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectNotFound
from prefect.utilities.callables import parameter_schema

from blocks import register
from blocks.forms import plain
from blocks.lake import EventLake
from blocks.registry import CONNECTIONS
from data.settings import settings
from flows.serving.schedules import Nightly, When, in_words, of

POOL, LONG = "casbah", "long"


@dataclass(frozen=True)
class Work:
    """One deployment: the flow of `flows/<verb>.py`, and when it runs by itself.

    `alone`: a run that would begin while another is going on is dropped. `long`: it takes hours,
    and waits in a queue of its own.
    """

    verb: str
    what: str
    when: When | None = None
    alone: bool = False
    long: bool = False

    @property
    def name(self) -> str:
        """As a deployment that is not of one connection is called."""
        return self.verb.replace("_", "-")

    @property
    def entrypoint(self) -> str:
        """Where its flow is: a module, so that it runs wherever Casbah is installed."""
        return f"flows.{self.verb}.{self.verb}"

    @property
    def flow(self) -> Flow[..., Any]:
        """The flow itself."""
        flow: Flow[..., Any] = getattr(import_module(f"flows.{self.verb}"), self.verb)
        return flow


GENERAL = (
    Work(
        "onboard",
        "Start here. Connect an account, test its API, bring its history, scan everything, and"
        " keep it up to date from then on.",
    ),
    Work("connect", "Ask an administrator for consent, and keep what it opens."),
    Work("test_api", "Ask the app for every capability once: what works, and what to do."),
    Work("backfill", "Bring more history. What has landed already is not asked for again."),
    Work(
        "health",
        "See how every connection is: [the health page](/v2/artifacts/key/health).",
        timedelta(minutes=5),
        alone=True,
    ),
    Work("maintain", "Keep the lake quick to read.", Nightly(4, 30), alone=True),
    Work(
        "disconnect",
        "End a connection: its grant goes back to the vendor, its schedules end, its data stays.",
    ),
    Work("forget", "Disconnect, and delete all data of a connection for ever."),
)
OF_CONNECTION = (
    Work(
        "sync",
        "Land what is new, and look again at what has changed.",
        timedelta(minutes=1),
        alone=True,
    ),
    Work(
        "scan",
        "Look at every person, file, folder and link.",
        timedelta(hours=12),
        alone=True,
        long=True,
    ),
    Work(
        "reconcile",
        "Read closed days once more, and land what reached the app's log late.",
        Nightly(1, spread=120),
        alone=True,
        long=True,
    ),
    Work(
        "report",
        "Answer every question: [the reports](/v2/artifacts), and [the page](/report) of all that"
        " matters.",
        Nightly(3, spread=60),
        alone=True,
        long=True,
    ),
)


@dataclass(frozen=True)
class Scheduled:
    """Work on one connection as Prefect has it; `when` is in words, None if it is paused."""

    work: str
    connection: str
    when: str | None

    def __str__(self) -> str:
        return f"{self.work} {self.connection} {self.when or 'is paused'}"


async def deploy() -> None:
    """See that the server has our blocks and, in our pool, the general deployments."""
    async with get_client() as client:
        blocks: list[type[Block]] = [*CONNECTIONS.values(), EventLake]
        for block in blocks:
            await block.aregister_type_and_schema(client=client)
        for work in GENERAL:
            await _see_to(client, work, work.name)
    lake = EventLake(uri=settings().lake)
    # see blocks/custody.py for `_sync`
    await asyncio.to_thread(lake.save, POOL, overwrite=True, _sync=True)  # type: ignore[call-arg]


async def schedule(connection: str) -> list[Scheduled]:
    """Have a connection kept up to date from now on.

    Returns what is scheduled of it: nothing where the server has no pool of ours, and then the
    next `casbah up` sees to it.

    Raises:
        NeedsPerson: there is no such connection.
    """
    tags = [register.connection(connection).app, connection]
    register.keep_scheduled(connection)
    async with get_client() as client:
        try:
            await client.read_work_pool(POOL)
        except ObjectNotFound:
            return []
        return [
            Scheduled(
                work.name,
                connection,
                in_words(await _see_to(client, work, connection, {"connection": connection}, tags)),
            )
            for work in OF_CONNECTION
        ]


async def unschedule(connection: str) -> None:
    """Have nothing of a connection run by itself until `schedule`. What runs goes on."""
    async with get_client() as client:
        for work in OF_CONNECTION:
            try:
                found = await client.read_deployment_by_name(f"{work.flow.name}/{connection}")
            except ObjectNotFound:
                continue
            await client.delete_deployment(found.id)


async def _see_to(
    client: PrefectClient,
    work: Work,
    name: str,
    parameters: Mapping[str, Any] | None = None,
    tags: list[str] | None = None,
) -> DeploymentResponse:
    """The deployment `name` of that work: made, or brought up to our code."""
    schema = parameter_schema(work.flow).model_dump()
    plain(schema["properties"])
    told: dict[str, Any] = {
        "entrypoint": work.entrypoint,
        "description": work.what,
        "parameter_openapi_schema": schema,
    }
    version = hashlib.sha256(repr(told).encode()).hexdigest()[:8]
    try:
        found = await client.read_deployment_by_name(f"{work.flow.name}/{name}")
    except ObjectNotFound:
        id_ = await client.create_deployment(
            await client.create_flow(work.flow),
            name=name,
            version=version,
            parameters=dict(parameters or {}),
            tags=tags,
            work_pool_name=POOL,
            work_queue_name=LONG if work.long else None,
            schedules=[DeploymentScheduleCreate(schedule=of(work.when, name))] if work.when else [],
            concurrency_limit=1 if work.alone else None,
            concurrency_options=DROP_THE_NEW if work.alone else None,
            **told,
        )
        return await client.read_deployment(id_)
    if found.version != version:
        await client.update_deployment(found.id, DeploymentUpdate(version=version, **told))
    return found


DROP_THE_NEW = ConcurrencyOptions(collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
