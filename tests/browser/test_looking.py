"""Looking at what was found, and minding what runs by itself, in the Prefect UI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from data import reports
from sandbox.client import Client

if TYPE_CHECKING:
    from person import Person

pytestmark = pytest.mark.xdist_group("up")


def test_hostile_names_are_only_text(person: Person, onboarded: Any) -> None:
    """Every artifact of a company with hostile names shows them, and none of them does anything."""
    name = onboarded.connection
    keys = [f"report-{report.replace('_', '-')}-{name}" for report in reports.names()]
    for key in [*keys, f"test-api-{name}", f"onboarding-{name}"]:
        shown = person.reads_artifact(key)
        assert shown.locator("script, iframe, img, a[href^='javascript:']").count() == 0, key


def test_a_schedule_is_paused_and_resumed(person: Person, onboarded: Any) -> None:
    """One switch beside the schedule stops live sync, and the same starts it again."""
    person.finds("sync", onboarded.connection)
    switch = person.page.get_by_role("complementary").get_by_role("switch")
    expect(switch).to_be_checked()
    for on in (False, True):
        switch.click()
        expect(switch).to_be_checked(checked=on)
        person.page.reload()
        expect(switch).to_be_checked(checked=on)


def test_a_run_at_work_is_cancelled(person: Person, onboarded: Any, company: Client) -> None:
    """Cancel ends a scan that is in the middle of its work, within seconds."""
    company.faults(slow={"share": 1.0, "ms": 4_000})
    try:
        person.finds("scan", onboarded.connection)
        person.chooses("Quick run", "Run")
        person.page.get_by_role("button", name="View run").click()
        person.sees_state("Running")
        person.cancels()
        person.sees_state("Cancelled", within=30_000)
    finally:
        company.faults(slow=None)
