"""Who hears how the work goes: a terminal, or the log of the Prefect run.

The work says what happened; whoever called it decides how that looks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from prefect.logging import get_run_logger

from connectors.contract import Account, Check
from connectors.errors import TryLater
from data.inventory import Scan
from data.lake import Landing
from data.reports import Answer


class Listener(Protocol):
    """What the work tells."""

    def consent(self, link: str) -> str | None:
        """An administrator must open the link. Returns what came back, if the listener knows it."""

    def connected(self, connection: str, account: Account) -> None:
        """An account has been opened."""

    def tested(self, connection: str, checks: list[Check]) -> None:
        """The API has been tested."""

    def planned(self, connection: str, windows: int) -> None:
        """So many windows of history are to be read."""

    def landed(self, landing: Landing) -> None:
        """A batch is in the lake."""

    def scanned(self, connection: str, scan: Scan) -> None:
        """So far a scan has come."""

    def troubled(self, trouble: TryLater) -> None:
        """Something did not work, and will be tried again in a while."""

    def answered(self, answer: Answer) -> None:
        """A report has been answered."""

    def summed_up(self, lines: Sequence[str]) -> None:
        """An onboarding has come to its end; the lines say what there is now."""


class RunLog:
    """Tells the log of the flow run or task run that is under way."""

    def consent(self, link: str) -> str | None:
        get_run_logger().warning("Open this link as an administrator and allow it: %s", link)
        return None

    def connected(self, connection: str, account: Account) -> None:
        get_run_logger().info("%s is connected to %r (%s)", connection, account.name, account.id)

    def tested(self, connection: str, checks: list[Check]) -> None:
        passed = sum(check.passed is True for check in checks)
        get_run_logger().info("%s: %d of %d checks passed", connection, passed, len(checks))

    def planned(self, connection: str, windows: int) -> None:
        get_run_logger().info("%s: %d windows of history to read", connection, windows)

    def landed(self, landing: Landing) -> None:
        get_run_logger().info(
            "%s %s: %d rows landed, %d repeats dropped",
            landing.connection,
            landing.lane,
            landing.rows,
            landing.repeats,
        )

    def scanned(self, connection: str, scan: Scan) -> None:
        get_run_logger().info(
            "%s scan: %d seen, %d of %d branches%s",
            connection,
            scan.seen,
            scan.closed,
            scan.closed + scan.open,
            ", done" if scan.done else "",
        )

    def troubled(self, trouble: TryLater) -> None:
        get_run_logger().warning("%s Trying again soon.", trouble.problem)

    def answered(self, answer: Answer) -> None:
        get_run_logger().info("%s: %d rows", answer.question.title, len(answer.table))

    def summed_up(self, lines: Sequence[str]) -> None:
        for line in lines:
            get_run_logger().info("%s", line)


_listener: ContextVar[Listener] = ContextVar("listener")


def listener() -> Listener:
    """Whoever listens to the work that is under way."""
    return _listener.get(RunLog())


@contextmanager
def heard_by(someone: Listener) -> Iterator[None]:
    """Let someone else listen for a while, in this context and what it starts."""
    token = _listener.set(someone)
    try:
        yield
    finally:
        _listener.reset(token)
