"""Connecting Box: tokens that serve once, apps that sign in by themselves, and who may."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from tenacity import retry, stop_after_delay, wait_fixed

from blocks.box import BoxEnterprise
from blocks.custody import BlockTokens, load_block
from blocks.register import connection, connections
from sandbox.administrator import decide
from sandbox.client import Client
from sandbox.company import Size
from sandbox.server import running

Run = Callable[..., subprocess.CompletedProcess[str]]
Start = Callable[..., subprocess.Popen[str]]
Leaks = Callable[[str], list[str]]
pytestmark = pytest.mark.usefixtures("home")
APP = ("--client-id=casbah-box-demo-key", "--client-secret=casbah-box-demo-secret")
AWAY = {"share": 1, "retry_after": 120, "path": "/2.0/users/me", "in_a_row": 99}


@pytest.fixture
def box() -> Iterator[Client]:
    """A company of the test's own."""
    with running(Size(members=12, days=2, events=50)) as sandbox:
        yield Client(sandbox.url)


def offered(company: Client, **wanted: str) -> list[str]:
    """The options of `connect` with a refresh token that was got without a browser."""
    token = company.sign_in(app="box", **wanted)["refresh_token"]
    return [f"--base-url={company.http.base_url}", f"--refresh-token={token}", *APP]


def drafts() -> list[str]:
    """The names of blocks that hold what a connect has not finished."""
    with get_client(sync_client=True) as client:
        documents = client.request("POST", "/block_documents/filter", json={}).json()
    return [each["name"] for each in documents if str(each["name"]).startswith("-draft-")]


def serves(name: str, here: Run) -> bool:
    """Whether the saved tokens open the account, after the access token's hour as well."""
    tokens = BlockTokens(name).load()
    BlockTokens(name).save(type(tokens)(None, None, tokens.refresh_token))
    shown = json.loads(here("test", name, "--json").stdout)
    return bool(shown[0]["passed"])


def test_a_browser_brings_the_consent_home(start: Start, box: Client, here: Run) -> None:
    """The link, Allow, the page that says so; the connection is kept and its tokens serve on."""
    base = f"--base-url={box.http.base_url}"
    with start("connect", "box", "box-browser", base, "--redirect-port=0", *APP) as process:
        assert process.stderr
        said = iter(process.stderr.readline, "")
        page = decide(next(line.strip() for line in said if "/oauth2/authorize" in line))
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "Box is connected" in page.text
    assert connection("box-browser").app == "box"
    assert serves("box-browser", here)


def test_a_spent_refresh_token_leaves_its_successor(box: Client, here: Run, leaks: Leaks) -> None:
    """A connect that fails after its token was spent is done with by the same command again."""
    options, before = offered(box), drafts()
    box.faults(throttle=AWAY)
    failed = here("connect", "box", "box-spent", *options)
    assert failed.returncode == 1, failed.stderr
    assert "box-spent" not in {known.name for known in connections()}
    assert len(drafts()) == len(before) + 1
    box.http.delete("/faults")
    again = here("connect", "box", "box-spent", *options)
    assert again.returncode == 0, again.stderr
    assert drafts() == before
    assert serves("box-spent", here)
    for secret in (options[1].partition("=")[2], BlockTokens("box-spent").load().refresh_token):
        assert leaks(secret) == []


def test_a_failed_connect_leaves_the_good_connection(box: Client, here: Run) -> None:
    """Another person's token that turns out no good changes nothing of the name's tokens."""
    assert here("connect", "box", "box-good", *offered(box)).returncode == 0
    before = BlockTokens("box-good").load()
    refused = here("connect", "box", "box-good", *offered(box, **{"as": "member"}))
    assert refused.returncode == 1
    assert "is not an administrator" in refused.stderr
    assert BlockTokens("box-good").load() == before
    assert serves("box-good", here)


def test_a_connections_own_token_is_offered_again(box: Client, here: Run) -> None:
    """Who connects with the very token that a connection holds leaves it one that serves."""
    assert here("connect", "box", "box-own", *offered(box)).returncode == 0
    held = BlockTokens("box-own").load()
    BlockTokens("box-own").save(type(held)(None, None, held.refresh_token))
    again = [f"--base-url={box.http.base_url}", f"--refresh-token={held.refresh_token}", *APP]
    before = drafts()
    box.faults(throttle=AWAY)
    assert here("connect", "box", "box-own", *again).returncode == 1
    box.http.delete("/faults")
    assert BlockTokens("box-own").load().refresh_token != held.refresh_token
    assert drafts() == before
    assert serves("box-own", here)


@retry(stop=stop_after_delay(60), wait=wait_fixed(0.05), reraise=True)
def wait_until_it_asks(company: Client) -> None:
    assert "/2.0/users/me" in company.http.get("/requests").json()["routes"]


