"""A lake of its own for each test."""

import sys
from pathlib import Path

import pytest

from data.lake import Lake, Stream

# pytest imports each test by its path; `made_events` lies beside them.
sys.path.append(str(Path(__file__).parent))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where the test's lake lies; nothing else is written but in the home beside it."""
    monkeypatch.setenv("CASBAH_HOME", str(tmp_path / "home"))
    return str(tmp_path / "lake")


@pytest.fixture
def lake(place: str) -> Lake:
    return Lake.open(place)


@pytest.fixture
def acme() -> Stream:
    return Stream("dropbox", "acme")
