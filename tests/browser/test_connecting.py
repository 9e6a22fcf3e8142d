"""Connecting an account in the Prefect UI, as a person does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from person import Person

pytestmark = pytest.mark.xdist_group("up")


def test_an_account_is_connected_and_onboarded_in_the_browser(
    onboarded: Any, administrator: str, port: int
) -> None:
    """From the form of a block to a finished run, the person types nothing after Allow."""
    assert onboarded.link_of_artifact == onboarded.link_of_dialog
    asked = parse_qs(urlsplit(onboarded.link_of_dialog).query)
    assert asked["redirect_uri"] == [f"http://127.0.0.1:{port}/callback"]
    assert "Dropbox is connected" in onboarded.landed_on
    assert administrator in onboarded.landed_on
    assert "authorize" not in onboarded.artifact_afterwards
    assert administrator in onboarded.artifact_afterwards


@pytest.fixture(scope="package")
def box(person: Person, console: Callable[[str], dict[str, str]]) -> str:
    """A Box enterprise whose app is known, and that nobody has allowed anything yet."""
    person.creates_block("Box enterprise", "seen-box", console("box"))
    return "seen-box"


@pytest.fixture
def asking(person: Person, box: str, port: int) -> str:
    """The address of a run that waits for the consent of Box's administrator."""
    person.begins("connect")
    person.fills("connection", box)
    person.fills_port(port)
    person.submits()
    person.sees_state("Paused")
    return person.page.url


@pytest.mark.usefixtures("asking")
def test_a_denial_is_told_where_the_person_is(person: Person) -> None:
    """The page after Deny and the run that failed say the same sentence, and what to do."""
    person.resumes().get_by_role("link", name="this link").click()
    person.page.get_by_role("button", name="Deny").click()
    expect(person.page.get_by_role("heading")).to_contain_text("Box is not connected")
    sentence = person.page.get_by_role("paragraph").first.inner_text()
    person.page.get_by_role("link", name="run").click()
    person.sees_state("Failed")
    expect(person.page.get_by_role("log")).to_contain_text(sentence.split(". ")[0])


def test_what_cannot_come_by_itself_is_pasted(person: Person, asking: str, port: int) -> None:
    """Where the browser cannot reach us, the address that it ended on serves in the dialog."""
    with person.unreachable(f"http://127.0.0.1:{port}/callback") as shown:
        person.resumes().get_by_role("link", name="this link").click()
        with person.page.expect_event("requestfailed"):
            person.page.get_by_role("button", name="Allow").click()
    person.page.goto(asking)
    person.sees_state("Paused")
    dialog = person.resumes()
    person.fills("Address or code", shown[0], dialog)
    dialog.get_by_role("button", name="Resume").click()
    person.sees_state("Completed")


@pytest.mark.usefixtures("asking")
def test_a_run_that_waits_is_cancelled(person: Person) -> None:
    """Who thinks better of it after a look at the link cancels the run, and it ends."""
    person.resumes().get_by_role("button", name="Close").click()
    person.cancels()
    person.sees_state("Cancelled")
