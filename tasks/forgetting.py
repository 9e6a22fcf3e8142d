"""Prefect tasks of forgetting a connection: its data, and what else speaks of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from prefect import task
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import Artifact
from prefect.exceptions import ObjectNotFound

from blocks import pulse, register
from blocks.custody import delete_block
from blocks.registry import CONNECTIONS
from data.forgetting import forget, streams
from tasks.connections import open_lake

PAGE = 50  # artifacts that the server tells at once; each may hold a table


@task(task_run_name="delete the data")
async def forget_data(connection: str) -> None:
    """Delete all that is in the lake of a connection to which nobody writes any more."""
    await asyncio.to_thread(_forget_data, connection)


@task(task_run_name="delete artifacts")
async def forget_artifacts(connection: str) -> int:
    """Delete the artifacts that its runs have made, and reports on all connections; how many.

    Their rows may be those of the connection, and tonight there are new ones.
    """
    async with get_client() as client:
        doomed = [each async for each in _artifacts_of(client, connection)]
        for id_ in doomed:
            try:
                await client.delete_artifact(id_)
            except ObjectNotFound:
                continue
    return len(doomed)


@task(task_run_name="forget the connection")
async def forget_connection(connection: str) -> None:
    """Delete its block, and strike it off the register: from here on nobody knows it."""
    for kind in CONNECTIONS.values():
        await asyncio.to_thread(delete_block, connection, kind)
    pulse.forget(connection)
    register.forget(connection)


def _forget_data(connection: str) -> None:
    lake = open_lake()
    for stream in streams(lake, connection):
        forget(lake, stream)


async def _artifacts_of(client: PrefectClient, connection: str) -> AsyncIterator[UUID]:
    page: list[Artifact] = []
    offset = 0
    while not offset or len(page) == PAGE:
        page = await client.read_artifacts(limit=PAGE, offset=offset)
        offset += PAGE
        runs = {each.flow_run_id for each in page if each.flow_run_id}
        asked = FlowRunFilter(id=FlowRunFilterId(any_=list(runs)))
        found = await client.read_flow_runs(flow_run_filter=asked) if runs else []
        whose = {run.id: run.parameters.get("connection") for run in found}
        for each in page:
            owner = whose.get(each.flow_run_id, "") if each.flow_run_id else ""
            general = owner is None and (each.key or "").startswith("report-")
            if owner == connection or general:
                yield each.id
