"""Pages of the audit log, by window and by cursor."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import CancelledError
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import httpx
import pytest

from connectors.contract import Page, Window
from connectors.dropbox import Dropbox
from connectors.errors import CursorLost, NeedsPerson
from sandbox.client import Client

BEGIN = datetime(2026, 10, 1, tzinfo=UTC)
ALL = Window(BEGIN, datetime(2026, 12, 1, tzinfo=UTC))
GET = "/2/team_log/get_events"
CONTINUE = f"{GET}/continue"


@pytest.fixture
def still(own: Client) -> Client:
    """A sandbox whose visible time stands."""
    own.clock(pause=True)
    return own


def url(client: Client) -> str:
    return str(client.http.base_url)


def times(pages: list[Page]) -> list[str]:
    return [json.loads(raw)["timestamp"] for page in pages for raw in page.events]


def known(client: Client) -> list[str]:
    return sorted(row["event_time"] for row in client.truth())


def asked(wire: Any, path: str) -> list[dict[str, Any]]:
    """The bodies that were sent to a path."""
    return [json.loads(r.content) for r in wire.requests if r.url.path == path]


def test_a_window_is_walked_to_its_end(
    still: Client, connected: Callable[..., Dropbox], wire: Any
) -> None:
    """Every event of a window comes once, from its start to before its end, and `more` ends it."""
    pages = list(connected(url(still), transport=wire).history(ALL))
    assert sorted(times(pages)) == known(still)
    assert [page.more for page in pages] == [True] * (len(pages) - 1) + [False]
    assert len({page.cursor for page in pages}) == len(pages) == 3
    [first] = asked(wire, GET)
    span = {"start_time": "2026-10-01T00:00:00Z", "end_time": "2026-12-01T00:00:00Z"}
    assert first == {"limit": 1000, "time": span}
    assert asked(wire, CONTINUE) == [{"cursor": page.cursor} for page in pages[:-1]]
    assert all(page.fetched_at.tzinfo == UTC for page in pages)


def test_windows_meet_without_gap_or_overlap(
    still: Client, connected: Callable[..., Dropbox]
) -> None:
    """A start is within its window and an end is not: two windows share no event and lose none."""
    team = connected(url(still))
    middle = datetime.fromisoformat(known(still)[1000])
    before = times(list(team.history(Window(BEGIN, middle))))
    after = times(list(team.history(Window(middle, ALL.end))))
    assert sorted(before + after) == known(still)
    assert max(before) < min(after)


def test_a_walk_goes_on_from_its_cursor(
    still: Client, connected: Callable[..., Dropbox], wire: Any
) -> None:
    """With a cursor nothing else is sent, and the rest of the window comes."""
    team = connected(url(still), transport=wire)
    first = next(team.history(ALL))
    wire.requests.clear()
    rest = list(team.history(ALL, first.cursor))
    assert sorted(times([first, *rest])) == known(still)
    assert asked(wire, GET) == []
    assert asked(wire, CONTINUE)[0] == {"cursor": first.cursor}


def test_only_has_more_ends_a_walk(still: Client, connected: Callable[..., Dropbox]) -> None:
    """Empty pages in the middle, short pages and unsorted ones lose nothing."""
    still.faults(empty_pages={"share": 0.6}, unsorted=True)
    pages = list(connected(url(still)).history(ALL))
    assert sorted(times(pages)) == known(still)
    assert times(pages) != sorted(times(pages))
    assert any(not page.events and page.more for page in pages)


def test_the_live_cursor_serves_for_ever(own: Client, connected: Callable[..., Dropbox]) -> None:
    """A live walk ends when nothing is new; its last cursor then brings what has happened since."""
    own.clock(pause=True)
    team = connected(url(own))
    pages = list(team.live(BEGIN))
    assert sorted(times(pages)) == known(own)
    cursors = [pages[-1].cursor]
    for _ in range(2):
        [idle] = team.live(BEGIN, cursors[-1])
        assert (list(idle.events), idle.more) == ([], False)
        cursors.append(idle.cursor)
    assert len(set(cursors)) == 3
    own.clock(advance_seconds=600)
    news = list(team.live(BEGIN, cursors[-1]))
    assert sorted(times(pages) + times(news)) == known(own)
    assert times(news)


def test_late_events_come_by_the_live_cursor(
    own: Client, connected: Callable[..., Dropbox]
) -> None:
    """An event that the vendor shows late comes after others that are younger."""
    own.clock(pause=True)
    own.faults(late={"share": 0.5, "seconds": 300})
    team = connected(url(own))
    [*_, last] = team.live(BEGIN)
    told: list[str] = []
    for _ in range(4):
        own.clock(advance_seconds=200)
        pages = list(team.live(BEGIN, last.cursor))
        last, told = pages[-1], told + times(pages)
    assert told != sorted(told)
    assert sorted(told) == [t for t in known(own) if t >= min(told)][-len(told) :]
    assert len(told) == len(known(own)) - 2_500


def test_a_reset_names_the_time_to_resume_at(
    still: Client, connected: Callable[..., Dropbox]
) -> None:
    """A reset is CursorLost with Dropbox's time, from which everything that is missing comes."""
    team = connected(url(still))
    still.faults(reset=True)
    pages = team.history(ALL)
    first = next(pages)
    with pytest.raises(CursorLost) as caught:
        next(pages)
    assert caught.value.reason == "reset"
    resume = caught.value.resume_at
    assert resume is not None
    assert resume.tzinfo is not None
    rest = list(team.history(Window(resume, ALL.end)))
    assert set(times([first, *rest])) == set(known(still))


