"""What `casbah status` tells: every connection, how fresh, how far back, what needs a person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from blocks.register import Connection, connections
from data import catalog
from data.lake import Lake
from data.watermark import Watermark, watermarks


def status(lake: Lake) -> list[dict[str, Any]]:
    """One object a connection: facts in plain words, times aware UTC, ages in seconds."""
    counts = {(row["app"], row["connection"]): row for row in catalog.ask(lake, COUNTS).to_pylist()}
    marks = {mark.connection: mark for mark in watermarks(lake.positions())}
    known = {each.name: each for each in connections()}
    return [
        _facts(name, known.get(name), marks.get(name), counts)
        for name in sorted(known.keys() | marks.keys())
    ]


COUNTS = """
select app, connection, sum(rows) as events, sum(unknown) as unknown
from landings group by all
"""


def _facts(
    name: str,
    known: Connection | None,
    mark: Watermark | None,
    counts: dict[tuple[str, str], dict[str, Any]],
) -> dict[str, Any]:
    app = known.app if known else mark.app if mark else ""
    landed = counts.get((app, name), {})
    fresh = mark.live_until if mark else None
    return {
        "connection": name,
        "app": app,
        "account": known.account_name if known else None,
        "state": known.state if known else "disconnected",
        "events": int(landed.get("events") or 0),
        "unknown": int(landed.get("unknown") or 0),
        "live_until": fresh,
        "age_seconds": round((datetime.now(UTC) - fresh).total_seconds()) if fresh else None,
        "history_since": mark.history[0][0] if mark and mark.history else None,
        "history_unfinished": len(mark.unfinished) if mark else 0,
        "last_error": known.last_error if known else None,
        "remedy": known.remedy if known else None,
    }
