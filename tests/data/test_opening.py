"""A lake that an older version of ours has made."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest
from made_events import START, at, made_rows

from data import catalog
from data.delta import DeltaFolder
from data.errors import LakeUnusable
from data.lake import Lake, Stream
from data.tables import EVENTS

OLD = replace(EVENTS, columns=EVENTS.columns[:-2])


def old_lake(place: str, stream: Stream) -> None:
    """Events in files without the newest column."""
    folder = DeltaFolder(OLD, f"{place}/events")
    stamps = {"app": stream.app, "connection": stream.connection, "landed_at": START}
    rows = made_rows(range(3)).drop_columns(["item_ids", "unknown_fields"]).to_pylist()
    whole = [row | stamps | {"event_date": START.date()} for row in rows]
    claim = folder.claim(stream.key)
    values = pa.Table.from_pylist(whole, schema=OLD.schema)
    assert folder.commit(claim, folder.write(values, claim))


def test_a_column_that_was_added_is_null_in_what_landed_before(place: str, acme: Stream) -> None:
    """The lake of the version before opens, takes new rows, and is compacted, all rows kept."""
    old_lake(place, acme)
    lake = Lake.open(place)
    new = catalog.ask(lake, "select item_ids, unknown_fields from events").to_pylist()
    assert new == [{"item_ids": None, "unknown_fields": None}] * 3
    later = made_rows(range(2, 5), item_ids=[["a"], ["b"], ["c"]])
    assert lake.land(acme, later, at()).rows == 2
    query = "select event_id, item_ids from events order by 1"
    before = catalog.ask(lake, query).to_pylist()
    assert [row["item_ids"] for row in before] == [None, None, None, ["b"], ["c"]]
    assert lake.compact() > 0
    assert catalog.ask(Lake.open(place), query).to_pylist() == before


def test_a_table_of_somebody_else_is_left_alone(place: str) -> None:
    """What lacks a column that we never lacked is no lake of ours."""
    strange = replace(EVENTS, columns=tuple(c for c in EVENTS.columns if c.name != "event_id"))
    DeltaFolder(strange, f"{place}/events")
    with pytest.raises(LakeUnusable, match="another table, without our event_id"):
        Lake.open(place)
