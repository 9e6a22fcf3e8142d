"""The ground truth: the identity rule by hand, and who was who."""

import hashlib
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.company import Size
from sandbox.dropbox import facts
from sandbox.dropbox.log import EventLog, Query

BORN = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
EVENT: dict[str, Any] = {
    "timestamp": "2026-02-01T12:00:00Z",
    "event_category": {".tag": "sharing"},
    "event_type": {".tag": "shared_link_view", "description": "Opened shared link"},
    "actor": {".tag": "user", "user": {".tag": "team_member", "account_id": "dbid:1"}},
    "origin": {"geo_location": {"ip_address": "192.0.2.1"}, "access_method": {".tag": "api"}},
    "involve_non_team_member": True,
    "context": {".tag": "team"},
    "details": {".tag": "shared_link_view_details"},
}
CANONICAL = (
    '{"actor":{".tag":"user","user":{".tag":"team_member","account_id":"dbid:1"}},'
    '"context":{".tag":"team"},"details":{".tag":"shared_link_view_details"},'
    '"event_category":"sharing","event_type":"shared_link_view","involve_non_team_member":true,'
    '"origin":{"access_method":{".tag":"api"},"geo_location":{"ip_address":"192.0.2.1"}},'
    '"timestamp":"2026-02-01T12:00:00Z"}'
)


def base(**changes: Any) -> str:
    """The id of EVENT with some members changed."""
    return facts.base_id(json.dumps(EVENT | changes).encode())


def test_the_id_is_a_hash_of_canonical_json() -> None:
    """BLAKE2b with 16 bytes over sorted, dense, unescaped JSON."""
    assert base() == hashlib.blake2b(CANONICAL.encode(), digest_size=16).hexdigest()


@pytest.mark.parametrize(
    "changes",
    [
        {"event_type": {".tag": "shared_link_view", "description": "Otherwise"}},
        {"risk": {"score": 1}},
        {"participants": None},
        {"origin": {**EVENT["origin"], "geo_location": {"ip_address": "192.0.2.1", "city": "X"}}},
        {"details": {".tag": "shared_link_view_details", "shared_link_owner": None}},
        {"actor": {".tag": "user", "user": {**EVENT["actor"]["user"], "display_name": "Ann"}}},
        {"actor": {".tag": "user", "user": {**EVENT["actor"]["user"], "email": None}}},
        {"actor": {".tag": "user", "user": {**EVENT["actor"]["user"], "team": {"a": 1}}}},
    ],
)
def test_what_may_be_told_differently_does_not_count(changes: dict[str, Any]) -> None:
    """Names beside an id, the place of an address, nulls and new members change nothing."""
    assert base(**changes) == base()


@pytest.mark.parametrize(
    "changes",
    [
        {"timestamp": "2026-02-01T12:00:01Z"},
        {"involve_non_team_member": False},
        {"participants": []},
        {"origin": {"access_method": {".tag": "api"}}},
        {"details": {".tag": "shared_link_view_details", "display_name": "no id beside it"}},
        {"actor": {".tag": "user", "user": {".tag": "team_member", "account_id": "dbid:2"}}},
        {"actor": {".tag": "user", "user": {".tag": "team_member", "email": "a@b.example"}}},
    ],
)
def test_what_happened_counts(changes: dict[str, Any]) -> None:
    """Time, ids, tags and names that stand without an id make another event."""
    assert base(**changes) != base()


def test_twins_get_ordinals() -> None:
    """The first keeps the base, the next are -2, -3; a new second begins anew."""
    ordinals = facts.Ordinals()
    other = EVENT | {"involve_non_team_member": None}
    ids = [ordinals.event_id(event) for event in (EVENT, other, EVENT, EVENT, other)]
    assert ids == [base(), base(involve_non_team_member=None), f"{base()}-2", f"{base()}-3",
                   base(involve_non_team_member=None) + "-2"]  # fmt: skip


@pytest.fixture(scope="module")
def log() -> EventLog:
    """A log with twins in it and an hour of life."""
    log = EventLog.of(Size(events=12_000), BORN)
    log.add("twins", 50, BORN + timedelta(hours=1))
    return log


def test_the_truth_is_what_a_walk_returns(log: EventLog) -> None:
    """As many rows as events, with the same ids, twins counted."""
    now = BORN + timedelta(hours=2)
    rows = list(log.truth(now))
    bases = Counter(facts.base_id(event) for event in log.walk(Query(), now))
    expected = {b if n == 1 else f"{b}-{n}" for b in bases for n in range(1, bases[b] + 1)}
    assert len(rows) == bases.total()
    assert {row["event_id"] for row in rows} == expected
    assert [row["event_time"] for row in rows] == sorted(row["event_time"] for row in rows)


def test_the_truth_knows_who_came_without_signing_in(log: EventLog) -> None:
    """Members who forgot, guests with an account, strangers; from home, office, firm, phone."""
    anonymous = [row for row in log.truth(BORN) if row["authenticated"] is False]
    kinds = Counter((row["who"]["kind"], row["place"]) for row in anonymous)
    for place in ("office", "home", "carrier"):
        assert kinds["member", place] > 5
        assert kinds["outsider", place] > 5
    assert kinds["outsider", "firm"] > 5
    assert any(row["who"]["id"].startswith("dbid:") for row in anonymous)
    assert any(row["who"]["id"].startswith("stranger:") for row in anonymous)
    links = [row for row in anonymous if row["native_type"].startswith("shared_link")]
    assert all(row["url"].endswith(f"/{row['link_id']}?dl=0") for row in links)


def test_who_failed_to_sign_in_has_not(log: EventLog) -> None:
    """An actor is named all the same."""
    failed = [row for row in log.truth(BORN) if row["native_type"] == "login_fail"]
    assert {(row["authenticated"], row["actor_tag"]) for row in failed} == {(False, "user")}


def test_stories_are_told(log: EventLog) -> None:
    """Sprayed sign-ins are the attacker's, a leaked link is opened from everywhere, and so on."""
    rows = list(log.truth(BORN))
    stories = Counter(row["story"] for row in rows)
    assert set(stories) == {None, "leaver", "leaked link", "staff", "spraying", "night admin"}
    assert stories["leaver"] > 30
    assert len({row["url"] for row in rows if row["story"] == "leaked link"}) == 1
    assert len({row["ip"] for row in rows if row["story"] == "leaked link"}) > 20
    took = {row["who"]["email"] for row in rows if row["story"] == "leaver" and row["ip"]}
    assert len(took) == 1
