"""What every app's connector must do. A new app is tested by a fixture `<app>_far_end`."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import CancelledError
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors import APPS, connect
from connectors.activities import CATEGORIES, load
from connectors.contract import Connector, Credentials, Page, Window
from connectors.errors import NeedsPerson
from connectors.oauth import TokenStore
from data.tables import EVENTS

ADDED_BY_THE_LAKE = {"app", "connection", "event_date", "landed_at"}
GIVEN = {f.name: f.type for f in EVENTS.schema if f.name not in ADDED_BY_THE_LAKE}


@pytest.fixture
def window(connector: Connector) -> Window:
    """A span that holds all of the far end's history."""
    newest = max(page.fetched_at for page in connector.live(datetime(2026, 1, 1, tzinfo=UTC)))
    return Window(newest - timedelta(days=400), newest + timedelta(days=400))


def test_it_speaks_the_shared_words(connector: Connector) -> None:
    """The app is registered by its own name, and has a table of activities."""
    assert connector.app in APPS
    assert {activity.category for activity in load(connector.app).values()} <= CATEGORIES.keys()


def test_the_columns_are_those_of_the_lake(connector: Connector) -> None:
    """Names and types are those of `events`: for no page, for an empty one, for whatever comes."""
    empty, strange = (Page(raws, "", False, datetime.now(UTC)) for raws in ([], [b"{}", b"[]"]))
    for pages in ([], [empty], [strange]):
        rows = connector.rows(pages)
        assert {f.name: f.type for f in rows.schema} == GIVEN
        assert rows.num_rows == sum(len(page.events) for page in pages)


def test_its_rows_are_complete(connector: Connector, window: Window) -> None:
    """Each event is one row with every required column, in the order and bytes of the pages."""
    pages = list(connector.history(window))
    rows = connector.rows(pages)
    required = [name for name in EVENTS.required if name in GIVEN]
    assert {name: rows[name].null_count for name in required} == dict.fromkeys(required, 0)
    told = [raw.decode() for page in pages for raw in page.events]
    assert rows["raw"].to_pylist() == told
    assert told
    assert set(rows["native_type"].to_pylist()) & load(connector.app).keys()


def test_rows_do_not_depend_on_how_pages_are_cut(connector: Connector, window: Window) -> None:
    """Reading pages one by one gives what reading them together gives."""
    pages = list(connector.history(window))
    together = connector.rows(pages).to_pylist()
    assert [row for page in pages for row in connector.rows([page]).to_pylist()] == together


def test_ids_tell_events_apart(connector: Connector, window: Window) -> None:
    """Two readings give the same ids; a log without twins has as many ids as events."""
    first = connector.rows(list(connector.history(window)))["event_id"].to_pylist()
    again = connector.rows(list(connector.history(window)))["event_id"].to_pylist()
    assert sorted(first) == sorted(again)
    assert len(set(first)) == len(first)


def test_a_walk_can_be_taken_up_at_each_page(connector: Connector, window: Window) -> None:
    """From any page's cursor the rest of the window comes."""
    pages = list(connector.history(window))
    for at, page in enumerate(pages[:-1]):
        rest = [raw for page in connector.history(window, page.cursor) for raw in page.events]
        assert rest == [raw for page in pages[at + 1 :] for raw in page.events]


def test_an_idle_cursor_brings_nothing_twice(connector: Connector) -> None:
    """A live walk that has caught up goes on with nothing."""
    since = datetime(2026, 1, 1, tzinfo=UTC)
    *_, last = connector.live(since)
    assert [raw for page in connector.live(since, last.cursor) for raw in page.events] == []


@pytest.mark.parametrize("back", ["http://127.0.0.1:8765/callback", None])
def test_a_consent_link_can_be_recognised(connector: Connector, back: str | None) -> None:
    """The link asks for a code, with a fresh state and the address to come back to."""
    consent, other = connector.consent(back), connector.consent(back)
    asked = parse_qs(urlsplit(consent.link).query)
    assert asked["state"] == [consent.state]
    assert asked["response_type"] == ["code"]
    assert asked.get("redirect_uri") == ([back] if back else None)
    assert consent.state != other.state
    assert len(consent.state) >= 22


def test_a_probe_shows_its_evidence(connector: Connector) -> None:
    """Every row says what was seen; on a good day all pass and none has a remedy."""
    checks = connector.probe()
    assert len({check.capability for check in checks}) == len(checks) >= 3
    assert all(check.passed and check.evidence and not check.remedy for check in checks)


def test_an_account_has_name_and_administrator(connector: Connector) -> None:
    """Whose data it is, is known."""
    account = connector.account()
    assert account.id
    assert account.name
    assert re.fullmatch(r"\S+@\S+", account.admin_email)


@pytest.mark.parametrize("app", APPS)
def test_halt_is_heeded(app: str, vault: Callable[..., TokenStore]) -> None:
    """A connection that was halted makes no further call."""
    connector = connect(Credentials(app, "acme", "key", "secret"), vault())
    connector.halt()
    pages = connector.live(datetime(2026, 1, 1, tzinfo=UTC))
    listing = connector.listing(connector.branches()[0])
    for call in (connector.account, connector.probe, lambda: next(pages), lambda: next(listing)):
        with pytest.raises(CancelledError):
            call()


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "http://127.8.9.1", "http://[::1]:80", "http://app.localhost"]
)
def test_a_stand_in_on_this_machine_needs_no_tls(url: str) -> None:
    """What never leaves the machine may go in the clear, whichever loopback name it has."""
    assert Credentials("dropbox", "acme", "key", base_url=url).base_url == url


@pytest.mark.parametrize("url", ["http://10.0.0.1", "http://localhost.example", "ftp://127.0.0.1"])
def test_tokens_never_go_over_a_network_in_the_clear(url: str) -> None:
    """An address elsewhere without TLS, or that is none, is refused with what to do."""
    with pytest.raises(NeedsPerson, match=r"(Use https|Give one like)"):
        Credentials("dropbox", "acme", "key", base_url=url)
