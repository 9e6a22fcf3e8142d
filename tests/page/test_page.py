"""The page: its figures are those of the lake, and nothing in the lake does anything on it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hostile_lake import WORDS

from data import page, reports
from data.lake import Lake
from data.page.sections import FIGURES, REPORTS
from data.reports.render import visible

pytestmark = pytest.mark.xdist_group("page")
PHONE = {"viewport": {"width": 360, "height": 800}}
VISITS = "#unauthenticated_visits"


class Reader(HTMLParser):
    """Takes a page apart, as a program would: selects, rows and numbers by the id above them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.place: list[str] = []
        self.selects: dict[str, list[str]] = defaultdict(list)
        self.numbers: dict[str, list[str]] = defaultdict(list)
        self.rows: dict[str, int] = defaultdict(int)
        self.into: list[str] | None = None
        self.id = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.id = given.get("id") or self.id
        kind = given.get("class") or ""
        if (tag, kind) == ("pre", "ask"):
            self.into = self.selects[self.id]
        elif (tag, kind) in {("td", "n"), ("span", "figure")}:
            self.into = self.numbers[self.id]
        if self.into is not None and tag in {"pre", "td", "span"}:
            self.into.append("")
        if tag == "tr":
            self.rows[self.id] += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in {"pre", "td", "span"}:
            self.into = None

    def handle_data(self, data: str) -> None:
        if self.into is not None:
            self.into[-1] += data


def numbers(rows: list[tuple[Any, ...]], columns: list[int]) -> list[float | None]:
    return [None if row[n] is None else float(row[n]) for row in rows for n in columns]


def test_every_number_comes_from_the_select_beneath_it(made: Any) -> None:
    """Whoever runs the select of a figure or table in `lake.duckdb` gets the same numbers."""
    read = Reader(made.text)
    compared = 0
    with duckdb.connect(made.catalog, read_only=True) as analyst:
        analyst.execute("set timezone = 'UTC'")
        for name in (*REPORTS, *FIGURES[2:]):
            (select,) = read.selects[name]
            answer = analyst.sql(select)
            shown = [float(text.replace(",", "")) if text else None for text in read.numbers[name]]
            table = (made.answers.figures.get(name) or made.answers.reports[name]).table
            heads = re.findall(r'<th scope="col"( class="n")?[^>]*>([^<]+)</th>', part(made, name))
            names = [head.replace(" ", "_") for number, head in heads if number]
            at = [answer.columns.index(column) for column in names]
            rows = answer.fetchall()
            assert len(rows) == table.num_rows, name
            assert len(shown) == len(names) * (read.rows[name] - 1) or not names, name
            if not {"now", "live_hours", "gap_hours"} & {*names}:  # of today: more by the minute
                assert shown == numbers(rows, at)[: len(shown)], name
                compared += len(shown)
    assert compared > 1_000


def part(made: Any, name: str) -> str:
    """What of the page stands between the id and the next report or figure."""
    whole: str = made.text.split(f'id="{name}"', 1)[1]
    return re.split(r'<(?:div class="report"|figure|section) ', whole, maxsplit=1)[0]


def test_the_figures_at_a_glance_come_from_their_select(made: Any) -> None:
    """The tiles and what needs a person are rows of a select, which the page shows."""
    read = Reader(made.text)
    tiles = read.numbers["glance"]
    glance, needs = [made.answers.figures[name] for name in FIGURES[:2]]
    with duckdb.connect(made.catalog, read_only=True) as analyst:
        analyst.execute("set timezone = 'UTC'")
        for name, figure in (("glance", glance), ("h-needs", needs)):
            (select,) = read.selects[name]
            assert analyst.sql(select).fetchall() == [
                tuple(row.values()) for row in figure.table.to_pylist()
            ]
    assert [int(text.replace(",", "")) for text in tiles] == glance.table["figure"].to_pylist()
    assert {"still_public", "not_scanned", "drift"} <= {*needs.table["report"].to_pylist()}


