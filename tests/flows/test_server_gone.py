"""What becomes of a command whose Prefect server dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

from sandbox.client import Client


def test_a_command_whose_server_dies_ends_in_a_sentence(
    start: Callable[..., subprocess.Popen[str]],
    offer: Callable[..., list[str]],
    own: Client,
    tmp_path: Path,
) -> None:
    """It ends at once with exit code 1 and says to run it again, which then goes on."""
    home = tmp_path / "home"
    alone = {"CASBAH_HOME": str(home), "CASBAH_SERVER_LINGER": "30"}
    with start("connect", "dropbox", "orphan", *offer(own), **alone) as connecting:
        connecting.communicate(timeout=120)
    own.faults(slow={"ms": 1000})
    with start("backfill", "orphan", "--days=8", **alone) as work:
        while not own.http.get("/requests").json()["routes"].get("/2/team_log/get_events"):
            assert work.poll() is None
        os.kill(json.loads((home / "prefect" / "server.json").read_text())["pid"], signal.SIGKILL)
        _, said = work.communicate(timeout=60)
    assert work.returncode == 1
    assert "The Prefect server went away" in said
    assert "Traceback" not in said
    own.http.delete("/faults")
    with start("backfill", "orphan", "--days=8", "--json", **alone) as again:
        told, _ = again.communicate(timeout=120)
    assert again.returncode == 0
    assert json.loads(told)["connection"] == "orphan"
