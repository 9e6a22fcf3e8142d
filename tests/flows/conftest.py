"""The `casbah` command as a person runs it, and a company to run it against."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from data.lake import Lake
from flows.command import cli
from sandbox.client import Client
from sandbox.company import Size
from sandbox.server import running

Run = Callable[..., subprocess.CompletedProcess[str]]
KEY, SECRET = "casbah-demo-key", "casbah-demo-secret"
SMALL = Size(members=20, days=8, events=2_000)


@pytest.fixture(scope="session")
def calm() -> Iterator[Client]:
    """A company that no test disturbs."""
    with running(SMALL) as sandbox:
        yield Client(sandbox.url)


@pytest.fixture
def own() -> Iterator[Client]:
    """A company of the test's own, to be disturbed."""
    with running(SMALL) as sandbox:
        yield Client(sandbox.url)


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """CASBAH_LAKE, of the test's own."""
    return tmp_path / "lake"


@pytest.fixture
def empty(lake: Path) -> Lake:
    """The lake, in which nothing has landed yet."""
    return Lake.open(str(lake))


@pytest.fixture
def environment(server_home: Path, lake: Path, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Of a command: the session's server, and a place to write nothing to, checked at the end."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    places = ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "PWD")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    yield {
        **kept,
        **dict.fromkeys(places, str(elsewhere)),
        "CASBAH_HOME": str(server_home),
        "CASBAH_LAKE": str(lake),
        "COLUMNS": "2000",
    }
    assert list(elsewhere.rglob("*")) == []


@pytest.fixture
def start(environment: dict[str, str]) -> Callable[..., subprocess.Popen[str]]:
    """Start a command in a process of its own; what it says comes through pipes."""

    def started(*words: str, **changed: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "flows.command.cli", *words],
            env=environment | changed,
            cwd=environment["PWD"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return started


@pytest.fixture
def casbah(start: Callable[..., subprocess.Popen[str]]) -> Run:
    """Run a command to its end in a process of its own; `typed` is what a person types."""

    def run(*words: str, typed: str = "", **changed: str) -> subprocess.CompletedProcess[str]:
        with start(*words, **changed) as process:
            out, err = process.communicate(typed, timeout=300)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    return run


@pytest.fixture
def here(
    home: Path,
    lake: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Run:
    """Run a command in this process, which has paid for the import of Prefect already."""
    places = {"CASBAH_HOME": home, "CASBAH_LAKE": lake, "COLUMNS": 2000}
    for name, value in places.items():
        monkeypatch.setenv(name, str(value))

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.app(list(words), prog_name="casbah")
        return subprocess.CompletedProcess(words, end.value.code or 0, *capfd.readouterr())

    return run


@pytest.fixture
def offer() -> Callable[..., list[str]]:
    """The options of `connect` with a refresh token that was got without a browser."""

    def options(company: Client, **wanted: str) -> list[str]:
        token = company.sign_in(**wanted)["refresh_token"]
        return [
            f"--base-url={company.http.base_url}",
            f"--client-id={wanted.get('client_id', KEY)}",
            f"--client-secret={wanted.get('client_id', KEY).replace('-key', '-secret')}",
            f"--refresh-token={token}",
        ]

    return options


@pytest.fixture
def leaks(server_home: Path, lake: Path) -> Callable[[str], list[str]]:
    """Where a word can be read: files of the home and the lake, and rows of the server."""

    def found(word: str) -> list[str]:
        database = f"file:{server_home}/prefect/prefect.db?mode=ro"
        with closing(sqlite3.connect(database, uri=True)) as server:
            rows = [row for row in server.iterdump() if word in row]
        files = [path for place in (server_home, lake) for path in place.rglob("*")]
        needle = word.encode()
        return rows + [
            str(path) for path in files if path.is_file() and needle in path.read_bytes()
        ]

    return found
