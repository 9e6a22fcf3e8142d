"""Runs that die, are cancelled and are begun again, while the server dies too: nothing is lost."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from subprocess import PIPE
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter, TaskRunFilter
from prefect.client.schemas.objects import FlowRun, State
from prefect.states import AwaitingRetry, Cancelling, Pending, Running
from tenacity import retry, stop_after_delay, wait_fixed

from blocks import register
from data.inventory import Inventory
from data.lake import Lake, Stream
from flows.command import cli
from flows.command.proof import settle, verdicts, wake
from flows.command.stand_in import APPS
from flows.serving.address import ADDRESS, FOLDER
from flows.serving.deployments import unschedule
from flows.serving.sweep import sweep

if TYPE_CHECKING:
    from tests.conftest import Up

NAME = "mortal"
OPEN = {"type": {"any_": ["RUNNING", "PENDING", "CANCELLING", "PAUSED"]}}
Start, See = Callable[..., FlowRun], Callable[..., FlowRun]


@pytest.fixture
def mortal(up: Up) -> Iterator[str]:
    """A connection of a slow app, whose work is long enough to die in."""
    key, secret = APPS["dropbox"]
    token = up.company.sign_in(client_id=key)["refresh_token"]
    words = [f"--base-url={up.company.http.base_url}", f"--refresh-token={token}"]
    with pytest.raises(SystemExit) as end:
        cli.app(
            ["connect", "dropbox", NAME, f"--client-id={key}", f"--client-secret={secret}", *words]
        )
    assert not end.value.code
    up.company.faults(slow={"ms": 600})
    yield NAME
    up.company.http.delete("/faults")
    wake(str(up.company.http.base_url).rstrip("/"))
    asyncio.run(unschedule(NAME))


def test_an_onboarding_that_everything_happens_to(
    up: Up, mortal: str, prefect: SyncPrefectClient, run: Start, see: See
) -> None:
    """Killed in the backfill it goes on by itself, over the death of the server; cancelled in the
    scan it stops at once, and begun again by a person it ends with what really is, asking for
    nothing twice."""
    whole = run("onboard/onboard", connection=mortal, days=8)
    wait_until(lambda: history(up, mortal) > 0)
    os.kill(int(see(whole.id, "RUNNING").infrastructure_pid or 0), signal.SIGKILL)
    see(whole.id, "CRASHED", "AwaitingRetry", within=10)

    see(whole.id, "RUNNING")
    os.kill(json.loads((up.home / FOLDER / ADDRESS).read_text())["pid"], signal.SIGKILL)

    wait_until(lambda: scanning(up, mortal))
    prefect.set_flow_run_state(whole.id, Cancelling())
    see(whole.id, "CANCELLED", within=20)
    wait_until(lambda: still_open(prefect, whole.id) == [])
    assert register.connection(mortal).state == "connected"

    up.company.http.delete("/faults")
    read = history(up, mortal)
    prefect.set_flow_run_state(whole.id, AwaitingRetry())
    see(whole.id, "COMPLETED", "FAILED", within=240)
    assert prefect.read_flow_run(whole.id).state_name == "Completed"
    assert history(up, mortal) == read
    wait_until(lambda: still_open(prefect, whole.id) == [])
    asyncio.run(unschedule(mortal))
    url = str(up.company.http.base_url).rstrip("/")
    settle(url)
    see(run("backfill/backfill", connection=mortal, days=9).id, "COMPLETED")
    found = verdicts(url, Lake.open(str(up.lake)), "dropbox", mortal)
    assert [(each.missing, each.surplus) for each in found if each.subject == "events"] == [(0, 0)]


def test_who_died_unseen_is_ended(prefect: SyncPrefectClient, up: Up) -> None:  # noqa: ARG001 - its server
    """What is open without a process is ended or put back; what has one is left alone."""
    unserved = {
        name: prefect.create_deployment(prefect.create_flow_from_name(name), name="swept")
        for name in ("onboard", "report")
    }

    def begun(name: str, state: State[None], pid: str | None = None) -> UUID:
        made = prefect.create_flow_run_from_deployment(unserved[name], state=state)
        prefect.update_flow_run(made.id, infrastructure_pid=pid)
        return made.id

    gone = str(subprocess.Popen(["true"]).pid)  # noqa: S607 - any process that ends
    alive = begun("report", Running())
    with subprocess.Popen(["cat"], stdin=PIPE, env=os.environ | {"RUN": str(alive)}) as living:  # noqa: S607
        prefect.update_flow_run(alive, infrastructure_pid=str(living.pid))
        dead = {
            begun("report", Running(), gone): "Crashed",
            begun("report", Cancelling(), gone): "Cancelled",
            begun("report", Pending()): "Scheduled",
            begun("onboard", Running(), gone): "AwaitingRetry",
        }
        asyncio.run(sweep())
        assert {id_: prefect.read_flow_run(id_).state_name for id_ in dead} == dead
        assert prefect.read_flow_run(alive).state_name == "Running"
        living.kill()
    asyncio.run(sweep())
    assert prefect.read_flow_run(alive).state_name == "Crashed"
    for id_ in unserved.values():
        prefect.delete_deployment(id_)


@retry(stop=stop_after_delay(120), wait=wait_fixed(0.2), reraise=True)
def wait_until(true: Callable[[], bool]) -> None:
    assert true()


def history(up: Up, connection: str) -> int:
    """Landings of history: each reading of a day makes at least one."""
    landings = Lake.open(str(up.lake)).landings(Stream("dropbox", connection))
    return sum(each.lane == "history" for each in landings)


def scanning(up: Up, connection: str) -> bool:
    """Whether a scan has read something, and not all."""
    scans = Inventory(Lake.open(str(up.lake)), Stream("dropbox", connection)).scans()
    return bool(scans) and scans[-1].closed > 0 and not scans[-1].done


def still_open(prefect: SyncPrefectClient, whole: UUID) -> list[str]:
    """The run's parts that say of themselves that they go on."""
    parts = FlowRunFilter.model_validate({"parent_flow_run_id": {"any_": [str(whole)]}})
    runs = [prefect.read_flow_run(whole), *prefect.read_flow_runs(flow_run_filter=parts)]
    of_them = FlowRunFilter.model_validate({"id": {"any_": [str(run.id) for run in runs]}})
    tasks = prefect.read_task_runs(
        flow_run_filter=of_them, task_run_filter=TaskRunFilter.model_validate({"state": OPEN})
    )
    open_runs = [
        run.name for run in runs if run.state_type and run.state_type.value in OPEN["type"]["any_"]
    ]
    return open_runs + [task.name for task in tasks]
