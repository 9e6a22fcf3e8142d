"""The primary administrator of a Box enterprise, who is looked at again and again."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator

import pytest

from blocks.register import connection
from sandbox.client import Client
from sandbox.company import Size
from sandbox.server import running

Run = Callable[..., subprocess.CompletedProcess[str]]
pytestmark = pytest.mark.usefixtures("home")
APP = ("--client-id=casbah-box-demo-key", "--client-secret=casbah-box-demo-secret")


@pytest.fixture
def box() -> Iterator[Client]:
    """A company of the test's own."""
    with running(Size(members=12, days=2, events=200)) as sandbox:
        yield Client(sandbox.url)


def connected(company: Client, name: str, here: Run, role: str = "admin") -> None:
    token = company.sign_in(app="box", **{"as": role})["refresh_token"]
    base = f"--base-url={company.http.base_url}"
    done = here("connect", "box", name, base, f"--refresh-token={token}", *APP)
    assert done.returncode == 0, done.stderr


def test_onboarding_goes_on_with_an_accepted_co_admin(box: Client, here: Run) -> None:
    """A co-admin stops it; accepted, all is brought, the test stays failed, and sync goes on."""
    connected(box, "rule-co", here, "coadmin")
    stopped = here("onboard", "rule-co", "--days=2")
    assert stopped.returncode == 1
    assert "casbah onboard rule-co --accept-coadmin" in stopped.stderr
    done = here("onboard", "rule-co", "--days=2", "--accept-coadmin")
    assert done.returncode == 0, done.stderr
    kept = connection("rule-co")
    assert (kept.accept_coadmin, kept.state, kept.failed) == (True, "needs_person", "test")
    assert here("sync", "rule-co").returncode == 0
    rows = json.loads(here("sql", "select count(*) as n from events", "--json").stdout)
    assert rows[0]["n"] > 100
    assert here("test", "rule-co").returncode == 1


def test_a_role_that_is_lost_stops_the_next_sync(box: Client, here: Run) -> None:
    """A demotion is seen by the next sync: a co-admin may be accepted, a user may not."""
    connected(box, "rule-lost", here)
    assert here("sync", "rule-lost").returncode == 0
    box.faults(role={"to": "coadmin"})
    demoted = here("sync", "rule-lost")
    assert demoted.returncode == 1
    assert "is a co-admin" in demoted.stderr
    assert connection("rule-lost").state == "needs_person"
    assert here("test", "rule-lost", "--accept-coadmin").returncode == 1
    assert here("sync", "rule-lost").returncode == 0
    box.faults(role={"to": "user"})
    stopped = here("sync", "rule-lost")
    assert stopped.returncode == 1
    assert "is not an administrator but user" in stopped.stderr
    assert "casbah connect box rule-lost" in stopped.stderr
