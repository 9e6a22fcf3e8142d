"""What is kept of the past: verdicts on visits that cannot change any more."""

from __future__ import annotations

import pyarrow as pa

from data.questions import questions
from data.tables.table import APP, CONNECTION, COUNT, DATE, FLAG, TEXT, TIME, Column, Table

NUMBER = pa.float64()
_TYPES = {
    "first_seen": TIME,
    "last_seen": TIME,
    "events": COUNT,
    "items": COUNT,
    "probability": NUMBER,
    "of_ours": NUMBER,
    "outsider": NUMBER,
    "candidate_probability": NUMBER,
    "seen_before": NUMBER,
    "seen_after": NUMBER,
    "people": COUNT,
    "made_link": FLAG,
    "item_before": NUMBER,
    "item_after": NUMBER,
    "links": COUNT,
    "addresses_outside": COUNT,
}
_REQUIRED = ("first_seen", "last_seen", "events", "verdict", "evidence", "visit")


def _column(name: str, meaning: str) -> Column:
    sentence = f"{meaning[0].upper()}{meaning[1:]}."
    return Column(name, _TYPES.get(name, TEXT), sentence, required=name in _REQUIRED)


VERDICTS = Table(
    name="verdicts",
    grain="the verdict on one visit without sign-in, of a day that is over since a week",
    partitions=("app", "connection", "visit_date", "basis"),
    ranged=("first_seen",),
    columns=(
        APP,
        CONNECTION,
        Column("visit_date", DATE, "UTC day of first_seen.", required=True),
        Column(
            "basis",
            TEXT,
            "What the verdicts of the day follow from: a hash of the rules and of what else they"
            " ask, and the number of events of the days around. The view has only those that would"
            " be the same today.",
            required=True,
        ),
        *(
            _column(name, meaning)
            for name, meaning in questions("macros")["visit_verdicts"].columns.items()
            if name not in ("app", "connection")
        ),
    ),
)
