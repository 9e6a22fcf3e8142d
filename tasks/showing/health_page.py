"""The health of every connection in the Prefect UI: one artifact, and an event when it gets quiet.

What a run finds out, the run tells itself (`tasks.minding`); that nothing happens, only this does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.client.schemas.filters import (
    ArtifactCollectionFilter,
    ArtifactCollectionFilterKey,
)
from prefect.client.schemas.objects import ArtifactCollection

from blocks import pulse, register
from tasks.events import tell
from tasks.showing.artifacts import inert

KEY = "health"
COUNTED = ("items", "exposed")
Row = Mapping[str, Any]


async def show_health(rows: Sequence[Row], asked_at: datetime) -> None:
    """Show how every connection is, in the artifact of before, so that none pile up.

    `rows` are those of `tasks.status.status`.
    """
    # Short columns first: the UI cuts wide tables off at the right.
    table = [
        {
            "state": row["state"],
            "connection": row["connection"],
            "why, and what to do": inert(" ".join(filter(None, (row["why"], row["remedy"])))),
            "fresh": _age(row["age_seconds"]),
            "complete up to": _moment(row["complete_until"]),
            "complete since": _moment(row["complete_since"]),
            "requests in the last hour": _requests(row),
            "scan": _scan(row),
            "running": row["running"] or "",
            "events": row["events"],
            **{name: row[name] for name in COUNTED},
            "last error": inert(row["last_error"] or ""),
            "account": inert(row["account"] or ""),
        }
        for row in rows
    ]
    description = f"How every connection was at {_moment(asked_at)}. `casbah status` says the same."
    async with get_client() as client:
        found = await _latest(client)
        table = [_counted(row, _table(found)) for row in table] if found else table
        # What Prefect makes of a table too (TableArtifact in prefect/artifacts.py).
        told = json.dumps(table)
        if found:
            update = ArtifactUpdate(data=told, description=description)
            await client.update_artifact(found.latest_id, update)
        else:  # of no run: it is brought up to date by many
            new = ArtifactCreate(key=KEY, type="table", data=told, description=description)
            await client.create_artifact(new)


def tell_quiet(rows: Sequence[Row]) -> None:
    """Tell of each connection that has become quiet, or has events again."""
    known = {each.name: each for each in register.connections()}
    for row in rows:
        if (about := known.get(row["connection"])) is None:
            continue
        since, newest = pulse.pulse(about.name).quiet_since, row["newest_event"]
        words = {"sentence": row["why"], "remedy": row["remedy"] or ""}
        if row["state"] == "quiet" and since is None and pulse.note_quiet(about.name, newest):
            tell("casbah.connection.quiet", about, **words)
        elif since and newest > since and pulse.note_quiet(about.name, None):
            words = {"sentence": f"There are events again, the newest of {_moment(newest)}."}
            tell("casbah.connection.recovered", about, **words)


def _table(found: ArtifactCollection) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(found.data) if isinstance(found.data, str) else []
    return rows


def _counted(row: dict[str, Any], before: list[dict[str, Any]]) -> dict[str, Any]:
    """The row, with the counts of before where nobody has counted."""
    same = next((old for old in before if old.get("connection") == row["connection"]), {})
    return row | {name: same.get(name) for name in COUNTED if row[name] is None}


async def _latest(client: PrefectClient) -> ArtifactCollection | None:
    wanted = ArtifactCollectionFilter(key=ArtifactCollectionFilterKey(any_=[KEY]))
    found = await client.read_latest_artifacts(artifact_filter=wanted, limit=1)
    return found[0] if found else None


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""


def _age(seconds: int | None) -> str:
    if seconds is None:
        return "never read"
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit} ago"
    return f"{max(seconds, 0)} s ago"


def _requests(row: Row) -> str:
    made, allowed = row["requests_last_hour"], row["requests_allowed"]
    return f"{made:,} of {allowed:,} allowed" if allowed else ""


def _scan(row: Row) -> str:
    if row["scan_done"]:
        refused = row["scan_branches_refused"]
        return f"whole at {_moment(row['scan_done'])}" + (f", {refused} refused" if refused else "")
    if row["scan_started"]:
        return f"{row['scan_branches_read']} of {row['scan_branches']} branches"
    return "none yet"
