"""Which verdicts are kept, and which of them the lake would give again.

What is said of a visit follows from the rules, from the labels of activities, from the domains of
the members, and from the events of the days around (see `data/macros/visit_facts.sql`). Events are
only ever added: as long as there are as many of them, they are the same.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from data.delta import File
from data.functions import functions
from data.lake import Lake
from data.questions import questions
from data.tables import ACTIVITIES, EVENTS, VERDICTS

# So many days before and after the day of a visit are looked at.
BEFORE, AFTER = 21, 7
DAY = timedelta(days=1)
Day = tuple[str, str, date]
"""An app, a connection, and a UTC day."""


@dataclass(frozen=True)
class Standing:
    """The verdicts that are kept, beside what they would follow from today.

    `basis` has every day with events of every connection, as in the table's column.
    """

    basis: Mapping[Day, str]
    kept: Sequence[File]

    @cached_property
    def good(self) -> Mapping[Day, File]:
        """The files whose verdicts would be the same today."""
        return {
            _day(file): file
            for file in self.kept
            if self.basis.get(_day(file)) == file["partition.basis"]
        }

    def of(self, day: Day) -> list[File]:
        """All files of a day, good or not."""
        return [file for file in self.kept if _day(file) == day]

    def due(self, today: date) -> list[Day]:
        """The days without good verdicts that are over since a week, oldest first."""
        last = today - (AFTER + 1) * DAY
        return sorted(day for day in self.basis if day not in self.good and day[2] <= last)

    def functions(self) -> Iterator[str]:
        """The statements that make the macros which tell the days without good verdicts."""
        unjudged = [day[2] for day in self.basis if day not in self.good]
        last = max((day[2] for day in self.basis), default=None)
        since = None
        if self.good:
            since = min(unjudged) if unjudged else last and last + DAY
        told = f"'{since} 00:00:00+00'" if since else "null"
        yield f"create or replace macro unjudged_since() as cast({told} as timestamptz)"
        names = [f"'{'/'.join(map(str, day))}'" for day in self.good if since and day[2] >= since]
        among = f"in ({', '.join(sorted(names))})" if names else "is null"
        yield (
            "create or replace macro is_judged(app, connection, day) as"
            f" (app || '/' || connection || '/' || cast(day as varchar)) {among}"
        )


NOTHING = Standing({}, ())


def standing(lake: Lake, domains: Mapping[tuple[str, str], str]) -> Standing:
    """How the verdicts stand, in the lake as last refreshed.

    `domains` has the domains of the members of each connection, by app and connection.
    """
    files = lake.folder(EVENTS).files()
    keys = [f"partition.{name}" for name in EVENTS.partitions]
    counts: defaultdict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for row in files.group_by(keys).aggregate([("num_records", "sum")]).to_pylist():
        app, connection, day = (row[key] for key in keys)
        counts[app, connection][day.toordinal()] = row["num_records_sum"]
    rules = _rules(lake)
    basis = {}
    for stream, days in counts.items():
        digest = _hash(rules, domains.get(stream, ""))
        for day in days:
            events = sum(days.get(near, 0) for near in range(day - BEFORE, day + AFTER + 1))
            basis[*stream, date.fromordinal(day)] = f"{digest}-{events}"
    return Standing(basis, lake.folder(VERDICTS).files().to_pylist())


def _day(file: File) -> Day:
    return file["partition.app"], file["partition.connection"], file["partition.visit_date"]


def _rules(lake: Lake) -> str:
    """A hash of the selects that judge, and of the words they use."""
    selects = [question.select for question in questions("macros").values()]
    names = [path.rpartition("/")[2] for path in lake.files(ACTIVITIES.name)]
    weights = questions("views")["visit_weights"].select
    return _hash(*functions(), *selects, weights, *names)


def _hash(*texts: str) -> str:
    return hashlib.blake2b("\0".join(texts).encode(), digest_size=8).hexdigest()
