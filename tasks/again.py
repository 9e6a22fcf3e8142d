"""Which tasks are tried again, and when: those that the app, or the way to it, has let down."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypedDict

from prefect.client.schemas.objects import State, TaskRun

from connectors.errors import TryLater
from tasks.showing.telling import listener

# Seconds of trouble are waited out by the HTTP client; these are the minutes.
MINUTES = [30.0, 120.0]


async def passes_by_itself(_task: Any, _run: TaskRun, state: State[Any]) -> bool:
    """Whether another try may help: what needs a person does not pass by waiting."""
    error = await state.aresult(raise_on_failure=False)
    if isinstance(error, TryLater):
        listener().troubled(error)
    return isinstance(error, TryLater)


class Again(TypedDict):
    """Options of `prefect.task`."""

    retries: int
    retry_delay_seconds: list[float]
    retry_condition_fn: Callable[[Any, TaskRun, State[Any]], Awaitable[bool]]


AGAIN = Again(
    retries=len(MINUTES), retry_delay_seconds=MINUTES, retry_condition_fn=passes_by_itself
)
