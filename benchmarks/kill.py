"""Kill a backfill and a sync, over and over, in the middle of their work; nothing may be lost.

    python -m benchmarks.kill --kills 20 --seed 1

Against a sandbox with every fault on. A kill comes after so many requests and so many milliseconds,
both drawn by `--seed`. After each, the catalog must open and the ledger must be whole; at the end
the commands run undisturbed, and the lake must be what happened. Exit code 1 if it is not.
`CASBAH_HOME` says whose Prefect server to use; the lake is a folder that is thrown away.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import duckdb

from data.lake import Lake, Stream
from sandbox.client import Client
from sandbox.company import Size
from sandbox.server import running

EVENTS_A_DAY = 100
# A sync has one request to make where there is little news; after the last one it still commits.
MOST_REQUESTS = {"backfill": 10, "sync": 1}
LONGEST_WHILE = 0.4


def casbah(*words: str) -> subprocess.Popen[bytes]:
    """A command, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "flows.command.cli", *words], stdout=subprocess.DEVNULL, stderr=None
    )


def kill_at_work(
    process: subprocess.Popen[bytes], requests: int, seconds: float, company: Client
) -> bool:
    """Kill it so long after its so-manieth request; False if it was done before."""
    wanted = asked(company) + requests
    while asked(company) < wanted and process.poll() is None:
        time.sleep(0.01)
    time.sleep(seconds)
    killed = process.poll() is None
    process.kill()
    process.wait()
    return killed


def asked(company: Client) -> int:
    """How many requests Dropbox's API has had."""
    routes = company.http.get("/requests").json()["routes"]
    return sum(count for route, count in routes.items() if route.startswith("/2/"))


def check_whole(folder: Path, stream: Stream) -> str:
    """What has landed: the catalog opens, and the ledger has each landing once."""
    seen = "no catalog yet"
    if (folder / "lake.duckdb").exists():
        with duckdb.connect(folder / "lake.duckdb", read_only=True) as catalog:
            (rows,) = catalog.execute("select count(*) from events").fetchone() or (0,)
        seen = f"{rows} events in the catalog"
    numbers = [landing.n for landing in Lake.open(str(folder)).landings(stream)]
    if numbers != list(range(1, len(numbers) + 1)):
        raise SystemExit(f"The landings are not whole: {numbers}")
    return f"{len(numbers)} landings, {seen}"


def compare(folder: Path, company: Client) -> int:
    """How many events are missing from the lake or there too often."""
    with duckdb.connect(folder / "lake.duckdb", read_only=True) as catalog:
        found = catalog.execute("select event_id from events").fetchall()
    lake = Counter(event_id for (event_id,) in found)
    truth = Counter(row["event_id"] for row in company.truth())
    missing, surplus = (truth - lake).total(), (lake - truth).total()
    print(f"{truth.total()} events happened, {missing} are missing, {surplus} are too many.")
    return missing + surplus


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=60)
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311 - not a secret
    size = Size(members=20, days=options.days, events=options.days * EVENTS_A_DAY)
    name = f"killed-{os.getpid()}"
    with tempfile.TemporaryDirectory() as folder, running(size) as sandbox:
        os.environ["CASBAH_LAKE"] = folder
        company = Client(sandbox.url)
        token = company.sign_in()["refresh_token"]
        keys = ("--client-id=casbah-demo-key", "--client-secret=casbah-demo-secret")
        address = f"--base-url={sandbox.url}", f"--refresh-token={token}"
        if casbah("connect", "dropbox", name, *keys, *address).wait():
            return 1
        company.faults(all=True, throttle={"share": 0.1, "retry_after": 0})
        kills = 0
        while kills < options.kills:
            company.clock(advance_seconds=1800)
            verb = chance.choice(["backfill", "backfill", "sync"])
            days = [f"--days={chance.randint(1, options.days)}"] if verb == "backfill" else []
            requests = chance.randint(1, MOST_REQUESTS[verb])
            seconds = chance.uniform(0, LONGEST_WHILE)
            killed = kill_at_work(casbah(verb, name, *days), requests, seconds, company)
            kills += killed
            after = f"kill {kills}" if killed else "was done before"
            print(f"{verb} {after}: {check_whole(Path(folder), Stream('dropbox', name))}")
        company.clock(pause=True)
        for words in (["backfill", name, f"--days={options.days + 1}"], ["sync", name]):
            if casbah(*words).wait():
                return 1
        print(check_whole(Path(folder), Stream("dropbox", name)))
        return 1 if compare(Path(folder), company) else 0


if __name__ == "__main__":
    raise SystemExit(main())
