"""Leaving: disconnect gives the grant back and keeps the data, forget deletes that as well."""

from __future__ import annotations

import io
import json
import subprocess
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client

from blocks.custody import BlockTokens, find_block
from blocks.register import connections
from blocks.registry import block_for
from connectors.oauth import Tokens
from data.lake import Lake, Stream
from flows.running import run_flow
from flows.terminal import Terminal
from sandbox.administrator import decide
from sandbox.client import Client
from sandbox.company import Size
from sandbox.server import running

Run = Callable[..., subprocess.CompletedProcess[str]]
Start = Callable[..., subprocess.Popen[str]]
Leaks = Callable[[str], list[str]]
KEYS = {"dropbox": "casbah-demo-key", "box": "casbah-box-demo-key"}
SMALL = Size(members=12, days=2, events=50)
GONE = Tokens(None, None, None)


def options(company: Client, app: str) -> list[str]:
    """The options of `connect` with a refresh token that was got without a browser."""
    key = KEYS[app]
    token = company.sign_in(app=app, client_id=key)["refresh_token"]
    secret = key.replace("-key", "-secret")
    return [
        f"--base-url={company.http.base_url}",
        f"--client-id={key}",
        f"--client-secret={secret}",
        f"--refresh-token={token}",
    ]


def facts(ended: subprocess.CompletedProcess[str]) -> Any:
    """What a command answered in JSON, which is all that it answered."""
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def sentence(ended: subprocess.CompletedProcess[str]) -> str:
    """The one sentence of a command that failed as it should."""
    assert ended.returncode == 1, (ended.stdout, ended.stderr)
    (line,) = [line for line in ended.stderr.splitlines() if line.startswith("casbah: ")]
    return line


def landed(lake: Path, app: str, name: str) -> Counter[str]:
    """The ids in the lake of a connection, by its files alone."""
    there = Lake.open(str(lake))
    there.refresh()
    files = [path for path in there.files("events") if f"/app={app}/connection={name}/" in path]
    tables = (there._tables["events"].read(path.split("/events/")[1]) for path in files)
    return Counter(one for table in tables for one in table["event_id"].to_pylist())


def truth(company: Client, app: str) -> Counter[str]:
    return Counter(row["event_id"] for row in company.truth(app))


@pytest.mark.parametrize("app", KEYS)
def test_whoever_connects_again_goes_on(
    app: str, *, here: Run, own: Client, lake: Path, leaks: Leaks
) -> None:
    """The grant ends at the vendor, tokens and nothing else go, and a new consent alone goes on."""
    name = f"left-{app}"
    assert here("connect", app, name, *options(own, app)).returncode == 0
    own.clock(pause=True)
    assert here("backfill", name, "--days=9").returncode == 0
    own.clock(advance_seconds=120)
    assert here("sync", name).returncode == 0
    before, tokens = landed(lake, app, name), BlockTokens(name).load()

    left = facts(here("disconnect", name, "--json"))
    assert (left["grant_revoked"], left["remedy"]) == (True, None)
    assert BlockTokens(name).load() == GONE
    own.token = tokens.access_token or ""
    ask = own.get("users/me") if app == "box" else own.call("team/get_info")
    assert ask.status_code == 401
    for secret in (tokens.access_token, tokens.refresh_token):
        assert leaks(secret or "") == []
    for verb in ("sync", "scan"):
        said = sentence(here(verb, name))
        assert "was disconnected at" in said
        assert f"casbah connect {app} {name}" in said
    (row,) = [row for row in facts(here("status", "--json")) if row["connection"] == name]
    assert (row["state"], row["events"]) == ("disconnected", before.total())
    assert facts(here("disconnect", name, "--json"))["grant_revoked"]

    own.clock(advance_seconds=7200)
    with ThreadPoolExecutor() as pool:
        pages = []
        terminal = Terminal(lambda link: pages.append(pool.submit(decide, link)))
        run_flow("connect", terminal, app=app, connection=name, redirect_port=0)
        assert pages[0].result().status_code == 200
    own.clock(quiet=True, advance_seconds=120)
    assert facts(here("sync", name, "--json"))["rows"] > 50
    assert landed(lake, app, name) == truth(own, app)
    assert landed(lake, app, name).total() > before.total()

    own.faults(unknown_types={"count": 80})  # in the past: too late for Dropbox's live lane
    own.clock(advance_seconds=120)
    found = facts(here("reconcile", name, "--days=9", "--json"))
    assert len(found["days"]) >= 9
    assert (found["repaired"] > 40) == (app == "dropbox")
    assert found["repaired"] == sum(day["repaired"] for day in found["days"])
    assert all(day["in_log"] == day["in_lake"] + day["repaired"] for day in found["days"])
    assert landed(lake, app, name) == truth(own, app)
    assert facts(here("reconcile", name, "--json")) == {
        "connection": name,
        "repaired": 0,
        "days": [],
    }


