"""Events that nobody expected: kept, whatever they are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest

from connectors.contract import Page
from connectors.dropbox.rows import rows

ASKED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TIME = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WHEN = b'"timestamp":"2026-11-01T12:00:00Z"'


def table(*raws: bytes) -> pa.Table:
    found = rows([Page(raws, "", False, ASKED)])
    found.validate(full=True)
    return found


def row(raw: bytes) -> dict[str, Any]:
    [found] = table(raw).to_pylist()
    return found


@pytest.mark.parametrize(
    "raw",
    [b"", b"null", b"[]", b"7", b'"event"', b"{}", b"{", b'{"actor":}', b"\xff\xfe\x00", b"word",
     b"[" * 100_000, b'{"details":' + b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_event_is_kept(raw: bytes) -> None:
    """Anything that stands where an event should is a row of unknown activity, at 1970."""
    found = row(raw)
    assert found["raw"] == raw.decode("utf-8", "replace")
    assert (found["event_time"], found["activity"], found["native_type"], found["actor_kind"]) == (
        (EPOCH, "unknown", "unknown", "unknown")
    )
    assert found["fetched_at"] == ASKED


@pytest.mark.parametrize(
    "stamp",
    [b"null", b'""', b'"today"', b"1767225600", b'"9999-12-31T23:59:59-14:00"', b"{}", b'"\xff"',
     b'"0001-01-01T00:00:00+01:00"', b'"2026-13-01T00:00:00Z"'],
)  # fmt: skip
def test_an_event_without_a_readable_time_is_kept(stamp: bytes) -> None:
    """What is no time is 1970, so that the rest of the event is not lost."""
    found = row(b'{"event_type":{".tag":"file_add"},"timestamp":%b}' % stamp)
    assert (found["event_time"], found["activity"]) == (EPOCH, "upload_file")


@pytest.mark.parametrize(
    ("part", "column", "value"),
    [
        (rb'"details":{"shared_content_link":"\ud800"}', "link_id", "\ufffd"),
        (rb'"details":{"shared_content_link":"a\udfffb\ud800"}', "link_id", "a\ufffdb\ufffd"),
        (rb'"details":{"shared_content_link":"\ud83d\ude00"}', "link_id", "\U0001f600"),
        (rb'"details":{"shared_content_link":"a\u0000b"}', "link_id", "a\0b"),
        (b'"details":{"shared_content_link":"\xff"}', "link_id", "\ufffd"),
        (rb'"actor":{".tag":"user","user":{"email":"\udc00@x"}}', "actor_email", "\ufffd@x"),
        (rb'"assets":[{".tag":"file","file_id":"id:\ud800"}]', "item_id", "id:\ufffd"),
        (rb'"origin":{"geo_location":{"ip_address":"\ud800"}}', "ip", "\ufffd"),
        (rb'"event_type":{".tag":"\ud800"}', "native_type", "\ufffd"),
        (b'"details":{"a":NaN}', "details", '{"a": NaN}'),
        (b'"assets":[{"file_size":1e400,"file_id":"id:1"}]', "item_id", "id:1"),
        (b'"event_type":["file_add"]', "native_type", "unknown"),
        (b'"event_type":{".tag":7}', "native_type", "unknown"),
        (b'"participants":{"a":1}', "participants", None),
        (b'"involve_non_team_member":"yes"', "external", False),
        (b'"event_category":7,"risk":{"score":1}', "external", False),
        (b'"details":' + b"[" * 600 + b"]" * 600, "details", "[" * 600 + "]" * 600),
    ],
)  # fmt: skip
def test_a_strange_part_spoils_no_other(part: bytes, column: str, value: object) -> None:
    """Time, raw and all other columns are kept beside a part that is hard to read."""
    raw = b"{" + part + b"," + WHEN + b"}"
    found = row(raw)
    assert found[column] == value
    assert (found["event_time"], found["raw"]) == (TIME, raw.decode("utf-8", "replace"))


def test_lone_surrogates_of_people_are_replaced() -> None:
    """A list of participants may hold names that no UTF-8 can hold."""
    user = rb'{".tag":"user","user":{"account_id":"\ud800","display_name":"\udc00"}}'
    found = row(b'{"participants":[' + user + b"]," + WHEN + b"}")
    assert [found["participants"][0][key] for key in ("id", "name")] == ["\ufffd", "\ufffd"]


def test_strangers_do_not_disturb_their_page() -> None:
    """Each event of a page is read as if it were alone, in the page's order."""
    good = b'{"event_type":{".tag":"file_add"},' + WHEN + b"}"
    mixed = [good, b"", good, rb'{"details":"\ud800"}', b"[]", b'{"actor":{".tag":7}}', good]
    assert table(*mixed).to_pylist() == [row(raw) for raw in mixed]


def test_unknown_types_keep_their_own_word() -> None:
    """A type that Dropbox has just added lands under its name with activity unknown."""
    raw = b'{"event_type":{".tag":"quantum_share","new":[1]},"event_category":{".tag":"q"},%b}'
    found = row(raw % WHEN)
    names = ("native_type", "activity", "category", "outcome")
    assert [found[name] for name in names] == ["quantum_share", "unknown", "unknown", "success"]


def test_a_member_that_is_new_to_us_is_named() -> None:
    """Each event tells which of its members we do not know; all else is read as without them."""
    known = b'{"event_type":{".tag":"file_add"},"details":{".tag":"d", "n" : 1.0},%b' % WHEN
    plain, strange = row(known + b"}"), row(known + b',"risk":{"a":1},"mood":null}')
    assert (plain["unknown_fields"], strange["unknown_fields"]) == (None, ["mood", "risk"])
    assert strange | {"raw": None, "unknown_fields": None} == plain | {"raw": None}
