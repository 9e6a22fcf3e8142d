"""Every event as OCSF 1.8.0, held against the schema of OCSF itself."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema
import pyarrow as pa
import pytest
from company import Told
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from data import ocsf
from data.lake import Lake, Position, Stream

pytestmark = pytest.mark.xdist_group("told")
SCHEMA = OcsfJsonSchemaEmbedded(get_ocsf_schema(version="1.8.0"))


@cache
def validator(class_uid: int) -> Any:
    """OCSF's own schema of a class; it allows no attribute that the class does not have."""
    schema = SCHEMA.get_class_schema(SCHEMA.lookup_class_name_from_uid(class_uid))
    return jsonschema.Draft202012Validator(schema)


def problems(event: dict[str, Any]) -> list[str]:
    return [
        f"{event['class_uid']} {error.json_path}: {error.message[:200]}"
        for error in validator(event["class_uid"]).iter_errors(event)
    ]


def test_every_event_is_valid(told: Told) -> None:
    """Whatever both apps tell is an event of its class in OCSF, and none is left out."""
    events = [json.loads(line) for line in ocsf.lines(told.lake)]
    assert len(events) == len(told.events)
    assert len({event["class_uid"] for event in events}) >= 6
    assert {problem for event in events for problem in problems(event)} == set()
    nobody = [e for e in events if e.get("actor", {}).get("user", {}).get("type_id") == 99]
    unsigned = sum(event.kind == "unauthenticated" for event in told.events)
    assert 0 < len(nobody) <= unsigned
    assert {event["actor"]["user"]["type"] for event in nobody} == {"Unauthenticated"}


def test_what_is_strange_is_valid_too(told: Told, lake_of: Any) -> None:
    """All types of the vocabulary, types that are new, hostile words, and no address."""
    words = told.sql("select app, native_type, activity, category from activities")
    strange = ["::1::", "999.1.1.1", "<script>", "", None, "2001:db8::1", "203.0.113.7"]
    for app in ("dropbox", "box"):
        mine = [row for row in words if row["app"] == app]
        mine.append({"native_type": "new", "activity": "unknown", "category": "unknown"})
        lake_of(app, mine, strange)
    events = [json.loads(line) for line in ocsf.lines(lake_of.lake)]
    assert len(events) == len(words) + 2
    assert {problem for event in events for problem in problems(event)} == set()
    assert 0 in {event["class_uid"] for event in events}


@pytest.fixture
def lake_of(told: Told, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Land events with least in them."""
    monkeypatch.setenv("CASBAH_HOME", str(tmp_path / "home"))
    told.lake.refresh()
    lake = Lake.open(str(tmp_path / "lake"))
    vocabulary = pa.Table.from_pylist(told.sql("from activities"))
    lake.learn(vocabulary)

    def land(app: str, words: list[dict[str, Any]], addresses: list[str | None]) -> None:
        at = pa.scalar(1_790_000_000_000_000, pa.timestamp("us", "UTC"))
        count = len(words)
        table = pa.table(
            {
                "event_id": [str(n) for n in range(count)],
                "event_time": pa.repeat(at, count),
                "fetched_at": pa.repeat(at, count),
                **{
                    name: [row[name] for row in words]
                    for name in ("native_type", "activity", "category")
                },
                "actor_kind": ["unknown", "unauthenticated", "member"] * (count // 3)
                + ["app"] * (count % 3),
                "actor_email": [("<evil>@", None, "a@b.example")[n % 3] for n in range(count)],
                "ip": [addresses[n % len(addresses)] for n in range(count)],
                "raw": ["{}"] * count,
            }
        )
        lake.land(Stream(app, "acme"), table, Position("live", fetched_at=at.as_py()))

    land.lake = lake  # type: ignore[attr-defined]
    return land


def test_a_span_and_a_connection_are_chosen(told: Told) -> None:
    """since is included and until is not, as in every report."""
    times = sorted(event.time for event in told.events if event.app == "box")
    since, until = times[100], times[200]
    lines = list(ocsf.lines(told.lake, since, until, connection="acme-box"))
    assert len(lines) == sum(since <= at < until for at in times)
