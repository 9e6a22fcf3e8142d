"""With every fault on, Box's streams still bring the whole truth to whoever tries again."""

from typing import Any

import httpx

from sandbox.client import Client

APP = {"client_id": "casbah-box-demo-key", "client_secret": "casbah-box-demo-secret"}


def test_everything_at_once_can_be_survived(own_box: Client) -> None:
    """A reader who tries again and refreshes reads the truth from either stream, and no other."""
    own_box.faults(all=True)
    own_box.clock(quiet=True, advance_seconds=600)
    tokens = own_box.sign_in(app="box")
    for kind in ("admin_logs", "admin_logs_streaming"):
        read, position = set(), "0"
        while True:
            page = _stubborn(own_box, tokens, kind, position)
            if not page["entries"]:
                break
            read |= {event["event_id"] for event in page["entries"]}
            position = page["next_stream_position"]
        assert read == {row["event_id"] for row in own_box.truth("box")}


def test_the_summary_counts_the_truth(box: Client) -> None:
    """/truth/summary tells how many events Box has, by day and type."""
    summary = box.http.get("/truth/summary", params={"app": "box"}).json()
    rows = box.truth("box")
    assert summary["count"] == len(rows) == sum(summary["by_type"].values())
    assert summary["by_day"][rows[0]["event_time"][:10]] > 0


def _stubborn(client: Client, tokens: dict[str, Any], kind: str, position: Any) -> dict[str, Any]:
    """Ask until there is a page; Retry-After is not waited for, so that the test is quick."""
    for _ in range(40):
        query = {"stream_type": kind, "stream_position": position, "limit": 100}
        try:
            answer = client.get("events", **query)
            if answer.status_code == 200:
                page: dict[str, Any] = answer.json()
                return page
            if answer.status_code == 401:
                refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
                fresh = client.trade(**refresh, **APP)
                assert fresh.status_code != 400
                if fresh.status_code == 200:
                    tokens.update(fresh.json())
                    client.token = tokens["access_token"]
        except (httpx.TransportError, ValueError):
            continue
    raise TimeoutError(f"no page of {kind} in 40 attempts")
