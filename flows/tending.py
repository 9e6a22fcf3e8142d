"""What all work on a connection has in common at its end, however it ends.

    @flow
    @tended
    async def sync(connection: str) -> int:

A run that finds another of its kind at work is no failure: where a schedule or a person in the UI
has started it, it ends as `Skipped`. A command says so, and fails. What a person can mend ends the
run as `Failed` with one sentence, not with a traceback. The health artifact is brought up to date.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from prefect.context import FlowRunContext
from prefect.logging import get_run_logger
from prefect.states import Completed

from blocks.register import Disconnected
from flows.foreseen import foreseen
from flows.health import refresh
from tasks.minding import AlreadyRunning

P = ParamSpec("P")
T = TypeVar("T")


def tended(work: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Skip the work while another run is at it, and show afterwards how the connections are."""

    @wraps(work)
    async def tending(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            result = await work(*args, **kwargs)
        except (AlreadyRunning, Disconnected) as reason:
            if not _may_skip():
                raise
            # Prefect takes a state that a flow returns for the run's own.
            return cast("T", Completed(name="Skipped", message=reason.problem))
        except Exception:
            await _show()
            raise
        await _show()
        return result

    return foreseen(tending)


def _may_skip() -> bool:
    """Whether nobody waits for the work: it runs by itself, or news is being read anyway."""
    context = FlowRunContext.get()
    if not context or not context.flow_run:
        return False
    if context.flow_run.parent_task_run_id:
        return context.flow is not None and context.flow.name == "sync"
    return context.flow_run.deployment_id is not None


async def _show() -> None:
    """Show how the connections are. It is a picture: what hinders it hinders nothing else."""
    try:
        await refresh()
    except Exception as error:  # noqa: BLE001 - whatever it is, the work itself is done
        get_run_logger().warning("The health artifact is as it was: %s", type(error).__name__)
