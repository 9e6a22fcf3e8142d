"""Refresh tokens that serve once, used by several processes, against a real server and a Box."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from blocks.box import BoxEnterprise
from blocks.custody import BlockTokens, save_block
from blocks.register import Connection, remember
from connectors.box import Box
from connectors.contract import Credentials
from connectors.errors import NeedsPerson
from connectors.oauth import Tokens
from sandbox.client import Client
from sandbox.company import Size
from sandbox.server import running

APP = ("casbah-box-demo-key", "casbah-box-demo-secret")
ASK = """
import sys
from blocks.box import BoxEnterprise
from blocks.custody import BlockTokens, load_block
from connectors.box import Box
name = sys.argv[1]
box = Box(load_block(name, BoxEnterprise).credentials("box", name), BlockTokens(name))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(12):
    assert box.account().role == "admin"
"""
pytestmark = pytest.mark.usefixtures("home")
Connect = Callable[..., tuple[Box, BlockTokens]]


@pytest.fixture(scope="module")
def far_end() -> Iterator[Client]:
    """The controls of a sandbox."""
    with running(Size(members=12, days=2, events=50)) as sandbox:
        yield Client(sandbox.url)


def connect(far_end: Client, name: str) -> tuple[Box, BlockTokens]:
    """A connection that has no access token yet."""
    given = far_end.http.post("/grant", json={"app": "box"}).json()
    credentials = Credentials("box", name, *APP, base_url=str(far_end.http.base_url))
    tokens = Tokens(None, None, given["refresh_token"])
    remember(Connection(name, "box", datetime.now(UTC)))
    save_block(name, BoxEnterprise.of(credentials, tokens))
    return Box(credentials, BlockTokens(name)), BlockTokens(name)


def test_processes_that_refresh_at_once_keep_the_grant(far_end: Client) -> None:
    """Two processes refresh in each other's way, where a replayed token would kill the grant."""
    box, store = connect(far_end, "rotation-twins")
    first = store.load().refresh_token
    far_end.faults(
        expire_access={"share": 0.4, "in_a_row": 1},
        replay_kills={},
        slow={"ms": 100, "path": "/oauth2/token"},
    )
    with ExitStack() as stack:
        twins = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", ASK, "rotation-twins"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for _ in range(2)
        ]
        for twin in twins:
            assert twin.stdout
            assert twin.stdout.readline() == "ready\n"
        for twin in twins:
            assert twin.stdin
            twin.stdin.write("go\n")
            twin.stdin.flush()
        assert [twin.wait(60) for twin in twins] == [0, 0]
    struck = far_end.http.get("/faults").json()
    assert struck["expire_access"]["struck"] > 4
    assert struck["replay_kills"]["struck"] == 0
    far_end.faults(expire_access=False, replay_kills=False, slow=False)
    assert store.load().refresh_token != first
    assert box.account().role == "admin"


def test_a_new_pair_is_saved_before_it_is_used(far_end: Client) -> None:
    """Whoever is killed after a refresh leaves the next process a token that serves."""
    box, store = connect(far_end, "rotation-saved")
    name = "rotation-saved"
    used: list[str | None] = []

    class Watched(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if "Authorization" in request.headers:
                used.append(BlockTokens(name).load().access_token)
                assert request.headers["Authorization"] == f"Bearer {used[-1]}"
            return super().handle_request(request)

    credentials = Credentials("box", name, *APP, base_url=str(far_end.http.base_url))
    Box(credentials, store, transport=Watched()).account()
    assert len(used) == 1
    assert box.account().role == "admin"


def test_a_spent_pair_tells_what_to_do(far_end: Client) -> None:
    """A grant that somebody else has used up ends in the command that renews it."""
    box, store = connect(far_end, "rotation-spent")
    held: Any = store.load()
    box.account()
    store.save(held)
    again = Box(
        Credentials("box", "rotation-spent", *APP, base_url=str(far_end.http.base_url)), store
    )
    with pytest.raises(NeedsPerson, match="casbah connect box rotation-spent"):
        again.account()
