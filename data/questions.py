"""Questions are `.sql` files: one select, under a header that says what the answer means.

    -- title: Activity
    -- grain: one row per …
    -- glance: day, …
    -- parameters:
    --   since: only events from this moment on
    -- columns:
    --   day: UTC day

`rule` says what makes a row one, where the grain alone does not; `glance` names the columns that
fit on a screen, `beneath` the one of them whose words stand beneath each row there; `marks` whether
the answer is as good as the `events` are, the `scans`, or both; `reads` names the tables of one
that is often asked; `needs` names the parameters that cannot be left out, which come first.
Parameters stand in the select as `$since`; the others may be null. Columns of tables are qualified,
as a parameter and a column may have one name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_HEADER = re.compile(r"--(?P<indent> +)(?P<name>[a-z_0-9]+):(?: (?P<text>.*))?")
_PARAMETER = re.compile(r"\$([a-z_]+)")


@cache
def questions(folder: str = "reports") -> Mapping[str, Question]:
    """The questions of a folder of `data`, by name."""
    found = {}
    for file in (files("data") / folder).iterdir():
        name, dot, ending = file.name.rpartition(".")
        if (dot, ending) == (".", "sql"):
            found[name] = _parsed(name, file.read_text(encoding="utf-8"))
    return dict(sorted(found.items()))


def _parsed(name: str, text: str) -> Question:
    header: dict[str, str] = {}
    lists: dict[str, dict[str, str]] = {"parameters": {}, "columns": {}}
    filling = header
    for line in text.splitlines():
        entry = _HEADER.fullmatch(line)
        if not entry:
            break
        if len(entry["indent"]) == 1:
            filling = lists.get(entry["name"], header)
        if entry["text"]:
            filling[entry["name"]] = entry["text"]
    body = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    glance = tuple(header["glance"].split(", ")) if "glance" in header else ()
    marks = tuple(header.get("marks", "events").split(", "))
    reads = tuple(header["reads"].split(", ")) if "reads" in header else ()
    needs = tuple(header["needs"].split(", ")) if "needs" in header else ()
    return Question(
        name,
        header["title"],
        header["grain"],
        glance,
        **lists,
        select=body,
        marks=marks,
        reads=reads,
        needs=needs,
        rule=header.get("rule", ""),
        beneath=header.get("beneath", ""),
    )


@dataclass(frozen=True)
class Question:
    """One question; `parameters` and `columns` map names to meanings, in the file's order."""

    name: str
    title: str
    grain: str
    glance: tuple[str, ...]
    parameters: Mapping[str, str]
    columns: Mapping[str, str]
    select: str
    marks: tuple[str, ...] = ("events",)
    reads: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    rule: str = ""
    beneath: str = ""

    def about(self) -> str:
        """What a row is, and what makes it one."""
        return f"One row is {self.grain}. {self.rule}".rstrip()

    def macro(self) -> str:
        """The select as the body of a DuckDB table macro."""
        return _PARAMETER.sub(r"\1", self.select)
