"""The command line: the whole story of a connection, as a person or a script runs it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from blocks.custody import BlockTokens
from sandbox.client import Client

Run = Callable[..., subprocess.CompletedProcess[str]]
Offer = Callable[..., list[str]]
Leaks = Callable[[str], list[str]]


def facts(ended: subprocess.CompletedProcess[str]) -> object:
    """What a command answered in JSON, which is all that it answered."""
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_from_nothing_to_answers(
    *, casbah: Run, here: Run, own: Client, offer: Offer, lake: Path, leaks: Leaks
) -> None:
    """Connect, test, backfill, sync: the lake holds what happened, each event once, and tells it.

    No secret is left in the clear, in whatever place.
    """
    options = offer(own)
    connected = casbah("connect", "dropbox", "acme", *options)
    assert (connected.returncode, connected.stdout) == (0, "")
    assert "acme is connected to Larkfield Instruments" in connected.stderr

    matrix = facts(here("test", "acme", "--json"))
    assert len(matrix) == 15
    assert all(check["passed"] and check["evidence"] for check in matrix)

    own.clock(pause=True)
    first = facts(casbah("backfill", "acme", "--days=60", "--json"))
    assert first == {"connection": "acme", "days": 60, "rows": len(own.truth())}
    own.http.delete("/requests")
    again = here("backfill", "acme", "--days=60", "--json")
    assert facts(again) == {"connection": "acme", "days": 60, "rows": 0}
    assert "history is complete" in again.stderr
    routes = own.http.get("/requests").json()["routes"]
    assert routes.get("/2/team_log/get_events", 0) == 0
    assert routes["/2/team_log/get_events/continue"] == 1

    own.clock(advance_seconds=3600)
    new = facts(here("sync", "acme", "--json"))
    truth = Counter(row["event_id"] for row in own.truth())
    assert new == {"connection": "acme", "rows": truth.total() - first["rows"]}
    assert new["rows"] > 0
    assert facts(here("sync", "acme", "--json")) == {"connection": "acme", "rows": 0}

    query = "select count(*) as n, count(distinct event_id) as ids from events"
    assert facts(here("sql", query, "--json")) == [{"n": truth.total(), "ids": len(truth)}]
    with duckdb.connect(lake / "lake.duckdb", read_only=True) as theirs:
        ids = theirs.execute("select event_id from events").fetchall()
    assert Counter(each for (each,) in ids) == truth

    state = {row["connection"]: row for row in facts(here("status", "--json"))}["acme"]
    assert (state["state"], state["events"]) == ("catching up", truth.total())
    assert "not been scanned" in state["why"]
    assert (state["history_unfinished"], state["last_error"]) == (0, None)

    told = facts(here("report", "activity", "--format=json"))
    assert sum(row["events"] for row in told) == truth.total()
    table = here("report", "activity", "--format=csv").stdout
    assert len(list(csv.DictReader(io.StringIO(table)))) == len(told)
    strangers = facts(here("report", "unauthenticated_users", "--json"))
    unauthenticated = [row for row in own.truth() if row["actor_tag"] == "anonymous"]
    assert {row["ip"] for row in strangers} == {row["ip"] for row in unauthenticated}

    assert here("maintain").returncode == 0
    assert facts(here("sql", query, "--json")) == [{"n": truth.total(), "ids": len(truth)}]

    tokens = BlockTokens("acme").load()
    for secret in ("casbah-demo-secret", tokens.access_token, tokens.refresh_token):
        assert secret
        assert leaks(secret) == []


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["status"],
        ["sql", "select 1"],
        ["report", "activity"],
    ],
)
def test_who_only_asks_waits_for_no_prefect(words: list[str], environment: dict[str, str]) -> None:
    """Help, status, SQL and reports do without the two seconds of Prefect's import."""
    program = (
        "import sys; from flows.command import cli; sys.argv[0] = 'casbah'\n"
        "try: cli.main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "assert not [name for name in sys.modules if name.split('.')[0] == 'prefect']"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, *words],
        env=environment,
        cwd=environment["PWD"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


def test_nothing_is_connected_yet(casbah: Run, tmp_path: Path) -> None:
    """A fresh home is no error: the status is empty and says how to begin."""
    ended = casbah("status", CASBAH_HOME=str(tmp_path / "fresh"))
    assert ended.returncode == 0
    assert "casbah demo" in ended.stderr
