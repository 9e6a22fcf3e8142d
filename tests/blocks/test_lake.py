"""The lake as a block: what anybody's flow can ask it."""

from __future__ import annotations

from pathlib import Path

import pytest

from blocks.lake import EventLake
from data import reports
from data.errors import BadQuestion, LakeUnusable
from data.lake import Lake


@pytest.fixture
def lake(tmp_path: Path) -> EventLake:
    """An empty lake, by its block."""
    return EventLake(uri=Lake.open(str(tmp_path / "lake")).uri)


@pytest.mark.usefixtures("home")
def test_a_saved_lake_answers_whoever_loads_it(lake: EventLake) -> None:
    """Selects and reports come as DataFrames, a report with how far it can be relied on."""
    lake.save("asked", overwrite=True)
    loaded = EventLake.load("asked")
    assert loaded.ask("select count(*) as n from events").to_dict("records") == [{"n": 0}]
    rows = loaded.report("activity", since="2026-11-01", connection="acme")
    assert list(rows.columns) == list(reports.describe("activity").columns)
    assert rows.attrs["notes"] == ["Nothing has landed here yet."]
    assert list(loaded.report("person", who="ann@acme.example")) != list(rows.columns)
    assert "each" in loaded.report("activity_per", per="hour").columns
    with pytest.raises(BadQuestion, match="activity has no who"):
        loaded.report("activity", who="ann@acme.example")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("drop view events", "only read"),
        ("select 1; select 2", "one select at a time"),
        ("select * from nowhere", "nowhere"),
        ("select * from read_csv('/etc/passwd')", "disabled"),
    ],
)
def test_it_only_reads_its_own_tables(lake: EventLake, query: str, sentence: str) -> None:
    """What is no select, or reaches outside of the lake, is refused in DuckDB's or our words."""
    with pytest.raises(BadQuestion, match=sentence):
        lake.ask(query)


def test_no_lake_is_made_by_asking(tmp_path: Path) -> None:
    """A mistyped folder is named, and stays as empty as it was."""
    with pytest.raises(LakeUnusable, match=f"{tmp_path}/typo: there is no lake there"):
        EventLake(uri=f"{tmp_path}/typo").ask("select 1")
    with pytest.raises(BadQuestion, match="There is no report 'activty'"):
        EventLake(uri=Lake.open(str(tmp_path / "lake")).uri).report("activty")
    assert not (tmp_path / "typo").exists()
