"""Faults of the log and its cursors: nothing of them may cost a reader an event."""

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any

import httpx

from sandbox.client import Client, tag
from sandbox.faults import ALL, BOX, SCAN

ROUTE = "team_log/get_events"
Compare = Callable[[Client, list[dict[str, Any]]], tuple[Any, Any]]
EQUAL: Any = ({}, {})


def test_a_reset_says_where_to_begin_again(own: Client, compare: Compare) -> None:
    """After a reset, what is read from its time on and what was read before leave nothing out."""
    own.clock(pause=True)
    page = own.call(ROUTE, {"limit": 900}).json()
    own.faults(hostile={"count": 20}, reset={"times": 1})
    lost = own.call(ROUTE + "/continue", {"cursor": page["cursor"]})
    assert (lost.status_code, tag(lost)) == (409, "reset")
    again = own.walk(time={"start_time": lost.json()["error"]["reset"]})
    read = [*page["events"], *(event for each in again for event in each["events"])]
    assert compare(own, read)[0] == {}
    assert own.call(ROUTE + "/continue", {"cursor": page["cursor"]}).status_code == 200


def test_a_bad_cursor_strikes_once(own: Client) -> None:
    """bad_cursor is the continue call's 409."""
    cursor = {"cursor": own.call(ROUTE, {"limit": 9}).json()["cursor"]}
    own.faults(bad_cursor=True)
    assert tag(own.call(ROUTE + "/continue", cursor)) == "bad_cursor"
    assert own.call(ROUTE + "/continue", cursor).status_code == 200


def test_empty_pages_do_not_end_a_walk(own: Client, compare: Compare) -> None:
    """Empty pages say has_more and a new cursor; the walk still brings everything, once."""
    own.clock(pause=True)
    own.faults(empty_pages={"share": 1})
    pages = list(own.walk())
    assert [len(page["events"]) for page in pages[:4]] == [0, 0, 0, 1000]
    assert all(page["has_more"] for page in pages[:4])
    assert compare(own, [event for page in pages for event in page["events"]]) == EQUAL


def test_unsorted_pages_are_short_and_shuffled(own: Client, compare: Compare) -> None:
    """Pages come short and shuffled, and together they are everything, once."""
    own.clock(pause=True)
    own.faults(unsorted=True)
    pages = list(own.walk())
    assert all(len(page["events"]) <= 1000 for page in pages)
    assert len(pages[0]["events"]) < 1000
    times = [event["timestamp"] for event in pages[0]["events"]]
    assert sum(a > b for a, b in pairwise(times)) > len(times) / 4
    assert compare(own, [event for page in pages for event in page["events"]]) == EQUAL


def test_the_log_can_be_made_strange(own: Client, compare: Compare) -> None:
    """Unknown types, hostile strings and twins come into the log, and the truth knows them."""
    own.clock(pause=True)
    before = len(own.truth())
    own.faults(unknown_types={"count": 5}, hostile={"count": 6}, twins={"count": 7})
    now = own.truth()
    assert len(now) >= before + 18
    assert any(row["event_id"].endswith("-2") for row in now)
    assert compare(own, own.events()) == EQUAL


def test_late_events_are_seen_late(own: Client) -> None:
    """Late events become visible up to `seconds` after they happened, until faults are cleared."""

    def delays(since: str) -> list[float]:
        happened = [row for row in own.truth() if row["event_time"] > since]
        return [_moment(row["visible_at"]) - _moment(row["event_time"]) for row in happened]

    start = own.clock(pause=True)["now"]
    own.faults(late={"share": 0.5, "seconds": 600})
    own.clock(advance_seconds=3600)
    assert 60 < max(delays(start)) <= 620
    calm = own.clock()["now"]
    own.http.delete("/faults")
    own.clock(advance_seconds=3600)
    assert max(delays(calm)) <= 20


def test_everything_at_once_can_be_survived(own: Client, compare: Compare) -> None:
    """With all faults on, a reader who only tries again and begins again reads the whole truth."""
    own.clock(now="2026-11-02T09:05:00Z", pause=True)
    own.faults(all=True)
    read: list[dict[str, Any]] = []
    route, argument = ROUTE, {"limit": 100}
    refresh = own.sign_in()["refresh_token"]
    more = True
    while more:
        answer = _stubborn(own, route, argument, refresh)
        if answer.status_code == 409:
            route, argument, read = ROUTE, {"limit": 100}, []
            continue
        page = answer.json()
        read += page["events"]
        route, argument, more = ROUTE + "/continue", {"cursor": page["cursor"]}, page["has_more"]
    assert compare(own, read) == EQUAL
    on = own.http.get("/faults").json()
    assert set(on) == set(ALL)
    assert {name for name, fault in on.items() if fault.get("struck") == 0} == {*BOX, *SCAN}


def _stubborn(client: Client, route: str, argument: Any, refresh: str) -> httpx.Response:
    """Ask until there is an answer; Retry-After is not waited for, so that the test is quick."""
    for _ in range(30):
        try:
            answer = client.call(route, argument)
            if answer.status_code in {200, 409}:
                answer.json()
                return answer
            if answer.status_code == 401:
                form = {"grant_type": "refresh_token", "refresh_token": refresh}
                auth = ("casbah-demo-key", "casbah-demo-secret")
                fresh = client.http.post("/oauth2/token", data=form, auth=auth)
                client.token = fresh.json()["access_token"]
        except (httpx.TransportError, ValueError, KeyError):
            continue
    raise TimeoutError(f"no answer from {route} in 30 attempts")


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
