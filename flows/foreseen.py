"""What can go wrong and a person can mend: each of these is one sentence, with the remedy."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from connectors.errors import ConnectorError
from data.errors import BadQuestion, LakeUnusable

P = ParamSpec("P")
T = TypeVar("T")

FORESEEN = (ConnectorError, LakeUnusable, BadQuestion)


def foreseen(work: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """End the flow run as `Failed` with the sentence alone, where Prefect would add a traceback."""

    @wraps(work)
    async def ending(*args: P.args, **kwargs: P.kwargs) -> T:
        from prefect.states import Failed  # noqa: PLC0415 - commands read this before Prefect

        try:
            return await work(*args, **kwargs)
        except FORESEEN as error:
            # Prefect keeps the error as long as the process lives, and with it all that its frames
            # hold: DuckDB 2.0 lists at exit what is left of its own.
            error.__cause__ = error.__context__ = None
            error.with_traceback(None)
            # Whoever awaits the flow gets the error itself: Prefect raises what the state holds.
            return cast("T", Failed(message=str(error), data=error))

    # Prefect looks up the names in a flow's annotations where its function was made: here.
    ending.__signature__ = inspect.signature(work, eval_str=True)  # type: ignore[attr-defined]
    return ending
