"""Where the flow runs of one machine wait for `casbah up`: a work pool with two queues."""

from __future__ import annotations

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists
from prefect.workers.process import ProcessWorker

from flows.deployments import LONG, POOL

LONG_AT_ONCE = 3


async def see_to_pool() -> None:
    """Make the pool and its queue of long work, if they are not there; a person's limits stay."""
    template = ProcessWorker.get_default_base_job_template()
    # What a flow prints goes to the log of its run; the terminal of `casbah up` stays readable.
    template["variables"]["properties"]["stream_output"]["default"] = False
    pool = WorkPoolCreate(
        name=POOL,
        type=ProcessWorker.type,
        description="What `casbah up` runs, on its machine.",
        base_job_template=template,
    )
    async with get_client() as client:
        try:
            await client.create_work_pool(pool)
            await client.create_work_queue(
                LONG,
                description="Work of hours, a few at once, so that the minute's sync never waits.",
                concurrency_limit=LONG_AT_ONCE,
                work_pool_name=POOL,
            )
        except ObjectAlreadyExists:
            return
