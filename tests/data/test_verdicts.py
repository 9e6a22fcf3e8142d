"""Verdicts that are final are kept, and no answer is another for that."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from made_events import START, at
from test_visits import CAFE, DAY, MINUTE, a_fortnight, signed_in, visit

from benchmarks.companies import BORN
from data import catalog, forgetting, judging, reports
from data.delta import DeltaFolder
from data.lake import Lake, Stream
from data.questions import questions
from data.tables import PEOPLE, VERDICTS

BETA = Stream("box", "beta")
TODAY = (START + 60 * DAY).date()
DAYS, VISITS = 18, 16  # of each that is `filled`
ORDER = "order by last_seen desc, ip, visit, app, connection"


def asked(lake: Lake, **filters: Any) -> pa.Table:
    return reports.run(lake, "unauthenticated_visits", **filters).table


def anew(lake: Lake) -> pa.Table:
    """The same without anything that is kept."""
    query = f"select * exclude (behind) from visit_verdicts() {ORDER}"  # noqa: S608
    return catalog.sql(lake, query)


def kept(lake: Lake) -> int:
    """How many verdicts the report takes from those that are kept."""
    return len(catalog.sql(lake, "from verdicts"))


def filled(lake: Lake, *streams: Stream) -> None:
    """Two members at home on 15 days, and two visits on each of 8 days, 3 of them later."""
    for stream in streams:
        rows = [*a_fortnight("ann@acme.example"), *a_fortnight("bea@acme.example")]
        for n in range(-7, 17, 3):
            rows += [visit(f"v{n}", START + n * DAY), visit(f"w{n}", START + n * DAY, CAFE)]
            rows += [signed_in(f"s{n}", START + n * DAY + 5 * MINUTE, item_id="shared")]
        lake.land(stream, pa.concat_tables(rows), at())


def test_it_is_done_once(lake: Lake, acme: Stream) -> None:
    """Days without visits are judged too, and what is judged is not judged again."""
    filled(lake, acme, BETA)
    whole = asked(lake)
    assert judging.judge(lake, TODAY) == 2 * DAYS
    version = lake.refresh()["verdicts"]
    assert judging.judge(lake, TODAY) == 0
    assert lake.refresh()["verdicts"] == version
    assert lake.compact() == 0
    assert kept(lake) == len(whole) == 2 * VISITS
    assert asked(lake).equals(whole)


def test_a_day_is_judged_a_week_after(lake: Lake, acme: Stream) -> None:
    """As long as an event of the week after may still come in time, nothing is kept."""
    lake.land(acme, visit("v"), at())
    assert judging.judge(lake, (START + 7 * DAY).date()) == 0
    assert judging.judge(lake, (START + 8 * DAY).date()) == 1
    assert kept(lake) == 1


def test_a_late_event_has_the_days_around_judged_again(lake: Lake, acme: Stream) -> None:
    """What came late counts at once; of other weeks and connections all stays as it was."""
    filled(lake, acme, BETA)
    judging.judge(lake, TODAY)
    before = asked(lake)
    late = [
        signed_in(f"late {n}", START + 14 * DAY + n * MINUTE, CAFE, actor_email="cid@acme.example")
        for n in (-2, 3)
    ]
    lake.land(acme, pa.concat_tables(late), at())
    assert not asked(lake).equals(before)
    assert asked(lake).equals(anew(lake))
    assert kept(lake) == 2 * VISITS - 6
    assert judging.judge(lake, TODAY) == 4
    assert kept(lake) == 2 * VISITS
    assert asked(lake).equals(anew(lake))
    assert lake.vacuum() > 0
    assert asked(lake).equals(anew(lake))


def test_other_rules_give_other_verdicts(
    lake: Lake, acme: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a new weight nothing that was kept is told, until it is judged again."""
    filled(lake, acme)
    judging.judge(lake, TODAY)
    before = asked(lake)
    weights = questions("views")["visit_weights"]
    stricter = re.sub(r"('outsider_from', )[\d.]+", r"\g<1>1.01", weights.select)
    other = replace(weights, select=stricter)
    monkeypatch.setitem(questions("views"), "visit_weights", other)  # type: ignore[arg-type]
    assert kept(lake) == 0
    assert "likely_outsider" in before["verdict"].to_pylist()
    assert "likely_outsider" not in asked(lake)["verdict"].to_pylist()
    assert judging.judge(lake, TODAY) == DAYS
    assert kept(lake) == VISITS
    assert asked(lake).equals(anew(lake))


