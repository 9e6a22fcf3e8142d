"""What `casbah status` and the health artifact tell: every connection, how it is and how fresh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from blocks.locks import at_work
from blocks.pulse import pulse
from blocks.register import Connection, connections
from data import catalog
from data.lake import Lake
from data.ledger import Stream
from data.silence import weeks_before
from data.watermark import Watermark, watermarks
from tasks.health import SHORTEST, WEEKS, Facts, Silence, health

EMPTY = Watermark("", "", (), None, (), ())
Row = Mapping[str, Any]


def status(lake: Lake, *, inventory: bool = True) -> list[dict[str, Any]]:
    """One object a connection: facts in plain words, times aware UTC, ages in seconds.

    Without `inventory`, what has to look at every item is null: the rest stays cheap however many
    there are.
    """
    seen = _Seen(
        now=datetime.now(UTC),
        lake=lake,
        known={each.name: each for each in connections()},
        marks={mark.connection: mark for mark in watermarks(lake.positions())},
        landed=_by_stream(catalog.ask(lake, LANDED, reads=("landings", "listings"))),
        inventory=_by_stream(catalog.ask(lake, INVENTORY)) if inventory else None,
        scans={row["connection"]: row for row in catalog.queue(lake, "last_scans")},
        running=at_work(),
    )
    return [_row(seen, name) for name in sorted(seen.known.keys() | seen.marks.keys())]


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What was looked up for all connections at once."""

    now: datetime
    lake: Lake
    known: Mapping[str, Connection]
    marks: Mapping[str, Watermark]
    landed: Mapping[tuple[str, str], Row]
    inventory: Mapping[tuple[str, str], Row] | None
    scans: Mapping[str, Row]
    running: Mapping[str, Mapping[str, datetime]]


def _by_stream(rows: pa.Table) -> dict[tuple[str, str], Row]:
    return {(row["app"], row["connection"]): row for row in rows.to_pylist()}


def _row(seen: _Seen, name: str) -> dict[str, Any]:
    now, known, mark = seen.now, seen.known.get(name), seen.marks.get(name, EMPTY)
    app = known.app if known else mark.app
    landed, scan = seen.landed.get((app, name), {}), seen.scans.get(name, {})
    beat, doing = pulse(name), seen.running.get(name, {})
    facts = Facts(
        now=now,
        registered=known.state if known else None,
        app=app.capitalize(),
        **_of_register(known),
        held_until=beat.held_until,
        running=doing,
        live_until=mark.live_until,
        history_since=mark.history[0][0] if mark.history else None,
        spans=len(mark.unfinished),
        scanned=landed.get("scanned_at") is not None,
        branches=(scan["closed"], scan["found"]) if scan else None,
        silence=_silence(seen.lake, Stream(app, name), mark, landed.get("newest_event")),
    )
    how = health(facts)
    whole = mark.complete[-1] if mark.complete else (None, None)
    return {
        "connection": name,
        "app": app,
        "account": known.account_name if known else None,
        "state": how.state,
        "why": how.sentence,
        "remedy": how.remedy,
        "events": int(landed.get("events") or 0),
        "unknown": int(landed.get("unknown") or 0),
        **_of_inventory(seen.inventory, (app, name)),
        "live_until": mark.live_until,
        "age_seconds": round((now - mark.live_until).total_seconds()) if mark.live_until else None,
        "newest_event": landed.get("newest_event"),
        "complete_since": whole[0],
        "complete_until": whole[1],
        "history_since": facts.history_since,
        "history_unfinished": facts.spans,
        "last_error": known.last_error if known else None,
        "failed_at": known.failed_at if known else None,
        "requests_last_hour": beat.lately(now),
        "requests_allowed": beat.allowed,
        "scheduled": facts.scheduled,
        "running": ", ".join(f"{verb} since {at:%H:%M}" for verb, at in doing.items()) or None,
        "scan_started": scan.get("started_at"),
        "scan_done": scan.get("done_at"),
        "scan_branches": scan.get("found"),
        "scan_branches_read": scan.get("closed"),
        "scan_branches_refused": scan.get("refused"),
    }


def _of_inventory(
    inventory: Mapping[tuple[str, str], Row] | None, stream: tuple[str, str]
) -> dict[str, Any]:
    there = inventory.get(stream, {"items": 0, "exposed": 0}) if inventory is not None else {}
    names = ("items", "exposed", "rescan_p50_seconds", "rescan_p95_seconds")
    return {name: there.get(name) for name in names}


def _of_register(known: Connection | None) -> dict[str, Any]:
    names = ("last_error", "remedy", "reason", "retry_at", "disconnected_at")
    if not known:
        return {}
    return {name: getattr(known, name) for name in names} | {"scheduled": known.runs_by_itself}


def _silence(
    lake: Lake, stream: Stream, mark: Watermark, newest: datetime | None
) -> Silence | None:
    """The time since the newest event, where it is long enough to be one."""
    until = mark.live_until
    if not newest or not until or until - newest < SHORTEST:
        return None
    return Silence(newest, until, weeks_before(lake, stream, (newest, until), mark.complete, WEEKS))


LANDED = """
with landed as (
    select
        app, connection, sum(rows)::bigint as events, sum(unknown)::bigint as unknown,
        max(last_event_time) as newest_event
    from landings group by all
), whole as (
    select app, connection, max(landed_at) as scanned_at
    from listings where kind = 'scan' and state = 'done' group by all
)
from landed full join whole using (app, connection)
"""
INVENTORY = """
with seen as (
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
from seen left join looked using (app, connection)
"""
