"""The summary of an onboarding, and text of somebody else in it."""

from __future__ import annotations

from datetime import UTC, datetime

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
from tasks.summary import NOTHING_SCHEDULED, Summary

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


NAMES = [name for name in HOSTILE if not has_surrogate(name)]  # which no lake can hold


@pytest.mark.parametrize(
    "name", [*NAMES, "[x](javascript:alert(1)) https://evil.example/x www.evil.example"]
)
def test_a_name_is_only_a_name(name: str) -> None:
    """No name makes a heading, link, image, HTML, a cell or a bare address of its own."""
    failed = Check("list members", False, name, "Allow it.")
    parser = MarkdownIt("commonmark").enable("table")
    page = summary(name, (failed,)).markdown(LINKS)
    plain = summary("plain", (failed,)).markdown(LINKS)
    kinds = [token.type for token in parser.parse(page)]
    assert kinds == [token.type for token in parser.parse(plain)]
    inline = [part for token in parser.parse(page) for part in token.children or []]
    assert {part.type for part in inline} <= {
        "text",
        "text_special",
        "strong_open",
        "strong_close",
        "code_inline",
        "link_open",
        "link_close",
    }
    targets = [part.attrs["href"] for part in inline if part.type == "link_open"]
    assert targets == ["/v2/artifacts/artifact/1"]
    assert not any(f"{scheme}://" in escaped(name).lower() for scheme in ("http", "https", "ftp"))
    assert "www." not in escaped(name).lower()
