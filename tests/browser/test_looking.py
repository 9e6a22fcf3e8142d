"""Looking at what was found, and minding what runs by itself, in the Prefect UI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from sandbox.client import Client

if TYPE_CHECKING:
    from person import Person

pytestmark = pytest.mark.xdist_group("up")


def test_hostile_names_are_only_text(person: Person, onboarded: Any) -> None:
    """Whatever a person reads of a company with hostile names, none of them does anything."""
    keys = ("report-exposed-items", "report-unauthenticated-users", "test-api", "onboarding")
    for key in (*keys, "report-activity"):
        shown = person.reads_artifact(f"{key}-{onboarded.connection}")
        assert shown.locator("script, iframe, img[src], a[href^='javascript:']").count() == 0, key


def test_a_schedule_is_paused_and_resumed(person: Person, onboarded: Any) -> None:
    """One switch beside the schedule stops live sync, and the same starts it again."""
    person.finds("sync", onboarded.connection)
    switch = person.page.get_by_role("complementary").get_by_role("switch")
    expect(switch).to_be_checked()
    person.turns(switch, on=False)
    person.page.reload()
    expect(switch).not_to_be_checked()
    person.turns(switch, on=True)


def test_a_run_at_work_is_cancelled(person: Person, onboarded: Any, company: Client) -> None:
    """Cancel ends a scan that is in the middle of its work, within seconds."""
    company.faults(slow={"share": 1.0, "ms": 4_000})
    try:
        person.begins("scan", onboarded.connection)
        person.submits()
        person.sees_state("Running")
        person.cancels()
        person.sees_state("Cancelled", within=30_000)
    finally:
        company.faults(slow=None)