def test_whom_a_scan_tells_to_be_ours_counts_at_once(lake: Lake, acme: Stream) -> None:
    """Where the app does not say who is a member, the members' domains decide, as they are now."""
    unknown = {"actor_kind": "unknown"}
    rows = [visit("v"), *(signed_in(f"{n}", START + n * MINUTE, **unknown) for n in (-5, 5))]
    lake.land(acme, pa.concat_tables(rows), at())
    judging.judge(lake, TODAY)
    (before,) = asked(lake).to_pylist()
    person = {
        "app": "dropbox", "connection": "acme", "person_id": "1", "observed_at": BORN,
        "landed_at": BORN, "kind": "member", "email": "bob@acme.example", "raw": "{}",
    }  # fmt: skip
    lake.append(PEOPLE, acme, pa.Table.from_pylist([person], PEOPLE.schema))
    (after,) = asked(lake).to_pylist()
    assert (before["candidate"], after["candidate"]) == (None, "ann@acme.example")
    assert asked(lake).equals(anew(lake))


def test_what_is_forgotten_is_not_kept(lake: Lake, acme: Stream) -> None:
    """Of a forgotten connection no verdict is left, on the disk either; the name serves anew."""
    filled(lake, acme, BETA)
    judging.judge(lake, TODAY)
    other = asked(lake, connection="beta")
    forgetting.forget(lake, acme)
    assert not list(Path(lake.uri, "verdicts").rglob("*connection=acme*"))
    assert asked(lake).equals(other)
    lake.land(acme, visit("v"), at())
    assert asked(lake).equals(anew(lake))
    assert kept(lake) == VISITS


