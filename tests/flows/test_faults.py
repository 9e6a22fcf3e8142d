"""Every fault of the sandbox at once, through the flows."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Callable

from connectors import activities
from sandbox.client import Client

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_all_faults_at_once(here: Run, own: Client, offer: Callable[..., list[str]]) -> None:
    """Throttled, cut off, reset, late and hostile: backfill and sync end equal to the truth."""
    assert here("connect", "dropbox", "faulty", *offer(own)).returncode == 0
    own.faults(
        all=True,
        throttle={"share": 0.2, "retry_after": 0},
        server_error={"share": 0.2},
        drop={"share": 0.3},
        truncate={"share": 0.3},
    )
    assert here("backfill", "faulty", "--days=9").returncode == 0
    own.clock(advance_seconds=3600)
    own.clock(pause=True)
    assert here("sync", "faulty").returncode == 0
    struck = {name for name, fault in own.faults().items() if fault.get("struck")}
    assert {"throttle", "server_error", "drop", "truncate", "clock_skew"} <= struck
    rows = here("sql", "select event_id from events where connection = 'faulty'", "--json").stdout
    landed = Counter(row["event_id"] for row in json.loads(rows))
    assert landed == Counter(row["event_id"] for row in own.truth())
    known = activities.load("dropbox")
    strange = sum(row["native_type"] not in known for row in own.truth())
    counted = here("sql", "select sum(unknown)::int as n from landings", "--json").stdout
    assert json.loads(counted) == [{"n": strange}]
    assert strange > 0