@pytest.mark.parametrize("cursor", ["nonsense", "AAAA\n", "\x00"])
def test_a_cursor_that_nobody_knows_is_lost(
    calm: str, connected: Callable[..., Dropbox], cursor: str
) -> None:
    """A bad cursor is CursorLost without a time."""
    with pytest.raises(CursorLost) as caught:
        next(connected(calm).live(BEGIN, cursor))
    assert (caught.value.reason, caught.value.resume_at) == ("bad cursor", None)


@pytest.mark.parametrize("time", ["soon", None, 7])
def test_a_reset_without_a_time_is_still_a_reset(
    calm: str, connected: Callable[..., Dropbox], time: object
) -> None:
    """Where the time cannot be read the caller knows best."""
    body = {"error_summary": "reset/..", "error": {".tag": "reset", "reset": time}}
    wire = httpx.MockTransport(lambda _: httpx.Response(409, json=body))
    with pytest.raises(CursorLost) as caught:
        next(connected(calm, transport=wire).live(BEGIN, "c"))
    assert caught.value.resume_at is None


def test_an_impossible_window_needs_a_person(calm: str, connected: Callable[..., Dropbox]) -> None:
    """A range of time that Dropbox refuses is told with what to do."""
    with pytest.raises(NeedsPerson, match=r"range of time\. Ask for fewer days"):
        next(connected(calm).history(Window(ALL.end, BEGIN)))


def test_nothing_is_asked_before_it_is_wanted(
    calm: str, connected: Callable[..., Dropbox], wire: Any
) -> None:
    """Pages are fetched one at a time, when they are asked for."""
    pages = connected(calm, transport=wire).history(ALL)
    assert not wire.requests
    list(islice(pages, 2))
    assert len(wire.requests) == 2


def test_halt_ends_a_walk(calm: str, connected: Callable[..., Dropbox]) -> None:
    """After `halt` no further page comes."""
    team = connected(calm)
    pages = team.history(ALL)
    next(pages)
    team.halt()
    with pytest.raises(CancelledError):
        next(pages)


def test_hostile_names_arrive_byte_for_byte(
    still: Client, connected: Callable[..., Dropbox], wire: Any
) -> None:
    """Lone surrogates, NULs and whatever else a name may hold stop no walk and change no byte."""
    still.faults(hostile={"count": 200}, unknown_types={"count": 90})
    pages = list(connected(url(still), transport=wire).history(ALL))
    raws = [raw for page in pages for raw in page.events]
    assert sum(b"\\ud800" in raw for raw in raws) > 3
    assert sorted(times(pages)) == known(still)
    still.sign_in()
    walked = [json.dumps(event) for event in still.events()]
    assert [json.dumps(json.loads(raw)) for raw in raws] == walked
