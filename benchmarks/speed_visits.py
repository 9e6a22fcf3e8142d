"""How long the report on visits takes: one connection of a company with many subsidiaries.

Each subsidiary is a copy of a made-up company with people, items, links and homes of its own; ten
of them share offices and carriers. It is asked of all days and of the last week, three times each,
after a night in which `casbah maintain` has kept the verdicts that are final, and judged by the
fastest. Exit code 1 when either takes longer than the limit. Before that night, it is only told.

    python -m benchmarks.speed_visits --events 10000000
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.companies import BORN, landed
from data import catalog, judging, reports
from data.lake import Lake, Position, Stream
from data.tables import EVENTS
from sandbox.company import Size

COPIES_AT_ONCE, TOGETHER = 10, 10
OWN = ("event_id", "actor_id", "actor_email", "item_id", "link_id", "item_owner_email")
GIVEN = [
    n for n in EVENTS.schema.names if n not in ("app", "connection", "event_date", "landed_at")
]


def model(events: int) -> pa.Table:
    """One company's events, without the vendor's JSON."""
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake.open(folder)
        landed(lake, Size(seed=301, events=events), "dropbox", "model")
        chosen = ", ".join(f"'{{}}' as {n}" if n == "raw" else n for n in GIVEN)
        return catalog.ask(lake, f"select {chosen} from events_as_told")  # noqa: S608 - our words


def copied(rows: pa.Table, copy: int) -> pa.Table:
    """The same events at another subsidiary."""
    for name in OWN:
        at = rows.schema.get_field_index(name)
        text = pc.binary_join_element_wise(f"{copy}.", rows[name].cast(pa.string()), "")
        rows = rows.set_column(at, name, text)
    shared = pc.starts_with(rows["ip"], "203.")
    shared = pc.or_(shared, pc.starts_with(rows["ip"], "100."))
    own = pc.binary_join_element_wise(rows["ip"], f".{copy}", "")
    group = pc.binary_join_element_wise(rows["ip"], f".{copy // TOGETHER}", "")
    at = rows.schema.get_field_index("ip")
    return rows.set_column(at, "ip", pc.if_else(shared, group, own))


def fill(lake: Lake, events: int, each: int) -> None:
    """Land so many events, of companies with `each` of them."""
    rows, stream = model(each), Stream("dropbox", "large")
    copies = max(1, events // each)
    for first in range(0, copies, COPIES_AT_ONCE):
        some = [copied(rows, n) for n in range(first, min(copies, first + COPIES_AT_ONCE))]
        lake.land(stream, pa.concat_tables(some), Position("history", fetched_at=BORN))
    lake.compact()


def timed(lake: Lake, span: str, since: datetime | None, times: int = 3) -> float:
    """Seconds of the fastest answer, which is told."""
    took, spent = [], []
    for _ in range(times):
        began, burned = time.monotonic(), time.process_time()
        rows = len(reports.run(lake, "unauthenticated_visits", since=since).table)
        took.append(time.monotonic() - began)
        spent.append(time.process_time() - burned)
    print(f"{span}: {rows:,} visits, {min(took):.1f} s, {min(spent):.1f} s of CPU")
    return min(took)


def main() -> None:
    """Fill, ask, judge."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--each", type=int, default=50_000, help="events of each subsidiary")
    parser.add_argument("--limit", type=float, default=5.0, help="seconds")
    parser.add_argument("--lake", default="", help="a folder to keep the lake in")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake.open(chosen.lake or folder)
        if not lake.files("events"):
            fill(lake, chosen.events, chosen.each)
        timed(lake, "all days, nothing kept", None, times=1)
        burned = time.process_time()
        days = judging.judge(lake, BORN.date())
        print(f"{days} days judged, {time.process_time() - burned:.1f} s of CPU")
        spans = {"all days": None, "the last week": BORN - timedelta(days=7)}
        late = [span for span, since in spans.items() if timed(lake, span, since) > chosen.limit]
    if late:
        raise SystemExit(f"The report takes longer than {chosen.limit} s for {', '.join(late)}.")


if __name__ == "__main__":
    main()
