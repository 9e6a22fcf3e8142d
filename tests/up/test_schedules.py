"""What runs by itself: as it was declared, as a person changed it, and never twice at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import yaml
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import DeploymentUpdate, WorkPoolUpdate
from prefect.client.schemas.filters import DeploymentFilter, FlowRunFilter
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from tenacity import retry, stop_after_delay, wait_fixed

from blocks import register
from data.lake import Lake
from data.watermark import watermarks
from flows.serving.deployments import (
    GENERAL,
    OF_CONNECTION,
    POOL,
    Work,
    deploy,
    schedule,
    unschedule,
)
from flows.serving.missed import drop_missed
from flows.serving.schedules import Nightly, of

if TYPE_CHECKING:
    from tests.conftest import Up

YAML = Path(__file__).parents[2] / "prefect.yaml"


def test_prefect_yaml_deploys_the_same() -> None:
    """`prefect deploy --all` makes what `casbah up` makes, in the same words."""
    declared = yaml.safe_load(YAML.read_text())
    assert declared["pull"] == []
    assert declared["deployments"] == [as_yaml(work) for work in GENERAL]


def as_yaml(work: Work) -> dict[str, object]:
    told: dict[str, object] = {
        "name": work.name,
        "entrypoint": work.entrypoint,
        "description": work.what,
        "work_pool": {"name": POOL},
    }
    if work.when:
        when = of(work.when, work.name)
        told["schedules"] = [
            {"interval": when.interval.total_seconds()}
            if isinstance(when, IntervalSchedule)
            else {"cron": when.cron, "timezone": when.timezone}
        ]
    if work.alone:
        told["concurrency_limit"] = {"limit": 1, "collision_strategy": "CANCEL_NEW"}
    return told


def test_the_nights_work_is_spread_over_the_night() -> None:
    """Every connection keeps its minute, and a hundred of them do not begin in the same few."""
    for work in OF_CONNECTION:
        if isinstance(work.when, Nightly):
            crons = [of(work.when, f"acme-{number}") for number in range(100)]
            assert crons == [of(work.when, f"acme-{number}") for number in range(100)]
            minutes = {each.cron for each in crons if isinstance(each, CronSchedule)}
            assert len(minutes) > 40
            assert {cron.split()[1] for cron in minutes} <= {"1", "2", "3"}


def test_a_connection_is_kept_up_to_date_by_itself(
    up: Up,
    live: str,
    faults: Callable[..., object],
    prefect: SyncPrefectClient,
    *,
    run: Callable[..., FlowRun],
    see: Callable[..., FlowRun],
) -> None:
    """It syncs by itself, as a person wants it, one at a time, and no more once it is not to."""
    scheduled = asyncio.run(schedule(live))
    assert [str(each) for each in scheduled][:2] == [
        "sync live every minute",
        "scan live every 12 hours",
    ]
    assert register.connection(live).runs_by_itself

    # A person pauses one schedule, changes another, and adds a tag.
    sync, scan = (prefect.read_deployment_by_name(f"{verb}/{live}") for verb in ("sync", "scan"))
    assert set(sync.tags) == {"dropbox", live}
    prefect.update_deployment_schedule(scan.id, scan.schedules[0].id, active=False)
    often = IntervalSchedule(interval=timedelta(seconds=2))
    prefect.update_deployment_schedule(sync.id, sync.schedules[0].id, schedule=often)
    prefect.update_deployment(sync.id, DeploymentUpdate(tags=["mine"]))
    asyncio.run(deploy())
    again = {each.work: each.when for each in asyncio.run(schedule(live))}
    assert (again["sync"], again["scan"]) == ("every 2 seconds", None)
    assert prefect.read_deployment(sync.id).tags == ["mine"]

    # It runs by itself, and what it has read is in the lake.
    first = by_itself(prefect, sync, "COMPLETED")
    assert first.auto_scheduled
    assert live in {mark.connection for mark in watermarks(Lake.open(str(up.lake)).positions())}

    # Held by the app, one run is all there is, whoever asks for another.
    faults(slow={"ms": 20_000})
    held = by_itself(prefect, sync, "RUNNING")
    second = see(run(f"sync/{live}").id, "CANCELLED", "Skipped")
    assert second.run_count == 0
    assert see(held.id, "RUNNING").id == held.id

    # Nothing takes runs for a while: of those that were due, one is left.
    prefect.update_work_pool(POOL, WorkPoolUpdate(is_paused=True))
    late(prefect, sync, 3)
    asyncio.run(drop_missed())
    assert len(due(prefect, sync)) <= 2  # the one that is left, and one that came due meanwhile
    prefect.update_work_pool(POOL, WorkPoolUpdate(is_paused=False))

    # No longer scheduled: nothing of it is left to run by itself.
    asyncio.run(unschedule(live))
    of_it = DeploymentFilter.model_validate({"name": {"any_": [live]}})
    assert prefect.read_deployments(deployment_filter=of_it) == []
    assert due(prefect, sync) == []


def by_itself(prefect: SyncPrefectClient, deployment: DeploymentResponse, state: str) -> FlowRun:
    """The first run of a deployment to be in that state, which nobody has started."""

    @retry(stop=stop_after_delay(90), wait=wait_fixed(0.2), reraise=True)
    def look() -> FlowRun:
        found = runs(prefect, deployment.id, state={"type": {"any_": [state]}})
        assert found
        return found[0]

    return look()


def due(prefect: SyncPrefectClient, deployment: DeploymentResponse) -> list[FlowRun]:
    """Its runs whose time has come and that nobody has begun."""
    scheduled = runs(prefect, deployment.id, state={"type": {"any_": ["SCHEDULED"]}})
    return [run for run in scheduled if run.estimated_start_time_delta > timedelta(0)]


@retry(stop=stop_after_delay(60), wait=wait_fixed(0.2), reraise=True)
def late(prefect: SyncPrefectClient, deployment: DeploymentResponse, number: int) -> None:
    """Wait until so many runs are due."""
    assert len(due(prefect, deployment)) >= number


def runs(prefect: SyncPrefectClient, deployment: UUID, **wanted: object) -> list[FlowRun]:
    """Its runs."""
    those = FlowRunFilter.model_validate({"deployment_id": {"any_": [str(deployment)]}, **wanted})
    return prefect.read_flow_runs(flow_run_filter=those)
