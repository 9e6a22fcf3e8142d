"""Every fault strikes as the contract describes it, counts itself, and lets a retry through."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from sandbox.client import Client, tag
from sandbox.company import Size
from sandbox.server import running

ROUTE = "team_log/get_events"


def test_a_fault_strikes_until_it_is_cleared(own: Client) -> None:
    """A fault that is on strikes and counts; DELETE ends it; GET tells what is on."""
    own.faults(server_error={"share": 1, "status": 503})
    assert own.call("team/get_info").status_code == 503
    assert own.http.get("/faults").json()["server_error"]["struck"] == 1
    assert own.http.delete("/faults").json() == {}
    assert own.call("team/get_info").status_code == 200
    own.faults(server_error={"share": 1})
    own.faults(server_error=False)
    assert own.call("team/get_info").status_code == 200


def test_a_retry_gets_through(own: Client) -> None:
    """The same request fails three times in a row at most, also when every fault is certain."""
    own.faults(server_error={"share": 1}, throttle={"share": 1}, expire_access={"share": 1})
    for _ in range(2):
        statuses = [own.call("team/get_info").status_code for _ in range(4)]
        assert statuses[3] == 200
        assert 200 not in statuses[:3]
    own.http.delete("/faults")
    own.faults(server_error={"share": 1, "in_a_row": 99})
    assert all(own.call("team/get_info").status_code >= 500 for _ in range(9))


def test_times_and_path_bound_a_fault(own: Client) -> None:
    """A fault strikes `times` times, and only where `path` says."""
    own.faults(server_error={"share": 1, "times": 2, "path": "/2/team/members"})
    assert own.call("team/get_info").status_code == 200
    statuses = [own.call("team/members/list_v2", {"limit": n + 1}).status_code for n in range(4)]
    assert [status >= 500 for status in statuses] == [True, True, False, False]


def test_throttling_comes_as_json_and_as_text(own: Client) -> None:
    """429 carries Retry-After, in JSON with the same number or as plain text."""
    kinds = set()
    own.faults(throttle={"share": 1, "retry_after": 7})
    for n in range(1, 30):
        busy = own.call("team/groups/list", {"limit": n})
        assert (busy.status_code, busy.headers["retry-after"]) == (429, "7")
        kinds.add(busy.headers["content-type"].split(";")[0])
        if busy.headers["content-type"] == "application/json":
            error = busy.json()["error"]
            assert error == {"reason": {".tag": "too_many_requests"}, "retry_after": 7}
    assert kinds == {"application/json", "text/plain"}


def test_server_errors_are_pages(own: Client) -> None:
    """5xx comes with a page of HTML, never with JSON, in three statuses."""
    own.faults(server_error={"share": 1})
    answers = [own.call("team/groups/list", {"limit": n}) for n in range(1, 30)]
    assert {answer.status_code for answer in answers} == {500, 502, 503}
    assert all(answer.headers["content-type"].startswith("text/html") for answer in answers)


@pytest.mark.parametrize(
    ("when", "words"), [("before", "without sending a response"), ("after", "incomplete|closed")]
)
def test_a_dropped_connection_is_a_transport_error(own: Client, when: str, words: str) -> None:
    """The connection closes before anything was said, or after the headers."""
    own.faults(drop={"share": 1, "when": when})
    with pytest.raises(httpx.RemoteProtocolError, match=words):
        own.call(ROUTE, {})


def test_a_truncated_answer_breaks_off(own: Client) -> None:
    """A cut answer has fewer bytes than it promised, or is whole HTTP around broken JSON."""
    own.faults(truncate={"share": 1, "form": "short"})
    with pytest.raises(httpx.RemoteProtocolError):
        own.call(ROUTE, {})
    own.faults(truncate={"share": 1, "form": "json"})
    cut = own.call(ROUTE, {"limit": 10})
    assert cut.status_code == 200
    with pytest.raises(ValueError, match=r"delimiter|Unterminated|Expecting"):
        cut.json()


def test_an_expired_token_wants_refreshing(own: Client) -> None:
    """When expire_access strikes, every token given so far is dead until a refresh."""
    refresh = own.sign_in()["refresh_token"]
    own.faults(expire_access={"share": 1, "times": 1})
    for _ in range(2):
        assert tag(own.call("team/get_info")) == "expired_access_token"
    form = {
        "grant_type": "refresh_token",
        "refresh_token": refresh,
        "client_id": "casbah-demo-key",
        "client_secret": "casbah-demo-secret",
    }
    own.token = own.http.post("/oauth2/token", data=form).json()["access_token"]
    assert own.call("team/get_info").status_code == 200


def test_a_revoked_grant_is_gone_for_ever(own: Client) -> None:
    """After revoke the token is invalid, the refresh is 400 invalid_grant, and no DELETE helps."""
    refresh = own.sign_in()["refresh_token"]
    own.faults(revoke=True)
    own.http.delete("/faults")
    assert tag(own.call("team/get_info")) == "invalid_access_token"
    form = {"grant_type": "refresh_token", "refresh_token": refresh}
    refused = own.http.post(
        "/oauth2/token", data=form, auth=("casbah-demo-key", "casbah-demo-secret")
    )
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    own.sign_in()
    assert own.call("team/get_info").status_code == 200


def test_the_clock_can_be_skewed(own: Client) -> None:
    """clock_skew moves the Date header and nothing else."""
    own.faults(clock_skew={"seconds": -3000})
    date = parsedate_to_datetime(own.call("team/get_info").headers["date"])
    assert 2990 < (datetime.now(UTC) - date).total_seconds() < 3010


def test_the_same_requests_meet_the_same_faults() -> None:
    """Chance is a matter of seed and request: a second run is struck exactly as the first."""

    def run() -> list[int]:
        with running(Size(members=12, days=1, events=50)) as sandbox:
            client = Client(sandbox.url)
            client.sign_in()
            client.faults(server_error={"share": 0.3})
            limits = [*range(1, 40), *range(1, 20)]
            return [client.call("team/groups/list", {"limit": n}).status_code for n in limits]

    first = run()
    assert 8 < sum(status >= 500 for status in first) < 30
    assert first[:19] != first[39:]  # another attempt is another draw
    assert run() == first


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"trottle": True}, "There is no fault 'trottle'; there are: throttle"),
        ({"throttle": {"shar": 1}}, "throttle has no option 'shar'; it has: share"),
        ({"throttle": {"share": "much"}}, "throttle.share is a number"),
    ],
)
def test_a_wrong_wish_is_refused_with_what_there_is(
    own: Client, wanted: dict[str, Any], words: str
) -> None:
    """An unknown fault or option is 400, and the sentence names those that exist."""
    refused = own.http.post("/faults", json=wanted)
    assert refused.status_code == 400
    assert words in refused.json()["error"]
    assert own.http.get("/faults").json() == {}
