"""Keep the lake quick to read: few files, verdicts that are final kept, the catalog published."""

from __future__ import annotations

from prefect import flow

from flows.foreseen import foreseen
from tasks.publish import compact, judge, publish, vacuum


@flow(flow_run_name="maintain the lake")
@foreseen
async def maintain() -> dict[str, int]:
    """Compact the lake's files, judge the visits of days that are over, publish the catalog.

    Files that nothing names any more are deleted.
    """
    merged = await compact()
    judged = await judge()
    await publish()
    return {"files_merged": merged, "days_judged": judged, "files_deleted": await vacuum()}