def test_hostile_names_do_nothing(made: Any, opens: Callable[..., Any]) -> None:
    """They are read as they are spelled; no dialog, no request, no element of theirs."""
    look = opens()
    count = look.page.locator
    assert count("script").count() == 1
    assert count("img, iframe, object, embed, form, base, link").count() == 0
    assert {
        href[0]
        for href in look.page.eval_on_selector_all(
            "a", "all => all.map(a => a.getAttribute('href'))"
        )
    } == {"#"}
    names = "all => [...new Set(all.flatMap(e => e.getAttributeNames()))]"
    given = look.page.eval_on_selector_all("*", names)
    assert [name for name in given if name.startswith("on") or name in {"style", "src"}] == []
    words = look.page.locator("body").text_content()
    for word in WORDS:
        told = visible(word).strip()[:300]
        assert told in words, told
    assert not set("\u202e\x1b\x9b\0") & set(made.text)


def test_its_policy_lets_nothing_in(made: Any, opens: Callable[..., Any]) -> None:
    """Even markup that were to get in could neither run nor ask: the policy allows our own only."""
    hole = made.file.with_name("hole.html")
    evil = (
        "<script>alert(1)</script><img src='http://192.0.2.66/x' onerror='alert(2)'>"
        "<h1 onclick='alert(3)'>"
    )
    hole.write_text(made.text.replace("<main", f"{evil}<main"), encoding="utf-8")
    look = opens(hole)
    look.page.locator("h1").last.click()
    refused = [heard for heard in look.heard if "Content Security Policy" in heard]
    assert len(refused) == len(look.heard) >= 3
    assert look.asked == [hole.as_uri(), *look.refused]
    look.heard.clear()
    look.asked.pop()


def test_a_table_sorts_and_filters_by_the_keyboard(opens: Callable[..., Any]) -> None:
    """Enter on a heading sorts, and says so to a screen reader; what is typed filters."""
    tab = opens().page
    table = tab.locator(f"{VISITS} table")
    rows = table.locator("tbody tr:visible")
    assert rows.count() == 15
    head = table.locator("th", has_text="probability")
    column = "rows => rows.map(r => r.cells[4].textContent).filter(t => t).map(Number)"
    head.get_by_role("button").focus()
    for expected, down in (("descending", True), ("ascending", False), ("descending", True)):
        tab.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == expected
        found = table.locator("tbody tr").evaluate_all(column)
        assert found == sorted(found, reverse=down)
    tab.get_by_role("searchbox", name="Filter Unauthenticated visits").fill("no such thing")
    assert rows.count() == 0
    assert tab.locator(f"{VISITS} [role=status]").inner_text().startswith("0 of ")
    tab.get_by_role("searchbox", name="Filter Unauthenticated visits").fill("")
    tab.locator(f"{VISITS} button.all").press("Enter")
    assert rows.count() == table.locator("tbody tr").count() > 15


def test_without_its_script_it_is_whole(opens: Callable[..., Any]) -> None:
    """Every row is there for who lets no script run."""
    tab = opens(java_script_enabled=False).page
    assert tab.locator(f"{VISITS} tbody tr:visible").count() > 15
    assert tab.locator("button, input").count() == 0


def test_it_fits_a_phone(opens: Callable[..., Any]) -> None:
    """At 360 pixels nothing but the chapters scrolls sideways, and a row still is a row."""
    tab = opens(**PHONE).page
    wide = "all => all.filter(e => e.scrollWidth > 360).map(e => e.outerHTML.slice(0, 80))"
    assert tab.eval_on_selector_all("main *:not(svg *, details *)", wide) == []
    assert tab.evaluate("document.documentElement.scrollWidth") == 360
    first = tab.locator(f"{VISITS} tbody").get_by_role("row").first
    assert first.get_by_role("cell").count() > 5


