"""`casbah up`: found, used, ended, and begun again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun

from flows.serving.address import alive
from flows.serving.server import prefect_server

if TYPE_CHECKING:
    from tests.conftest import Up

Query = Callable[[str], list[tuple[Any, ...]]]
PROXIES = ("http_proxy", "https_proxy", "all_proxy")
UNDER_WAY = (
    "select count(*) from flow_run"
    " where state_type in ('RUNNING', 'PENDING', 'CANCELLING', 'PAUSED')"
)


@pytest.fixture
def own_home(
    up: Up,
    live: str,  # noqa: ARG001 - it is in the register
    tmp_path: Path,
) -> Iterator[Path]:
    """A home like the session's, with the same connections, and nobody at work in it."""
    home = tmp_path / "home"
    leave = shutil.ignore_patterns("server.*", "up.lock", "prefect.db*", "ui", "port")
    shutil.copytree(up.home / "prefect", home / "prefect", ignore=leave)
    shutil.copy(up.home / "connections.json", home)
    with (
        closing(sqlite3.connect(up.home / "prefect" / "prefect.db")) as there,
        closing(sqlite3.connect(home / "prefect" / "prefect.db")) as here,
    ):
        there.backup(here)
        # What runs in the session's home does not run in this one.
        here.execute("delete from flow_run")
        here.commit()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PREFECT_API_URL")  # of the session's server
        yield home


@pytest.fixture
def query(own_home: Path) -> Query:
    """Ask the home's Prefect database."""

    def asked(sql: str) -> list[tuple[Any, ...]]:
        database = f"file:{own_home}/prefect/prefect.db?mode=ro"
        with closing(sqlite3.connect(database, uri=True, timeout=30)) as server:
            return server.execute(sql).fetchall()

    return asked


@pytest.fixture
def outside() -> Iterator[socket.socket]:
    """The way to the internet, as a proxy that keeps everybody waiting."""
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.settimeout(0)
        yield proxy


def test_ctrl_c_leaves_nothing_behind_and_the_next_up_goes_on(
    up: Up,
    live: str,
    own_home: Path,
    query: Query,
    outside: socket.socket,
    *,
    faults: Callable[..., object],
    another_up: Callable[..., Any],
    see: Callable[..., FlowRun],
) -> None:
    """A second `up` finds the first; Ctrl-C ends all that runs, and the next one goes on with it.

    None of it asks anybody but this machine.
    """
    way_out = dict.fromkeys(PROXIES, f"http://127.0.0.1:{outside.getsockname()[1]}")
    faults(slow={"ms": 1_000})
    with another_up(own_home, up.lake, **way_out) as first:
        with prefect_server(own_home) as server, get_client(sync_client=True) as client:
            second = subprocess.run(
                [sys.executable, "-m", "flows.command.cli", "up"],
                env=os.environ | {"CASBAH_HOME": str(own_home)},
                capture_output=True,
                text=True,
                check=True,
            )
            assert f"Casbah is up already: {server.ui_url}" in second.stderr
            backfill = client.read_deployment_by_name("backfill/backfill")
            wanted = {"connection": live, "days": 8}
            run = client.create_flow_run_from_deployment(backfill.id, parameters=wanted)
            see(run.id, "RUNNING", client=client)
        first.send_signal(signal.SIGINT)
        assert first.wait(timeout=45) == 0
    assert not alive(own_home)
    ended = "select state_name, infrastructure_pid from flow_run where name like 'backfill live%'"
    [(state, pid)] = query(ended)
    assert state == "AwaitingRetry"
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)
    assert query(UNDER_WAY) == [(0,)]
    assert query("select count(*) from deployment_schedule where not active") == [(0,)]

    up.company.http.delete("/faults")
    with another_up(own_home, up.lake, **way_out), prefect_server(own_home):
        with get_client(sync_client=True) as client:
            done = see(run.id, "COMPLETED", "FAILED", client=client)
        assert (done.state_name, done.run_count) == ("Completed", 2)
    with pytest.raises(BlockingIOError):
        outside.accept()
