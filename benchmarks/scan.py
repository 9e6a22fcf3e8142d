"""Scan a company of many files: changed files first, killed over and over, requests counted.

    python -m benchmarks.scan --app box --files 100000 --kills 20 --seed 1

Three promises, each broken with exit code 1:
1. A whole scan asks for at most 1.1 times what the walk needs: a page of each listing, and one
   request for each item that has people or links to ask about.
2. A file that is edited in the middle is seen again before the walk's next two landings.
3. Killed so many times at moments drawn by `--seed`, a scan ends equal to the truth, for at most
   1.1 times the requests of the undisturbed one.
`CASBAH_HOME` says whose Prefect server to use; the lakes are folders that are thrown away.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from data import catalog
from data.lake import Lake
from sandbox.client import Client
from sandbox.company import Size
from sandbox.server import running

KEYS = {"dropbox": "casbah-demo", "box": "casbah-box-demo"}
API = {"dropbox": "/2/", "box": "/2.0/"}
EVENTS = {"dropbox": "/2/team_log/", "box": "/2.0/events"}
MOST = 1.1
EDITS = 5
# What the walk needs, from what it has seen: pages of listings, and what was asked beside them.
NEEDED = {
    "box": """
        select (select sum(pages) from listings)
            + (select count(*) from items where len(people) > 0 and lane = 'walk') as n
    """,
    "dropbox": """
        with walked as (from items where lane = 'walk')
        select (select sum(pages) from listings)
            + (select count(*) from walked where parent_id is null and owner_kind = 'team')
            + (select count(*) from walked where parent_id is null and len(people) > 0
               and owner_kind <> 'team')
            + (select sum(ceil(n / 100)) from (
                select count(*) as n from walked where item_kind = 'file' and len(people) > 0
                group by root_id))
            + (select count(*) from links where raw like '%".tag":"folder"%') as n
    """,
}


class Company:
    """A sandbox whose people have gone home, and the lake of one run."""

    def __init__(self, app: str, client: Client, folder: Path, name: str) -> None:
        self.app, self.client, self.folder, self.name = app, client, folder, name
        self._environment = os.environ | {"CASBAH_LAKE": str(folder)}

    def run(self, *words: str) -> subprocess.Popen[bytes]:
        """A command on this lake, in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "flows.command.cli", *words],
            env=self._environment,
            stdout=subprocess.DEVNULL,
        )

    def done(self, *words: str) -> None:
        """Run a command to its end."""
        if self.run(*words).wait():
            raise SystemExit(f"casbah {' '.join(words)} failed")

    def connect(self) -> None:
        given: dict[str, Any] = self.client.http.post("/grant", json={"app": self.app}).json()
        key = KEYS[self.app]
        self.done(
            "connect", self.app, self.name, f"--base-url={self.client.http.base_url}",
            f"--client-id={key}-key", f"--client-secret={key}-secret",
            f"--refresh-token={given['refresh_token']}",
        )  # fmt: skip
        self.done("sync", self.name)
        self.client.http.delete("/requests")

    def asked(self) -> int:
        """How many requests the scan has made; the live lane beside it is not the scan's."""
        routes = self.client.http.get("/requests").json()["routes"]
        return sum(
            count
            for route, count in routes.items()
            if route.startswith(API[self.app]) and not route.startswith(EVENTS[self.app])
        )

    def ask(self, query: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = catalog.ask(Lake.open(str(self.folder)), query).to_pylist()
        return rows

    def differing(self) -> int:
        """How many items differ from the truth, in what they are or in who can reach them."""
        parts = "item_id", "item_kind", "name", "parent_id", "exposure"
        told = self.client.http.get(f"/truth/items?app={self.app}", timeout=600).text
        rows = [json.loads(line) for line in told.splitlines()]
        truth = {tuple(row[part] for part in parts) for row in rows if row["enterable"]}
        seen = {tuple(row[part] for part in parts) for row in self.ask("from items_now")}
        print(f"{len(truth)} items there, {len(seen)} in the lake, {len(truth ^ seen)} differ")
        return len(truth ^ seen)


def undisturbed(company: Company) -> int:
    """Scan in one go; the requests that it made."""
    began = time.monotonic()
    company.done("scan", company.name)
    asked, (needed,) = company.asked(), company.ask(NEEDED[company.app])
    ratio = asked / needed["n"]
    print(
        f"undisturbed: {asked} requests, {needed['n']} needed: {ratio:.3f} times,"
        f" {time.monotonic() - began:.0f} s, {peak_megabytes():.0f} MB at most"
    )
    if ratio > MOST or company.differing():
        raise SystemExit(1)
    return asked


def killed(company: Company, kills: int, whole: int, limit: float, chance: random.Random) -> None:
    """Scan again in another lake, killed so many times on the way."""
    for number in range(1, kills + 1):
        requests = chance.randint(1, max(1, int(whole / kills * 1.2)))
        ended = kill_after(company, requests, chance.uniform(0, 0.3))
        print(f"kill {number}{' came too late' if ended else ''}: {company.asked()} requests")
    company.done("scan", company.name)
    ratio = company.asked() / whole
    print(f"killed {kills} times: {company.asked()} requests, {ratio:.3f} times")
    if ratio > limit or company.differing():
        raise SystemExit(1)


def kill_after(company: Company, requests: int, seconds: float) -> bool:
    """Scan, and kill it so long after so many requests; whether it was done before."""
    target = company.asked() + requests
    process = company.run("scan", company.name)
    wait(lambda: company.asked() >= target or process.poll() is not None)
    time.sleep(seconds)
    ended = process.poll() is not None
    process.kill()
    process.wait()
    return ended


def peak_megabytes() -> float:
    """The most that any command has held at once."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def changed(company: Company, chance: random.Random, whole: int) -> None:
    """Edit files in the middle of a third scan; how many landings pass until they are seen."""
    files = company.ask("select item_id from items_now where item_kind = 'file'")
    begun = company.asked()
    process = company.run("scan", company.name, "--again")
    for number in range(1, EDITS + 1):
        target = begun + number * whole // (EDITS + 2)
        wait(partial(reached, company, target))
        order = {
            "app": company.app, "verb": "edit", "delay": 0,
            "item_id": chance.choice(files)["item_id"],
        }  # fmt: skip
        company.client.http.post("/happen", json=order).raise_for_status()
    if process.wait():
        raise SystemExit("the scan failed")
    company.done("sync", company.name)  # a short scan may be over before its live lane looks
    rows = company.ask(LANDINGS)
    print(f"{len(rows)} files edited in the middle:")
    for row in rows:
        print(
            f"  {row['landings']} landings of the walk between its event and its observation;"
            f" {row['seconds']:.1f} s after the edit"
        )
    if len(rows) < EDITS or any(row["landings"] >= 2 for row in rows):
        raise SystemExit(1)


LANDINGS = """
with seen as (
    select i.item_id, i.landed_at, i.observed_at, i.touched_at, min(e.landed_at) as told_at
    from items as i
    join events as e on list_contains(e.item_ids, i.item_id) and e.event_time = i.touched_at
    where i.lane = 'touched'
    group by all
)
select
    s.item_id, epoch(s.observed_at - s.touched_at) as seconds,
    (select count(distinct l.landed_at) from listings as l
     where l.state <> 'found' and l.landed_at > s.told_at and l.landed_at < s.landed_at) as landings
from seen as s
"""


def reached(company: Company, requests: int) -> bool:
    return company.asked() >= requests


def wait(until: Callable[[], bool]) -> None:
    while not until():
        time.sleep(0.01)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--app", choices=KEYS, default="box")
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--members", type=int, default=60)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=MOST, help="for a killed scan's requests")
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311 - not a secret
    size = Size(members=options.members, days=2, events=300, files=options.files)
    with tempfile.TemporaryDirectory() as folder, running(size) as sandbox:
        client = Client(sandbox.url)
        client.clock(quiet=True)
        name = f"scanned-{os.getpid()}"
        first, second = (
            Company(options.app, client, Path(folder, part), name) for part in ("whole", "killed")
        )
        first.connect()
        whole = undisturbed(first)
        changed(first, chance, whole)
        client.http.delete("/requests")
        killed(second, options.kills, whole, options.limit, chance)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
