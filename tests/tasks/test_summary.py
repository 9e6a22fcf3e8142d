"""The summary of an onboarding, and text of somebody else in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest
from markdown_it import MarkdownIt

from blocks.register import Connection
from connectors.contract import Check
from data import reports
from data.reports import Answer
from data.watermark import Watermark
from sandbox.hostile import HOSTILE, has_surrogate
from tasks.artifacts import escaped
from tasks.summary import FEW, NOTHING_SCHEDULED, Summary

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
COUNTS = {
    "events": 60_120,
    "visits": 12,
    "addresses": 3,
    "members": 60,
    "outsiders": 4,
    "files": 900,
    "folders": 120,
    "public": 7,
    "unlocked": 5,
    "external": 21,
}
FINE = Check("read events", True, "50 events")
LINKS = ["- [Test API](/v2/artifacts/artifact/1)"]


def summary(
    name: str = "Larkfield", checks: tuple[Check, ...] = (FINE,), refused: int = 0, **counts: int
) -> Summary:
    """A summary in which every text of a vendor's is `name`."""
    items = pa.table(
        {part: [name] * 9 for part in ("exposure", "path", "owner", "through")},
    )
    span = (datetime(2026, 9, 23, tzinfo=UTC), NOW)
    return Summary(
        Connection("acme", "dropbox", NOW, account_name=name),
        COUNTS | counts,
        Watermark("dropbox", "acme", (), NOW, (span,), ()),
        Answer(reports.describe("exposed_items"), {"connection": "acme"}, items, ()),
        refused,
        checks,
        [],
    )


def test_a_summary_says_what_there_is() -> None:
    """Landed, how far back, exposed, strangers, scheduled: each once on the page and in a line."""
    page, lines = summary().markdown(LINKS), "\n".join(summary().lines())
    for fact in (
        "60,120 events, 60 members and 4 people from outside, 900 files in 120 folders",
        "complete from 2026-09-23 to 2026-11-22 10:00 (UTC)",
        "7 items are open to whoever has the link (5 of them without a password)",
        "21 more to people from outside",
        "12 visits from 3 addresses",
    ):
        assert page.count(fact) == lines.count(fact) == 1
    assert NOTHING_SCHEDULED in page
    assert LINKS[0] in page
    assert "Needs a person" not in lines
    assert "obody that the app tells of" in summary(visits=0).markdown(LINKS)


def test_what_needs_a_person_comes_with_what_to_do() -> None:
    """A failed check that was borne, and branches that nobody may read."""
    borne = Check("see all files", False, "co-admin", "Let https://app.box.com/x do it.")
    told = summary(checks=(FINE, borne), refused=3)
    lines = "\n".join(told.lines())
    assert "Needs a person: see all files: co-admin. Let https://app.box.com/x do it." in lines
    assert "Needs a person: 3 branches could not be read. The report" in lines
    assert "**see all files: co\\-admin.** Let https://app.box.com/x do it." in told.markdown(LINKS)


NAMES = [
    *(name for name in HOSTILE if not has_surrogate(name)),  # which no lake can hold
    "[x](javascript:alert(1)) https://evil.example/x www.evil.example",
    "# head | cell `code` **bold** _slant_ ~~gone~~ <https://evil.example> &amp; \\",
]


def parsed(page: str) -> tuple[list[str], list[Any]]:
    """The kinds of parts that a page has, text being of one kind, and the links among them."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(page)
    parts = [part for token in tokens for part in (token, *(token.children or []))]
    kinds = [part.type for part in parts if part.type not in {"text", "text_special"}]
    return kinds, [part.attrs["href"] for part in parts if part.type == "link_open"]


def test_a_name_is_told_whole() -> None:
    """A pipe ends no cell, and what looks like an entity is none."""
    name = "this | that &lt;"
    page = summary(name).markdown(LINKS)
    tokens = MarkdownIt("commonmark").enable("table").parse(page)
    texts = ["".join(part.content for part in token.children or []) for token in tokens]
    assert texts.count(name) == 4 * FEW


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_only_a_name(name: str) -> None:
    """No name makes a heading, link, image, HTML, a cell or a bare address of its own."""
    failed = Check("list members", False, name, "Allow it.")
    page = parsed(summary(name, (failed,)).markdown(LINKS))
    assert page == parsed(summary("plain", (failed,)).markdown(LINKS))
    assert page[1] == ["/v2/artifacts/artifact/1"]
    assert not any(f"{scheme}://" in escaped(name).lower() for scheme in ("http", "https", "ftp"))
    assert "www." not in escaped(name).lower()
