"""The log goes on: live events, late ones, strange ones, and walks that lose none of them."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from sandbox.company import Size
from sandbox.dropbox import facts
from sandbox.dropbox.log import EventLog, Query

BORN = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SMALL = Size(members=20, days=10, events=3_000)
MINUTE = timedelta(minutes=1)


def times(events: list[bytes]) -> list[datetime]:
    """When they happened."""
    return [datetime.fromisoformat(json.loads(event)["timestamp"]) for event in events]


def disturbed(log: EventLog) -> datetime:
    """Makes a log strange in all ways; answers a moment when all of it is visible."""
    log.delay(0.4, 900, BORN + 3 * MINUTE)
    log.add("twins", 40, BORN + 10 * MINUTE)
    log.add("unknown_types", 30, BORN + 10 * MINUTE)
    log.add("hostile", 60, BORN + 25 * MINUTE)
    log.delay(0.0, 0, BORN + 40 * MINUTE)
    return BORN + 90 * MINUTE


def test_something_happens_every_minute() -> None:
    """On a Sunday and the morning after, no minute is silent."""
    live = EventLog.of(SMALL, BORN).walk(Query(start=BORN), BORN + timedelta(days=1, hours=8))
    counts = Counter(time.replace(second=0) for time in times(live))
    assert len(counts) >= 32 * 60 - 1
    assert 4 < len(live) / len(counts) < 24


def test_nothing_live_happened_before_the_birth() -> None:
    """A log born in the middle of a minute has as many events of its past later as at its birth."""
    tiny = Size(members=20, days=2, events=100, live_per_minute=60)
    for second in range(1, 60, 3):
        born = BORN + timedelta(seconds=second)
        log = EventLog.of(tiny, born)
        past = Query(start=born - timedelta(days=2), end=born)
        assert len(log.walk(past, born + timedelta(hours=1))) == 100, second


def test_live_events_wait_until_they_are_visible() -> None:
    """An event is seen 1 to 20 seconds after it happened, in whatever steps time goes on."""
    log = EventLog.of(SMALL, BORN)
    for second in range(0, 600, 7):
        now = BORN + timedelta(seconds=second)
        for time in times(log.walk(Query(start=BORN), now)):
            assert time < now
    for row in log.truth(BORN + 10 * MINUTE):
        seen = datetime.fromisoformat(row["visible_at"])
        waited = seen - datetime.fromisoformat(row["event_time"])
        assert timedelta(seconds=1) <= waited <= timedelta(seconds=20)


def test_a_walk_neither_repeats_nor_skips() -> None:
    """A walk polled at odd moments, while all sorts of events come in, gets what one walk gets."""
    log, chance = EventLog.of(SMALL, BORN), np.random.default_rng(5)
    got: list[bytes] = []
    now, position = BORN, 0
    steps = [BORN + m * MINUTE for m in (3, 10, 10, 25, 40, 90)]
    whole = EventLog.of(SMALL, BORN)
    end = disturbed(whole)
    for step, deed in zip(steps, (1, 2, 3, 4, 5, 6), strict=True):
        while now < step:
            limit = int(chance.choice([3, 100, 999]))
            page, position, more = log.page(Query(), position, limit, now)
            got += page
            if not more:
                now = min(step, now + timedelta(seconds=int(chance.integers(1, 200))))
        if deed == 1:
            log.delay(0.4, 900, now)
        elif deed in (2, 3):
            log.add(("twins", "unknown_types")[deed - 2], (40, 30)[deed - 2], now)
        elif deed == 4:
            log.add("hostile", 60, now)
        elif deed == 5:
            log.delay(0.0, 0, now)
    more = True
    while more:
        page, position, more = log.page(Query(), position, 500, end)
        got += page
    assert got == whole.walk(Query(), end)


def test_a_restart_finds_the_same_log() -> None:
    """The same calls with the moments that `add` answered give the same bytes, read late or not."""
    first, second = EventLog.of(SMALL, BORN), EventLog.of(SMALL, BORN)
    end = disturbed(first)
    first.walk(Query(), end)
    assert disturbed(second) == end
    assert first.walk(Query(), end) == second.walk(Query(), end)
    assert first.add("twins", 4, BORN) == end  # the log had gone on to there
    second.add("twins", 4, end)
    assert first.walk(Query(), end) == second.walk(Query(), end)


def test_late_events_are_late() -> None:
    """From the moment on a share is seen up to so many seconds late; what was before is not."""
    log = EventLog.of(SMALL, BORN)
    log.delay(0.5, 1200, BORN + 30 * MINUTE)
    waits: dict[bool, list[float]] = {False: [], True: []}
    for row in log.truth(BORN + timedelta(hours=5)):
        happened = datetime.fromisoformat(row["event_time"])
        seen = datetime.fromisoformat(row["visible_at"])
        waits[happened >= BORN + 30 * MINUTE].append((seen - happened).total_seconds())
    assert max(waits[False]) <= 20
    late = [wait for wait in waits[True] if wait > 20]
    assert 0.4 < len(late) / len(waits[True]) < 0.6
    assert 900 < max(late) <= 1220


def test_twins_are_the_same_to_the_last_byte() -> None:
    """Pairs and a few triples, in one second, inside the window, last in the order."""
    log = EventLog.of(SMALL, BORN)
    before = log.walk(Query(), BORN + MINUTE)
    since = BORN - timedelta(days=2)
    log.add("twins", 60, BORN + MINUTE, since=since)
    extra = log.walk(Query(), BORN + MINUTE)[len(before) :]
    counts = Counter(extra)
    assert len(extra) == 60
    assert set(counts.values()) == {2, 3}
    assert all(since <= time < BORN + MINUTE for time in times(extra))
    rows = list(log.truth(BORN + MINUTE))
    assert sum(row["visible_at"] == "2026-11-22T03:01:00.000Z" for row in rows) >= 60
    ids = [row["event_id"] for row in rows]
    assert len(set(ids)) == len(ids)
    assert sum(event_id.endswith("-3") for event_id in ids) == list(counts.values()).count(3)


def test_unknown_things_have_a_place_in_the_log() -> None:
    """Types, categories, actors, origins and members that nobody specified; no actor at all."""
    log = EventLog.of(SMALL, BORN)
    log.add("unknown_types", 45, BORN)
    extra = [json.loads(event) for event in log.walk(Query(), BORN)[-45:]]
    assert {event["event_category"][".tag"] for event in extra} >= {"quantum_operations"}
    assert {event.get("actor", {}).get(".tag") for event in extra} >= {None, "assistant"}
    assert any("risk" in event for event in extra)
    assert any(event["details"][".tag"] == "missing_details" for event in extra)
    unknown = [row for row in log.truth(BORN) if row["authenticated"] is None]
    assert sum(row["actor_tag"] != "dropbox" for row in unknown) == 10
    assert len(log.walk(Query(category="quantum_operations"), BORN)) == 5


def test_hostile_strings_are_valid_json() -> None:
    """Quotes, NUL, markup, formulas, paths, terminal escapes and lone surrogates all decode."""
    log = EventLog.of(SMALL, BORN)
    log.add("hostile", 90, BORN)
    extra = log.walk(Query(), BORN)[-90:]
    told = "".join(str(json.loads(event)) for event in extra)
    for evil in ("<script>", "=HYPERLINK", "drop table", "../../", "x" * 10_000, "javascript:"):
        assert evil in told
    raw = b"".join(extra)
    assert b"\\u0000" in raw
    assert b"\\ud800" in raw
    assert "\u202e".encode() in raw or b"\\u202e" in raw
    assert len({facts.base_id(event) for event in extra}) == 90


def test_strange_events_may_be_added_again_and_again() -> None:
    """What is added is modelled on what happened, not on what was added before."""
    log = EventLog.of(SMALL, BORN)
    for n in range(12):
        log.add(("unknown_types", "hostile", "twins")[n % 3], 500, BORN + n * MINUTE)
    told = log.walk(Query(), BORN + 12 * MINUTE)
    assert len(told) >= 3_000 + 12 * 500
    assert all(event[:1] == b"{" for event in told)


def test_an_unknown_extra_is_refused() -> None:
    """The answer names those that there are."""
    with pytest.raises(ValueError, match="twins, unknown_types, hostile"):
        EventLog.of(SMALL, BORN).add("gremlins", 1, BORN)
