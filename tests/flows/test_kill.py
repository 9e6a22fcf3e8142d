"""Commands that are ended from outside: killed at any instruction, or asked to stop."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterName
from tenacity import retry, stop_after_delay, wait_fixed

from sandbox.client import Client

CHECKOUT = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]
Start = Callable[..., subprocess.Popen[str]]


def test_killed_at_random_moments(environment: dict[str, str]) -> None:
    """However often backfill and sync are killed, run to their end they equal the truth."""
    kills = os.environ.get("CASBAH_KILLS", "2")
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.kill", f"--kills={kills}", "--days=12"],
        env=environment | {"TMPDIR": str(Path(environment["CASBAH_LAKE"]).parent)},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.count("kill ") == int(kills)
    assert "0 are missing, 0 are too many" in ended.stdout


def test_a_scan_killed_at_random_moments(environment: dict[str, str]) -> None:
    """It asks for what it needs, lets what was edited go first, and killed ends equal to truth."""
    kills = os.environ.get("CASBAH_KILLS", "1")
    small = ("--files=600", "--members=12", f"--kills={kills}", "--limit=3")
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.scan", *small],
        env=environment | {"TMPDIR": str(Path(environment["CASBAH_LAKE"]).parent)},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.count("in the lake, 0 differ") == 2
    assert "files edited in the middle" in ended.stdout  # the company may edit one itself


@retry(stop=stop_after_delay(60), wait=wait_fixed(0.05), reraise=True)
def wait_until_it_reads(company: Client) -> None:
    assert "/2/team_log/get_events" in company.http.get("/requests").json()["routes"]


async def states(name: str) -> list[str]:
    """The states of the flow runs of this name."""
    async with get_client() as client:
        named = FlowRunFilter(name=FlowRunFilterName(like_=name))
        return [run.state_name for run in await client.read_flow_runs(flow_run_filter=named)]


@pytest.mark.usefixtures("home")
def test_a_backfill_is_asked_to_stop(
    start: Start, here: Run, own: Client, offer: Callable[..., list[str]]
) -> None:
    """Ctrl-C ends a backfill in seconds with one sentence; the same command goes on later."""
    name = "stopped"
    assert here("connect", "dropbox", name, *offer(own)).returncode == 0
    own.faults(slow={"ms": 700})
    with start("backfill", name, "--days=9") as process:
        wait_until_it_reads(own)
        asked = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        took = time.monotonic() - asked
    assert took < 15
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert "Stopped. What has landed stays" in re.sub(r"\s+", " ", said)
    assert not {"Running", "Pending"} & set(asyncio.run(states(f"backfill {name}")))
    own.http.delete("/faults")
    own.clock(pause=True)
    assert here("backfill", name, "--days=9").returncode == 0
    rows = here("sql", "select count(*) as n from events", "--format=csv").stdout.split()
    assert rows == ["n", str(len(own.truth()))]
