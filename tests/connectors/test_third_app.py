"""A third app costs one folder, one registry line, one block and fixtures: `tests/toy`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
CONTRACT = [HERE / "test_contract.py", HERE / "test_contract_scan.py"]
BLOCKS = HERE.parent / "blocks" / "test_standards.py"
TEST = re.compile(r"^def (test_\w+)\(([^)]*)\)", re.MULTILINE)
PER_APP = re.compile(r"\b(app|connector|far_end|walk):")
PASSED = re.compile(r"^PASSED .*::(test_\w+)\[toy", re.MULTILINE)


def test_every_contract_test_runs_for_a_new_app(tmp_path: Path) -> None:
    """Whatever an app's connector must do is tried on the toy, and holds, with nothing of ours
    changed; its block keeps Prefect's standards."""
    promised = {
        name
        for file in CONTRACT
        for name, needed in TEST.findall(file.read_text())
        if PER_APP.search(needed)
    }
    pytest = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "toy.fixtures"]
    run = subprocess.run(
        [*pytest, "-k", "toy", "-rA", *CONTRACT, BLOCKS],
        cwd=HERE.parent.parent,
        env=os.environ | {"PYTHONPATH": str(HERE.parent), "PREFECT_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:]
    assert set(PASSED.findall(run.stdout)) == promised
    assert "ToyShop" in run.stdout
