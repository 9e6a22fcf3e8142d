"""Is the sandbox fast enough to measure with? The making of its log, and the pace of its pages.

The pages of a sandbox in another process are fetched over HTTP on loopback, by a client that only
takes the bodies; then a reader digests the same bodies. Exit code 1 when a log takes longer to
make than the limit, or pages are digested faster than they are served.

    python -m benchmarks.sandbox --events 1000000
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime, timedelta

import msgspec

from benchmarks.land import Spent, read
from benchmarks.vendor import vendor
from connectors.contract import Window
from sandbox.client import Client
from sandbox.company import Size
from sandbox.dropbox.log import EventLog, Query


class Rest(msgspec.Struct):
    """What a client has to know of a page to ask for the next one."""

    cursor: str
    has_more: bool


def made(events: int) -> tuple[float, float]:
    """Seconds in which a log is drawn, and its events written as JSON."""
    born = datetime.now(UTC).replace(microsecond=0)
    began = time.monotonic()
    log = EventLog.of(Size(events=events), born)
    drawn = time.monotonic()
    query, position, more, written = Query(end=born), 0, True, 0
    while more:
        page, position, more = log.page(query, position, 1000, born + timedelta(minutes=1))
        written += len(page)
    if written != events:
        raise SystemExit(f"{written:,} events were made instead of {events:,}.")
    return drawn - began, time.monotonic() - drawn


def fetched(url: str) -> list[bytes]:
    """The bodies of all pages, one after the other."""
    client = Client(url)
    client.sign_in()
    bodies = [client.call("team_log/get_events", {"limit": 1000}).content]
    while (rest := msgspec.json.decode(bodies[-1], type=Rest)).has_more:
        bodies.append(client.call("team_log/get_events/continue", {"cursor": rest.cursor}).content)
    return bodies


def paces(pages: int) -> tuple[float, float]:
    """Pages a second: as the sandbox serves them, and as a reader digests them."""
    now = datetime.now(UTC).replace(microsecond=0)
    with vendor(pages * 1000) as url:
        began = time.monotonic()
        bodies = fetched(url)
        served = time.monotonic()
    begun = time.monotonic()
    read(bodies, Window(now - timedelta(days=61), now), Spent())
    return len(bodies) / (served - began), len(bodies) / (time.monotonic() - begun)


def main() -> None:
    """Measure, tell, judge."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--events", type=int, default=1_000_000, help="of the log that is made")
    parser.add_argument("--pages", type=int, default=150, help="that are served and digested")
    parser.add_argument("--limit", type=float, default=60, help="seconds in which to make a log")
    parser.add_argument("--pace", type=float, default=1, help="pages served for each digested")
    chosen = parser.parse_args()
    drawn, written = made(chosen.events)
    print(f"{chosen.events:,} events: drawn in {drawn:.1f} s, written in {written:.1f} s.")
    served, digested = paces(chosen.pages)
    print(f"{served:.0f} pages a second are served, {digested:.0f} digested.")
    if drawn + written > chosen.limit or served < digested * chosen.pace:
        raise SystemExit("The sandbox is too slow to measure with.")


if __name__ == "__main__":
    main()
