"""What was due while nothing ran: one run of each deployment makes up for all that were missed."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, WorkPoolFilter, WorkPoolFilterName
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort

from flows.deployments import POOL

PAGE, AT_ONCE = 200, 50  # the most runs that Prefect 3.8.8 reads, and deletes, in one call


async def drop_missed() -> None:
    """Of the runs that a schedule made and nobody started, leave the newest of each deployment.

    One that was begun and is to go on is left instead. What a person started stays.
    """
    async with get_client() as client:
        missed = defaultdict(list)
        for run in await _late(client):
            if run.auto_scheduled:
                missed[run.deployment_id].append(run)
        doomed = [
            run.id
            for runs in missed.values()
            for run in sorted(runs, key=lambda run: run.run_count > 0, reverse=True)[1:]
        ]
        for start in range(0, len(doomed), AT_ONCE):
            await _delete(client, doomed[start : start + AT_ONCE])


async def _late(client: PrefectClient) -> list[FlowRun]:
    """Runs of our pool whose time has come, the newest first."""
    runs: list[FlowRun] = []
    due = FlowRunFilter.model_validate(
        {
            "state": {"type": {"any_": ["SCHEDULED"]}},
            "next_scheduled_start_time": {"before_": datetime.now(UTC)},
        }
    )
    while True:
        page = await client.read_flow_runs(
            work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[POOL])),
            flow_run_filter=due,
            sort=FlowRunSort.EXPECTED_START_TIME_DESC,
            limit=PAGE,
            offset=len(runs),
        )
        runs += page
        if len(page) < PAGE:
            return runs


async def _delete(client: PrefectClient, ids: list[UUID]) -> None:
    chosen = {"id": {"any_": [str(id_) for id_ in ids]}}
    asked = {"flow_runs": chosen, "limit": AT_ONCE}
    # The server has this call; its own client, and so its types, do not.
    answer = await client.request("POST", "/flow_runs/bulk_delete", json=asked)  # type: ignore[arg-type]
    answer.raise_for_status()