@pytest.mark.parametrize("before", [0, DAYS])
def test_what_is_forgotten_meanwhile_does_not_come_back(
    lake: Lake, acme: Stream, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    """A connection may be forgotten between the judging of its visits and the commit."""
    filled(lake, acme)
    if before:
        assert judging.judge(lake, TODAY) == before
        lake.land(acme, visit("late"), at())
    write = DeltaFolder.write_parts

    def forgotten_meanwhile(folder: DeltaFolder, *given: Any) -> Any:
        added = write(folder, *given)
        if folder.table is VERDICTS:
            forgetting.forget(Lake.open(lake.uri), acme)
        return added

    monkeypatch.setattr(DeltaFolder, "write_parts", forgotten_meanwhile)
    assert judging.judge(lake, TODAY) == 0
    lake.refresh()
    assert lake.files("verdicts") == []
    assert not list(Path(lake.uri).rglob("*connection=acme*"))


def test_a_lake_from_before_is_judged(lake: Lake, acme: Stream) -> None:
    """A lake without the table gets it, empty, when it is opened."""
    filled(lake, acme)
    whole = asked(lake)
    for folder in ("verdicts", "log/verdicts"):
        shutil.rmtree(Path(lake.uri, folder))
    again = Lake.open(lake.uri)
    assert asked(again).equals(whole)
    assert judging.judge(again, TODAY) == DAYS
    assert asked(again).equals(whole)


def test_killed_in_the_middle_it_goes_on(lake: Lake, acme: Stream, tmp_path: Path) -> None:
    """A process that dies before a commit leaves whole days, and litter that is swept."""
    filled(lake, acme)
    whole = asked(lake)
    script = tmp_path / "killed.py"
    script.write_text(
        "import os, signal, sys\n"
        "from datetime import date\n"
        "from data import judging\n"
        "from data.delta import DeltaFolder\n"
        "from data.lake import Lake\n"
        "commit, calls = DeltaFolder.commit, []\n"
        "def dying(folder, *given, **options):\n"
        "    calls.append(folder.table.name)\n"
        "    if calls.count('verdicts') == 2:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return commit(folder, *given, **options)\n"
        "DeltaFolder.commit = dying\n"
        "judging.judge(Lake.open(sys.argv[1]), date.fromisoformat(sys.argv[2]))\n"
    )
    command = [sys.executable, str(script), lake.uri, str(TODAY)]
    assert subprocess.run(command, check=False).returncode == -9
    assert 0 < kept(lake) < len(whole)
    assert asked(lake).equals(whole)
    files = len(list(Path(lake.uri, "verdicts").rglob("*.parquet")))
    lake.refresh()
    assert files > len(lake.files("verdicts"))
    assert lake.vacuum() == files - len(lake.files("verdicts"))
    assert 0 < judging.judge(lake, TODAY) < DAYS
    assert kept(lake) == len(whole)
    assert asked(lake).equals(whole)


def test_events_land_meanwhile(place: str, acme: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lands while visits are judged is in the next answer, and nothing is kept wrongly."""
    lake, other = Lake.open(place), Lake.open(place)
    filled(lake, acme)
    write, late = DeltaFolder.write_parts, iter(range(3))

    def landed_meanwhile(folder: DeltaFolder, *given: Any) -> Any:
        if folder.table is VERDICTS and (n := next(late, None)) is not None:
            moment = START + n * 8 * DAY + MINUTE
            other.land(acme, signed_in(f"late {n}", moment, CAFE), at())
        return write(folder, *given)

    monkeypatch.setattr(DeltaFolder, "write_parts", landed_meanwhile)
    judging.judge(lake, TODAY)
    assert asked(lake).equals(anew(lake))
    judging.judge(lake, TODAY)
    assert asked(lake).equals(anew(lake))
    assert kept(lake) == VISITS


def test_a_stay_without_end_is_told_day_by_day(lake: Lake, acme: Stream) -> None:
    """What asks every twenty minutes for a week is a visit of two days and one of each later."""
    ids = [f"poll {n:03}" for n in range(7 * 72)]
    start = START.replace(hour=20)
    polls = pa.concat_tables([visit(name, start + n * 20 * MINUTE) for n, name in enumerate(ids)])
    lake.land(acme, polls, at())
    whole = asked(lake)
    assert whole["events"].to_pylist() == [60, 72, 72, 72, 72, 72, 84]
    begun = [moment.date() for moment in whole["first_seen"].to_pylist()]
    assert begun == [date(2026, 11, day) for day in (9, 8, 7, 6, 5, 4, 2)]
    since, until = START + 3 * DAY, START + 5 * DAY
    part = asked(lake, since=since, until=until)
    assert part.to_pylist() == [r for r in whole.to_pylist() if since <= r["first_seen"] < until]
    judging.judge(lake, (START + 12 * DAY).date())
    assert 0 < kept(lake) < 7
    assert asked(lake).equals(whole)


def test_any_duckdb_reads_the_published_verdicts(lake: Lake, acme: Stream) -> None:
    """The published file has the report with what is kept, also by literal filters."""
    filled(lake, acme)
    judging.judge(lake, TODAY)
    whole = asked(lake, since="2026-11-01")
    with duckdb.connect(str(catalog.publish(lake)), read_only=True) as connection:
        connection.execute("set timezone = 'America/New_York'")
        query = "select visit from unauthenticated_visits(since := '2026-11-01 00:00:00+00')"
        found = [row[0] for row in connection.execute(query).fetchall()]
    assert found == whole["visit"].to_pylist()
