"""Events of Box that nobody expected: kept, whatever they are."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.box.columns import MEMBERS
from connectors.box.rows import rows
from connectors.box.wire import Details, Source
from connectors.contract import Page
from data.tables import EVENTS

ASKED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TIME = datetime(2026, 11, 1, 20, 0, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ADDED_BY_THE_LAKE = {"app", "connection", "event_date", "landed_at"}
STRANGE = [b"", b"[]", b"7", b'"event"', b"{}", b"{", b'{"source":}', b"\xff\xfe\x00", b"word"]


def row(raw: bytes) -> dict[str, Any]:
    """The one row of an event."""
    table = rows([Page([raw], "", False, ASKED)])
    table.validate(full=True)
    [found] = table.to_pylist()
    assert found["raw"] == raw.decode("utf-8", "replace")
    return found


@pytest.mark.parametrize("raw", [*STRANGE, b"null", b"[" * 100_000, b'{"source":' + b"[" * 100_000])
def test_what_is_no_event_is_kept(raw: bytes) -> None:
    """Anything that stands where an event should is a row of unknown activity, at 1970."""
    found = row(raw)
    assert (found["event_time"], found["activity"], found["native_type"], found["actor_kind"]) == (
        (EPOCH, "unknown", "unknown", "unknown")
    )
    assert found["event_id"]


@pytest.mark.parametrize(
    ("part", "column", "value"),
    [
        (rb'"source":{"item_type":"file","item_id":"1","item_name":"\ud800"}', "item_name",
         "\ufffd"),
        (rb'"source":{"item_type":"file","item_id":"1","item_name":"\ud83d\ude00"}', "item_name",
         "\U0001f600"),
        (rb'"source":{"item_type":"file","item_id":"1","item_name":"a\u0000b"}', "item_name",
         "a\0b"),
        (b'"created_by":{"id":"1","login":"\xff"}', "actor_email", "\ufffd"),
        (rb'"created_by":{"id":"\ud800"}', "actor_id", "\ufffd"),
        (rb'"source":{"folder_id":"a\ud800"}', "item_id", "a\ufffd"),
        (rb'"session_id":"\ud800"', "session_id", "\ufffd"),
        (rb'"additional_details":{"size":"\ud800"}', "item_size", None),
        (rb'"additional_details":"{\"service_name\":\"\ud800\"}"', "client", "\ufffd"),
        (b'"additional_details":{"size":1e400,"shared_link_id":"s"}', "link_id", "s"),
        (b'"additional_details":{"a":NaN}', "details", '{"a": NaN}'),
        (rb'"event_type":"\ud800"', "native_type", "\ufffd"),
        (b'"event_type":["UPLOAD"]', "native_type", "unknown"),
        (b'"event_type":"QUANTUM_SHARE"', "native_type", "QUANTUM_SHARE"),
        (rb'"event_id":"\ud800"', "event_id", "\ufffd"),
        (b'"ip_address":{"v4":"1.2.3.4"}', "ip", None),
        (b'"recorded_at":"today"', "recorded_at", None),
        (b'"accessible_by":[1]', "participants", None),
        (b'"source":' + b"[" * 600 + b"]" * 600, "item_id", None),
    ],
)  # fmt: skip
def test_a_strange_part_spoils_no_other(part: bytes, column: str, value: object) -> None:
    """Time, raw and all other columns are kept beside a part that is hard to read."""
    found = row(b"{" + part + b',"created_at":"2026-11-01T12:00:00-08:00"}')
    assert (found[column], found["event_time"]) == (value, TIME)


TEXT = st.text(st.characters(), max_size=4)  # lone surrogates are among them
NAMES = st.sampled_from(sorted(set(Source.__struct_fields__) | set(Details.__struct_fields__)))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES | TEXT, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(MEMBERS)), VALUES))
def test_any_values_make_a_row(told: dict[str, Any]) -> None:
    """Whatever stands in whichever member, there is a row that says what happened when."""
    found = row(json.dumps(told).encode())
    required = {name for name in EVENTS.required if name not in ADDED_BY_THE_LAKE}
    assert {name for name in required if found[name] is None} == set()


def test_strangers_are_told_apart() -> None:
    """What is no event has an id of what it is."""
    assert len({row(raw)["event_id"] for raw in STRANGE}) == len(STRANGE)


def test_strangers_do_not_disturb_their_page() -> None:
    """Each event of a page is read as if it were alone, in the page's order."""
    good = b'{"event_id":"e-1","event_type":"UPLOAD","source":{"file_id":"70"}}'
    mixed = [good, b"", good, rb'{"source":"\ud800"}', b"[]", b'{"created_by":{"id":7}}', good]
    together = rows([Page(mixed, "", False, ASKED)]).to_pylist()
    assert together == [row(raw) for raw in mixed]


def test_a_member_that_is_new_to_us_is_named() -> None:
    """Each event tells which of its members we do not know; all else is read as without them."""
    known = b'{"type":"event","event_id":"1","event_type":"UPLOAD","additional_details":{"n" : 1.0}'
    plain, strange = row(known + b"}"), row(known + b',"risk":{"a":1},"mood":null}')
    assert (plain["unknown_fields"], strange["unknown_fields"]) == (None, ["mood", "risk"])
    assert strange | {"raw": None, "unknown_fields": None} == plain | {"raw": None}
