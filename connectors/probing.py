"""The rows of a Test API matrix that every app has in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from connectors.contract import Check
from connectors.errors import ConnectorError, NeedsPerson, TryLater

MOST_SKEW = timedelta(seconds=60)
Step = tuple[str, Callable[[], str]]


class Limited(NeedsPerson):
    """It works, but not for all of the tenant; a person may go on with that."""


def matrix(steps: Sequence[Step], *, stuck: bool) -> list[Check]:
    """Every capability asked for in order; when `stuck`, none after the first that failed.

    A step tells its evidence, or raises what is lacking.

    Raises:
        TryLater: the app cannot be reached, which says nothing about the connection.
    """
    checks: list[Check] = []
    for capability, step in steps:
        if stuck and any(check.passed is False for check in checks):
            checks.append(Check(capability, None, "Not asked: the token does not serve."))
        else:
            checks.append(_check(capability, step))
    return checks


def _check(capability: str, step: Callable[[], str]) -> Check:
    try:
        return Check(capability, True, step())
    except Limited as limits:
        return Check(capability, False, limits.problem, limits.remedy, bearable=True)
    except NeedsPerson as lacking:
        return Check(capability, False, lacking.problem, lacking.remedy)
    except TryLater:
        raise
    except ConnectorError as odd:
        return Check(capability, False, str(odd), "Report this as a defect of Casbah, please.")


def clock(app: str, skew: timedelta | None) -> str:
    """Whether this machine's clock agrees with the app's."""
    if skew is None:
        return f"{app} tells no time."
    if abs(skew) > MOST_SKEW:
        raise NeedsPerson(
            f"This machine's clock is {skew.total_seconds():+.0f} s off {app}'s.",
            "Set it right (NTP): windows of time and token lifetimes are counted by it.",
        )
    return f"{skew.total_seconds():+.0f} s off {app}'s."
