"""What reading an audit log costs: decode, normalize and land, beside `orjson.loads`.

Both take the same response bodies and are measured in turns in one process, in CPU time of all its
threads. Exit code 1 when reading costs more than three times as much.

    python -m benchmarks.land --events 300000
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import TypeVar, cast

import orjson

from connectors.contract import Window
from connectors.dropbox.api import Api
from connectors.dropbox.events import LIMIT as EVENTS_A_PAGE
from connectors.dropbox.events import history
from connectors.dropbox.rows import rows
from data.lake import Lake, Position, Stream
from sandbox.company import Size
from sandbox.dropbox.log import EventLog, Query
from tasks.landing.lanes import batches
from tasks.landing.twins import numbered

T = TypeVar("T")

PARSE = "orjson.loads"
ACME = Stream("dropbox", "acme")


class Recorded:
    """Stands where `Api` does, with the answers at hand: what is left is decoding them."""

    def __init__(self, bodies: Sequence[bytes]) -> None:
        self._bodies = iter(bodies)

    def ask(self, _route: str, _argument: object, read: Callable[[bytes], T]) -> T:
        """The next answer, whatever the question."""
        return read(next(self._bodies))


class Spent(defaultdict[str, float]):
    """CPU seconds of this process, all threads, by stage: a lap ends where the next begins."""

    def __init__(self) -> None:
        super().__init__(float)
        self._since = time.process_time()

    def lap(self, stage: str) -> None:
        """Enter the time since the last lap."""
        now = time.process_time()
        self[stage] += now - self._since
        self._since = now


def recorded(log: EventLog, window: Window) -> list[bytes]:
    """The bodies in which the sandbox gives the window's events."""
    query, seen = Query(window.start, window.end), window.end + timedelta(minutes=1)
    bodies, position, more = [], 0, True
    while more:
        events, position, more = log.page(query, position, EVENTS_A_PAGE, seen)
        tail = b'],"cursor":"%d","has_more":%b}' % (position, b"true" if more else b"false")
        bodies.append(b'{"events":[' + b",".join(events) + tail)
    return bodies


def parse(bodies: Sequence[bytes], spent: Spent) -> None:
    """What any reader in Python has to do at least."""
    for body in bodies:
        orjson.loads(body)
    spent.lap(PARSE)


def read(bodies: Sequence[bytes], window: Window, spent: Spent) -> int:
    """What a backfill does with the bodies, into a new lake; the rows that it landed."""
    landed, seen = 0, dict[str, int]()
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake.open(folder)
        for batch in batches(history(cast("Api", Recorded(bodies)), window)):
            spent.lap("decode")
            table = numbered(rows(batch), seen)
            spent.lap("normalize")
            position = Position(
                "history",
                fetched_at=batch[0].fetched_at,
                window_start=window.start,
                window_end=window.end,
                cursor=batch[-1].cursor,
                done=not batch[-1].more,
                pages=len(batch),
            )
            landed += lake.land(ACME, table, position).rows
            spent.lap("land")
    return landed


def measured(events: int, rounds: int) -> list[Spent]:
    """CPU seconds by stage of each round, in which each reader takes its turn."""
    born = datetime.now(UTC).replace(microsecond=0)
    size = Size(events=events)
    window = Window(born - timedelta(days=size.days), born)
    bodies = recorded(EventLog.of(size, born), window)
    print(
        f"{events:,} events of {sum(map(len, bodies)) / events:,.0f} bytes,"
        f" in {len(bodies):,} pages; CPU microseconds an event:"
    )
    turns = []
    for _ in range(rounds):
        turns.append(Spent())
        parse(bodies, turns[-1])
        landed = read(bodies, window, turns[-1])
        if landed != events:
            raise SystemExit(f"{landed:,} rows landed of {events:,} events.")
    return turns


def told(turns: Sequence[Spent], events: int) -> float:
    """Print a table of the stages; how many times as much reading costs as parsing."""
    stages = {stage: [turn[stage] for turn in turns] for stage in turns[0]}
    reading = [sum(turn.values()) - turn[PARSE] for turn in turns]
    print(f"{'':14}{'least':>8}{'median':>8}")
    for stage, spent in (stages | {"read": reading}).items():
        least, middle = (value / events * 1e6 for value in (min(spent), median(spent)))
        print(f"{stage:14}{least:8.2f}{middle:8.2f}")
    ratio = median(reading) / median(stages[PARSE])
    print(f"{'ratio':14}{min(reading) / min(stages[PARSE]):8.2f}{ratio:8.2f}")
    return ratio


def main() -> None:
    """Measure, tell, and judge by the medians."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--events", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=3, help="the more, the steadier")
    parser.add_argument("--limit", type=float, default=3.0, help="the ratio that still passes")
    chosen = parser.parse_args()
    if told(measured(chosen.events, chosen.rounds), chosen.events) > chosen.limit:
        raise SystemExit(f"Reading costs more than {chosen.limit} times the parsing.")


if __name__ == "__main__":
    main()
