"""A browser on a real `casbah up`, and a company that was onboarded in it."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from flows.command.stand_in import APPS
from flows.serving.server_settings import password
from sandbox.client import Client

if TYPE_CHECKING:
    from person import Person
    from playwright.sync_api import Browser

# pytest imports each test by its path; `person` lies beside them.
sys.path.append(str(Path(__file__).parent))

VIEW = {"width": 1400, "height": 900}


@pytest.fixture(scope="package")
def browser(chromium: Callable[[], AbstractContextManager[Browser]]) -> Iterator[Browser]:
    """The browser, until the last test of this folder is done."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def newcomer(browser: Browser, _up: Any) -> Iterator[Callable[[], Person]]:
    """Somebody new, at a browser of their own, logged in to the UI."""
    from person import Person  # noqa: PLC0415 - needs Playwright

    people = []

    def came() -> Person:
        context = browser.new_context(viewport=VIEW)
        person = Person.at(context, _up.server.ui_url)
        people.append(person)
        person.logs_in(password(_up.home / "prefect"))
        return person

    yield came
    for person in people:
        person.page.context.close()


@pytest.fixture(scope="package")
def person(newcomer: Callable[[], Person]) -> Person:
    """The person whom the tests follow."""
    return newcomer()


@pytest.fixture(autouse=True)
def _harmless(person: Person) -> Iterator[None]:
    """Whatever a test looks at: no page opens a dialog, or asks any host but this machine."""
    person.opens("/dashboard")
    yield
    assert person.dialogs == []
    assert person.elsewhere() == []


@pytest.fixture(scope="package")
def port() -> int:
    """Where the vendor sends the browser back to: the usual port may be taken on this machine.

    One that the kernel gives to nobody by itself (those begin at 32768), for it is free until then.
    """
    for port in range(20_000 + os.getpid() % 10_000, 32_000):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    pytest.fail("No port is free.")


@pytest.fixture(scope="package")
def company(_up: Any) -> Iterator[Client]:
    """The made-up company beside the `casbah up`, for those who make its life hard."""
    mine = Client(str(_up.company.http.base_url))
    with closing(mine.http):
        yield mine


@pytest.fixture(scope="package")
def console(company: Client) -> Callable[[str], dict[str, str]]:
    """What a person copies from the app's console into the form of its block."""

    def shown(app: str) -> dict[str, str]:
        key, secret = APPS[app]
        called = ("App key", "App secret") if app == "dropbox" else ("Client ID", "Client secret")
        stand_in = str(company.http.base_url).rstrip("/")
        return dict(zip((*called, "Address of a stand-in"), (key, secret, stand_in), strict=True))

    return shown


@pytest.fixture(scope="package")
def administrator(company: Client) -> str:
    """The e-mail address of the company's Dropbox administrator."""
    company.sign_in(app="dropbox")
    told = company.call("team/token/get_authenticated_admin").json()
    return str(told["admin_profile"]["email"])


@dataclass
class Story:
    """What a person read on the way from an app's key to the reports."""

    connection: str
    link_of_artifact: str = ""
    link_of_dialog: str = ""
    landed_on: str = ""
    artifact_afterwards: str = ""


@pytest.fixture(scope="package")
def onboarded(
    person: Person,
    console: Callable[[str], dict[str, str]],
    administrator: str,
    port: int,
    company: Client,
) -> Story:
    """A Dropbox team with hostile names, taken from nothing to reports in the browser alone."""
    story = Story("seen-dropbox")
    consent = f"consent-{story.connection}"
    company.faults(hostile={"count": 400})
    person.creates_block("Dropbox team", story.connection, console("dropbox"))
    person.begins("onboard")
    person.fills("connection", story.connection)
    person.picks("app", "dropbox")
    person.fills("administrator", administrator)
    person.fills("days", "8")
    person.fills_port(port)
    person.submits()
    person.sees_state("Paused")
    run = person.page.url
    story.link_of_artifact = (
        person.reads_artifact(consent).get_by_role("link", name="this link").get_attribute("href")
    )
    person.page.goto(run)
    link = person.resumes().get_by_role("link", name="this link")
    story.link_of_dialog = link.get_attribute("href")
    link.click()
    person.page.get_by_role("button", name="Allow").click()
    story.landed_on = person.page.locator("body").inner_text()
    person.page.get_by_role("link", name="run").click()
    person.sees_state("Completed")
    story.artifact_afterwards = person.reads_artifact(consent).inner_text()
    return story
