"""Answers of one shape that are read by several threads at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FIRST_TIME_AT_ONCE = """
import sys, threading, msgspec
from connectors.bodies import decoded

sys.setswitchinterval(1e-6)

def read(kind, start):
    start.wait()
    assert decoded(b'{"n0": {"m3": {"a": 1}}}', kind).n0.m3 == {"a": 1}

for _ in range(200):
    inner = msgspec.defstruct("Inner", [(f"m{i}", dict[str, int] | None, None) for i in range(8)])
    kind = msgspec.defstruct("Answer", [(f"n{i}", inner | None, None) for i in range(6)])
    start = threading.Barrier(6)
    threads = [threading.Thread(target=read, args=(kind, start)) for _ in range(6)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
"""


def test_a_shape_is_met_by_several_threads_at_once() -> None:
    """Each reads its answer, and the process lives."""
    ended = subprocess.run(
        [sys.executable, "-c", FIRST_TIME_AT_ONCE],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
