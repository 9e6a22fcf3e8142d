"""Connecting from the Prefect UI: the run that a deployment starts pauses, asks, and goes on."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    ArtifactFilterKey,
)
from prefect.client.schemas.objects import FlowRun
from prefect.flow_engine import run_flow
from prefect.flow_runs import resume_flow_run
from tenacity import retry, stop_after_delay, wait_fixed

from blocks.box import BoxEnterprise
from blocks.custody import BlockTokens, load_block, save_block
from blocks.dropbox import DropboxTeam
from blocks.register import connection, connections
from data.settings import settings
from flows.connect import connect
from sandbox.administrator import decide, filled
from sandbox.client import Client
from tasks.consent import asking

pytestmark = pytest.mark.usefixtures("home")
Leaks = Callable[[str], list[str]]
APPS = {
    "dropbox": (DropboxTeam, "casbah-demo-key", "casbah-demo-secret"),
    "box": (BoxEnterprise, "casbah-box-demo-key", "casbah-box-demo-secret"),
}


def block(company: Client, name: str, app: str = "dropbox") -> None:
    """What a person fills in in the UI's form: where the app is, its key and its secret."""
    kind, key, secret = APPS[app]
    address = str(company.http.base_url)
    save_block(name, kind(client_id=key, client_secret=secret, base_url=address))


class Run:
    """A run of `connect` that a deployment has started, carried out in a thread of this process."""

    def __init__(self, name: str, **parameters: object) -> None:
        given = {"connection": name, "redirect_port": 0, **parameters}
        with get_client(sync_client=True) as client:
            flow = client.create_flow(connect)
            deployment = client.create_deployment(flow, f"connect-{name}")
            self.run = client.create_flow_run_from_deployment(deployment, parameters=given)
        self.given = given

    def carry_out(self) -> None:
        work: Any = run_flow(connect, flow_run=self.run, parameters=self.given, return_type="state")
        asyncio.run(work)

    def now(self) -> FlowRun:
        with get_client(sync_client=True) as client:
            return client.read_flow_run(self.run.id)

    @retry(stop=stop_after_delay(60), wait=wait_fixed(0.05), reraise=True)
    def asked(self, words: str = "") -> str:
        """The consent link in the dialog of the paused run, whose description has these words."""
        now = self.now()
        assert now.state
        assert now.state.is_paused(), now.state
        with get_client(sync_client=True) as client:
            key = f"paused-{now.state.state_details.pause_key}-description"
            told = client.request("GET", f"/flow_runs/{self.run.id}/input/{key}").json()
        assert words in told
        link = re.search(r"\]\((http[^)]+)\)", told)
        assert link
        return link[1]

    def shown(self) -> str:
        """The artifact of the consent, with its description."""
        its_own = ArtifactFilter(
            key=ArtifactFilterKey(any_=[f"consent-{self.given['connection']}"]),
            flow_run_id=ArtifactFilterFlowRunId(any_=[self.run.id]),
        )
        with get_client(sync_client=True) as client:
            (found,) = client.read_artifacts(artifact_filter=its_own)
        return f"{found.data}\n{found.description}"

    def failed(self, *words: str) -> None:
        """It has failed with a sentence in which the words are, and nothing was kept."""
        state, name = self.now().state, str(self.given["connection"])
        assert state
        assert state.is_failed(), state
        assert all(word in (state.message or "") for word in words), state.message
        assert name not in {known.name for known in connections()}
        assert BlockTokens(name, "dropbox").load().refresh_token is None


@contextmanager
def started(name: str, **parameters: object) -> Iterator[Run]:
    """Start it; at the end of the block it has come to its end."""
    run = Run(name, **parameters)
    with ThreadPoolExecutor() as pool:
        end: Future[None] = pool.submit(run.carry_out)
        yield run
        end.result(timeout=60)


def code_of(page: httpx.Response) -> str:
    """The code that the app shows where it cannot send a browser back."""
    found = re.search(r"<code[^>]*>([^<]+)</code>", page.text)
    assert found
    return found[1]


def test_the_browser_resumes_the_run(calm: Client, leaks: Leaks) -> None:
    """Allow, the page that says whose it is and leads back; nothing typed, nothing secret kept."""
    block(calm, "ui-browser")
    with started("ui-browser") as run:
        link = run.asked("nothing to type")
        assert link in run.shown()
        page = decide(link)
    assert run.now().state_name == "Completed"
    kept = load_block("ui-browser", DropboxTeam)
    assert f"ui-browser → Larkfield Instruments, by {kept.admin_email}" in page.text
    assert f"/runs/flow-run/{run.run.id}" in page.text
    assert "<script" not in page.text
    assert "is connected" in run.shown()
    assert link not in run.shown()
    assert connection("ui-browser").app == "dropbox"
    tokens = BlockTokens("ui-browser").load()
    for secret in (page.url.params["code"], tokens.refresh_token, tokens.access_token):
        assert secret
        assert leaks(secret) == []
    assert leaks(APPS["dropbox"][2]) == []


