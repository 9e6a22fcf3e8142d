"""Lineage: what the SQL says, and the picture of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from data import lineage, reports
from data.lake import Lake
from data.lineage import Source
from data.tables import TABLES
from tasks.showing.lineage import picture


def sources(*connections: str) -> list[Source]:
    """Events and items of some Dropbox teams."""
    return [
        Source("dropbox", connection, stream, table, 1_000)
        for connection in connections
        for stream, table in (("audit events", "events"), ("scan", "items"))
    ]


@pytest.mark.parametrize("name", reports.names())
def test_every_report_comes_from_tables(name: str) -> None:
    """However many views lie between, at the beginning are tables that there are."""
    origins = lineage.origins(name)
    assert origins
    assert set(origins) <= {table.name for table in TABLES} | {"publications"}


def test_a_report_comes_from_what_its_views_read() -> None:
    """Exposure follows from items, links and people; a person's story from events and people."""
    assert {"items", "links", "people"} <= set(lineage.origins("exposure"))
    assert {"events", "people"} <= set(lineage.origins("person"))
    assert {"events", "people"} <= set(lineage.origins("unauthenticated_visits"))


def test_the_picture_leads_from_app_to_report() -> None:
    """Each arrow is there once, and from each connection a way leads to a report."""
    arrows = re.findall(r"^  (\w+)\W.*--> (\w+)\W", picture(sources("acme", "umbra")), re.MULTILINE)
    assert len(arrows) == len(set(arrows))
    reached = {"app_dropbox__umbra"}
    for _ in range(len(arrows)):
        reached |= {end for start, end in arrows if start in reached}
    assert {"reports_exposed_items", "reports_activity", "views_items_now"} <= reached
    assert "app_dropbox__acme" not in reached


def test_many_connections_are_one_box() -> None:
    """Of more connections than can be read, the diagram shows the app."""
    page = picture(sources(*(f"acme-{n}" for n in range(20))))
    diagram, _, table = page.partition("```\n\n")
    assert "acme-7" not in diagram
    assert '(["dropbox"])' in diagram
    assert "acme-7 (1,000)" in table


def test_nothing_is_there_yet(tmp_path: Path) -> None:
    """An empty lake has no sources."""
    assert lineage.sources(Lake.open(str(tmp_path))) == []
