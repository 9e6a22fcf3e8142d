"""Made-up companies in a lake, the short way: from the sandbox's logs through connectors and lake.

No HTTP and no flows: what is measured with it is what the lake answers, not how it was filled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from connectors.box.rows import rows as box_rows
from connectors.contract import Page
from connectors.dropbox.rows import rows as dropbox_rows
from data.lake import Lake, Position, Stream
from data.tables import PEOPLE
from sandbox.box import ids
from sandbox.box.log import BoxLog
from sandbox.cast import MEMBER
from sandbox.company import Company, Size
from sandbox.dropbox.log import EventLog, Query
from sandbox.founding import founded
from sandbox.log import Log
from sandbox.stream import milliseconds
from tasks.landing.twins import numbered

BORN = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
BATCH = 100_000
ROWS = {"dropbox": dropbox_rows, "box": box_rows}
LOGS: dict[str, Callable[[Company, Size, datetime], Log]] = {"dropbox": EventLog, "box": BoxLog}
Truth = dict[str, Any]


def landed(
    lake: Lake, size: Size, app: str, connection: str, *, signed_in_desks: bool = True
) -> Log:
    """Land the history of one app of a company; its log, which knows the truth."""
    company = replace(founded(size), signed_in_desks=signed_in_desks)
    log: Log = LOGS[app](company, size, BORN)
    stream, seen = Stream(app, connection), dict[str, int]()
    for events in _batches(log):
        table = numbered(ROWS[app]([Page(events, "", False, BORN)]), seen)
        lake.land(stream, table, Position("history", fetched_at=BORN))
    lake.append(PEOPLE, stream, _people(company, stream))
    return log


def _batches(log: Log) -> Iterator[list[bytes]]:
    log.advance(BORN)
    if isinstance(log, EventLog):
        position, more = 0, True
        while more:
            events, position, more = log.page(Query(end=BORN), position, BATCH, BORN)
            yield events
        return
    order = log.stream.order[: log.stream.until(milliseconds(BORN))]
    for first in range(0, len(order), BATCH):
        yield log.told(order[first : first + BATCH].astype("i8"))


def _people(company: Company, stream: Stream) -> pa.Table:
    """The members, as a scan would see them."""
    rows = [
        {
            "app": stream.app,
            "connection": stream.connection,
            "person_id": p.account_id
            if stream.app == "dropbox"
            else ids.user_id(company.seed, p.index),
            "observed_at": BORN,
            "landed_at": BORN,
            "kind": "member",
            "email": p.email,
            "raw": "{}",
        }
        for p in company.people
        if p.kind == MEMBER and p.status != "removed"
    ]
    return pa.Table.from_pylist(rows, PEOPLE.schema)
