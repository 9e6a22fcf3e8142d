"""The audit log: complete, the same for ever, and told to the letter of Dropbox's contract."""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from dropbox import team_log
from stone.backends.python_rsrc import stone_serializers

from sandbox.company import Size
from sandbox.dropbox.log import EventLog, Query

BORN = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SMALL = Size(members=20, days=10, events=3_000)
LATER = BORN + timedelta(minutes=5)


@pytest.fixture(scope="module")
def log() -> EventLog:
    """A log that no test disturbs."""
    return EventLog.of(Size(events=10_000), BORN)


@pytest.fixture(scope="module")
def events(log: EventLog) -> list[dict[str, Any]]:
    """Its history, decoded, in the order in which it became visible."""
    return [json.loads(event) for event in log.walk(Query(end=BORN), LATER)]


def test_the_history_has_its_size_and_its_window(events: list[dict[str, Any]]) -> None:
    """Exactly `events` events happen in [born - days, born)."""
    times = sorted(event["timestamp"] for event in events)
    assert len(times) == 10_000
    assert times[0] >= "2026-09-23T03:00:00Z"
    assert times[-1] < "2026-11-22T03:00:00Z"


@pytest.mark.parametrize("events", [0, 1, 50])
def test_a_log_may_be_nearly_empty(events: int) -> None:
    """Few events or none are told as exactly as many."""
    log = EventLog.of(replace(SMALL, events=events), BORN)
    assert len(log.walk(Query(end=BORN), LATER)) == events


def test_the_log_is_the_same_in_another_process() -> None:
    """Seed, size and birth make the bytes; the process that makes them does not matter."""
    program = (
        "from sandbox.dropbox.log import *; import datetime, hashlib; "
        f"log = EventLog.of({SMALL!r}, {BORN!r}); "
        f"print(hashlib.sha256(b''.join(log.walk(Query(), {LATER!r}))).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "4711"},
    )
    mine = hashlib.sha256(b"".join(EventLog.of(SMALL, BORN).walk(Query(), LATER)))
    assert other.stdout.strip() == mine.hexdigest()


def test_many_types_are_told(events: list[dict[str, Any]]) -> None:
    """The history knows more than 100 event types in more than 12 categories."""
    assert len({event["event_type"][".tag"] for event in events}) > 100
    assert len({event["event_category"][".tag"] for event in events}) > 12


def test_moves_and_renames_tell_before_and_after(events: list[dict[str, Any]]) -> None:
    """Two assets with one id: a rename changes the name, a move the folder and nothing else."""
    changed = {"file_rename": False, "file_move": True}
    for event in events:
        kind = event["event_type"][".tag"]
        if kind in changed:
            before, after = event["assets"]
            assert before["file_id"] == after["file_id"]
            assert (before["display_name"] == after["display_name"]) == changed[kind]
            paths = [a["path"]["namespace_relative"]["relative_path"] for a in (before, after)]
            folders = [path.rpartition("/")[0] for path in paths]
            assert (folders[0] != folders[1]) == changed[kind]


def test_an_event_has_about_a_kilobyte(log: EventLog) -> None:
    """On average."""
    told = log.walk(Query(), LATER)
    assert 900 < sum(map(len, told)) / len(told) < 1300


def test_the_sdk_decodes_every_event(events: list[dict[str, Any]]) -> None:
    """Dropbox's own SDK knows every type, tag and member, and loses nothing on the way."""
    validator = team_log.TeamEvent_validator
    seen: Counter[str] = Counter()
    for event in events:
        seen[event["event_type"][".tag"]] += 1
        if seen[event["event_type"][".tag"]] > 12:
            continue
        decoded = stone_serializers.json_decode(validator, json.dumps(event), strict=True)
        assert not decoded.event_type.is_other()
        assert not decoded.details.is_other()
        again = json.loads(stone_serializers.json_encode(validator, decoded))
        assert again == event


def test_unauthenticated_visitors_leave_an_address_and_nothing_else(
    events: list[dict[str, Any]],
) -> None:
    """Actor and context are anonymous, outsiders are involved, only an address is known."""
    anonymous = [event for event in events if event["actor"][".tag"] == "anonymous"]
    assert len(anonymous) > 500
    for event in anonymous:
        assert event["actor"] == event["context"] == {".tag": "anonymous"}
        assert event["involve_non_team_member"] is True
        assert event["origin"]["geo_location"]["ip_address"]
        assert "session_id" not in json.dumps(event["origin"])
    assert {event["event_type"][".tag"] for event in anonymous} >= {
        "shared_link_view",
        "shared_link_download",
        "shared_content_view",
        "shared_content_download",
        "file_request_receive_file",
        "file_transfers_transfer_view",
        "paper_published_link_view",
        "showcase_view",
    }


def test_events_come_in_the_order_of_visibility(events: list[dict[str, Any]]) -> None:
    """That is not the order of time, but never more than 20 seconds off."""
    seconds = [datetime.fromisoformat(event["timestamp"]).timestamp() for event in events]
    assert seconds != sorted(seconds)
    latest = seconds[0]
    for second in seconds:
        assert second > latest - 20
        latest = max(latest, second)


def test_windows_share_out_the_history(log: EventLog, events: list[dict[str, Any]]) -> None:
    """Days put together are the whole; a window holds its start and not its end."""
    total = 0
    for day in range(60):
        start = BORN - timedelta(days=day + 1)
        window = Query(start, start + timedelta(days=1))
        times = [json.loads(event)["timestamp"] for event in log.walk(window, LATER)]
        assert all(start <= datetime.fromisoformat(t) < window.end for t in times if window.end)
        total += len(times)
    assert total == 10_000
    moment = datetime.fromisoformat(events[500]["timestamp"])
    second = timedelta(seconds=1)
    assert log.page(Query(moment, moment + second), 0, 9, LATER)[0]
    assert not [
        event
        for event in log.page(Query(moment - second, moment), 0, 9, LATER)[0]
        if json.loads(event)["timestamp"] == events[500]["timestamp"]
    ]


def test_filters_choose_by_category_type_and_account(
    log: EventLog, events: list[dict[str, Any]]
) -> None:
    """Each filter gives what the decoded events say, no more and no less."""
    for category in ("sharing", "logins", "members"):
        expected = [e for e in events if e["event_category"][".tag"] == category]
        got = log.walk(Query(end=BORN, category=category), LATER)
        assert [json.loads(event) for event in got] == expected
    got = log.walk(Query(end=BORN, event_type="file_rename"), LATER)
    assert len(got) == sum(e["event_type"][".tag"] == "file_rename" for e in events)
    account = log.company.people[9].account_id
    concerned = [
        event
        for event in events
        if account in json.dumps([event.get(k) for k in ("actor", "context", "participants")])
    ]
    got = log.walk(Query(end=BORN, account_id=account), LATER)
    assert [json.loads(event) for event in got] == concerned
    assert log.walk(Query(account_id="dbid:nobody"), LATER) == []


def test_a_moment_needs_a_zone(log: EventLog) -> None:
    """A naive moment is refused."""
    with pytest.raises(ValueError, match="time zone"):
        log.page(Query(), 0, 1, LATER.replace(tzinfo=None))
