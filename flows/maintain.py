"""Keep the lake quick to read: compact small files, delete old ones, publish the catalog."""

from __future__ import annotations

from prefect import flow

from flows.foreseen import foreseen
from tasks.publish import compact, publish, vacuum


@flow(flow_run_name="maintain the lake")
@foreseen
async def maintain() -> dict[str, int]:
    """Compact the lake's files, delete those that nothing names any more, publish the catalog."""
    merged = await compact()
    await publish()
    return {"files_merged": merged, "files_deleted": await vacuum()}
