"""The event types of Box's enterprise streams that the sandbox tells, by the verb that they tell.

native.csv has a line for each: names after the Event schema of box-openapi, what writes `source`
and what writes `additional_details`.
"""

import csv
from importlib.resources import files
from typing import Final, NamedTuple

from sandbox.lexicon import Lexicon


class Native(NamedTuple):
    """One event type; `source` and `details` name a method of Sources and of Details."""

    name: str
    source: str = "nothing"
    details: str = ""


def _read() -> dict[str, list[Native]]:
    natives: dict[str, list[Native]] = {}
    with (files("sandbox.box") / "native.csv").open(encoding="utf-8") as lines:
        for line in csv.DictReader(lines):
            native = Native(line["type"], line["source"], line["details"])
            natives.setdefault(line["verb"], []).append(native)
    return natives


# The types of link_set are for audience, expiry, password and downloads, in this order; those of
# member_status for invited, suspended and removed.
LEXICON: Final = Lexicon(_read(), {"link_set": 4, "member_status": 3})
TYPES: Final = LEXICON.types
