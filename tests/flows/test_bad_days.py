"""Bad input and bad days: one sentence that says what to do, exit code 1, and nothing lost."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from prefect.states import Failed
from tenacity import retry, stop_after_delay, wait_fixed

from blocks.custody import BlockTokens
from connectors.errors import NeedsPerson, TryLater
from flows.command.terminal import Terminal
from sandbox.client import Client
from tasks.again import passes_by_itself
from tasks.showing.telling import heard_by

Run = Callable[..., subprocess.CompletedProcess[str]]
Start = Callable[..., subprocess.Popen[str]]
Offer = Callable[..., list[str]]


def told(ended: subprocess.CompletedProcess[str], *words: str) -> str:
    """The one sentence of a command that failed as it should."""
    assert ended.returncode == 1, (ended.stdout, ended.stderr)
    assert "Traceback" not in ended.stderr
    sentences = [line for line in ended.stderr.splitlines() if line.startswith("casbah: ")]
    assert len(sentences) == 1, ended.stderr
    for word in words:
        assert word in sentences[0]
    return sentences[0]


@pytest.mark.parametrize(
    "name", ["Acme Inc", "../x", "", "a" * 64, "-x", "ünï", "a\nb", "a'b", "a/b", ".", "A"]
)
def test_an_odd_name_is_refused(name: str, here: Run, home: Path, calm: Client) -> None:
    """A name that could be a path, a command or a riddle is refused before anything is written."""
    before = sorted(home.rglob("*.token")), register(home)
    options = [f"--base-url={calm.http.base_url}", "--client-id=x", "--refresh-token=y"]
    assert "cannot be the name" in told(here("connect", "dropbox", *options, "--", name), "Use up")
    assert "cannot be the name" in told(here("sync", "--", name), "Use up")
    assert (sorted(home.rglob("*.token")), register(home)) == before


def test_the_longest_name_serves(here: Run, calm: Client, offer: Offer) -> None:
    """Sixty-three characters are a name, from connecting to the answer."""
    name = "9" + "-" * 61 + "z"
    assert here("connect", "dropbox", name, *offer(calm)).returncode == 0
    assert here("backfill", name, "--days=1").returncode == 0
    assert name in here("sql", "select distinct connection from landings", "--json").stdout


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (["--client-id=nobodys"], ["does not know this app key", "Copy both"]),
        (["--client-secret=wrong"], ["does not know this app key", "Copy both"]),
        (["--refresh-token=wrong"], ["gave no token", "Connect again as an administrator"]),
        (["--base-url=http://127.0.0.1:1"], ["cannot be reached at http://127.0.0.1:1", "check"]),
        (["--base-url=nonsense"], ["no base URL", "Give one like"]),
        (["--base-url=http://"], ["no base URL", "Give one like"]),
        (["--base-url=ftp://127.0.0.1"], ["no base URL", "Give one like"]),
        (["--base-url=http://[::1"], ["no base URL", "Give one like"]),
        (["--base-url=http://127.0.0.1:99999"], ["no base URL", "Give one like"]),
        (["--base-url=http://stand-in.example"], ["unencrypted", "Use https"]),
    ],
)
def test_a_connect_that_fails_leaves_the_good_connection(
    changed: list[str], words: list[str], *, here: Run, home: Path, calm: Client, offer: Offer
) -> None:
    """Nothing of a failed connect is kept: the connection of that name works as before."""
    name = "steady"
    if name not in register(home):
        assert here("connect", "dropbox", name, *offer(calm)).returncode == 0
    before = register(home), BlockTokens(name).load()
    told(here("connect", "dropbox", name, *offer(calm), *changed), *words)
    assert (register(home), BlockTokens(name).load()) == before
    assert here("sync", name).returncode == 0


def test_the_token_of_a_person_is_not_a_teams(
    here: Run, home: Path, calm: Client, offer: Offer
) -> None:
    """A plain member's consent opens one account only, and is not kept."""
    sentence = told(here("connect", "dropbox", "lonely", *offer(calm, **{"as": "member"})))
    assert "single Dropbox account, not of a team" in sentence
    assert "lonely" not in register(home)
    with pytest.raises(NeedsPerson):
        BlockTokens("lonely").load()


