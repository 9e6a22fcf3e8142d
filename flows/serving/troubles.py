"""What a person at the terminal of `casbah up` hears of runs: one line when something goes wrong,
one when it works again, and nothing in between."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import FlowRunFilter, WorkPoolFilter, WorkPoolFilterName
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort

from flows.serving.deployments import POOL

ENDED = ["COMPLETED", "FAILED", "CRASHED"]
WRAPPED = "Flow run encountered an exception: "  # Prefect's words, before the exception's own


class Troubles:
    """The runs of our pool as they end; asked again and again, it tells what is new."""

    def __init__(self, ui_url: str) -> None:
        self._ui_url = ui_url
        self._since = datetime.now(UTC)
        self._seen: set[UUID] = set()
        self._bad: set[tuple[UUID, object]] = set()

    async def news(self, client: PrefectClient) -> list[str]:
        """A sentence for each work on a connection that ended otherwise than it did before."""
        runs = await client.read_flow_runs(
            work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[POOL])),
            flow_run_filter=FlowRunFilter.model_validate(
                {"state": {"type": {"any_": ENDED}}, "end_time": {"after_": self._since}}
            ),
            sort=FlowRunSort.END_TIME_DESC,
            limit=100,
        )
        new = [run for run in reversed(runs) if run.id not in self._seen]
        self._seen = {run.id for run in runs}
        ends = [run.end_time for run in runs if run.end_time]
        self._since = max(ends, default=self._since)
        return [sentence for run in new if (sentence := self._sentence(run))]

    def _sentence(self, run: FlowRun) -> str | None:
        if run.state_name == "Skipped":
            return None
        of = (run.deployment_id or run.id, run.parameters.get("connection"))
        if run.state_type is StateType.COMPLETED:
            if of not in self._bad:
                return None
            self._bad.discard(of)
            return f"{run.name}: works again."
        if of in self._bad:
            return None
        self._bad.add(of)
        said = (run.state.message if run.state else None) or "ended badly."
        why = said.removeprefix(WRAPPED).partition(": ")[2] if said.startswith(WRAPPED) else said
        page = f"{self._ui_url}/runs/flow-run/{run.id}"
        return f"{run.name}: {why} ({page})"
