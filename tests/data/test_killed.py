"""A process killed at any instruction neither loses nor doubles, and no two writers do."""

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import duckdb
import pytest
from made_events import at, landed_ids, made_rows

from data.lake import Lake, Stream

LANDER = Path(__file__).with_name("lander.py")


def started(lake: Lake, *arguments: object) -> subprocess.Popen[str]:
    """A process that is ready to land and waits for a line."""
    command = [sys.executable, str(LANDER), lake.uri, *map(str, arguments)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert process.stdout
    assert process.stdin
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def finish(process: subprocess.Popen[str]) -> int:
    process.communicate()
    return process.returncode


def assert_holds(lake: Lake, acme: Stream, ids: range) -> None:
    """The lake holds each id once, by its files, by its log and by its ledger."""
    lake.refresh()
    files = lake.files("events")
    found = duckdb.execute("select event_id from read_parquet($1)", [files]).fetchall()
    assert Counter(event_id for (event_id,) in found) == Counter(f"{n:032x}" for n in ids)
    ledger = lake.landings(acme)
    assert sum(landing.rows for landing in ledger) == len(ids)
    assert len({landing.n for landing in ledger}) == len(ledger)
    assert ledger == sorted(ledger, key=lambda landing: landing.n)


def test_a_death_between_commit_and_ledger_loses_nothing(lake: Lake, acme: Stream) -> None:
    """The next start finds the landing in the log, completes the ledger and goes on after it."""
    process = started(lake, 0, 5, 10, "after")
    go(process)
    assert finish(process) == -9
    assert [landing.cursor for landing in lake.landings(acme)] == ["1", "2"]
    assert_holds(lake, acme, range(20))
    process = started(lake, 0, 5, 10)
    go(process)
    assert finish(process) == 0
    assert_holds(lake, acme, range(50))
    assert [landing.repeats for landing in lake.landings(acme)] == [0] * 5


def test_a_death_before_the_commit_leaves_litter_only(lake: Lake, acme: Stream) -> None:
    """Files written but not committed are in no answer, and the next vacuum deletes them."""
    process = started(lake, 0, 5, 10, "before")
    go(process)
    assert finish(process) == -9
    assert [landing.cursor for landing in lake.landings(acme)] == ["1"]
    assert_holds(lake, acme, range(10))
    assert len(landed_ids(lake, acme)) == 20
    assert lake.vacuum() == 1
    assert len(landed_ids(lake, acme)) == 10
    assert lake.land(acme, made_rows(range(20)), at()).rows == 10


def test_deaths_at_any_moment_end_equal_to_the_truth(lake: Lake, acme: Stream) -> None:
    """Killed again and again while it lands, a process that is started anew gets all of it in."""
    batches = 60
    for lines in (1, 3, 6, 2):
        process = started(lake, 0, batches, 20)
        go(process)
        assert process.stdout
        for _ in range(lines):
            process.stdout.readline()
        process.kill()
        assert finish(process) in (-9, 0)
    process = started(lake, 0, batches, 20)
    go(process)
    assert finish(process) == 0
    assert_holds(lake, acme, range(batches * 20))
    lake.vacuum()
    assert len(landed_ids(lake, acme)) == batches * 20


def test_two_processes_on_one_stream_land_each_row_once(lake: Lake, acme: Stream) -> None:
    """Of two processes with overlapping rows each row lands once, and no commit gets lost."""
    racers = [started(lake, first, 12, 30) for first in (0, 150)]
    for process in racers:
        go(process)
    assert [finish(process) for process in racers] == [0, 0]
    assert_holds(lake, acme, range(150 + 12 * 30))
    assert [landing.n for landing in lake.landings(acme)] == list(range(1, 25))


@pytest.mark.parametrize("names", [["a"] * 4, ["a", "b", "c", "d"]])
def test_threads_land_each_row_once(lake: Lake, names: list[str]) -> None:
    """Threads of one process may land for one stream or for several at once."""
    barrier = Barrier(len(names))

    def work(name: str) -> int:
        barrier.wait()
        batches = (made_rows(range(number, number + 20)) for number in range(0, 50, 10))
        return sum(lake.land(Stream("dropbox", name), rows, at()).rows for rows in batches)

    with ThreadPoolExecutor(len(names)) as pool:
        total = sum(pool.map(work, names))
    assert total == 60 * len(set(names))
    assert len(lake.landings()) == 5 * len(names)
    for name in set(names):
        stream = Stream("dropbox", name)
        assert len(set(landed_ids(lake, stream))) == len(landed_ids(lake, stream)) == 60


def test_two_handles_cannot_commit_one_number(place: str, acme: Stream) -> None:
    """A writer that has not seen the other's commit loses it, looks again and takes the next."""
    first, second = Lake.open(place), Lake.open(place)
    assert first.land(acme, made_rows(range(10)), at()).n == 1
    landing = second.land(acme, made_rows(range(5, 15)), at())
    assert (landing.n, landing.rows, landing.repeats) == (2, 5, 5)
    assert len(landed_ids(first, acme)) == 15


def test_many_may_open_a_new_lake_at_once(place: str) -> None:
    """Whoever opens a lake that is not there yet gets the same one."""
    with ThreadPoolExecutor(4) as pool:
        lakes = list(pool.map(Lake.open, [place] * 4))
    for number, lake in enumerate(lakes):
        lake.land(Stream("dropbox", f"c{number}"), made_rows(range(1)), at())
    assert len(lakes[0].landings()) == 4
