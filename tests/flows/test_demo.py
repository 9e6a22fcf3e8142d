"""The demonstration, twice."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_the_demo_twice(casbah: Run) -> None:
    """It shows both reports, proves that the lake is what happened, and doubles nothing."""
    first = casbah("demo", "--events=3000", "--days=20")
    assert first.returncode == 0, first.stderr
    for title in ("Activity", "Unauthenticated users", "capability"):
        assert title in first.stdout
    assert "The administrator opens the consent link" in first.stderr
    assert proven(first.stderr) >= 3000
    second = casbah("demo", "--events=3000", "--days=20")
    assert second.returncode == 0, second.stderr
    assert proven(second.stderr) >= proven(first.stderr)
    assert "history is complete" in second.stderr


def proven(said: str) -> int:
    """How many events the lake has, as the demo counted them against the truth."""
    proof = re.search(
        r"What really happened: ([\d,]+) events\. In the lake: ([\d,]+);\s+0 missing, 0 too many",
        said,
    )
    assert proof, said
    assert proof[1] == proof[2]
    return int(proof[1].replace(",", ""))
