"""The sandbox as a process of its own, as a vendor would be, and a connector that reads it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx

from connectors.contract import Credentials
from connectors.dropbox import Dropbox
from connectors.oauth import Tokens

APP = "casbah-demo-key", "casbah-demo-secret"


@contextmanager
def vendor(events: int) -> Iterator[str]:
    """The address of a sandbox whose log has so many events and then stands still."""
    command = [
        sys.executable,
        "-m",
        "flows.command.cli",
        "sandbox",
        "--port=0",
        f"--events={events}",
    ]
    with tempfile.TemporaryDirectory() as home:
        process = subprocess.Popen(
            command,
            env=os.environ | {"CASBAH_HOME": home},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            url = process.stdout.readline().strip() if process.stdout else ""
            if not url:
                raise SystemExit("The sandbox did not start; see: casbah sandbox")
            httpx.post(f"{url}/clock", json={"pause": True}).raise_for_status()
            yield url
        finally:
            process.terminate()
            process.wait()


def happened(url: str) -> int:
    """How many events there are, from the sandbox's ground truth; some 50 s a million."""
    summary = httpx.get(f"{url}/truth/summary", timeout=None)  # noqa: S113 - see above
    return int(summary.raise_for_status().json()["count"])


def refresh_token(url: str) -> str:
    """What an administrator's consent would have given."""
    return str(httpx.post(f"{url}/grant", json={}).raise_for_status().json()["refresh_token"])


def connected(url: str) -> Dropbox:
    """The connector, let in."""
    key, secret = APP
    credentials = Credentials("dropbox", "acme", key, secret, url)
    return Dropbox(credentials, _InMemory(Tokens(None, None, refresh_token(url))))


def peak_megabytes() -> float:
    """The most memory that this process has held at once (Linux, VmHWM of proc_pid_status(5))."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


class _InMemory:
    """A token store for one process."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._lock = threading.Lock()

    def load(self) -> Tokens:
        return self._tokens

    def save(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def exclusive(self) -> AbstractContextManager[None]:
        return self._lock  # type: ignore[return-value]
