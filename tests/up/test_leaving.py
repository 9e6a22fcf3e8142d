"""Leaving from the UI of a real `casbah up`: while it works, and only when it is meant."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import DeploymentFilter
from prefect.client.schemas.objects import FlowRun

from blocks import register
from blocks.custody import BlockTokens, find_block
from blocks.registry import block_for
from connectors.oauth import Tokens
from data.forgetting import streams
from data.lake import Lake, Stream
from flows.command import cli
from flows.serving.deployments import schedule

if TYPE_CHECKING:
    from tests.conftest import Up

NAME = "leaver"


@pytest.fixture
def leaver(up: Up) -> Iterator[str]:
    """A connection that is kept up to date, of an app that answers slowly."""
    connect(up)
    asyncio.run(schedule(NAME))
    up.company.faults(slow={"ms": 1_500})
    yield NAME
    up.company.http.delete("/faults")


def connect(up: Up) -> None:
    """Connect it on the command line, by a token."""
    token = up.company.sign_in()["refresh_token"]
    words = [f"--base-url={up.company.http.base_url}", f"--refresh-token={token}"]
    words += ["--client-id=casbah-demo-key", "--client-secret=casbah-demo-secret"]
    with pytest.raises(SystemExit) as end:
        cli.app(["connect", "dropbox", NAME, *words])
    assert not end.value.code


def test_leaving_ends_what_runs(
    up: Up,
    leaver: str,
    prefect: SyncPrefectClient,
    run: Callable[..., FlowRun],
    see: Callable[..., FlowRun],
) -> None:
    """Disconnect ends a backfill at work and all schedules, until it is connected again; forget
    wants the name twice."""
    working = see(run("backfill/backfill", connection=leaver).id, "RUNNING")
    while not Lake.open(str(up.lake)).landings(Stream("dropbox", leaver)):
        assert prefect.read_flow_run(working.id).state_type == "RUNNING"

    left = see(run("disconnect/disconnect", connection=leaver).id, "COMPLETED", "FAILED")
    assert left.state_type == "COMPLETED", left.state
    see(working.id, "Cancelled")
    of_it = DeploymentFilter.model_validate({"name": {"any_": [leaver]}})
    assert prefect.read_deployments(deployment_filter=of_it) == []
    known = register.connection(leaver)
    assert (known.state, known.runs_by_itself, known.last_error) == ("disconnected", False, None)
    assert BlockTokens(leaver).load() == Tokens(None, None, None)
    tried = see(run("backfill/backfill", connection=leaver).id, "COMPLETED", "FAILED")
    assert "was disconnected at" in str(tried.state and tried.state.message)

    connect(up)
    back = prefect.read_deployments(deployment_filter=of_it)
    of_work = {each.entrypoint.rpartition(".")[2] for each in back if each.entrypoint}
    assert of_work == {"sync", "scan", "reconcile", "report"}

    refused = see(run("forget/forget", connection=leaver).id, "COMPLETED", "FAILED")
    assert refused.state_type == "FAILED"
    assert "Nothing was deleted" in str(refused.state and refused.state.message)
    assert streams(Lake.open(str(up.lake)), leaver)
    see(run("forget/forget", connection=leaver, really=leaver).id, "COMPLETED")
    assert streams(Lake.open(str(up.lake)), leaver) == []
    assert find_block(leaver, block_for("dropbox")) is None
    assert leaver not in {each.name for each in register.connections()}
