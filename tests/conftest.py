"""What tests of several packages share: a real Prefect server, and a real `casbah up`."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING
from uuid import UUID

import pytest
from tenacity import retry, stop_after_delay, wait_fixed

from flows.command.stand_in import APPS, connection_name
from flows.serving.address import Server, status
from flows.serving.server import prefect_server, running
from sandbox.client import Client
from sandbox.company import Size

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun

# Prefect makes its home when it is imported, which is when pytest collects the tests.
PREFECT_HOME = tempfile.TemporaryDirectory(prefix="casbah-tests-")
os.environ |= {"PREFECT_HOME": PREFECT_HOME.name, "DO_NOT_TRACK": "1"}
os.environ.pop("PREFECT_API_URL", None)


BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    # The browser too asks nobody but this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),  # as root Chromium does not start otherwise
]


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run side by side, those that share the one `casbah up` run in one process."""
    for item in items:
        if "_up" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("up"))


@pytest.fixture(scope="session")
def server_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose server lives as long as the session; a new one takes 12 s to come up."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CASBAH_SERVER_LINGER", "5")
        with running(home):
            yield home


AIMED: list[tuple[str, str]] = []


@contextmanager
def aimed(home: Path) -> Iterator[None]:
    """This process's Prefect is aimed at the home's server for the length of the block.

    Prefect keeps what delivers logs and events by the server's address alone; the next server there
    has another password.
    """
    with prefect_server(home) as server:
        from prefect.events.worker import EventsWorker  # noqa: PLC0415 - after PREFECT_HOME is set
        from prefect.logging.handlers import APILogWorker  # noqa: PLC0415

        now = (server.url, os.environ["PREFECT_API_AUTH_STRING"])
        if AIMED and AIMED.pop() != now:
            # In a thread, as here the loop of a browser may run, which draining would wait in.
            with ThreadPoolExecutor() as pool:
                for service in (EventsWorker, APILogWorker):
                    pool.submit(service.drain_all, timeout=10).result()
        AIMED.append(now)
        yield


@pytest.fixture
def home(server_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """CASBAH_HOME, with a Prefect server at which this process is aimed; shared by all tests."""
    monkeypatch.setenv("CASBAH_HOME", str(server_home))
    with aimed(server_home):
        yield server_home


SMALL = Size(members=20, days=8, events=2_000)
OPTIONS = ("--sandbox", "--members=20", "--days=8", "--events=2000", "--sandbox-port=0")


@dataclass(frozen=True)
class Up:
    """A `casbah up` that runs: its process, where things are, and the company beside it.

    `names` has the connection's name (and so the block's) for each app.
    """

    process: subprocess.Popen[str]
    home: Path
    lake: Path
    server: Server
    company: Client
    names: dict[str, str]


@contextmanager
def casbah_up(
    home: Path, lake: Path, *options: str, **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """`casbah up` in a process of its own, from its hello on; ended by Ctrl-C."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    with (home.parent / f"{home.name}.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.command.cli", "up", "--port=0", *options],
            env=kept | {"CASBAH_HOME": str(home), "CASBAH_LAKE": str(lake)} | environment,
            cwd=home.parent,
            stdin=subprocess.DEVNULL,
            stderr=log,
            text=True,
        )
        try:
            hear(process, log, "Ctrl-C ends it.")
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=120)
            finally:
                process.kill()


@retry(stop=stop_after_delay(300), wait=wait_fixed(0.1), reraise=True)
def hear(process: subprocess.Popen[str], log: IO[str], words: str) -> None:
    """Wait until it has said that."""
    said = Path(log.name).read_text()
    if process.poll() is not None:
        pytest.fail(f"casbah up ended:\n{said}")
    assert words in said


@pytest.fixture
def another_up() -> Callable[..., AbstractContextManager[subprocess.Popen[str]]]:
    """`casbah up` of a home of the test's own: `with another_up(home, lake, *options):`."""
    return casbah_up


@pytest.fixture(scope="session")
def _up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    place = tmp_path_factory.mktemp("up")
    home, lake = place / "home", place / "lake"
    with casbah_up(home, lake, *OPTIONS) as process:
        server = status(home)
        assert server
        port = (home / "sandbox" / "port").read_text()
        company = Client(f"http://127.0.0.1:{port}")
        names = {app: connection_name(app, SMALL) for app in APPS}
        with closing(company.http):
            yield Up(process, home, lake, server, company, names)


@pytest.fixture
def up(_up: Up, monkeypatch: pytest.MonkeyPatch) -> Iterator[Up]:
    """The session's `casbah up`, this process being aimed at its server, home and lake."""
    monkeypatch.setenv("CASBAH_HOME", str(_up.home))
    monkeypatch.setenv("CASBAH_LAKE", str(_up.lake))
    with aimed(_up.home):
        yield _up


@pytest.fixture
def prefect(up: Up) -> Iterator[SyncPrefectClient]:  # noqa: ARG001 - aims the client
    """A client of its server."""
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - after PREFECT_HOME is set

    with get_client(sync_client=True) as client:
        yield client


@pytest.fixture
def run(prefect: SyncPrefectClient) -> Callable[..., FlowRun]:
    """ "Run now" of a deployment, such as `onboard/onboard`; its parameters by name."""

    def started(deployment: str, **parameters: object) -> FlowRun:
        found = prefect.read_deployment_by_name(deployment)
        return prefect.create_flow_run_from_deployment(found.id, parameters=parameters)

    return started


@pytest.fixture
def see(prefect: SyncPrefectClient) -> Callable[..., FlowRun]:
    """Wait until a flow run is in a state of that type or name, and read it."""

    def seen(
        id_: UUID, *wanted: str, within: float = 120, client: SyncPrefectClient = prefect
    ) -> FlowRun:
        @retry(stop=stop_after_delay(within), wait=wait_fixed(0.1), reraise=True)
        def look() -> FlowRun:
            run = client.read_flow_run(id_)
            assert run.state
            assert {run.state.type.value, run.state.name} & set(wanted), run.state
            return run

        return look()

    return seen


@contextmanager
def _chromium() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where it is used

    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        pytest.skip("There is no browser to look with: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def chromium() -> Callable[[], AbstractContextManager[Browser]]:
    """The browser of this machine, for the length of a block; Playwright's own is not fetched.

    While it is open nothing else of the process can `asyncio.run`.
    """
    return _chromium
