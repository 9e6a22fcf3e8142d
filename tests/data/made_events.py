"""Made-up events, and what a reader without any log finds in a lake."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data.lake import Lake, Position, Stream
from data.tables import ACTIVITIES, EVENTS

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ASKED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GIVEN = [f for f in EVENTS.schema if f.name not in ("app", "connection", "event_date", "landed_at")]
VOCABULARY = pa.Table.from_pylist(
    [
        {
            "app": "dropbox",
            "native_type": "file_add",
            "activity": "upload_file",
            "label": "Upload file",
            "category": "files",
            "modifies_item": True,
            "ocsf_class": 1001,
            "ocsf_activity": 1,
        }
    ],
    schema=ACTIVITIES.schema,
)


def made_rows(
    ids: list[str] | range,
    start: datetime = START,
    step: timedelta = timedelta(seconds=1),
    **same: Any,
) -> pa.Table:
    """One row for each id, `step` apart; `same` sets a column of all, or of each from a list."""
    count = len(ids)
    columns: dict[str, Any] = {
        "event_id": [f"{number:032x}" if isinstance(number, int) else number for number in ids],
        "event_time": [start + step * number for number in range(count)],
        "fetched_at": ASKED,
        "activity": "upload_file",
        "category": "files",
        "native_type": "file_add",
        "actor_kind": "member",
        "authenticated": True,
        "actor_email": "ann@acme.example",
        "item_id": "id:1",
        "item_name": "Plan.docx",
        "raw": "{}",
    } | same
    arrays = {
        field.name: pa.array(value if isinstance(value, list) else [value] * count, field.type)
        for field in GIVEN
        for value in [columns.get(field.name)]
    }
    return pa.table(arrays, schema=pa.schema(GIVEN))


def at(lane: Any = "live", **position: Any) -> Position:
    return Position(lane, **{"fetched_at": ASKED} | position)


def landed_ids(lake: Lake, stream: Stream) -> list[str]:
    """The ids of all rows of a stream as a reader without any log sees them: from the files."""
    return sorted(
        event_id
        for path in Path(lake.uri).glob(f"events/app={stream.app}/**/*.parquet")
        if f"connection={stream.connection}/" in str(path)
        for event_id in pq.read_table(path, partitioning=None)["event_id"].to_pylist()
    )
