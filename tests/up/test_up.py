"""`casbah up`: found, used, left."""

from __future__ import annotations

from collections.abc import Callable

from prefect.client.schemas.objects import FlowRun


def test_run_now_runs(run: Callable[..., FlowRun], see: Callable[..., FlowRun]) -> None:
    """What a person starts in the UI is running within seconds."""
    started = run("maintain/maintain")
    done = see(started.id, "COMPLETED")
    assert done.state