@pytest.mark.parametrize("whole", [False, True])
def test_what_came_back_is_pasted(whole: bool, calm: Client, leaks: Leaks) -> None:
    """Resumed with nothing, the run asks again; then a code, or a whole address, and it is gone."""
    name = f"ui-pasted-{whole}".lower()
    block(calm, name)
    with started(name, **({} if whole else {"redirect_port": None})) as run:
        run.asked("paste")
        resume_flow_run(run.run.id, run_input={})
        link = run.asked("Nothing was pasted")
        pasted = landed(link) if whole else code_of(decide(link))
        resume_flow_run(run.run.id, run_input={"code": f" {pasted}\n"})
    assert run.now().state_name == "Completed"
    assert connection(name).state == "connected"
    code = parse_qs(urlsplit(pasted).query)["code"][0] if whole else pasted
    assert leaks(code) == []


def landed(link: str) -> str:
    """The address to which the vendor sends a browser that then reaches nobody."""
    with httpx.Client() as browser:
        page = browser.get(link).raise_for_status()
        action, form = filled(page.text, "allow", "admin")
        return browser.post(urljoin(link, action), data=form).headers["location"]


@pytest.mark.parametrize(
    ("decision", "parameters", "words"),
    [
        ({"decision": "deny"}, {}, ["did not allow the connection", "choose Allow"]),
        ({"signed_in_as": "member"}, {}, ["not of a team"]),
        ({}, {"administrator": "eve@larkfield.example"}, ["and not by eve@", "signed in as eve@"]),
    ],
)
def test_an_answer_that_does_not_serve(
    decision: dict[str, Any],
    parameters: dict[str, str],
    words: list[str],
    own: Client,
    leaks: Leaks,
) -> None:
    """Denied, or allowed by the wrong person: one sentence everywhere, and nothing kept."""
    block(own, "ui-refused")
    with started("ui-refused", **parameters) as run:
        link = run.asked()
        page = decide(link, **decision)
    run.failed(*words)
    for told in (page.text, html.unescape(run.shown()).replace("\\", "")):
        assert all(word in told for word in words), told
    assert "Dropbox is not connected" in page.text
    assert link not in run.shown()
    if "code" in page.url.params:
        assert leaks(page.url.params["code"]) == []
    assert list((settings().home / "callbacks").glob("wait-*")) == []


def test_nobody_answers(calm: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that was closed is not waited for for ever, and the sentence says what to do."""
    block(calm, "ui-expired")
    monkeypatch.setattr(asking, "PATIENCE", 3.0)
    with started("ui-expired") as run:
        link = run.asked()
    run.failed("Nobody answered the consent link", "Run it again")
    assert link not in run.shown()
    with pytest.raises(httpx.ConnectError):
        decide(link)


def test_another_is_at_it(calm: Client) -> None:
    """Two people connect one name: the second hears so at once, the first is not disturbed."""
    block(calm, "ui-twice")
    with started("ui-twice") as first:
        link = first.asked()
        with started("ui-twice") as second:
            pass
        second.failed("Another connect of 'ui-twice' is running.")
        assert decide(link).status_code == 200
    assert first.now().state_name == "Completed"


def test_there_is_nothing_to_ask_with(calm: Client) -> None:
    """No block, or one of the other app: one sentence says which there are, or what to choose."""
    block(calm, "ui-box", "box")
    with started("ui-nothing") as run:
        pass
    state = run.now().state
    assert state
    assert re.match(
        "There is no block called 'ui-nothing'.* There are: .*ui-box.* Create it in the Prefect UI",
        state.message or "",
    )
    with started("ui-box", app="dropbox") as run:
        pass
    state = run.now().state
    assert state
    assert re.search("is a Box enterprise, not a Dropbox team.*Choose box", state.message or "")
    block(calm, "ui-both", "box")
    block(calm, "ui-both")
    with started("ui-both") as run:
        pass
    state = run.now().state
    assert state
    assert "Choose the app" in (state.message or "")


def test_the_page_of_another_answer(calm: Client) -> None:
    """An old link, or none of ours, brings the browser to a page that says so; the run waits on."""
    block(calm, "ui-old")
    with started("ui-old") as run:
        link = run.asked()
        state = parse_qs(urlsplit(link).query)["state"][0]
        old = decide(link.replace(state, "<b>older</b>"))
        assert old.status_code == 410
        assert "Nobody waits for this answer" in old.text
        assert "<b>" not in old.text
        assert "is connected" in decide(link).text
    assert run.now().state_name == "Completed"
