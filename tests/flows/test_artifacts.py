"""What a person sees in the Prefect UI."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable

from prefect.artifacts import Artifact

from data import reports
from sandbox.client import Client
from tasks.artifacts import escaped, inert

Run = Callable[..., subprocess.CompletedProcess[str]]


def rows(key: str) -> tuple[str, list[dict[str, str]]]:
    """The description and rows of the newest artifact with this key."""
    artifact = Artifact.get(key=key)
    assert artifact is not None, key
    return artifact.description, json.loads(artifact.data)


def test_an_onboarding_leaves_artifacts(
    here: Run, own: Client, offer: Callable[..., list[str]]
) -> None:
    """The Test API matrix and every report can be read in the UI, and hostile names do nothing."""
    own.faults(hostile={"count": 60})
    own.clock(pause=True)
    assert here("connect", "dropbox", "shown", *offer(own)).returncode == 0
    assert here("onboard", "shown", "--days=9").returncode == 0
    description, checks = rows("test-api-shown")
    assert "shown" in description
    assert len(checks) == 15
    assert {check["verdict"] for check in checks} == {"passed"}
    for name in reports.names():
        description, answer = rows(f"report-{name.replace('_', '-')}-shown")
        assert reports.describe(name).title in description
        assert "shown" in description
        assert answer or name in {"not_scanned", "rescans"}
        for row in answer:
            for cell in row.values():
                assert "](" not in cell
                assert cell.isprintable()


def test_text_of_somebody_else_is_only_text() -> None:
    """Links, markup, HTML and control characters in a name form nothing."""
    name = "[click](http://x.example) <b>**now**</b> `rm`\x1b[2J\u202e\n# head | cell"
    assert "](" not in inert(name)
    assert inert(name).isprintable()
    for sign in "[]<*`#|":
        assert f"\\{sign}" in escaped(name)
