"""Which event is which: the connector's fast rule beside the sandbox's slow one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.contract import Page, Window
from connectors.dropbox import Dropbox
from connectors.dropbox.rows import rows
from sandbox.client import Client
from sandbox.dropbox import facts

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SAMPLE: dict[str, Any] = {
    "timestamp": "2026-11-01T12:00:00Z",
    "event_category": {".tag": "sharing"},
    "actor": {
        ".tag": "user",
        "user": {
            ".tag": "team_member",
            "account_id": "dbid:ann",
            "display_name": "Ann",
            "email": "ann@acme.example",
            "team_member_id": "dbmid:ann",
            "team": {"display_name": "Acme"},
        },
    },
    "origin": {
        "geo_location": {"city": "Bern", "country": "CH", "ip_address": "192.0.2.7"},
        "access_method": {".tag": "end_user", "end_user": {".tag": "web", "session_id": "s:1"}},
    },
    "involve_non_team_member": True,
    "context": {".tag": "team_member", "account_id": "dbid:bo", "email": "bo@acme.example"},
    "participants": [{".tag": "group", "group_id": "g:1", "display_name": "Law"}],
    "assets": [
        {
            ".tag": "file",
            "path": {"contextual": "/a.txt", "namespace_relative": {"ns_id": "1"}},
            "display_name": "a.txt",
            "file_id": "id:a",
            "file_size": 12,
        }
    ],
    "event_type": {".tag": "shared_content_view", "description": "Viewed"},
    "details": {
        ".tag": "shared_content_view_details",
        "shared_content_link": "https://x.example/s/1",
        "shared_content_owner": {".tag": "non_team_member", "account_id": "dbid:cy", "email": ""},
    },
}  # fmt: skip


def ids(*raws: bytes) -> list[str]:
    """What the connector calls these events."""
    return rows([Page(raws, "", False, NOW)])["event_id"].to_pylist()


def written(event: object) -> bytes:
    return json.dumps(event).encode()


def changed(path: str, value: object) -> bytes:
    """The sample with another value at a dotted path; None leaves the key out."""
    event = json.loads(json.dumps(SAMPLE))
    *way, last = path.split(".")
    part = event
    for step in way:
        part = part[int(step) if step.isdecimal() else step]
    part[last] = value
    if value is None:
        del part[last]
    return written(event)


@pytest.mark.parametrize(
    "number",
    ["1.0", "-0", "-0.0", "1E5", "1e-7", "1e400", "12345678901234567890123", "0.1", "1e22"],
)
@pytest.mark.parametrize("place", ['"details":%s', '"assets":[{"file_size":%s}]'])
def test_both_rules_agree_on_numbers(place: str, number: str) -> None:
    """However a number is written, both rules read and write it alike."""
    raw = b"{%b}" % (place % number).encode()
    assert ids(raw) == [facts.base_id(raw)]


def test_both_rules_agree_on_a_whole_log(own: Client, connected: Callable[..., Dropbox]) -> None:
    """Ids of all events, strange, hostile and twins, are those of truth; and who had signed in."""
    own.clock(pause=True)
    own.faults(unknown_types={"count": 120}, hostile={"count": 120}, twins={"count": 30})
    team = connected(str(own.http.base_url))
    since = datetime(2026, 10, 1, tzinfo=UTC)
    pages = list(team.history(Window(since, datetime(2026, 12, 1, tzinfo=UTC))))
    read = team.rows(pages)
    told = [raw for page in pages for raw in page.events]
    assert read["event_id"].to_pylist() == [facts.base_id(raw) for raw in told]
    known = Counter((row["event_id"].split("-")[0], row["authenticated"]) for row in own.truth())
    ours = zip(read["event_id"].to_pylist(), read["authenticated"].to_pylist(), strict=True)
    assert Counter(ours) == known
    assert len(told) > 2_700
    assert any(b"\\ud800" in raw for raw in told)


@pytest.mark.parametrize(
    "again",
    [
        changed("actor.user.display_name", "Anna"),
        changed("actor.user.email", None),
        changed("actor.user.team", None),
        changed("actor.user.member_external_id", "7"),
        changed("risk", {"score": 1}),
        changed("origin.geo_location.city", "Basel"),
        changed("origin.geo_location.region", "BE"),
        changed("origin.geo_location.country", None),
        changed("context.email", "bob@acme.example"),
        changed("context.display_name", "Bob"),
        changed("participants.0.display_name", "Lawyers"),
        changed("participants.0.external_id", "x"),
        changed("assets.0.display_name", "b.txt"),
        changed("event_type.description", "Hat angesehen"),
        changed("details.shared_content_owner.email", None),
        json.dumps(SAMPLE, indent=3, ensure_ascii=False).encode(),
        json.dumps(SAMPLE, sort_keys=True).encode(),
        written(SAMPLE | {"next": None, "details": SAMPLE["details"] | {"none": None}}),
    ],
)
def test_another_rendering_is_the_same_event(again: bytes) -> None:
    """Names beside ids, places of an address, descriptions, order and space do not count."""
    assert ids(again) == ids(written(SAMPLE)) == [facts.base_id(again)]


@pytest.mark.parametrize(
    "other",
    [
        changed("timestamp", "2026-11-01T12:00:01Z"),
        changed("event_category", {".tag": "x"}),
        changed("event_type", {".tag": "shared_link_view"}),
        changed("actor.user.account_id", "dbid:al"),
        changed("actor.user.team_member_id", None),
        changed("origin.geo_location.ip_address", "192.0.2.8"),
        changed("origin.access_method.end_user.session_id", "dbwsid:2"),
        changed("involve_non_team_member", None),
        changed("context.account_id", "dbid:al"),
        changed("participants.0.group_id", "g:2"),
        changed("assets.0.file_id", "id:b"),
        changed("assets.0.file_size", 13),
        changed("assets.0.path.contextual", "/b.txt"),
        changed("details.shared_content_link", "https://x.example/s/2"),
        changed("details.shared_content_owner.account_id", None),
        changed("details.more", 1),
    ],
)
def test_another_event_has_another_id(other: bytes) -> None:
    """Time, types, ids, addresses, paths and details count."""
    assert ids(other) != ids(written(SAMPLE))
    assert ids(other) == [facts.base_id(other)]


def test_a_name_counts_where_no_id_stands() -> None:
    """Two people without an id are told apart by their names."""
    people = [{".tag": "non_team_member", "account_id": None, "email": e} for e in ("a@x", "b@x")]
    for place in ("context", "actor", "details"):
        events = [{place: {"user": one} if place == "actor" else one} for one in people]
        first, second = ids(*map(written, events))
        assert first != second
        assert [first, second] == [facts.base_id(written(event)) for event in events]
