"""The server is closed to everybody else, and right for us."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import prefect.settings
import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, LogFilter
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.sorting import LogSort
from tenacity import retry, stop_after_delay, wait_fixed

from flows.serving.address import Server, status
from flows.serving.server_settings import client_settings, password, server_settings

FLOW = """
import os, sys
from pathlib import Path
from flows.serving.server import prefect_server
with prefect_server(Path(os.environ["CASBAH_HOME"])):
    from prefect import flow, get_run_logger

    @flow
    def speak() -> None:
        get_run_logger().info(sys.argv[1])

    speak()
    print("that was all")
"""


@pytest.fixture
def server(home: Path) -> Server:
    found = status(home)
    assert found is not None
    return found


@flow
def wait_for_its_time() -> None:
    """A flow that nobody runs."""


@pytest.mark.usefixtures("home")
def test_a_deployment_with_a_schedule_gets_scheduled_runs() -> None:
    """The pinned packages schedule; with SQLAlchemy 2.1 they do not, and nothing else shows it."""
    deployment = wait_for_its_time.to_deployment("hourly", interval=timedelta(hours=1))
    id_ = deployment.apply()

    @retry(stop=stop_after_delay(60), wait=wait_fixed(0.2), reraise=True)
    def see_a_scheduled_run() -> None:
        runs = client.read_flow_runs(flow_run_filter=FlowRunFilter(deployment_id={"any_": [id_]}))
        assert StateType.SCHEDULED in [run.state_type for run in runs]

    with get_client(sync_client=True) as client:
        see_a_scheduled_run()
        client.delete_deployment(id_)


@pytest.mark.parametrize("auth", [None, ("casbah", "wrong")])
def test_the_api_asks_for_the_password(server: Server, auth: tuple[str, str] | None) -> None:
    """No call of the API but the health check answers without the password."""
    calls = [("POST", "block_documents/filter"), ("GET", "admin/settings"), ("GET", "csrf-token")]
    for method, path in calls:
        answer = httpx.request(method, f"{server.url}/{path}", auth=auth)
        assert answer.status_code in {401, 403}, path
        assert "casbah" not in answer.text


def test_a_foreign_page_cannot_call_the_api(server: Server, home: Path) -> None:
    """A browser is told to keep pages of other origins out, even one that knows the password."""
    url = f"{server.url}/block_documents/filter"
    ask = {"Access-Control-Request-Method": "POST"}
    own = f"http://{urlsplit(server.url).netloc}"
    foreign = httpx.options(url, headers=ask | {"Origin": "https://evil.example"})
    assert foreign.status_code == 400
    assert "access-control-allow-origin" not in foreign.headers
    assert httpx.options(url, headers=ask | {"Origin": own}).status_code == 200
    user, _, word = password(home / "prefect").partition(":")
    forged = httpx.post(url, auth=(user, word), json={})
    assert forged.status_code == 403
    assert "CSRF" in forged.text


def test_its_pages_may_speak_with_nobody_else(server: Server) -> None:
    """A browser loads, sends and frames nothing of another host, whatever an artifact says."""
    origin = f"http://{urlsplit(server.url).netloc}"
    rules = dict(
        rule.split(" ", 1)
        for rule in httpx.get(f"{origin}/v2/").headers["content-security-policy"].split("; ")
    )
    assert rules["default-src"] == "'self'"
    assert rules["connect-src"] == f"'self' {origin} {origin.replace('http', 'ws', 1)}"
    assert rules["frame-ancestors"] == "'none'"
    assert not [word for rule in rules.values() for word in rule.split() if "*" in word]
    assert "https:" not in " ".join(rules.values())


def test_only_its_owner_reads_what_the_server_keeps(server: Server, home: Path) -> None:
    """The folder is closed to other users, and the files with secrets for themselves too."""
    folder = home / "prefect"
    assert urlsplit(server.url).hostname == "127.0.0.1"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("password", "encryption.key", "server.json", "prefect.db"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600, name


def test_every_setting_is_one_that_prefect_knows(home: Path) -> None:
    """A misspelt setting would be ignored in silence."""
    folder = home / "prefect"
    names = client_settings(folder, "", "").keys() | server_settings(folder, "").keys()
    # Read by Prefect straight from the environment: encryption.py, logging.yml, analytics.
    elsewhere = {
        "PREFECT_SERVER_ENCRYPTION_KEY",
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL",
        "DO_NOT_TRACK",
        "no_proxy",
        "CASBAH_LOGOS",  # read by ours
    }
    assert [name for name in names - elsewhere if not hasattr(prefect.settings, name)] == []


def test_a_flow_is_quiet_and_writes_nothing_outside_its_home(home: Path, tmp_path: Path) -> None:
    """A flow logs to the server only, HOME stays empty, and no proxy is asked for the way there."""
    word = f"hello from {tmp_path.name}"
    inherited = {name: value for name, value in os.environ.items() if "PREFECT" not in name}
    ran = subprocess.run(
        [sys.executable, "-c", FLOW, word],
        env=inherited
        | {"CASBAH_HOME": str(home), "HOME": str(tmp_path), "HTTP_PROXY": "http://127.0.0.1:9"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (ran.stdout, ran.stderr) == ("that was all\n", "")
    assert list(tmp_path.iterdir()) == []
    assert (home / "prefect" / "ui" / "v2").is_dir()
    with get_client(sync_client=True) as client:
        newest = LogSort.TIMESTAMP_DESC
        logs = client.read_logs(LogFilter(level={"ge_": 20}), limit=200, sort=newest)
    assert word in [log.message for log in logs]


def test_finding_a_server_does_not_import_prefect() -> None:
    """`--help` and `status` stay quick: Prefect alone takes a second or two to import."""
    modules = (
        "flows.serving.address",
        "flows.serving.server",
        "flows.serving.server_settings",
        "blocks",
        "blocks.register",
        "blocks.files",
    )
    code = f"import json, sys, {', '.join(modules)}; print(json.dumps(list(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "prefect" not in json.loads(ran.stdout)
