"""What can go wrong with a cloud app, sorted by who must act.

Flows decide on these four and on nothing else.

ConnectorError
├── NeedsPerson     a person must act; the message ends with what to do
├── TryLater        the app is busy or away; the same call may pass after a while
├── CursorLost      the app no longer knows our place in its stream; start again from a time
└── ShapeChanged    the app answered something that we cannot read
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

Reason = Literal["role", "revoked"]


class ConnectorError(Exception):
    """An app did not give what we asked for."""


class NeedsPerson(ConnectorError):  # noqa: N818 - says who must act, which is what flows decide on
    """Nothing will change until a person does what `remedy` says.

    `reason` tells a program what a person reads in the problem: the administrator's `role` is gone
    or has shrunk, or the grant was `revoked`; None for all else.
    """

    def __init__(self, problem: str, remedy: str, reason: Reason | None = None) -> None:
        super().__init__(problem, remedy)
        self.problem = problem
        self.remedy = remedy
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.problem} {self.remedy}"


class TryLater(ConnectorError):  # noqa: N818
    """The same call may pass in `after` seconds; `throttled` when the app itself asked for them."""

    def __init__(self, problem: str, after: float, *, throttled: bool = False) -> None:
        super().__init__(problem, after)
        self.problem = problem
        self.after = after
        self.throttled = throttled

    def __str__(self) -> str:
        return f"{self.problem} Try again in {self.after:.0f} s; nothing that has landed is lost."


class CursorLost(ConnectorError):  # noqa: N818
    """The stream must be opened anew at `resume_at`, or where the caller knows best if None."""

    def __init__(self, reason: str, resume_at: datetime | None = None) -> None:
        super().__init__(reason, resume_at)
        self.reason = reason
        self.resume_at = resume_at

    def __str__(self) -> str:
        return f"The app no longer knows our place in its event stream ({self.reason})."


class ShapeChanged(ConnectorError):  # noqa: N818
    """An answer did not have the shape that the app's specification promises."""
