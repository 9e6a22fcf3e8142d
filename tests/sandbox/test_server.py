"""The sandbox as a server: where it listens, what it remembers, what it tells of itself."""

from pathlib import Path

import pytest

from sandbox.client import Client
from sandbox.company import Size
from sandbox.server import CannotServeError, running, serve

EVENTS = "team_log/get_events"


def test_every_answer_is_counted(own: Client) -> None:
    """/requests counts each path, so that a test can say how many calls a reader needed."""
    own.http.delete("/requests")
    for _ in range(3):
        own.call("team/get_info")
    counted = own.http.get("/requests").json()
    assert counted["routes"]["/2/team/get_info"] == 3


def test_the_sandbox_says_what_it_is(client: Client) -> None:
    """GET /sandbox tells the addresses, the three apps and the size of the company."""
    about = client.http.get("/sandbox").json()
    assert about["authorize"] == f"{about['base_url']}/oauth2/authorize"
    assert [app["client_id"] for app in about["apps"]] == [
        "casbah-demo-key",
        "casbah-narrow-key",
        "casbah-basic-key",
    ]
    assert about["size"]["members"] == 20


def test_where_it_cannot_serve_it_says_what_to_do(calm: str) -> None:
    """A taken port, and an address that others could reach, end with one sentence each."""
    port = int(calm.rsplit(":", 1)[1])
    with pytest.raises(CannotServeError, match=rf"Port {port} is taken.*--port"):
        serve(Size(), port)
    with pytest.raises(CannotServeError, match=r"to this machine alone.*127\.0\.0\.1"):
        serve(Size(), host="0.0.0.0")  # noqa: S104 refused


def test_a_restart_finds_everything_as_it_was(tmp_path: Path) -> None:
    """With a home, log, cursors, tokens, faults and added events survive a restart."""
    size = Size(members=12, days=3, events=400)
    with running(size, home=tmp_path) as sandbox:
        client = Client(sandbox.url)
        tokens = client.sign_in()
        client.clock(pause=True)
        client.faults(hostile={"count": 9}, slow={"ms": 1})
        page = client.call(EVENTS, {"limit": 100}).json()
        rest = client.call(EVENTS + "/continue", {"cursor": page["cursor"]}).json()
        truth = client.truth()
    with running(size, home=tmp_path) as sandbox:
        again = Client(sandbox.url)
        again.token = tokens["access_token"]
        more = again.call(EVENTS + "/continue", {"cursor": page["cursor"]}).json()
        assert more["events"] == rest["events"]
        assert again.truth() == truth
        assert again.faults()["slow"]["ms"] == 1
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]


def test_without_a_home_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sandbox without a home leaves no file behind."""
    monkeypatch.chdir(tmp_path)
    with running(Size(members=12, days=1, events=50)) as sandbox:
        Client(sandbox.url).sign_in()
    assert list(tmp_path.iterdir()) == []
