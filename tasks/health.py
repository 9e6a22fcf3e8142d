"""How a connection is, in one word and one sentence: a rule over facts, and where the facts say so.

RULES has every word once, the gravest first; the first rule that has something to say decides.

    disconnected            nobody is connected under this name (any more)
    waiting for a person    nothing will go right until a person follows the remedy
    throttled               the app has asked us to slow down
    failing                 the last run failed, or none has succeeded when some should have
    quiet                   no event for longer than the connection's own rhythm explains
    catching up             history, a first scan or news are being brought
    healthy                 none of these
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from blocks.register import Why

State = Literal[
    "disconnected",
    "waiting for a person",
    "throttled",
    "failing",
    "quiet",
    "catching up",
    "healthy",
]

LATE = timedelta(minutes=30)  # a sync a minute, and thirty of them in vain
SHORTEST = timedelta(minutes=15)  # what an app takes to list an event is no silence
FEWEST_WEEKS, FEWEST_EVENTS = 3, 5
WEEK = timedelta(weeks=1)
WEEKS = 4


@dataclass(frozen=True)
class Silence:
    """No event from `since` to `until`; `weeks` has the events of the same hours of each week
    before, of those that history covers."""

    since: datetime
    until: datetime
    weeks: tuple[int, ...]

    @property
    def odd(self) -> bool:
        """Whether the connection's own rhythm does not explain it."""
        long = self.until - self.since >= SHORTEST
        return long and len(self.weeks) >= FEWEST_WEEKS and min(self.weeks) >= FEWEST_EVENTS


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a connection; times are UTC.

    `registered` is the register's word for it, None where it has no such connection. `running` are
    the verbs at work on this machine. `live_until`: when the live lane last caught up. `spans`:
    stretches of history that are begun and not whole. `branches`: read and found by a scan that no
    whole one came before.
    """

    now: datetime
    registered: str | None
    app: str = "The app"
    failed: str | None = None
    last_error: str | None = None
    remedy: str | None = None
    reason: Why | None = None
    retry_at: datetime | None = None
    disconnected_at: datetime | None = None
    held_until: datetime | None = None
    scheduled: bool = False
    running: Mapping[str, datetime] = field(default_factory=dict)
    live_until: datetime | None = None
    history_since: datetime | None = None
    spans: int = 0
    scanned: bool = False
    branches: tuple[int, int] | None = None
    silence: Silence | None = None


@dataclass(frozen=True)
class Health:
    """A word, a sentence that says why, and what to do, if there is something to do."""

    state: State
    sentence: str
    remedy: str | None = None


def health(facts: Facts) -> Health:
    """How a connection with these facts is."""
    for state, rule in RULES:
        if (told := rule(facts)) is not None:
            sentence, remedy = told
            return Health(state, sentence, remedy)
    raise AssertionError("The last rule always has something to say.")


Told = tuple[str, str | None]


def _disconnected(it: Facts) -> Told | None:
    if it.registered not in {None, "disconnected"}:
        return None
    at = it.disconnected_at
    since = f"Disconnected since {_clock(at)}" if at else "Nobody is connected under this name"
    return f"{since}; what has landed stays.", "Connect it again to go on, or forget it for ever."


def _waiting(it: Facts) -> Told | None:
    return (it.last_error or "", it.remedy) if it.registered == "needs_person" else None


def _throttled(it: Facts) -> Told | None:
    until = max(filter(None, (it.retry_at, it.held_until)), default=it.now)
    if it.registered == "failing" and it.reason == "throttled":
        return f"{it.app} asks us to slow down, until {_clock(until)}; then it goes on.", None
    if it.held_until and it.held_until - it.now > timedelta(seconds=10):
        return f"{it.app} asks us to slow down, until {_clock(it.held_until)}.", None
    return None


def _failing(it: Facts) -> Told | None:
    if it.registered == "failing":
        return it.last_error or "", it.remedy or "It is tried again by itself; nothing is lost."
    late = it.live_until is not None and it.now - it.live_until > LATE
    if it.scheduled and late and it.live_until and not it.running:
        return (
            f"No sync has succeeded since {_clock(it.live_until)}, and one should every minute.",
            "Start casbah up if it does not run; else see whether the schedule of sync is paused.",
        )
    return None


def _quiet(it: Facts) -> Told | None:
    if not it.silence or not it.silence.odd:
        return None
    weeks = it.silence.weeks
    return (
        f"No event since {_clock(it.silence.since)}; in the same hours of the {len(weeks)} weeks"
        f" before there were at least {min(weeks)}.",
        "See whether people work there as ever, and whether the vendor reports trouble.",
    )


def _catching_up(it: Facts) -> Told | None:
    doing = [
        told
        for told in (
            None if it.live_until else "the newest events have not been read yet",
            "history is being brought" if "backfill" in it.running else None,
            None if it.history_since else "no day of history is whole yet",
            f"{it.spans} stretches of history are not whole yet" if it.spans else None,
            _first_scan(it),
            "news is being read" if _behind(it) else None,
        )
        if told
    ]
    if not doing:
        return None
    sentence = "; ".join(doing)
    idle = None if it.running else "Run onboard: it goes on where it stood."
    return f"{sentence[0].upper()}{sentence[1:]}.", idle


def _first_scan(it: Facts) -> str | None:
    if it.scanned:
        return None
    if not it.branches:
        return "it has not been scanned yet"
    read, found = it.branches
    return f"the first scan has read {read} of {found} branches"


def _behind(it: Facts) -> bool:
    return "sync" in it.running and (not it.live_until or it.now - it.live_until > LATE)


def _healthy(it: Facts) -> Told:
    return f"Read up to {_clock(it.live_until or it.now)}.", None


RULES: tuple[tuple[State, Callable[[Facts], Told | None]], ...] = (
    ("disconnected", _disconnected),
    ("waiting for a person", _waiting),
    ("throttled", _throttled),
    ("failing", _failing),
    ("quiet", _quiet),
    ("catching up", _catching_up),
    ("healthy", _healthy),
)


def _clock(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
