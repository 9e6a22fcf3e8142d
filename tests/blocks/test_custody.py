"""The tokens of a connection, in a real Prefect server."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from prefect import flow, task
from prefect.client.orchestration import get_client

from blocks.custody import BlockTokens, load_block, save_block
from blocks.dropbox import DropboxTeam
from blocks.files import open_lock, try_lock
from blocks.register import Connection, remember
from connectors.errors import NeedsPerson
from connectors.oauth import Tokens

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
TEAM = DropboxTeam(
    base_url="http://127.0.0.1:8700",
    client_id="app-key",
    client_secret="app-secret-7f3a",
    refresh_token="refresh-token-19bc",
    account_name="Acme",
)
ROTATE = """
import sys
from blocks.custody import BlockTokens
from connectors.oauth import Tokens
store = BlockTokens(sys.argv[1])
for _ in range(20):
    with store.exclusive():
        n = int(store.load().refresh_token)
        store.save(Tokens(f"access-{n}", None, str(n + 1)))
"""
HOLD = """
import sys
from blocks.custody import BlockTokens
with BlockTokens(sys.argv[1]).exclusive():
    print("held", flush=True)
    sys.stdin.read()
"""


def connect(name: str, team: DropboxTeam = TEAM) -> BlockTokens:
    remember(Connection(name, "dropbox", NOW))
    save_block(name, team)
    return BlockTokens(name)


@contextmanager
def child(code: str, name: str) -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", code, name], stdin=pipe, stdout=pipe, text=True
    ) as process:
        yield process


@pytest.mark.usefixtures("home")
def test_tokens_come_back_and_the_rest_of_the_block_stays() -> None:
    """New tokens replace the old ones; what somebody else put into the block stays."""
    store = connect("custody-roundtrip")
    assert store.load() == Tokens(None, None, "refresh-token-19bc")
    save_block("custody-roundtrip", TEAM.model_copy(update={"account_name": "Renamed"}))
    ends = datetime(2026, 11, 22, 14, tzinfo=timezone(timedelta(hours=2)))
    store.save(Tokens("access", ends, "refresh", "events.read members.read"))
    assert store.load() == Tokens("access", ends, "refresh", "events.read members.read")
    team = load_block("custody-roundtrip", DropboxTeam)
    assert team.client_secret is not None
    assert team.client_secret.get_secret_value() == "app-secret-7f3a"
    assert (team.account_name, team.base_url) == ("Renamed", "http://127.0.0.1:8700")
    assert team.access_expires_at == ends


@pytest.mark.usefixtures("home")
def test_tokens_are_kept_from_wherever_a_flow_runs_our_code() -> None:
    """Worker threads of async flows and tasks, sync ones, and an event loop itself all work."""
    store = connect("custody-threads")

    def rotate() -> str | None:
        with store.exclusive():
            old = store.load()
            store.save(Tokens(None, None, f"{old.refresh_token}+"))
        team = load_block("custody-threads", DropboxTeam)
        renamed = team.model_copy(update={"account_name": f"{team.account_name}+"})
        save_block("custody-threads", renamed)
        return store.load().refresh_token

    @task
    async def rotate_in_async_task() -> str | None:
        return await asyncio.to_thread(rotate)

    @flow
    async def rotate_in_async_flow() -> str | None:
        await rotate_in_async_task()
        rotate()
        return await asyncio.to_thread(rotate)

    @flow
    def rotate_in_sync_flow() -> str | None:
        task(rotate).submit().result()
        return rotate()

    assert asyncio.run(rotate_in_async_flow()) == "refresh-token-19bc+++"
    assert rotate_in_sync_flow() == "refresh-token-19bc+++++"
    assert rotate() == "refresh-token-19bc++++++"
    assert load_block("custody-threads", DropboxTeam).account_name == "Acme++++++"


def test_no_secret_lies_open_on_disk(home: Path) -> None:
    """No file of the home holds a secret, nor the database the key that opens its blocks."""
    store = connect("custody-secrets")
    store.save(Tokens("access-token-55d0", NOW, "refresh-token-77e1", "scope"))
    files = [path for path in home.rglob("*") if path.is_file() and "ui" not in path.parts]
    assert {"prefect.db", "prefect.db-wal", "connections.json"} <= {path.name for path in files}
    for path in files:
        held = path.read_bytes()
        for secret in (b"app-secret-7f3a", b"access-token-55d0", b"refresh-token-77e1"):
            assert secret not in held, path
    with closing(sqlite3.connect(home / "prefect" / "prefect.db")) as database:
        kept = database.execute("select key from configuration").fetchall()
    assert ("ENCRYPTION_KEY",) not in kept


@pytest.mark.usefixtures("home")
def test_the_api_masks_secrets_unless_asked() -> None:
    """What the UI lists of a connection shows that there are secrets, not what they are."""
    connect("custody-masked")
    with get_client(sync_client=True) as client:
        document = client.read_block_document_by_name(
            "custody-masked", "dropbox-team", include_secrets=False
        )
    assert document.data["client_secret"] == "********"
    assert document.data["client_id"] == "app-key"


@pytest.mark.usefixtures("home")
def test_two_processes_lose_no_rotation() -> None:
    """Forty refreshes by two processes, each spending the token before it, form one chain."""
    store = connect("custody-rotation", DropboxTeam(client_id="app-key", refresh_token="0"))
    with child(ROTATE, "custody-rotation") as one, child(ROTATE, "custody-rotation") as two:
        assert (one.wait(), two.wait()) == (0, 0)
    assert store.load().refresh_token == "40"


def test_a_killed_holder_holds_nobody_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The turn of a process that dies is free the moment it is dead."""
    monkeypatch.setenv("CASBAH_HOME", str(tmp_path))
    remember(Connection("acme", "dropbox", NOW))
    with child(HOLD, "acme") as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        lock = open_lock(tmp_path / "locks" / "acme.token")
        assert not try_lock(lock)
        holder.kill()
        holder.wait()
        assert try_lock(lock)


@pytest.mark.usefixtures("home")
def test_a_lost_block_says_what_to_do() -> None:
    """A register entry without its block, or no entry at all, ends in the command that helps."""
    remember(Connection("custody-lost", "dropbox", NOW))
    again = r"no Dropbox team block called 'custody-lost'\. Connect it: casbah connect"
    for act in (
        BlockTokens("custody-lost").load,
        lambda: BlockTokens("custody-lost").save(Tokens("a", None, "r")),
        lambda: load_block("custody-lost", DropboxTeam),
    ):
        with pytest.raises(NeedsPerson, match=again):
            act()
    with pytest.raises(NeedsPerson, match="No connection is called 'custody-none'"):
        BlockTokens("custody-none")
