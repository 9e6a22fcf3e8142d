"""How a connection is: every word, what decides between two, and the sentence that goes with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tasks.health import RULES, Facts, Silence, health

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
LONG_AGO, JUST_NOW = NOW - timedelta(hours=2), NOW - timedelta(minutes=1)
QUIET = Silence(since=LONG_AGO, until=JUST_NOW, weeks=(9, 12, 5))
WELL = Facts(
    now=NOW,
    registered="connected",
    app="Box",
    scheduled=True,
    live_until=JUST_NOW,
    history_since=NOW - timedelta(days=60),
    scanned=True,
)
DENIED = {"registered": "needs_person", "last_error": "It was revoked.", "remedy": "Connect again."}
BUSY = {"registered": "failing", "reason": "throttled", "retry_at": NOW + timedelta(minutes=5)}
AWAY = {"registered": "failing", "last_error": "Box cannot be reached."}


@pytest.mark.parametrize(
    ("changed", "state", "words"),
    [
        ({}, "healthy", "Read up to 2026-11-22 09:59 UTC"),
        ({"registered": None}, "disconnected", "what has landed stays"),
        (
            {"registered": "disconnected", "disconnected_at": NOW},
            "disconnected",
            "Disconnected since",
        ),
        (DENIED, "waiting for a person", "It was revoked. Connect again."),
        (BUSY, "throttled", "Box asks us to slow down, until 2026-11-22 10:05 UTC"),
        ({"held_until": NOW + timedelta(minutes=3)}, "throttled", "until 2026-11-22 10:03 UTC"),
        ({"held_until": NOW - timedelta(minutes=3)}, "healthy", "Read up to"),
        (AWAY, "failing", "Box cannot be reached. It is tried again"),
        ({"live_until": LONG_AGO}, "failing", "No sync has succeeded since 2026-11-22 08:00 UTC"),
        ({"live_until": LONG_AGO, "scheduled": False}, "healthy", "Read up to 2026-11-22 08:00"),
        (
            {"live_until": LONG_AGO, "running": {"sync": JUST_NOW}},
            "catching up",
            "News is being read",
        ),
        (
            {"silence": QUIET},
            "quiet",
            "No event since 2026-11-22 08:00 UTC; in the same hours of the 3 weeks before there"
            " were at least 5.",
        ),
        ({"live_until": None, "scheduled": False}, "catching up", "newest events have not been"),
        ({"running": {"backfill": JUST_NOW}}, "catching up", "History is being brought."),
        ({"history_since": None}, "catching up", "No day of history is whole yet. Run onboard"),
        ({"spans": 3}, "catching up", "3 stretches of history are not whole yet"),
        ({"scanned": False}, "catching up", "It has not been scanned yet"),
        ({"scanned": False, "branches": (12, 40)}, "catching up", "read 12 of 40 branches"),
    ],
)
def test_the_word_and_the_sentence(changed: dict[str, object], state: str, words: str) -> None:
    """Each state is told by its own facts, in a sentence with the figures and what to do."""
    told = health(replace(WELL, **changed))  # type: ignore[arg-type]
    assert told.state == state
    assert words in f"{told.sentence} {told.remedy or ''}"


def test_the_gravest_decides() -> None:
    """With everything wrong at once, each word wins over all that come after it in the table."""
    troubles = [
        {"registered": None},
        DENIED,
        BUSY,
        AWAY | {"reason": None},
        {"silence": QUIET},
        {"scanned": False},
        {},
    ]
    for first in range(len(troubles)):
        facts = WELL
        for trouble in reversed(troubles[first:]):
            facts = replace(facts, **trouble)  # type: ignore[arg-type]
        assert health(facts).state == RULES[first][0]


@pytest.mark.parametrize(
    ("minutes", "weeks", "odd"),
    [
        (15, (5, 5, 5), True),
        (14, (50, 50, 50), False),  # an app may list an event that late
        (15, (5, 5), False),  # too little history to know a rhythm
        (15, (50, 50, 4, 50), False),  # a week that was nearly as quiet
        (6000, (), False),
    ],
)
def test_a_silence_that_the_rhythm_explains(
    minutes: int, weeks: tuple[int, ...], odd: bool
) -> None:
    """Only a long silence in hours that are busy every week is odd."""
    assert Silence(NOW - timedelta(minutes=minutes), NOW, weeks).odd is odd
