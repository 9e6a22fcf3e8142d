"""The event types of Dropbox's audit log that the sandbox tells, by the verb that they tell.

native.csv has a line for each: names and categories after team_log_generated.stone of
dropbox-api-spec, the description as a live log prints it, the function that writes the details,
and who else takes part. Where a verb has several lines, `chosen` picks one for each happening.
"""

import csv
from importlib.resources import files
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sandbox.dropbox import details, details_admin
from sandbox.dropbox.forms import Writer, turned
from sandbox.happenings import Rows
from sandbox.verbs import VERBS


class Native(NamedTuple):
    """One event type; `concerns` is "person" or "group" where somebody else takes part."""

    tag: str
    category: str
    description: str = ""
    fields: Writer | None = None
    concerns: str = ""


def chosen(rows: Rows) -> NDArray[Any]:
    """For each happening the number of its type in TYPES.

    The lines of `link_set` come in pairs, one for each setting that World.links may note.
    """
    verbs = rows["verb"]
    choice = (rows["dice"] >> 20).astype(np.int64) % _CHOICES[verbs]
    setting = rows["note"].astype(np.int64) % 4
    choice = np.where(np.isin(verbs, _LINK_SET), 2 * setting + choice % 2, choice)
    types: NDArray[Any] = _FIRST[verbs] + choice
    return types


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


_NATIVES: Final = _read()
TYPES: Final = tuple(native for natives in _NATIVES.values() for native in natives)
_STARTS: Final = np.cumsum([0, *(len(natives) for natives in _NATIVES.values())])
_FIRST: Final = _STARTS[[list(_NATIVES).index(verb.name) for verb in VERBS]]
_CHOICES: Final = np.array([len(_NATIVES[verb.name]) for verb in VERBS])
_LINK_SET: Final = [n for n, verb in enumerate(VERBS) if verb.name == "link_set"]
