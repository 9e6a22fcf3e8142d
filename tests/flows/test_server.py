"""The server of a home: found, started, shared, left, replaced."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from tenacity import retry, stop_after_delay, wait_fixed

from blocks.files import open_lock, try_lock
from flows.serving.address import LOCK, NoServerError, status
from flows.serving.server import begin, prefect_server, running

USER = """
import sys
from pathlib import Path
from flows.serving.server import running
with running(Path(sys.argv[1])) as server:
    print(server.url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def used_home(server_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of one's own whose database is migrated already, its server leaving with its users."""
    monkeypatch.setenv("CASBAH_SERVER_LINGER", "0")
    folder = tmp_path / "hömé of 100% a?b#c" / "prefect"
    shutil.copytree(
        server_home / "prefect", folder, ignore=shutil.ignore_patterns("server.*", "prefect.db*")
    )
    with (
        closing(sqlite3.connect(server_home / "prefect" / "prefect.db")) as there,
        closing(sqlite3.connect(folder / "prefect.db")) as here,
    ):
        there.backup(here)
    return folder.parent


def start_user(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", USER, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@retry(stop=stop_after_delay(60), wait=wait_fixed(0.1), reraise=True)
def wait_for_the_end_of_the_server(home: Path) -> None:
    with closing(os.fdopen(open_lock(home / "prefect" / LOCK))) as lock:
        assert try_lock(lock.fileno()), "the server is still there"


def test_commands_at_once_share_one_server_that_leaves_with_the_last(used_home: Path) -> None:
    """Two commands share a server; one is killed, the other ends, and then nothing is left."""
    with start_user(used_home) as killed, start_user(used_home) as other:
        with ThreadPoolExecutor() as threads:
            urls = list(threads.map(lambda user: user.stdout.readline(), (killed, other)))
        assert urls[0] == urls[1] != ""
        killed.kill()
        killed.wait()
        server = status(used_home)
        assert server is not None
        other.communicate()
    wait_for_the_end_of_the_server(used_home)
    assert status(used_home) is None
    assert not (used_home / "prefect" / "server.json").exists()


def test_a_killed_server_is_replaced(used_home: Path) -> None:
    """A killed server is not taken for a living one, and the next command starts another."""
    told: list[str] = []
    begin(used_home)
    with running(used_home, told.append) as first:
        told.clear()
        os.kill(first.pid, signal.SIGKILL)
        wait_for_the_end_of_the_server(used_home)
        assert status(used_home) is None
        with running(used_home, told.append) as second:
            assert second.pid != first.pid
            assert status(used_home) == second
            assert told == ["Starting the Prefect server of this home."]


NEVER_DOWN = """
import asyncio, uvicorn

async def never(self, sockets=None):
    await asyncio.Event().wait()

uvicorn.Server.shutdown = never
"""


def test_a_server_that_does_not_come_down_is_ended(
    used_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not hold its home for ever when something of Prefect's, or of uvicorn's, hangs."""
    (tmp_path / "sitecustomize.py").write_text(NEVER_DOWN)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    with running(used_home) as server:
        assert server.pid
    wait_for_the_end_of_the_server(used_home)


def test_a_server_that_cannot_start_says_why(used_home: Path) -> None:
    """The end of the server's log is in the message when it dies on its way up."""
    (used_home / "prefect" / "prefect.db").write_bytes(b"this is somebody's letter" * 1000)
    with (
        pytest.raises(NoServerError, match=r"did not start; .*server\.log (?s:.*)not a database"),
        running(used_home),
    ):
        pass


def test_a_lost_encryption_key_is_not_replaced(used_home: Path) -> None:
    """A new key would make every saved block unreadable for good; so a person is asked."""
    (used_home / "prefect" / "encryption.key").unlink()
    with pytest.raises(NoServerError, match=r"key .* is gone .*Put it back"), running(used_home):
        pass
    assert not (used_home / "prefect" / "encryption.key").exists()


def test_a_home_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A file where the home should be ends in one sentence that says what to do."""
    (tmp_path / "home").write_text("")
    with pytest.raises(NoServerError, match=r"cannot be written .* set CASBAH_HOME"):
        begin(tmp_path / "home")
    assert status(tmp_path / "home") is None


def test_a_server_named_by_the_user_is_used_as_it_is(
    server_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With PREFECT_API_URL set, nothing is started, nothing is written and nothing else is set."""
    there = status(server_home)
    assert there
    monkeypatch.setenv("PREFECT_API_URL", there.url)
    before = dict(os.environ)
    with prefect_server(tmp_path) as server:
        assert server.url == there.url
        assert dict(os.environ) == before
    begin(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_server_named_by_the_user_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address where nobody answers ends in one sentence that names it."""
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    with pytest.raises(NoServerError, match=r"127\.0\.0\.1:1/api.*unset PREFECT_API_URL"):
        prefect_server(tmp_path).__enter__()
    assert status(tmp_path) is None


def test_the_environment_is_put_back(server_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a command sets and takes away for Prefect ends with its use of the server."""
    monkeypatch.setenv("PREFECT_API_KEY", "of another server")
    before = dict(os.environ)
    with prefect_server(server_home) as server:
        assert os.environ["PREFECT_API_URL"] == server.url
        assert "PREFECT_API_KEY" not in os.environ
    assert dict(os.environ) == before
