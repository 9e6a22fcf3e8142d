"""A sandbox with a home finds its Box again after a restart."""

from datetime import UTC, datetime
from pathlib import Path

from sandbox.client import Client
from sandbox.company import Size
from sandbox.server import running

SIZE = Size(members=12, days=3, events=400)
BORN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
APP = {"client_id": "casbah-box-demo-key", "client_secret": "casbah-box-demo-secret"}


def test_a_restart_finds_box_as_it_was(tmp_path: Path) -> None:
    """Tokens, key pair, the admin's role, strange and late events and quiet are as they were."""
    with running(SIZE, home=tmp_path, born=BORN, now=BORN) as sandbox:
        client = Client(sandbox.url)
        client.clock(pause=True)
        tokens = client.sign_in(app="box")
        client.faults(hostile={"count": 9})  # before anybody has read the log
        client.truth("box")
        client.faults(unknown_types={"count": 7}, late={"share": 0.5, "seconds": 60})
        client.faults(role={"to": "coadmin"})
        client.clock(advance_seconds=600)
        client.clock(quiet=True, advance_seconds=300)
        config = client.http.get("/sandbox/box-config.json").json()
        position = client.get("events", stream_type="admin_logs").json()["next_stream_position"]
        truth = client.truth("box")
    with running(SIZE, home=tmp_path) as sandbox:
        again = Client(sandbox.url)
        assert again.clock()["quiet"] is True
        assert again.truth("box") == truth
        again.token = tokens["access_token"]
        assert again.get("users/me", fields="role").json()["role"] == "coadmin"
        rest = again.get("events", stream_type="admin_logs", stream_position=position)
        assert rest.status_code == 200
        refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        assert again.trade(**refresh, **APP).status_code == 200
        assert again.http.get("/sandbox/box-config.json").json() == config


def test_both_apps_are_introduced(box: Client) -> None:
    """GET /sandbox tells for each app where to sign in, with which keys."""
    dropbox, other = box.http.get("/sandbox").json()["sides"]
    assert (dropbox["app"], other["app"]) == ("dropbox", "box")
    assert other["authorize"].endswith("/api/oauth2/authorize")
    assert [app["way"] for app in other["apps"]] == ["oauth", "ccg", "jwt", "oauth", "oauth"]
    assert [app["blocked"] for app in other["apps"]] == [False, False, False, True, False]
    unknown = box.http.post("/grant", json={"app": "none"})
    assert (unknown.status_code, "dropbox, box" in unknown.text) == (400, True)
