"""Connecting from the UI of a real `casbah up`: two at once, and one who gives up."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.client.schemas.objects import FlowRun
from prefect.states import Cancelling
from tenacity import retry, stop_after_delay, wait_fixed

from blocks.box import BoxEnterprise
from blocks.custody import load_block, save_block
from blocks.dropbox import DropboxTeam
from blocks.register import connections
from sandbox.administrator import decide
from tasks import waiting

if TYPE_CHECKING:
    from tests.conftest import Up

KINDS = {"dropbox": DropboxTeam, "box": BoxEnterprise}
Start = Callable[..., FlowRun]
See = Callable[..., FlowRun]


@pytest.fixture
def port() -> int:
    """The redirect port of all runs of a test: free, and not that of anybody's own Casbah."""
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        chosen: int = door.getsockname()[1]
    return chosen


@pytest.fixture
def named(up: Up) -> Callable[[str, str], str]:
    """Make a block like that of the app, under another name."""

    def made(app: str, name: str) -> str:
        kind = KINDS[app]
        ready = load_block(up.names[app], kind)
        fresh = kind(
            client_id=ready.client_id, client_secret=ready.client_secret, base_url=ready.base_url
        )
        save_block(name, fresh)
        return name

    return made


@retry(stop=stop_after_delay(60), wait=wait_fixed(0.1), reraise=True)
def link_of(prefect: SyncPrefectClient, run: UUID) -> str:
    """The consent link in the dialog of a paused run."""
    state = prefect.read_flow_run(run).state
    assert state
    assert state.is_paused(), state
    key = f"paused-{state.state_details.pause_key}-description"
    told = prefect.request("GET", f"/flow_runs/{run}/input/{key}").json()
    link = re.search(r"\]\((http[^)]+)\)", told)
    assert link
    return link[1]


def state_of(link: str) -> str:
    found = re.search("state=([^&]+)", link)
    assert found
    return found[1]


def test_two_people_connect_at_once(
    prefect: SyncPrefectClient, run: Start, see: See, named: Callable[[str, str], str], port: int
) -> None:
    """Both apps wait on the one registered port; each browser hears of its own connection."""
    names = {app: named(app, f"at-once-{app}") for app in KINDS}
    runs = {
        app: run("connect/connect", connection=name, redirect_port=port)
        for app, name in names.items()
    }
    links = {app: link_of(prefect, started.id) for app, started in runs.items()}
    assert all(f"127.0.0.1%3A{port}%2Fcallback" in link for link in links.values())
    with ThreadPoolExecutor() as browsers:
        pages = dict(zip(links, browsers.map(decide, links.values()), strict=True))
    for app, started in runs.items():
        assert f"{app.capitalize()} is connected" in pages[app].text
        assert f"{names[app]} → Larkfield Instruments" in pages[app].text
        see(started.id, "Completed")
        assert waiting.found(state_of(links[app])) is None


def test_a_run_is_cancelled_while_it_asks(
    prefect: SyncPrefectClient, run: Start, see: See, named: Callable[[str, str], str], port: int
) -> None:
    """Who gives up leaves no port taken, no link to follow, nobody who waits and nothing saved."""
    name = named("dropbox", "given-up")
    asking = run("connect/connect", connection=name, redirect_port=port)
    link = link_of(prefect, asking.id)
    its_own = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[asking.id]))
    assert link in str(prefect.read_artifacts(artifact_filter=its_own))
    prefect.set_flow_run_state(asking.id, Cancelling())
    see(asking.id, "Cancelled")
    free_again(port)
    assert waiting.found(state_of(link)) is None
    assert link not in str(prefect.read_artifacts(artifact_filter=its_own))
    assert name not in {known.name for known in connections()}
    assert load_block(name, DropboxTeam).refresh_token is None


@retry(stop=stop_after_delay(30), wait=wait_fixed(0.1), reraise=True)
def free_again(port: int) -> None:
    socket.create_server(("127.0.0.1", port)).close()
