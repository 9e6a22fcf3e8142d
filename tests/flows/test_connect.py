"""Connecting: the consent page, the browser's way back, and every way in which that fails."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from blocks.custody import BlockTokens
from blocks.register import connection, connections
from connectors.contract import Credentials
from connectors.errors import NeedsPerson
from flows.running import run_flow
from flows.terminal import Terminal
from sandbox.administrator import decide
from sandbox.client import Client
from sandbox.company import Size
from sandbox.server import running

Run = Callable[..., subprocess.CompletedProcess[str]]
Start = Callable[..., subprocess.Popen[str]]
pytestmark = pytest.mark.usefixtures("home")
APP = ("--client-id=casbah-demo-key", "--client-secret=casbah-demo-secret")
Leaks = Callable[[str], list[str]]
Answer = Callable[[str], str | None]
Decide = Callable[[str], httpx.Response]


def consent(company: Client, name: str, answer: Answer, port: int | None = 0) -> None:
    """Run the connect flow, with `answer` in the place of the administrator and the browser."""
    credentials = Credentials(
        "dropbox", name, "casbah-demo-key", "casbah-demo-secret", str(company.http.base_url)
    )
    asked = {"app": "dropbox", "connection": name, "redirect_port": port}
    run_flow("connect", Terminal(answer), credentials, **asked)


@contextmanager
def browser(decides: Decide) -> Iterator[tuple[Answer, list[Future[httpx.Response]]]]:
    """An administrator who decides in a browser of their own, and the pages on which it lands."""
    pages: list[Future[httpx.Response]] = []
    with ThreadPoolExecutor() as pool:
        yield lambda link: pages.append(pool.submit(decides, link)), pages


def link_of(process: subprocess.Popen[str]) -> str:
    """The consent link that a command has shown."""
    assert process.stderr
    said = iter(process.stderr.readline, "")
    return next(line.strip() for line in said if "/oauth2/authorize" in line)


def test_a_browser_brings_the_consent_home(start: Start, calm: Client, leaks: Leaks) -> None:
    """The link on one line, Allow, the page that says so; the connection is kept, the code not."""
    with start(
        "connect",
        "dropbox",
        "browser",
        f"--base-url={calm.http.base_url}",
        "--redirect-port=0",
        *APP,
    ) as process:
        link = link_of(process)
        page = decide(link)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "")
    assert "Dropbox is connected" in page.text
    assert re.search(r"browser → Larkfield Instruments, by \S+@larkfield.example", page.text)
    assert page.url.host == "127.0.0.1"
    assert "browser is connected to Larkfield Instruments" in err
    assert {"code_challenge", "state", "redirect_uri"} <= set(parse_qs(urlsplit(link).query))
    kept = connection("browser")
    assert kept.state == "connected"
    assert BlockTokens("browser").load().refresh_token
    for secret in ("code", "state"):
        assert leaks(page.url.params[secret]) == []


def test_a_code_is_pasted(start: Start, calm: Client) -> None:
    """With --paste the browser needs no way back: the page shows a code for the terminal."""
    with start(
        "connect", "dropbox", "pasted", f"--base-url={calm.http.base_url}", "--paste", *APP
    ) as (process):
        page = decide(link_of(process)).text
        code = re.search(r"<code[^>]*>([^<]+)</code>", page)
        assert code, page
        _, err = process.communicate(code[1] + "\n", timeout=60)
    assert process.returncode == 0, err
    assert code[1] not in err
    assert connection("pasted").account_name == "Larkfield Instruments"


@pytest.mark.parametrize(
    ("decided", "words"),
    [
        (partial(decide, decision="deny"), ["did not allow the connection", "choose Allow"]),
        (partial(decide, signed_in_as="member"), ["not of a team", "connect dropbox refused"]),
    ],
)
def test_a_consent_that_fails(
    decided: Decide,
    words: list[str],
    calm: Client,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Denied, or allowed by the wrong person: the same sentence here and there, and no trace."""
    with browser(decided) as (answer, pages), pytest.raises(SystemExit) as end:
        consent(calm, "refused", answer)
    said = capfd.readouterr().err
    assert end.value.code == 1
    assert said.count("casbah: ") == 1
    for told in (said, pages[0].result().text):
        assert all(word in told for word in words), told
    assert "Dropbox is not connected" in pages[0].result().text
    assert "refused" not in {known.name for known in connections()}
    with pytest.raises(NeedsPerson):
        BlockTokens("refused")


@pytest.mark.parametrize("answer", ["", "no code of theirs", "https://x.example/?code=1&state=2"])
def test_what_is_pasted_is_not_the_code(
    answer: str, calm: Client, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nothing, a slip, or another address: a sentence that says what to paste or open."""
    with pytest.raises(SystemExit):
        consent(calm, "slipped", lambda _: answer, port=None)
    said = capfd.readouterr().err
    assert said.count("casbah: ") == 1
    assert re.search(r"Paste the code|Open the newest link|Connect again", said), said


def test_a_code_that_waited_too_long(own: Client, capfd: pytest.CaptureFixture[str]) -> None:
    """A code serves for a minute; after that the sentence says to connect again."""

    def slowly(link: str) -> str:
        with httpx.Client() as browser:
            page = browser.get(link)
        landed = own.press(page, "allow")
        own.clock(advance_seconds=120)
        return landed.headers["location"]

    with pytest.raises(SystemExit):
        consent(own, "slow", slowly)
    assert re.search(r"casbah: .*expired.*casbah connect dropbox slow", capfd.readouterr().err)
    assert "slow" not in {known.name for known in connections()}


def test_the_port_of_the_way_back_is_taken(calm: Client, capfd: pytest.CaptureFixture[str]) -> None:
    """A port that something else has is named, with the option that chooses another."""
    with pytest.raises(SystemExit):
        consent(calm, "crowded", lambda _: None, port=calm.http.base_url.port)
    assert re.search(r"casbah: Port \d+ .* is taken .*--redirect-port", capfd.readouterr().err)


def test_a_name_stays_with_its_account(calm: Client, capfd: pytest.CaptureFixture[str]) -> None:
    """Connecting again renews the consent; the events of a name are never of two companies."""

    with browser(decide) as (allow, pages):
        consent(calm, "renewed", allow)
        first = BlockTokens("renewed").load()
        consent(calm, "renewed", allow)
        second = BlockTokens("renewed").load()
        assert second.refresh_token != first.refresh_token
        with (
            running(Size(seed=8, members=12, days=2, events=50)) as another,
            pytest.raises(SystemExit),
        ):
            consent(Client(another.url), "renewed", allow)
    for told in (capfd.readouterr().err, pages[2].result().text):
        assert "Give this one another name" in told
    assert BlockTokens("renewed").load() == second
