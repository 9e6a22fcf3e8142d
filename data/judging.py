"""Judging the visits of days that are over, once, and keeping the verdicts.

A day is written in one commit, in the place of what was kept of it. Events that land meanwhile do
no harm: the verdicts are then of another basis, and are judged again. A connection may be forgotten
meanwhile, so the commit takes the claim of compactions, as forgetting does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

import pyarrow as pa
import pyarrow.compute as pc

from data import catalog
from data.claim import Claim
from data.lake import Lake
from data.tables import VERDICTS
from data.upkeep import COMPACTION
from data.verdicts import DAY, Day, Standing

# So many days of a connection are judged together: every question reads four weeks around them.
_TOGETHER = 8
_QUESTION = (
    "select *, cast(first_seen at time zone 'UTC' as date) as visit_date"
    " from visit_verdicts(since := $since, until := $until, app := $app, connection := $connection)"
)


def judge(lake: Lake, today: date | None = None) -> int:
    """Judge the visits of all days that are over since a week and not judged; how many days.

    Killed in the middle it goes on where it stood. Publish the catalog next.
    """
    today = today or datetime.now(UTC).date()
    tried: set[Day] = set()
    judged = 0
    while True:
        lake.refresh()
        claim = lake.folder(VERDICTS).claim(COMPACTION)
        now = catalog.standing(lake)
        days = _together([day for day in now.due(today) if day not in tried])
        if not days:
            return judged
        tried.update(days)
        judged += len(days) if _keep(lake, now, days, claim) else 0


def _together(days: list[Day]) -> list[Day]:
    """Of days in order the first, and those of its connection that lie close behind."""
    return [day for day in days if day[:2] == days[0][:2] and day[2] < days[0][2] + _TOGETHER * DAY]


def _keep(lake: Lake, now: Standing, days: list[Day], claim: Claim) -> bool:
    """Judge these days of one connection; False when somebody else committed meanwhile."""
    app, connection, first = days[0]
    asked: dict[str, object] = {"since": _midnight(first), "until": _midnight(days[-1][2] + DAY)}
    asked |= {"app": app, "connection": connection}
    found = catalog.ask(lake, _QUESTION, asked, report="unauthenticated_visits")
    parts = [
        {"app": app, "connection": connection, "visit_date": day[2], "basis": now.basis[day]}
        for day in days
    ]
    rows = [_of(found, part) for part in parts]
    folder = lake.folder(VERDICTS)
    added = folder.write_parts(zip(parts, rows, strict=True), claim)
    former = [file for day in days for file in now.of(day)]
    if folder.commit(claim, added, former):
        return True
    folder.discard(added)
    return False


def _of(found: pa.Table, part: Mapping[str, object]) -> pa.Table:
    """The rows of one day, in the stored schema."""
    rows = found.filter(pc.equal(found["visit_date"], pa.scalar(part["visit_date"])))
    return rows.select(VERDICTS.stored_schema.names).cast(VERDICTS.stored_schema)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
