"""The event log over HTTP: walks, windows, filters, cursors, and the truth beside them."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from sandbox.client import Client, tag
from sandbox.company import Size
from sandbox.founding import founded

ROUTE = "team_log/get_events"
Compare = Callable[[Client, list[dict[str, Any]]], tuple[Any, Any]]
EQUAL: Any = ({}, {})


def test_a_walk_returns_what_the_truth_knows(client: Client, compare: Compare) -> None:
    """A whole walk returns every event once: the ids that the truth has, twin for twin."""
    pages = list(client.walk(limit=300))
    events = [event for page in pages for event in page["events"]]
    assert len(pages) > 5
    assert compare(client, events) == EQUAL
    summary = client.http.get("/truth/summary").json()
    kinds = Counter(event["event_type"][".tag"] for event in events)
    assert summary["count"] == sum(summary["by_day"].values()) == len(events)
    assert summary["by_type"] == kinds


def test_the_cursor_changes_on_every_reply(own: Client) -> None:
    """Each answer has a new cursor, even when there is nothing new; the last serves for ever."""
    cursors = [page["cursor"] for page in own.walk()]
    own.clock(pause=True)
    for _ in range(3):
        page = own.call(ROUTE + "/continue", {"cursor": cursors[-1]}).json()
        assert not page["has_more"]
        cursors.append(page["cursor"])
    assert len(set(cursors)) == len(cursors)
    own.clock(advance_seconds=600)
    assert own.call(ROUTE + "/continue", {"cursor": cursors[-1]}).json()["events"]


def test_a_window_holds_its_own_events_alone(client: Client) -> None:
    """start_time is included and end_time is not; windows side by side hold everything once."""
    everything = client.events()
    times = sorted(event["timestamp"] for event in everything)
    edges = [times[0], times[700], times[1500], "2100-01-01T00:00:00Z"]
    inside = []
    for start, end in pairwise(edges):
        window = client.events(time={"start_time": start, "end_time": end})
        assert all(start <= event["timestamp"] < end for event in window)
        inside += window
    assert sorted(map(str, inside)) == sorted(map(str, everything))


def test_filters_keep_what_they_name(client: Client) -> None:
    """Category, event type and account each choose their events, on later pages too."""
    everything = client.events()
    category = [e for e in everything if e["event_category"][".tag"] == "sharing"]
    assert client.events(category={".tag": "sharing"}, limit=50) == category
    kind = [e for e in everything if e["event_type"][".tag"] == "login_success"]
    assert client.events(event_type="login_success", limit=20) == kind
    actor = kind[0]["actor"]
    account = actor[actor[".tag"]]["account_id"]
    chosen = client.events(account_id=account)
    assert {str(e) for e in chosen} >= {str(e) for e in kind if account in str(e["actor"])}
    assert all(account in str(event) for event in chosen)


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"category": "sharing", "event_type": "file_add"}, "invalid_filters"),
        (
            {"time": {"start_time": "2026-01-02T00:00:00Z", "end_time": "2026-01-01T00:00:00Z"}},
            "invalid_time_range",
        ),
        ({"account_id": "dbid:" + "A" * 35}, "account_id_not_found"),
    ],
)
def test_a_wrong_query_is_409(client: Client, query: dict[str, Any], error: str) -> None:
    """What the log cannot answer is the route's own error."""
    assert tag(client.call(ROUTE, query)) == error


def test_a_foreign_cursor_is_a_bad_cursor(client: Client) -> None:
    """A made-up, altered or foreign cursor is bad_cursor."""
    good = client.call(ROUTE, {"limit": 1}).json()["cursor"]
    foreign = client.call("team/members/list_v2", {"limit": 1}).json()["cursor"]
    for bad in ("nonsense", good[:-3] + "AAA", foreign, "ü", "="):
        assert tag(client.call(ROUTE + "/continue", {"cursor": bad})) == "bad_cursor"


def test_live_events_go_on_happening(own: Client) -> None:
    """As time goes on there are new events; while it stands there are none."""
    own.clock(pause=True)
    before = len(own.events())
    assert len(own.events()) == before
    own.clock(advance_seconds=3600)
    after = own.events()
    assert len(after) > before
    now = datetime.fromisoformat(own.http.get("/clock").json()["now"])
    assert max(datetime.fromisoformat(e["timestamp"]) for e in after) <= now


def test_the_truth_knows_who_was_there(client: Client) -> None:
    """The truth names the real person behind every visit without signing in."""
    visitors = [row for row in client.truth() if row["authenticated"] is False]
    size = client.http.get("/sandbox").json()["size"]
    people = {person.email for person in founded(Size(**size)).people}
    assert visitors
    assert {row["who"]["email"] for row in visitors} <= people
    assert client.http.get("/truth/events", params={"app": "none"}).text == ""
