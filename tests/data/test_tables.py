"""The declarations of tables and settings."""

from pathlib import Path

import pytest
from deltalake import Schema

from data.settings import settings
from data.tables import EVENTS, TABLES, Table

FIXED = """
app, connection, event_date, event_id, event_time, recorded_at, fetched_at, landed_at, activity,
category, native_type, outcome, actor_kind, actor_id, actor_email, actor_name, authenticated,
on_behalf_of_id, on_behalf_of_email, ip, country, region, city, client, session_id, user_agent,
item_kind, item_id, item_name, item_path, item_size, item_owner_email, link_id, external,
participants, details, raw, item_ids, unknown_fields
"""


def test_the_columns_of_events_are_fixed() -> None:
    """Reports and other engines rely on these names in this order."""
    assert EVENTS.schema.names == FIXED.replace(",", " ").split()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_is_declared_in_full(table: Table) -> None:
    """Each column has a name of its own, a type that Delta knows, and a sentence of meaning."""
    assert len(set(table.schema.names)) == len(table.columns)
    assert Schema.from_arrow(table.schema)
    assert all(column.meaning.endswith((".", "?")) for column in table.columns)
    assert {*table.partitions, *table.ranged} <= set(table.schema.names)
    assert set(table.partitions) <= set(table.required)


def test_settings_come_from_the_environment_of_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """CASBAH_HOME and CASBAH_LAKE move everything; in a checkout the defaults lie inside it."""
    for name in ("CASBAH_HOME", "CASBAH_LAKE"):
        monkeypatch.delenv(name, raising=False)
    checkout = Path(__file__).resolve().parents[2]
    assert settings().home == checkout / ".casbah"
    assert settings().lake == str(checkout / "data" / "lake")
    monkeypatch.setenv("CASBAH_HOME", "/somewhere/home")
    monkeypatch.setenv("CASBAH_LAKE", "s3://bucket/lake")
    assert (settings().home, settings().lake) == (Path("/somewhere/home"), "s3://bucket/lake")
