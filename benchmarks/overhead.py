"""What Prefect costs: a backfill of 60 days and a sync, as flows and as their bare parts.

    python -m benchmarks.overhead --turns 5

Both ways read the same sandbox over HTTP, in turns, each backfill into an empty lake; a sync finds
nothing new, so all that it does is ask. The CPU is that of this process, and beside it that of the
Prefect server. Exit code 1 when a backfill by flow takes more than the limit of its bare parts.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, fields
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.vendor import APP, refresh_token, vendor
from data.inventory import Inventory
from data.lake import Stream
from flows.serving.address import Server
from flows.serving.server import prefect_server

if TYPE_CHECKING:
    from tasks.landing.lanes import Reader

NAME = "acme"


@dataclass(frozen=True)
class Cost:
    """Seconds: of the clock, of this process's CPU, of the server's CPU."""

    clock: float
    cpu: float
    server: float

    def __str__(self) -> str:
        return (
            f"{self.clock:.2f} s, CPU {self.cpu:.2f} s here and {self.server:.2f} s in the server"
        )


def cost(work: Callable[[], object], server: Server) -> Cost:
    """What some work costs, with what the server still has to write down after it."""
    clock, cpu, theirs = time.monotonic(), time.process_time(), _cpu(server)
    work()
    clock, cpu = time.monotonic() - clock, time.process_time() - cpu
    return Cost(clock, cpu, _settled(server) - theirs)


def _cpu(server: Server) -> float:
    """Seconds of CPU that the server has used (Linux, fields 14 and 15 of proc_pid_stat(5))."""
    used = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


def _settled(server: Server) -> float:
    """The server's CPU once it has written down what runs told it; it batches for a second."""
    before, now = -1.0, _cpu(server)
    while now - before > 0.2:
        time.sleep(2)
        before, now = now, _cpu(server)
    return now


def bare_reader() -> Reader:
    """A connection's stream, of which nobody hears."""
    from tasks.connections import open_connector, open_lake
    from tasks.landing.lanes import Reader

    return Reader(Stream("dropbox", NAME), open_connector(NAME), open_lake())


def bare_backfill(days: int) -> None:
    """The parts of the flow `backfill`, in threads of this process."""
    from benchmarks import bare
    from tasks import publishing
    from tasks.connections import open_lake

    bare.backfill(bare_reader(), days)
    publishing.publish(open_lake())


def bare_sync() -> None:
    """The parts of the flow `sync`."""
    from tasks import publishing
    from tasks.connections import open_connector, open_lake
    from tasks.scanning.scanner import Scanner

    open_connector(NAME).account()
    reader = bare_reader()
    reader.follow()
    Scanner(reader.connector, Inventory(reader.lake, reader.stream)).look()
    publishing.publish(open_lake())


def flow(verb: str, **parameters: object) -> Callable[[], object]:
    """A flow of that name as something to call."""
    work: Callable[..., Coroutine[Any, Any, object]] = getattr(import_module(f"flows.{verb}"), verb)
    return lambda: asyncio.run(work(connection=NAME, **parameters))


def compare(
    what: str, bare: Callable[[], object], flown: Callable[[], object], turns: int, server: Server
) -> float:
    """Tell the medians of both ways; returns by how much the clock is slower with Prefect."""
    costs: dict[str, list[Cost]] = {"bare": [], "flow": []}
    for _ in range(turns):
        costs["bare"].append(cost(bare, server))
        costs["flow"].append(cost(flown, server))
    middle = {way: _median(found) for way, found in costs.items()}
    for way, found in middle.items():
        print(f"{what}, {way}: {found}", flush=True)
    ratio = middle["flow"].clock / middle["bare"].clock
    print(
        f"{what}: {ratio:.2f} times the clock, {middle['flow'].clock - middle['bare'].clock:+.2f} s"
    )
    return ratio


def _median(costs: list[Cost]) -> Cost:
    return Cost(*(statistics.median(getattr(c, f.name) for c in costs) for f in fields(Cost)))


def in_new_lake(work: Callable[[], object], place: str) -> Callable[[], None]:
    """The work, each time into a lake of its own."""

    def run() -> None:
        os.environ["CASBAH_LAKE"] = tempfile.mkdtemp(dir=place)
        work()

    return run


def connect(url: str) -> None:
    """Have a connection, by the command."""
    key, secret = APP
    keys = [f"--base-url={url}", f"--client-id={key}", f"--client-secret={secret}"]
    token = f"--refresh-token={refresh_token(url)}"
    words = [sys.executable, "-m", "flows.command.cli", "connect", "dropbox", NAME, *keys, token]
    subprocess.run(words, check=True)


def main() -> None:
    """Measure both, tell, and compare with the limit."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--events", type=int, default=60_000)
    parser.add_argument("--days", type=int, default=60, help="slices of the backfill")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--limit", type=float, default=2.5, help="times the bare parts")
    chosen = parser.parse_args()
    with vendor(chosen.events) as url, tempfile.TemporaryDirectory() as place:
        os.environ |= {"CASBAH_HOME": f"{place}/home", "CASBAH_LAKE": f"{place}/lake"}
        with prefect_server(Path(place, "home"), print) as server:
            connect(url)
            backfill = flow("backfill", days=chosen.days)
            ratio = compare(
                f"backfill of {chosen.days} days",
                in_new_lake(partial(bare_backfill, chosen.days), place),
                in_new_lake(backfill, place),
                chosen.turns,
                server,
            )
            compare("sync", bare_sync, flow("sync"), chosen.turns, server)
    if ratio > chosen.limit:
        raise SystemExit(f"A backfill by flow takes at most {chosen.limit} times its bare parts.")


if __name__ == "__main__":
    main()