@pytest.mark.parametrize(
    ("client_id", "words"),
    [
        ("casbah-narrow-key", ["lacks the scope events.read", "Tick events.read"]),
        ("casbah-basic-key", ["plan does not log file events", "ask who buys"]),
    ],
)
def test_what_the_app_or_the_plan_lacks_is_named(
    client_id: str, words: list[str], here: Run, calm: Client, offer: Offer
) -> None:
    """A missing scope and a plan without file events fail the test and show in the status."""
    name = client_id.replace("casbah", "lacking")
    assert here("connect", "dropbox", name, *offer(calm, client_id=client_id)).returncode == 0
    ended = here("test", name, "--json")
    told(ended, *words)
    assert '"passed": false' in ended.stdout
    assert words[0] in here("status").stderr


def test_a_revoked_grant_asks_for_a_person(here: Run, own: Client, offer: Offer) -> None:
    """Every command says to connect again; what has landed stays; a new consent mends it."""
    assert here("connect", "dropbox", "revoked", *offer(own)).returncode == 0
    assert here("sync", "revoked").returncode == 0
    landed = here("sql", "select count(*) as n from events", "--format=csv").stdout
    own.faults(revoke=True)
    for command in (["test"], ["sync"], ["backfill", "--days=2"]):
        told(here(command[0], "revoked", *command[1:]), "casbah connect dropbox revoked")
    assert here("sql", "select count(*) as n from events", "--format=csv").stdout == landed
    assert "casbah connect dropbox revoked" in here("status").stderr
    assert here("connect", "dropbox", "revoked", *offer(own)).returncode == 0
    assert here("sync", "revoked").returncode == 0
    assert "casbah connect dropbox revoked" not in here("status").stderr


def test_two_onboardings_of_one_name(here: Run, start: Start, own: Client, offer: Offer) -> None:
    """Of two at once one is done, and the other says to wait; the lake is right."""
    told(here("onboard", "twofold"), "twofold", "casbah connect")
    assert here("connect", "dropbox", "twofold", *offer(own)).returncode == 0
    own.clock(pause=True)
    own.http.delete("/requests")
    own.faults(slow={"ms": 3000})  # the first cannot be done before the second has begun
    with start("onboard", "twofold", "--days=8") as first:
        wait_until_asked(own)
        told(
            here("onboard", "twofold", "--days=8"),
            "Another onboard of 'twofold' is running",
            "Wait",
        )
        own.http.delete("/faults")
        _, errors = first.communicate(timeout=120)
    assert first.returncode == 0, errors
    answer = here("sql", "select count(*) as n from events", "--format=csv")
    assert answer.stdout.split() == ["n", str(len(own.truth()))]


@retry(stop=stop_after_delay(60), wait=wait_fixed(0.05), reraise=True)
def wait_until_asked(company: Client) -> None:
    routes = company.http.get("/requests").json()["routes"]
    assert any(route.startswith("/2/") for route in routes)


def test_a_connection_that_nobody_made(here: Run) -> None:
    """The sentence names the command that makes it."""
    for verb in ("test", "backfill", "sync"):
        told(here(verb, "nobody"), "nobody", "casbah connect APP nobody")


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize(
    ("words", "about"),
    [
        (["report", "nope"], ["no report 'nope'", "activity, activity_per"]),
        (["report", "activity", "--since=2026-13-45"], ["is no time", "write a day as"]),
        (["report", "activity", "--until="], ["is no time", "write a day as"]),
        (
            ["report", "activity", "--since=2026-02-02", "--until=2026-01-01"],
            ["ends (2026-01-01 00:00) before it begins"],
        ),
        (
            ["report", "activity", "--output=/proc/nope"],
            ["/proc/nope cannot be written", "--output"],
        ),
        (["sql", "selec 1"], ["syntax error", "selec"]),
        (["sql", "select * from nope"], ["nope does not exist"]),
        (["sql", "select 1; select 2"], ["Ask one select at a time; these are 2"]),
        (["sql", ""], ["Ask one select at a time; these are 0"]),
        (["sql", "drop view events"], ["ask a select, not DROP"]),
        (["sql", "copy events to 'x.csv'"], ["ask a select, not COPY"]),
        (["sql", "select * from read_csv('/etc/passwd')"], ["/etc/passwd"]),
    ],
)
def test_a_question_that_cannot_be_answered(words: list[str], about: list[str], here: Run) -> None:
    """It is refused in a sentence, and nothing is read or written that is not the lake's."""
    told(here(*words), *about)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nope"],
        ["connect", "nope", "acme"],
        ["backfill", "acme", "--days=0"],
        ["backfill", "acme", "--days=x"],
        ["backfill"],
        ["report", "activity", "--format=xml"],
        ["sync", "acme", "--nope"],
    ],
)
def test_wrong_usage_ends_with_two(words: list[str], here: Run) -> None:
    """What a command cannot mean ends with exit code 2 and the way to its help."""
    ended = here(*words)
    assert ended.returncode == 2
    assert "Usage: casbah" in ended.stdout + ended.stderr


