"""A lake in which every text that an app may send is hostile, and what its page shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from data.inventory import Inventory, Seen
from data.lake import Lake, Position, Stream
from data.tables import EVENTS
from sandbox.hostile import HOSTILE
from tasks.publishing import vocabulary

WORDS = [word.encode("utf-8", "replace").decode() for word in HOSTILE]
DAYS = 14
TODAY = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0)
BEGAN = TODAY - timedelta(days=DAYS + 1)
GIVEN = [f for f in EVENTS.schema if f.name not in ("app", "connection", "event_date", "landed_at")]
TEXTS = (
    "actor_email", "actor_name", "ip", "country", "city", "client", "item_name", "item_path",
    "item_owner_email", "link_id", "native_type", "user_agent", "details",
)  # fmt: skip


def fill(lake: Lake) -> None:
    """Land a month of two connections, live, and one scan of each."""
    lake.learn(vocabulary())
    for app, name in (("dropbox", "acme"), ("box", "acme-box")):
        stream = Stream(app, name)
        lake.land(stream, _rows(0, 0), _live(BEGAN, BEGAN))
        for day in range(DAYS):
            end = BEGAN + timedelta(days=day + 1)
            lake.land(stream, _rows(day, 40 + 9 * (day % 5)), _live(BEGAN, end))
        _scan(Inventory(lake, stream))


def _live(begin: datetime, end: datetime) -> Position:
    return Position("live", fetched_at=end, window_start=begin, done=True, pages=1)


def _rows(day: int, count: int) -> pa.Table:
    rows = []
    for n in range(count):
        words = {name: WORDS[(n + at) % len(WORDS)] for at, name in enumerate(TEXTS)}
        stranger, fails = n % 3 == 0, n % 7 == 1
        moment = BEGAN + timedelta(days=day, minutes=7 * n)
        rows.append(
            dict.fromkeys(field.name for field in GIVEN)
            | words
            | {
                "event_id": f"{day}-{n}",
                "event_time": moment,
                "recorded_at": moment + timedelta(seconds=20 + n),
                "fetched_at": moment + timedelta(seconds=40 + 2 * n),
                "activity": "fail_sign_in" if fails else "preview_file",
                "category": "sign_in" if fails else "files",
                "outcome": "failure" if fails else "success",
                "actor_kind": "unauthenticated" if stranger else "member",
                "authenticated": not stranger,
                "actor_email": None if stranger else words["actor_email"],
                "item_id": f"id:{n % 25}",
                "unknown_fields": [words["item_name"]] if n % 11 == 0 else None,
                "raw": "{}",
            }
        )
    return pa.Table.from_pylist(rows, schema=pa.schema(GIVEN))


def _scan(inventory: Inventory) -> None:
    at = BEGAN + timedelta(days=DAYS)

    def step(branch: str, kind: str, state: str, **more: Any) -> dict[str, Any]:
        return {
            "branch": branch, "kind": kind, "state": state, "about": "", "rows": 0, "pages": 0,
            "fetched_at": at, **more,
        }  # fmt: skip

    items = [
        {
            "item_id": f"id:{n}", "observed_at": at, "lane": "walk", "state": "present",
            "item_kind": "file", "name": word, "path": f"/{word}", "root_id": "7", "size": n,
            "modified_at": BEGAN, "owner_kind": "person", "owner_id": "p", "owner_email": word,
            "people": [{"kind": "external", "email": word, "external": True}],
        }
        for n, word in enumerate(WORDS)
    ]  # fmt: skip
    links = [
        {
            "link_id": f"l{n}", "item_id": f"id:{n}", "observed_at": at, "state": "present",
            "url": word, "opens_to": "public", "audience": word, "owner_id": "p",
            "owner_email": word, "raw": "{}",
        }
        for n, word in enumerate(WORDS[:12])
    ]  # fmt: skip
    people = [
        {"person_id": "p", "observed_at": at, "kind": "member", "email": WORDS[5], "raw": "{}"}
    ]
    steps = [
        step("", "scan", "found"),
        *(step(word, "tree", "refused", reason=word) for word in WORDS[:6]),
        step("", "scan", "done"),
    ]
    inventory.record(at, Seen(people=people, items=items, links=links, steps=steps))
