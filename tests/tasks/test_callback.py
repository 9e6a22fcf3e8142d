"""The address on loopback where consent comes back to: shared, and never mixed up."""

from __future__ import annotations

import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from connectors.errors import NeedsPerson
from tasks import callback, waiting
from tasks.callback import Desk, desk
from tasks.landed import Outcome

DIES = """
import os, sys
from tasks import waiting
with waiting.together(("127.0.0.1", int(sys.argv[1]))), waiting.known("of-the-dead", 1):
    assert waiting.found("of-the-dead") == 1
    os._exit(0)
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """CASBAH_HOME of the test's own."""
    monkeypatch.setenv("CASBAH_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def port() -> int:
    """A port that nobody has."""
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        chosen: int = door.getsockname()[1]
    return chosen


def arrive(port: int, state: str) -> httpx.Response:
    """A browser that the vendor has sent back."""
    address = f"http://127.0.0.1:{port}/callback?code=c-{state}&state={state}"
    return httpx.get(address, follow_redirects=True, timeout=30)


def serve(one: Desk, name: str) -> str:
    """Take the answer, and tell what came of it."""
    answer = one.wait(30)
    one.tell(Outcome("good", f"{name} is connected", (answer,)))
    return answer


def test_each_browser_reaches_who_waits_for_it(port: int, home: Path) -> None:
    """Two wait on one port, browsers come to either: all of one's are told of that one only."""
    with desk(port) as one, desk(port) as two, ThreadPoolExecutor(42) as pool:
        assert one.redirect_uri == two.redirect_uri == f"http://127.0.0.1:{port}/callback"
        one.expect("first")
        two.expect("second")
        pages = {
            name: [pool.submit(arrive, port, name) for _ in range(20)]
            for name in ("first", "second")
        }
        answers = {"first": pool.submit(serve, one, "A"), "second": pool.submit(serve, two, "B")}
        for name, title in (("first", "A"), ("second", "B")):
            assert answers[name].result() == f"/callback?code=c-{name}&state={name}"
            got = [page.result() for page in pages[name]]
            assert all(f"{title} is connected" in page.text for page in got)
            assert any(page.history for page in got)
    assert list((home / "callbacks").glob("wait-*")) == []


def test_an_answer_that_nobody_waits_for(port: int) -> None:
    """An unknown state, another path, or the answer to a run that has died: a page that says so."""
    subprocess.run([sys.executable, "-c", DIES, str(port)], check=True)
    with desk(port) as one:
        assert waiting.found("of-the-dead") is None
        one.expect("mine")
        for state in ("of-the-dead", "", "<script>"):
            page = arrive(port, state)
            assert (page.status_code, page.history) == (410, [])
            assert "Nobody waits for this answer" in page.text
            assert "<script" not in page.text
        assert httpx.get(f"http://127.0.0.1:{port}/favicon.ico").status_code == 404


def test_the_dead_are_cleared_away(port: int, home: Path) -> None:
    """What a killed process has left is removed by the next that waits, and its port serves."""
    subprocess.run([sys.executable, "-c", DIES, str(port)], check=True)
    assert len(list((home / "callbacks").glob("wait-*"))) == 1
    with desk(port) as one:
        one.expect("mine")
        (left,) = (home / "callbacks").glob("wait-*")
        assert left.stat().st_mode & 0o077 == 0
        assert waiting.found("mine") == one.own_port


def test_the_port_of_another_home(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Browsers could land with a stranger that shares the port: it counts as taken."""
    with desk(port):
        monkeypatch.setenv("CASBAH_HOME", str(tmp_path / "another"))
        with pytest.raises(NeedsPerson, match=r"taken.*--redirect-port"), desk(port):
            pass


def test_a_browser_is_not_kept_for_ever(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the work takes long, the page says that it is going on."""
    monkeypatch.setattr(callback, "PATIENCE", 0.1)
    with desk(port) as one:
        one.expect("slow")
        assert "still being worked on" in arrive(port, "slow").text


def test_the_page_is_only_text(port: int) -> None:
    """What is hostile in an outcome stays text, and the page may load or run nothing."""
    with desk(port) as one, ThreadPoolExecutor() as pool:
        one.expect("hostile")
        browser = pool.submit(arrive, port, "hostile")
        one.wait(30)
        one.tell(Outcome("bad", "<img src=x>", ('"><script>alert(1)</script>',), 'x"onclick="y'))
        page = browser.result()
    assert "<script" not in page.text
    assert "<img" not in page.text
    assert '"onclick' not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["cache-control"] == "no-store"