def test_a_killed_connect_loses_no_grant(start: Start, box: Client, here: Run) -> None:
    """Killed between the refresh and the end, a connect is taken up by the same command."""
    options = offered(box)
    box.faults(slow={"ms": 60_000, "path": "/2.0/users/me"})
    with start("connect", "box", "box-killed", *options) as process:
        wait_until_it_asks(box)
        process.kill()
    box.http.delete("/faults")
    assert here("connect", "box", "box-killed", *options).returncode == 0
    assert serves("box-killed", here)


@pytest.fixture
def downloaded(box: Client, tmp_path: Path) -> Path:
    """Box's own configuration file of the app with a key."""
    file = tmp_path / "config.json"
    file.write_text(box.http.get("/sandbox/box-config.json").text)
    return file


def test_an_app_signs_in_with_its_key(
    box: Client, here: Run, downloaded: Path, leaks: Leaks
) -> None:
    """With Box's file nobody is asked; nothing of the key lies open anywhere, and it serves on."""
    base = f"--base-url={box.http.base_url}"
    connected = here("connect", "box", "box-jwt", base, f"--config={downloaded}")
    assert connected.returncode == 0, connected.stderr
    assert load_block("box-jwt", BoxEnterprise).auth == "jwt"
    assert serves("box-jwt", here)
    told: Any = json.loads(downloaded.read_text())["boxAppSettings"]
    line = told["appAuth"]["privateKey"].splitlines()[5]
    for secret in (line, told["appAuth"]["passphrase"], told["clientSecret"]):
        assert leaks(secret) == []
    renewed = here("connect", "box", "box-jwt")
    assert renewed.returncode == 0, renewed.stderr


def test_an_app_signs_in_with_its_secret(box: Client, here: Run) -> None:
    """Client credentials need the enterprise's ID and nothing of a person."""
    enterprise = box.http.get("/sandbox/box-config.json").json()["enterpriseID"]
    app = ("--client-id=casbah-box-ccg-key", "--client-secret=casbah-box-ccg-secret")
    base = f"--base-url={box.http.base_url}"
    signed_in = ("--auth=ccg", f"--enterprise-id={enterprise}")
    connected = here("connect", "box", "box-ccg", base, *app, *signed_in)
    assert connected.returncode == 0, connected.stderr
    assert connection("box-ccg").account_id == enterprise
    assert serves("box-ccg", here)


@pytest.mark.parametrize(
    ("app", "words"),
    [
        ("box", ["--auth=jwt"]),
        ("box", ["--auth=ccg"]),
        ("box", ["--auth=ccg", "--enterprise-id=1", "--refresh-token=x"]),
        ("dropbox", ["--auth=oauth"]),
        ("dropbox", ["--data-center=EU1"]),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(app: str, words: list[str], here: Run) -> None:
    """An option that lacks another, or is not for this app, ends with exit code 2."""
    told = here("connect", app, "box-odd", "--client-id=x", *words)
    assert told.returncode == 2
    assert re.search(r"--auth|--enterprise-id", told.stderr)


def test_a_data_centre_chooses_the_app(
    box: Client, here: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client ID comes from the setting; where it is blocked, that ID and centre are named."""
    words = ("connect", "box", "box-eu", f"--base-url={box.http.base_url}", "--data-center=EU1")
    nowhere = here(*words)
    assert nowhere.returncode == 1
    assert "No client ID is set for data centre EU1." in nowhere.stderr
    monkeypatch.setenv("CASBAH_BOX_CLIENT_IDS", "EU1=casbah-box-blocked-key")
    blocked = here(*words, "--client-secret=casbah-box-blocked-secret", "--refresh-token=any")
    assert blocked.returncode == 1
    assert "client ID casbah-box-blocked-key of data centre EU1" in blocked.stderr
    assert '"Except for"' in blocked.stderr


def test_a_co_admin_is_accepted_and_the_test_stays_failed(box: Client, here: Run) -> None:
    """Nothing but that row may be borne; what a person accepts is kept, and the test fails on."""
    assert here("connect", "box", "box-co", *offered(box, **{"as": "coadmin"})).returncode == 0
    tested = here("test", "box-co", "--json")
    rows = {row["capability"]: row for row in json.loads(tested.stdout)}
    assert tested.returncode == 1
    assert rows["admin role"]["passed"] is False
    assert "--accept-coadmin" in rows["admin role"]["remedy"]
    assert not connection("box-co").accept_coadmin
    again = here("test", "box-co", "--accept-coadmin")
    assert again.returncode == 1
    assert connection("box-co").accept_coadmin
    assert connection("box-co").state == "needs_person"
