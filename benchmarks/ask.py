"""How long each report takes over ten million events of two connections in 60 days.

    python -m benchmarks.ask --events 10000000 [--lake FOLDER]

Exit code 1 when a report takes longer than 5 s, or activity longer than 1 s: that of a week in
full, and that of all days in sums. A time is the best of `--rounds`, from the question to the rows;
on cores that others use too, the CPU seconds beside it tell more: divided by the cores they are the
least that it could have taken.
With `--lake` the lake is kept, or taken as it is when it has events.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.big_lake import make
from data import judging, reports
from data.lake import Lake

BAR = 5.0
WEEK_BAR = 1.0
OF_ONE = {"who": "person7@acme.example", "which": "id:100"}


def measured(lake: Lake, name: str, rounds: int, **filters: object) -> tuple[int, float, float]:
    """Rows, and the least seconds of the wall and of the CPU."""
    best, spent, rows = float("inf"), float("inf"), 0
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        rows = len(reports.run(lake, name, **filters).table)  # type: ignore[arg-type]
        best = min(best, time.perf_counter() - wall)
        spent = min(spent, time.process_time() - cpu)
    return rows, best, spent


def ask_all(lake: Lake, rounds: int, bar: float, week_bar: float) -> list[str]:
    """Ask every report, print a line for each; those that took too long."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    questions: list[tuple[str, dict[str, object], float]] = [
        ("activity", {"since": today - timedelta(days=7)}, week_bar)
    ]
    for name in reports.names():
        needed: dict[str, object] = {need: OF_ONE[need] for need in reports.describe(name).needs}
        questions.append((name, needed, week_bar if name == "activity_per" else bar))
    questions += [("activity_per", {"per": per}, bar) for per in ("hour", "person", "address")]
    print(f"{'report':40}{'rows':>10}{'seconds':>9}{'CPU':>7}")
    late = []
    for name, filters, most in questions:
        rows, seconds, cpu = measured(lake, name, rounds, **filters)
        said = ", ".join(str(value)[:20] for value in filters.values())
        missed = seconds > most
        line = f"{name} {said}".strip()
        print(f"{line:40}{rows:>10,}{seconds:>9.2f}{cpu:>7.2f}{'  too long' if missed else ''}")
        late += [line] if missed else []
    return late


def main() -> None:
    """Make the lake, ask, and judge."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--people", type=int, default=4_000)
    parser.add_argument("--items", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--bar", type=float, default=BAR, help="seconds for a report")
    parser.add_argument(
        "--week-bar", type=float, default=WEEK_BAR, help="for a week of activity, and activity_per"
    )
    parser.add_argument("--lake", type=Path, default=None)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("CASBAH_HOME", folder)
        lake = Lake.open(str(chosen.lake or Path(folder) / "lake"))
        if not lake.files("events"):
            began = time.perf_counter()
            make(lake, chosen.events, chosen.people, chosen.items)
            print(f"{chosen.events:,} events landed in {time.perf_counter() - began:.0f} s")
        judging.judge(lake)  # as `casbah maintain` does every night
        late = ask_all(lake, chosen.rounds, chosen.bar, chosen.week_bar)
    if late:
        raise SystemExit(f"Took too long: {', '.join(late)}.")


if __name__ == "__main__":
    main()
