"""Pages of Box's two event streams: positions, short pages, windows, bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from connectors.box import Box
from connectors.contract import Page, Window
from connectors.errors import CursorLost, NeedsPerson, ShapeChanged

DAY = Window(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))
SINCE = datetime(2026, 10, 1, tzinfo=UTC)
A, B, C = ('{"event_id":"a"}', '{"event_id": "b" }', '{"event_id":"c\\ud800"}')
Scripted = Callable[..., tuple[Box, list[dict[str, str]]]]


@pytest.fixture
def scripted(enterprise: Callable[..., Box], vault: Callable[..., Any]) -> Scripted:
    """A Box that gives these bodies, one after the other, and what it was asked each time."""

    def make(*bodies: str) -> tuple[Box, list[dict[str, str]]]:
        asked: list[dict[str, str]] = []
        left = list(bodies)

        def answer(request: httpx.Request) -> httpx.Response:
            assert request.url.path == "/2.0/events"
            asked.append(dict(request.url.params))
            return httpx.Response(200, content=left.pop(0))

        wire = httpx.MockTransport(answer)
        return enterprise("https://box.example", store=vault(), transport=wire), asked

    return make


def page(position: str, *events: str) -> str:
    return (
        f'{{"chunk_size":{len(events)},"next_stream_position":{position},'
        f'"entries":[{",".join(events)}]}}'
    )


def told(pages: list[Page]) -> list[tuple[int, str, bool]]:
    return [(len(each.events), each.cursor, each.more) for each in pages]


@pytest.mark.parametrize("position", ['"1152922976252290886"', "1152922976252290886"])
def test_a_position_stays_the_text_that_it_is(scripted: Scripted, position: str) -> None:
    """String or number, beyond 2^53, a position is kept and given back digit for digit."""
    box, asked = scripted(page(position, A), page(position))
    pages = list(box.live(SINCE, "17"))
    assert [each["stream_position"] for each in asked] == ["17", "1152922976252290886"]
    assert told(pages) == [
        (1, "1152922976252290886", True),
        (0, "1152922976252290886", False),
    ]


@pytest.mark.parametrize("nothing", ["0", '"0"', "null"])
def test_no_position_takes_the_place_of_a_real_one(scripted: Scripted, nothing: str) -> None:
    """Box's 0 at the end of a walk, or nothing at all, leaves us where we were."""
    box, _ = scripted(page('"41"', A), page(nothing))
    assert told(list(box.history(DAY))) == [(1, "41", True), (0, "41", False)]
    box, _ = scripted('{"entries":[]}')
    assert told(list(box.live(SINCE, "41"))) == [(0, "41", False)]


def test_a_short_page_ends_nothing(scripted: Scripted) -> None:
    """Only an empty page ends a walk, however few events the pages before it have."""
    box, asked = scripted(page('"1"', A), page('"2"', B, C), page('"3"', A), page('"3"'))
    assert [len(each.events) for each in box.live(SINCE)] == [1, 2, 1, 0]
    assert [each["limit"] for each in asked] == ["500"] * 4


def test_a_position_that_stands_ends_a_walk(scripted: Scripted) -> None:
    """What comes again and again under one position is taken once."""
    box, asked = scripted(page('"7"', A), page('"7"', B))
    assert told(list(box.live(SINCE))) == [(1, "7", True), (1, "7", False)]
    assert len(asked) == 2


def test_a_window_goes_with_every_request(scripted: Scripted) -> None:
    """Filters hold for one request; the window is asked for from a second before it begins."""
    box, asked = scripted(page('"5"', A), page('"5"'))
    away = timezone(timedelta(hours=-8))
    moved = Window(DAY.start.astimezone(away), DAY.end.astimezone(away))
    list(box.history(moved, "4"))
    assert asked == [
        {
            "stream_type": "admin_logs",
            "created_after": "2026-10-31T23:59:59Z",
            "created_before": "2026-11-02T00:00:00Z",
            "stream_position": position,
            "limit": "500",
        }
        for position in ("4", "5")
    ]


def test_the_live_stream_begins_at_its_oldest(scripted: Scripted) -> None:
    """Without a cursor all that the stream still has is asked for; it knows no times."""
    box, asked = scripted(page('"1"'))
    list(box.live(SINCE))
    assert asked == [
        {"stream_type": "admin_logs_streaming", "stream_position": "0", "limit": "500"}
    ]


def test_events_are_byte_for_byte(scripted: Scripted) -> None:
    """Spaces, escapes and lone surrogates come as they were sent."""
    box, _ = scripted(page('"1"', A, B, C), page('"1"'))
    assert list(next(iter(box.live(SINCE))).events) == [A.encode(), B.encode(), C.encode()]


@pytest.mark.parametrize(
    ("name", "error"),
    [("stream_position", CursorLost), ("created_after", NeedsPerson), ("limit", ShapeChanged)],
)
def test_a_refused_position_is_a_lost_cursor(
    enterprise: Callable[..., Box],
    vault: Callable[..., Any],
    name: str,
    error: type[Exception],
) -> None:
    """A position that Box does not take loses the cursor; for a time a person asks for less."""
    body = {
        "type": "error",
        "code": "bad_request",
        "message": "Bad Request",
        "context_info": {"errors": [{"reason": "invalid_parameter", "name": name}]},
    }
    wire = httpx.MockTransport(lambda _: httpx.Response(400, content=json.dumps(body)))
    box = enterprise("https://box.example", store=vault(), transport=wire)
    with pytest.raises(error):
        list(box.live(SINCE, "17"))
