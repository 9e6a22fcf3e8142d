"""What a person sees in the Prefect UI."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from prefect.artifacts import Artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterTags, TaskRunFilter

from data import reports
from sandbox.client import Client
from tasks.showing.artifacts import escaped, inert

Run = Callable[..., subprocess.CompletedProcess[str]]


def rows(key: str) -> tuple[str, list[dict[str, str]]]:
    """The description and rows of the newest artifact with this key."""
    artifact = Artifact.get(key=key)
    assert artifact is not None, key
    return artifact.description, json.loads(artifact.data)


# What may not happen at all in a week of a company whose clock stands.
NO_ROWS = {
    "drift",
    "first_time_activities",
    "freshness",
    "not_scanned",
    "rescans",
    "unusual_days",
}


def test_an_onboarding_is_a_picture(
    here: Run, own: Client, offer: Callable[..., list[str]]
) -> None:
    """An onboarding can be followed in the UI, and read there; hostile names do nothing."""
    own.faults(hostile={"count": 60})
    own.clock(pause=True)
    assert here("connect", "dropbox", "shown", *offer(own)).returncode == 0
    onboarded = here("onboard", "shown", "--days=9")
    assert onboarded.returncode == 0
    description, checks = rows("test-api-shown")
    assert "shown" in description
    assert len(checks) == 15
    assert {check["verdict"] for check in checks} == {"passed"}
    for name in reports.alone():
        description, answer = rows(f"report-{name.replace('_', '-')}-shown")
        assert reports.describe(name).title in description
        assert "shown" in description
        first = [
            each for each in reports.describe(name).glance if each not in ("app", "connection")
        ]
        assert not answer or list(answer[0])[: len(first)] == first
        assert answer or name in NO_ROWS
        for row in answer:
            for cell in row.values():
                assert "](" not in cell
                assert cell.isprintable()
    for work, words in (("backfill", " days**"), ("scan", "branches")):
        progress = Artifact.get(key=f"{work}-shown")
        assert progress is not None
        assert progress.data == 100
        assert words in (progress.description or "")
    summary = Artifact.get(key="onboarding-shown")
    assert summary is not None
    assert f"{len(own.truth()):,} events" in str(summary.data)
    assert f"{len(own.truth()):,} events" in onboarded.stderr
    assert str(summary.data).count("](/v2/artifacts/artifact/") >= len(reports.alone()) + 2
    lineage = Artifact.get(key="lineage")
    assert lineage is not None
    for word in ("```mermaid", "dropbox: shown", "table_events", "views_items_now", "exposure"):
        assert word in str(lineage.data)

    with get_client(sync_client=True) as client:
        tags = FlowRunFilter(tags=FlowRunFilterTags(all_=["dropbox", "shown"]))
        runs = client.read_flow_runs(flow_run_filter=tags)
        names = {run.name for run in runs}
        steps = client.read_task_runs(
            task_run_filter=TaskRunFilter(tags={"all_": ["dropbox", "shown"]})
        )
    since = datetime.now(UTC).date() - timedelta(days=9)
    assert names >= {
        "onboard shown",
        "test API of shown",
        f"backfill shown, 9 days from {since}",
        "scan shown",
        "report everything of shown",
    }
    assert {name for name in names if name.startswith("sync shown, up to ")}
    assert {step.name for step in steps} >= {f"history {since}", "live", "walk", "sum up"}


def test_text_of_somebody_else_is_only_text() -> None:
    """Links, markup, HTML and control characters in a name form nothing."""
    name = "[click](http://x.example) <b>**now**</b> `rm`\x1b[2J\u202e\n# head | cell"
    assert "](" not in inert(name)
    assert inert(name).isprintable()
    assert "[:" in escaped("https://x.example").replace("\\", "")
    for sign in "[]<*`#|":
        assert f"\\{sign}" in escaped(name)
