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
    scans = {row["connection"]: row for row in catalog.queue(lake, "last_scans")}
    marks = {mark.connection: mark for mark in watermarks(lake.positions())}
    known = {each.name: each for each in connections()}
    return [
        _facts(name, known.get(name), marks.get(name), counts) | _scanned(scans.get(name))
        for name in sorted(known.keys() | marks.keys())
    ]


COUNTS = """
with landed as (
    select app, connection, sum(rows) as events, sum(unknown) as unknown
    from landings group by all
), seen as (
    select
        app, connection, count(*) as items,
        count(*) filter (exposure in ('public', 'external')) as exposed
    from items_now group by all
), looked as (
    select
        app, connection,
        round(quantile_cont(epoch(observed_at - touched_at), 0.5), 1) as rescan_p50_seconds,
        round(quantile_cont(epoch(observed_at - touched_at), 0.95), 1) as rescan_p95_seconds
    from items where touched_at is not null group by all
)
from landed full join seen using (app, connection) left join looked using (app, connection)
"""


def _scanned(scan: dict[str, Any] | None) -> dict[str, Any]:
    """How far the newest scan has come; all null before the first one."""
    scan = scan or {}
    return {
        "scan_started": scan.get("started_at"),
        "scan_done": scan.get("done_at"),
        "scan_branches": scan.get("found"),
        "scan_branches_read": scan.get("closed"),
        "scan_branches_refused": scan.get("refused"),
    }


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
        "items": int(landed.get("items") or 0),
        "exposed": int(landed.get("exposed") or 0),
        "rescan_p50_seconds": landed.get("rescan_p50_seconds"),
        "rescan_p95_seconds": landed.get("rescan_p95_seconds"),
        "live_until": fresh,
        "age_seconds": round((datetime.now(UTC) - fresh).total_seconds()) if fresh else None,
        "history_since": mark.history[0][0] if mark and mark.history else None,
        "history_unfinished": len(mark.unfinished) if mark else 0,
        "last_error": known.last_error if known else None,
        "remedy": known.remedy if known else None,
    }
