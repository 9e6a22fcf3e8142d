"""Who comes without signing in: the hard cases are there, and only the truth tells them apart."""

import json
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from ipaddress import ip_address
from typing import Any

import numpy as np
import pytest

from sandbox.box.log import BoxLog
from sandbox.cast import MEMBER
from sandbox.company import Size
from sandbox.dropbox.log import EventLog, Query
from sandbox.founding import founded
from sandbox.habits import habits
from sandbox.log import Log
from sandbox.visitors import CASES

BORN = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SIZE = Size(events=15_000)
COMPANY = founded(SIZE)


@cache
def log(app: str) -> Log:
    kind = {"dropbox": EventLog, "box": BoxLog}[app]
    return kind(COMPANY, SIZE, BORN)


@cache
def visits(app: str) -> list[dict[str, Any]]:
    """The truth of events without signing in that have a case."""
    return [row for row in log(app).truth(BORN) if row["authenticated"] is False and row["case"]]


@pytest.mark.parametrize("app", ["dropbox", "box"])
def test_every_hard_case_is_there(app: str) -> None:
    """Each case of the truth occurs, members' from office, home, phone and trip."""
    rows = visits(app)
    assert {row["case"] for row in rows} == set(CASES[1:])
    ours = Counter(row["place"] for row in rows if row["who"]["kind"] == "member")
    assert set(ours) == {"office", "home", "carrier", "hotel"}
    assert 0.2 < ours.total() / len(rows) < 0.45


@pytest.mark.parametrize("app", ["dropbox", "box"])
def test_the_wire_does_not_tell_who_it_was(app: str) -> None:
    """An event without signing in names its visitor nowhere, and shares no session with anybody."""
    told = log(app).told(np.arange(len(log(app).stream.rows)))
    events = {json.dumps(event, sort_keys=True): event for event in map(json.loads, told)}
    sessions, anonymous = set(), 0
    for event in events.values():
        if app == "box":
            other = event["event_type"] in {"FAILED_LOGIN", "SHIELD_ALERT"}
            nobody = (event["created_by"] or {}).get("id") == "2" and not other
            session = event["session_id"]
        else:
            nobody = event["actor"][".tag"] == "anonymous"
            method = event.get("origin", {}).get("access_method", {})
            session = method.get("end_user", {}).get("session_id")
        anonymous += nobody
        assert "case" not in event
        assert session is None or not nobody
        sessions.add(session)
    assert anonymous > 500
    assert len(sessions) > 100


def test_a_link_is_made_before_its_maker_looks_at_it() -> None:
    """Most looks at an own link follow what the same member did signed in, minutes before."""
    rows = list(log("dropbox").truth(BORN))
    last: dict[str, str] = {}
    soon = Counter[bool]()
    for row in rows:
        email = row["who"]["email"]
        if row["case"] == "own link":
            seen = last.get(email)
            gap = _minutes(seen, row["event_time"]) if seen else 1e9
            soon[gap < 20] += 1
        elif row["authenticated"] and row["native_type"].startswith("shared_link"):
            last[email] = row["event_time"]
    assert soon[True] > soon[False]


def _minutes(begin: str, end: str) -> float:
    span = datetime.fromisoformat(end) - datetime.fromisoformat(begin)
    return span.total_seconds() / 60


def test_households_have_changing_and_many_addresses() -> None:
    """Some addresses pass from one household to another; an IPv6 home has several."""
    holders: dict[str, set[str]] = {}
    networks: dict[str, set[str]] = {}
    for row in log("dropbox").truth(BORN):
        if row["place"] == "home" and row["who"]["email"] and row["story"] is None:
            holders.setdefault(row["ip"], set()).add(row["who"]["email"])
            if ":" in row["ip"]:
                network = ip_address(row["ip"]).exploded[:19]
                networks.setdefault(network, set()).add(row["ip"])
    assert sum(len(who) > 2 for who in holders.values()) > 10
    assert max(len(some) for some in networks.values()) > 1
    heirs = [row for row in visits("dropbox") if row["case"] == "former address of a member"]
    assert all(row["who"]["kind"] == "outsider" for row in heirs)


def test_neighbours_and_partners_look_like_members() -> None:
    """A competitor's address lies in the network of an office; a partner has a member's home."""
    offices = {COMPANY.places[n].ip.rpartition(".")[0] for n in COMPANY.offices}
    assert {COMPANY.places[n].ip.rpartition(".")[0] for n in COMPANY.rivals} <= offices
    assert COMPANY.rivals
    homes = {p.home for p in COMPANY.people if p.kind == MEMBER}
    assert any(p.kind != MEMBER and p.home in homes for p in COMPANY.people)


def test_companies_differ() -> None:
    """Each seed has its own habits, the same for ever."""
    assert habits(7) == habits(7)
    assert len({habits(seed).remote for seed in range(20)}) == 20
    shares = [habits(seed).remote for seed in range(40)]
    assert min(shares) < 0.25
    assert max(shares) > 0.5


def test_the_history_keeps_its_size() -> None:
    """What is tied to visits takes the place of other events: none is added."""
    assert len(log("dropbox").stream.rows) >= SIZE.events
    events = EventLog.of(SIZE, BORN).walk(Query(end=BORN), BORN.replace(hour=4))
    assert len(events) == SIZE.events