@pytest.mark.parametrize("place", ["file", "file/below", "/proc/casbah", "/dev/null"])
def test_a_lake_that_cannot_be_written(
    place: str,
    *,
    here: Run,
    home: Path,
    calm: Client,
    offer: Offer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A file in the way, and places where nobody may write, are named with what to do."""
    if "stranded" not in register(home):
        assert here("connect", "dropbox", "stranded", *offer(calm)).returncode == 0
    (tmp_path / "file").write_text("somebody's letter")
    monkeypatch.setenv("CASBAH_LAKE", str(tmp_path / place))
    for words in (
        ["sql", "select 1"],
        ["report", "activity"],
        ["status"],
        ["maintain"],
        ["sync", "stranded"],
        ["backfill", "stranded", "--days=1"],
    ):
        told(here(*words), str(tmp_path / place), "let CASBAH_LAKE name ")
    assert (tmp_path / "file").read_text() == "somebody's letter"


def test_somebody_elses_catalog_is_left_alone(
    here: Run, calm: Client, offer: Offer, lake: Path
) -> None:
    """A lake.duckdb that is not ours is never replaced; once it is away, the backfill goes on."""
    lake.mkdir()
    with duckdb.connect(lake / "lake.duckdb") as theirs:
        theirs.execute("create table savings as select 42 as euros")
    assert here("connect", "dropbox", "guest", *offer(calm)).returncode == 0
    told(here("backfill", "guest", "--days=2"), "lake.duckdb", "not our catalog", "Move it away")
    with duckdb.connect(lake / "lake.duckdb", read_only=True) as theirs:
        assert theirs.execute("select euros from savings").fetchone() == (42,)
    (lake / "lake.duckdb").rename(lake / "savings.duckdb")
    assert here("backfill", "guest", "--days=2").returncode == 0
    rows = here("sql", "select count(*) as n from events", "--format=csv").stdout.split()
    assert int(rows[1]) > 0


@pytest.mark.usefixtures("empty")
def test_a_command_that_fails_says_no_more_than_why(casbah: Run, lake: Path) -> None:
    """Nothing that a library has to say about its own end stands below the sentence."""
    with duckdb.connect(lake / "lake.duckdb") as theirs:
        theirs.execute("create table savings as select 42 as euros")
    ended = casbah("maintain")
    assert ended.returncode == 1
    assert "not our catalog" in ended.stderr.splitlines()[-1]


def test_a_home_that_cannot_be_written(casbah: Run, tmp_path: Path) -> None:
    """A file where CASBAH_HOME should be is named with what to do, by every kind of command."""
    (tmp_path / "letter").write_text("")
    for words in (["sync", "acme"], ["status"]):
        ended = casbah(*words, CASBAH_HOME=str(tmp_path / "letter"))
        told(ended, str(tmp_path / "letter"))
    assert (tmp_path / "letter").read_text() == ""


def test_a_vendor_that_stays_away(here: Run, own: Client, offer: Offer) -> None:
    """A vendor that wants an hour's pause ends a command at once, with when to try again."""
    assert here("connect", "dropbox", "hurried", *offer(own)).returncode == 0
    assert here("sync", "hurried").returncode == 0
    own.faults(throttle={"share": 1.0, "retry_after": 3600, "in_a_row": 99})
    told(here("sync", "hurried"), "slow down", "Try again in")
    told_of = {row["connection"]: row for row in json.loads(here("status", "--json").stdout)}
    assert told_of["hurried"]["state"] == "throttled"
    assert "Dropbox asks us to slow down, until" in told_of["hurried"]["why"]


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (TryLater("Dropbox is away.", 60), True),
        (NeedsPerson("No.", "Ask."), False),
        (OSError(), False),
    ],
)
@pytest.mark.usefixtures("home")
def test_what_passes_by_itself_is_tried_again(error: Exception, again: bool) -> None:
    """A task is tried again when the vendor was away, and not when a person must act."""
    with heard_by(Terminal()):
        assert asyncio.run(passes_by_itself(None, None, Failed(data=error))) is again


def register(home: Path) -> str:
    """What `connections.json` holds, as text."""
    file = home / "connections.json"
    return file.read_text() if file.exists() else ""
