"""The memory that a backfill needs, and its pace: over HTTP from a sandbox in another process.

By default this process reads, with the backfill flow's own parts: a few windows at once, the live
lane beside them. With `--flow` it is `casbah backfill`, with Prefect and all. Exit code 1 when the
peak is above the limit or the lake is not what happened.

    python -m benchmarks.memory --events 5000000
    python -m benchmarks.memory --events 5000000 --flow
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

from benchmarks import bare
from benchmarks.vendor import APP, connected, happened, peak_megabytes, refresh_token, vendor
from data import catalog
from data.lake import Lake, Stream
from tasks.landing.lanes import Reader

ACME = Stream("dropbox", "acme")
DAYS = 61  # a sandbox's 60 begin at its hour of birth, a backfill's at midnight


@dataclass(frozen=True)
class Cost:
    """What a backfill took: seconds of the clock, seconds of CPU, megabytes at most."""

    seconds: float
    cpu: float
    peak: float


def backfill_here(url: str, folder: str) -> Cost:
    """Backfill in threads of this process."""
    began, worked = time.monotonic(), time.process_time()
    bare.backfill(Reader(ACME, connected(url), Lake.open(folder)), DAYS)
    return Cost(time.monotonic() - began, time.process_time() - worked, peak_megabytes())


def backfill_by_flow(url: str, folder: str) -> Cost:
    """Connect and backfill with the command; the cost is that of the backfill."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"CASBAH_HOME": home, "CASBAH_LAKE": folder}
        casbah = [sys.executable, "-m", "flows.command.cli"]
        key, secret = APP
        keys = [f"--base-url={url}", f"--client-id={key}", f"--client-secret={secret}"]
        connect = [*casbah, "connect", "dropbox", ACME.connection, *keys]
        subprocess.run(
            [*connect, f"--refresh-token={refresh_token(url)}"], env=environment, check=True
        )
        began = time.monotonic()
        process = subprocess.Popen(
            [*casbah, "backfill", ACME.connection, f"--days={DAYS}"], env=environment
        )
        _, status, used = os.wait4(process.pid, 0)
        if status:
            raise SystemExit("The backfill failed.")
        seconds = time.monotonic() - began
    return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def tell(cost: Cost, events: int) -> None:
    """Print the figures."""
    print(
        f"{events:,} events in {cost.seconds:,.0f} s ({events / cost.seconds:,.0f} a second);"
        f" {cost.cpu / events * 1e6:.1f} microseconds of CPU an event;"
        f" at most {cost.peak:,.0f} MB of memory.",
        flush=True,
    )


def main() -> None:
    """Backfill, tell, compare with what happened."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--events", type=int, default=5_000_000)
    parser.add_argument("--flow", action="store_true", help="measure `casbah backfill`")
    parser.add_argument("--limit", type=float, default=700, help="megabytes that still pass")
    chosen = parser.parse_args()
    with vendor(chosen.events) as url, tempfile.TemporaryDirectory() as folder:
        cost = (backfill_by_flow if chosen.flow else backfill_here)(url, folder)
        count = catalog.ask(Lake.open(folder), "select count(*) as events from events")
        landed = count["events"][0].as_py()
        tell(cost, landed)
        truth = happened(url)
    print(f"In the lake {landed:,}, in truth {truth:,}.")
    if cost.peak > chosen.limit or landed != truth:
        raise SystemExit(f"A backfill lands all events within {chosen.limit:,.0f} MB.")


if __name__ == "__main__":
    main()
