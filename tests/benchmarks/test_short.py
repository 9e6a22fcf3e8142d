"""The benchmarks in short: what they measure is done, and to the end. No test looks at time."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
EASY = 1e9


def run(benchmark: str, **options: object) -> subprocess.CompletedProcess[str]:
    """A benchmark as a command."""
    command = [sys.executable, "-m", f"benchmarks.{benchmark}"]
    command += [f"--{name}={value}" for name, value in options.items()]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)


def told_by(benchmark: str, **options: object) -> str:
    """What a benchmark prints; it ends with exit code 0 only if its own counts agree."""
    done = run(benchmark, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_landing_is_measured_beside_parsing() -> None:
    """Every stage has its line, and together the stages of reading are what reading costs."""
    told = told_by("land", events=3_000, rounds=1, limit=EASY)
    assert re.match(r"3,000 events of 1,\d\d\d bytes, in 3 pages", told)
    least = {line.split()[0]: float(line.split()[1]) for line in told.splitlines()[2:]}
    assert least["orjson.loads"] > 0
    reading = least["decode"] + least["normalize"] + least["land"]
    assert abs(reading - least["read"]) < 0.05
    assert abs(least["read"] / least["orjson.loads"] - least["ratio"]) < 0.05


def test_a_ratio_above_the_limit_fails() -> None:
    """The limit decides over the exit code."""
    done = run("land", events=1_000, rounds=1, limit=0)
    assert done.returncode == 1
    assert "more than 0.0 times" in done.stderr


def test_a_measured_backfill_lands_what_happened() -> None:
    """The lake has the events of the sandbox's truth, and the peak is that of a whole process."""
    told = told_by("memory", events=4_000, limit=EASY)
    assert "In the lake 4,000, in truth 4,000." in told
    peak = re.search(r"at most (\d+) MB", told)
    assert peak is not None
    assert 50 < int(peak[1]) < 2_000


def test_the_sandbox_is_measured() -> None:
    """A log is made whole, and its pages are served and digested."""
    told = told_by("sandbox", events=4_000, pages=3, limit=EASY, pace=0)
    assert told.startswith("4,000 events: drawn in ")
    assert re.search(r"[1-9]\d* pages a second are served, \d+ digested", told)


def test_every_report_is_asked_of_a_big_lake() -> None:
    """Each report has its line with its rows, and those above the bar end in exit code 1."""
    done = run("ask", events=3_000, people=20, items=400, rounds=1, bar=0, **{"week-bar": EASY})
    lines = [line.split() for line in done.stdout.splitlines()[2:]]
    rows = {line[0]: int(line[-5 if line[-1] == "long" else -3].replace(",", "")) for line in lines}
    assert {"still_public", "item", "coverage"} <= rows.keys()
    assert min(rows["activity"], rows["open_links"], rows["person"]) > 0
    week, *others = lines
    assert week[-1] != "long"
    assert all(line[-1] == "long" for line in others if line[0] != "activity_per")
    assert done.returncode == 1
    assert "Took too long: activity, " in done.stderr


def test_verdicts_on_visits_are_scored() -> None:
    """One small company: its tables are told, and what is called likely is mostly so."""
    done = run("visits", companies="211:20", events=6_000)
    figures = next(line.split() for line in done.stdout.splitlines() if line.startswith("all "))
    _, visits, ours, named, found, strange, *_ = figures
    assert float(visits) > 600
    assert 0.15 < float(ours) / float(visits) < 0.5
    assert float(named) > 0.85
    assert float(found) > 0.5
    assert float(strange) > 0.9
    for words in ("own link, office", "partner", "That it was an outsider:"):
        assert words in done.stdout
    assert (done.returncode == 1) == ("less than" in done.stderr)


def test_what_prefect_costs_is_measured() -> None:
    """A backfill and a sync are timed with Prefect and without, and compared."""
    told = told_by("overhead", events=600, days=3, turns=1, limit=EASY)
    for work in ("backfill of 3 days", "sync"):
        for way in ("bare", "flow"):
            assert re.search(rf"{work}, {way}: [\d.]+ s, CPU [\d.]+ s here and", told)
        assert re.search(rf"{work}: [\d.]+ times the clock", told)
