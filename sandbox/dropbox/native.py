"""The event types of Dropbox's audit log that the sandbox tells, by the verb that they tell.

native.csv has a line for each: names and categories after team_log_generated.stone of
dropbox-api-spec, the description as a live log prints it, the function that writes the details,
and who else takes part. Where a verb has several lines, the lexicon picks one for each happening.
"""

import csv
from importlib.resources import files
from typing import Final, NamedTuple

from sandbox.dropbox import details, details_admin
from sandbox.dropbox.forms import Writer, turned
from sandbox.lexicon import Lexicon


class Native(NamedTuple):
    """One event type; `concerns` is "person" or "group" where somebody else takes part."""

    tag: str
    category: str
    description: str = ""
    fields: Writer | None = None
    concerns: str = ""


def _read() -> dict[str, list[Native]]:
    natives: dict[str, list[Native]] = {}
    with (files("sandbox.dropbox") / "native.csv").open(encoding="utf-8") as lines:
        for line in csv.DictReader(lines):
            natives.setdefault(line["verb"], []).append(
                Native(
                    line["type"],
                    line["category"],
                    line["description"],
                    _writer(line["details"]),
                    line["concerns"],
                )
            )
    return natives


def _writer(name: str) -> Writer | None:
    form, _, values = name.partition(":")
    if values:
        return turned(*values.split("|"))
    writer: Writer | None = vars(details).get(form) or vars(details_admin).get(form)
    return writer


# The types of link_set come in pairs, one for each setting that World.links may note.
LEXICON: Final = Lexicon(_read(), {"link_set": 4})
TYPES: Final = LEXICON.types