CONTRAST = """() => {
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, n) => sum + v * [.2126, .7152, .0722][n], 0);
  const color = text => text.match(/[\\d.]+/g).map(Number);
  const behind = e => { for (; e; e = e.parentElement) {
    const c = color(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; }
    return [255, 255, 255]; };
  const bad = new Set();
  const ratio = (one, other) =>
    (Math.max(light(one), light(other)) + .05) / (Math.min(light(one), light(other)) + .05);
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || e.closest("script, style, title")) continue;
    const style = getComputedStyle(e);
    const found = ratio(color(e.closest("svg") ? style.fill : style.color), behind(e));
    if (found < 4.5) bad.add(`${e.tagName}.${e.getAttribute("class")} ${found.toFixed(2)}`);
  }
  for (const e of document.querySelectorAll(".area rect")) {
    const found = ratio(color(getComputedStyle(e).fill), behind(e));
    if (found < 3) bad.add(`rect.${e.getAttribute("class")} ${found.toFixed(2)}`);
  }
  return [...bad];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read(opens: Callable[..., Any], scheme: str) -> None:
    """Light and dark: text has the contrast of WCAG AA; headings go down one step at a time."""
    tab = opens(color_scheme=scheme).page
    assert tab.evaluate(CONTRAST) == []
    levels = tab.eval_on_selector_all("h1, h2, h3", "all => all.map(h => Number(h.tagName[1]))")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert tab.locator("table:not(:has(caption))").count() == 0
    unnamed = "all => all.filter(e => !e.getAttribute('aria-label')).length"
    assert tab.eval_on_selector_all("[role=img], [role=region]", unnamed) == 0
    assert (
        tab.locator("figure.chart").count()
        == tab.locator("figure table").count()
        == len(FIGURES) - 2
    )


def test_a_long_answer_is_cut_and_says_so(made: Any) -> None:
    """A page stays small however much there is; it says what it leaves out and how to get it."""
    answer = reports.run(made.lake, "unauthenticated_visits", connection="acme")
    rows = pa.concat_tables([answer.table] * 1_000)
    many = replace(answer, table=rows)
    text = page.of_one(many)
    assert len(text.encode()) < 2_000_000
    assert re.search(rf"The first [\d,]+ of {len(rows):,} rows are here", text)
    assert "casbah report unauthenticated_visits --connection acme --output" in text
    assert len(made.text.encode()) < 2_000_000


def test_a_filter_over_a_cut_answer_says_what_it_sought(
    opens: Callable[..., Any], made: Any, tmp_path: Path
) -> None:
    """Who filters rows of which only some are in the page hears how many there are in all."""
    answer = reports.run(made.lake, "unauthenticated_visits", connection="acme")
    rows = pa.concat_tables([answer.table] * 1_000)
    file = tmp_path / "many.html"
    file.write_text(page.of_one(replace(answer, table=rows)), "utf-8")
    tab = opens(file).page
    here = tab.locator("tbody tr").count()
    tab.get_by_role("searchbox").fill("no such thing")
    assert tab.get_by_role("status").inner_text() == (
        f"0 of {here} rows here, {len(rows):,} in all"
    )


@pytest.mark.usefixtures("made")
def test_a_table_of_the_last_days_says_so(made: Any) -> None:
    """What is left out is told; of a span that was asked for nothing is."""
    assert "Only what happened since" in made.text
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    asked = page.ask_all(made.lake, since=long_ago)
    assert asked.reports["administrator_acts"].filters["since"] == long_ago


def test_a_page_of_one_says_whose_it_is(made: Any) -> None:
    """The heading has what was asked for beside the span, and obeys nothing in it."""
    answer = reports.run(made.lake, "activity_per", per="hour")
    assert "address …: hour</h1>" in page.of_one(answer)
    hostile = replace(answer, filters={**answer.filters, "per": "\u202e<b>x"})
    assert r"address …: \u202e&lt;b&gt;x</h1>" in page.of_one(hostile)


def test_an_empty_lake_has_a_page(tmp_path: Path) -> None:
    """Before anything has landed the page says so."""
    text = page.of_all(page.ask_all(Lake.open(str(tmp_path / "empty"))), [])
    assert "Nothing has landed here yet" in text
    assert "Nothing to draw yet" in text
