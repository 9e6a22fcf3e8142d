"""What tests of several packages share: one real Prefect server for the session."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.server import prefect_server, running

# Prefect makes its home when it is imported, which is when pytest collects the tests.
PREFECT_HOME = tempfile.TemporaryDirectory(prefix="casbah-tests-")
os.environ |= {"PREFECT_HOME": PREFECT_HOME.name, "DO_NOT_TRACK": "1"}
os.environ.pop("PREFECT_API_URL", None)


@pytest.fixture(scope="session")
def server_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose server lives as long as the session; a new one takes 12 s to come up."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CASBAH_SERVER_LINGER", "5")
        with running(home):
            yield home


@pytest.fixture
def home(server_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """CASBAH_HOME, with a Prefect server at which this process is aimed; shared by all tests."""
    monkeypatch.setenv("CASBAH_HOME", str(server_home))
    with prefect_server(server_home):
        yield server_home
