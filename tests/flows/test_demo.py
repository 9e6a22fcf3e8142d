"""The demonstration, twice."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable

from connectors import APPS

Run = Callable[..., subprocess.CompletedProcess[str]]


SIZE = ("--members=12", "--events=1000", "--days=8")


def test_the_demo_twice(casbah: Run) -> None:
    """It shows the reports of both apps, proves that the lake is what is, and doubles nothing."""
    first = casbah("demo", *SIZE)
    assert first.returncode == 0, first.stderr
    for title in ("Activity", "Unauthenticated users", "Exposure", "Exposed items", "capability"):
        assert title in first.stdout
    assert first.stderr.count("The administrator opens the consent link") == 2
    proof = proven(first.stderr)
    assert proof.keys() == {(app, what) for app in APPS for what in ("events", "people", "items")}
    assert min(proof.values()) > 20
    second = casbah("demo", *SIZE)
    assert second.returncode == 0, second.stderr
    assert proven(second.stderr).keys() == proof.keys()
    assert second.stderr.count("history is complete") == 2
    assert "branches" not in second.stderr


def proven(said: str) -> dict[tuple[str, str], int]:
    """How many of each there are, as the demo counted them against the truth."""
    proofs = re.findall(
        r"acme-(\w+)\S*: ([\d,]+) (\w+), ([\d,]+) in the lake: 0 missing, 0 too many", said
    )
    assert all(real == landed for _, real, _, landed in proofs), said
    return {(app, what): int(real.replace(",", "")) for app, real, what, _ in proofs}
