"""Verdicts kept and verdicts given now are one answer, of all visits or of some."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from test_verdicts import asked, kept

from benchmarks.companies import BORN, landed
from data import catalog, judging, reports
from data.lake import Lake
from data.tables import EVENTS
from sandbox.company import Size


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, pa.Table]:
    """Two apps of a made-up company, judged, and what was told of them before."""
    lake = Lake.open(str(tmp_path_factory.mktemp("company") / "lake"))
    for app in ("dropbox", "box"):
        landed(lake, Size(seed=7, members=12, days=32, events=3_000), app, f"{app}-7")
    before = asked(lake)
    assert judging.judge(lake, BORN.date()) > 40
    return lake, before


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"since": "2026-10-26T15:30:00Z", "until": "2026-11-04T08:00:00Z"},
        {"since": "2026-11-10"},
        {"since": "2026-11-19", "until": "2026-11-20"},
        {"until": "2026-10-30T12:00:00Z"},
        {"connection": "box-7", "since": "2026-10-28"},
        {"app": "dropbox", "until": "2026-11-18T12:00:00Z"},
    ],
    ids=str,
)
def test_an_answer_is_the_same(company: tuple[Lake, pa.Table], filters: dict[str, str]) -> None:
    """Kept or judged now, of all days or some: of a visit the same is said, in the same order."""
    lake, before = company
    begin, end = reports.span(filters.get("since"), filters.get("until"))
    for name in ("app", "connection"):
        if name in filters:
            before = before.filter(pc.equal(before[name], filters[name]))
    if begin:
        before = before.filter(pc.greater_equal(before["first_seen"], pa.scalar(begin)))
    if end:
        before = before.filter(pc.less(before["first_seen"], pa.scalar(end)))
    assert kept(lake) > 100
    assert asked(lake, **filters).equals(before)


def opened(lake: Lake, filters: str) -> list[int]:
    """How many files each scan opened for the report."""
    with catalog.connect(lake) as connection:
        query = f"explain analyze select * from unauthenticated_visits({filters})"  # noqa: S608
        plan = connection.execute(query).fetchall()[0][1]
    return [int(text.split()[0]) for text in plan.split("Total Files Read: ")[1:]]


def test_of_what_is_kept_no_event_is_read(company: tuple[Lake, pa.Table]) -> None:
    """Only the days without verdicts and the weeks around them are opened."""
    lake, _ = company
    days = len(lake.folder(EVENTS).files_of(connection="box-7"))
    # Eight days without verdicts, three weeks of members before, and a file of each day kept.
    assert 0 < max(opened(lake, "connection := 'box-7'")) < days


def test_before_what_is_not_judged_no_event_is_read(company: tuple[Lake, pa.Table]) -> None:
    """Of weeks that are over nothing is opened but what is kept, and whom the company has."""
    lake, _ = company
    people = len(lake.files("people")) + len(lake.files("listings")) + len(lake.files("activities"))
    of_weeks = opened(lake, "until := '2026-11-01'")
    assert max(of_weeks) > people
    assert sum(1 for files in of_weeks if files > people) == 1


def test_of_one_person_the_same_is_said(company: tuple[Lake, pa.Table]) -> None:
    """Whoever asks for one person's visits gets those of all visits that name them, as they are."""
    lake, before = company
    names = ["app", "connection", "visit", "verdict", "candidate", "probability", "evidence"]
    columns = ", ".join(names)
    everybody = sorted(set(before["candidate"].drop_null().to_pylist()))
    assert len(everybody) > 10
    found = 0
    for who in everybody:
        theirs = before.filter(pc.equal(before["candidate"], who)).select(names)
        one = catalog.sql(lake, f"select {columns} from judged_visits(who := '{who}')")  # noqa: S608
        assert sorted(map(repr, one.to_pylist())) == sorted(map(repr, theirs.to_pylist())), who
        found += len(one)
    assert found == len(before) - before["candidate"].null_count