def test_a_vendor_that_is_away_keeps_nobody(here: Run, own: Client) -> None:
    """It says where to end the grant by hand; and what was unlinked there already is no trouble."""
    with running(SMALL) as sandbox:
        company = options(Client(sandbox.url), "dropbox")
        assert here("connect", "dropbox", "away", *company).returncode == 0
    ended = here("disconnect", "away")
    assert ended.returncode == 0
    assert "away is disconnected. The grant was not given back" in ended.stderr
    assert "Unlink the app in the Dropbox admin console" in ended.stderr
    assert BlockTokens("away").load() == GONE
    assert here("connect", "dropbox", "unlinked", *options(own, "dropbox")).returncode == 0
    own.faults(revoke=True)
    left = facts(here("disconnect", "unlinked", "--json"))
    assert "no longer good" in left["sentence"]
    assert BlockTokens("unlinked").load() == GONE


def test_a_backfill_that_is_running_ends(here: Run, start: Start, own: Client) -> None:
    """Whoever disconnects need not look for what runs: it ends with the sentence, as no failure."""
    assert here("connect", "box", "running", *options(own, "box")).returncode == 0
    own.faults(slow={"ms": 600, "path": "/2.0/events"})
    with start("backfill", "running", "--days=9") as process:
        while "/2.0/events" not in own.http.get("/requests").json()["routes"]:
            assert process.poll() is None
        left = facts(here("disconnect", "running", "--json"))
        _, said = process.communicate(timeout=60)
    assert left["grant_revoked"]
    assert process.returncode == 1
    assert "'running' was disconnected at" in said
    (known,) = [each for each in connections() if each.name == "running"]
    assert (known.state, known.last_error) == ("disconnected", None)
    assert BlockTokens("running").load() == GONE


def test_what_is_forgotten_is_gone(
    *, here: Run, own: Client, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After asking, every byte of it leaves the disk; others keep theirs; the name serves anew."""
    own.clock(pause=True, quiet=True, advance_seconds=120)
    for app, name in (("dropbox", "gone"), ("box", "gone-not")):
        connected = facts(here("connect", app, name, "--json", *options(own, app)))
        assert (connected["app"], connected["account"]) == (app, "Larkfield Instruments")
    assert here("backfill", "gone-not", "--days=9").returncode == 0
    (onboarded,) = facts(here("onboard", "gone", "--days=9", "--json"))
    assert (onboarded["connection"], onboarded["scan_done"] is None) == ("gone", False)
    assert here("maintain").returncode == 0  # its rows lie in merged files, too
    kept = landed(lake, "box", "gone-not")

    monkeypatch.setattr("sys.stdin", io.StringIO("gone-not\n"))
    refused = here("forget", "gone")
    assert "Nothing was deleted" in sentence(refused)
    assert f"{truth(own, 'dropbox').total():,} events" in refused.stderr
    assert landed(lake, "dropbox", "gone") == truth(own, "dropbox")

    monkeypatch.setattr("sys.stdin", io.StringIO("gone\n"))
    stake = facts(here("forget", "gone", "--json"))
    assert (stake["events"], stake["grant_revoked"]) == (truth(own, "dropbox").total(), True)
    assert stake["items"] > 50
    assert stake["bytes"] > 50_000
    left = [path for path in lake.rglob("*") if "connection=gone" in path.parts]
    assert left == []
    assert "gone" not in {each.name for each in connections()}
    assert find_block("gone", block_for("dropbox")) is None
    assert [row["connection"] for row in facts(here("status", "--json"))].count("gone") == 0
    with get_client(sync_client=True) as client:
        keys = {each.key for each in client.read_artifacts(limit=200)}
    assert not {key for key in keys if key and key.endswith("-gone")}
    assert facts(here("sql", "select distinct connection from events", "--json")) == [
        {"connection": "gone-not"}
    ]
    assert landed(lake, "box", "gone-not") == kept
    assert "No connection is called 'gone'" in sentence(here("forget", "gone", "--yes"))

    assert here("connect", "dropbox", "gone", *options(own, "dropbox")).returncode == 0
    assert here("backfill", "gone", "--days=9").returncode == 0
    assert landed(lake, "dropbox", "gone") == truth(own, "dropbox")
    first = Lake.open(str(lake)).landings(Stream("dropbox", "gone"))[0]
    assert first.n > 9
