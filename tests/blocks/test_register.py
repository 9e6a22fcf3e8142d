"""The public register of connections, and the files that it stands on."""

from __future__ import annotations

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from blocks.register import (
    Connection,
    connection,
    connections,
    note_failure,
    note_success,
    remember,
    valid_name,
)
from connectors.errors import NeedsPerson

ACME = Connection(
    name="acme",
    app="dropbox",
    connected_at=datetime(2026, 11, 22, 8, 30, tzinfo=UTC),
    base_url="http://127.0.0.1:8700",
    account_id="dbtid:AAA",
    account_name='Acme "Œuvres" \u202e <b>',
)
REMEMBER = """
import sys
from datetime import UTC, datetime
from blocks.register import Connection, remember
for n in range(30):
    remember(Connection(f"{sys.argv[1]}-{n}", "dropbox", datetime.now(UTC)))
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that is not there yet."""
    monkeypatch.setenv("CASBAH_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_what_is_remembered_is_found_again(home: Path) -> None:
    """A connection comes back as it went in, from a file that only its owner reads."""
    assert connections() == []
    remember(ACME)
    assert connection("acme") == ACME
    assert connections() == [ACME]
    file = home / "connections.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(path.name for path in home.iterdir()) == ["connections.json", "locks"]


def test_an_unknown_connection_says_how_to_connect_it() -> None:
    """The message names what there is and ends with the command that would make it."""
    with pytest.raises(NeedsPerson) as nobody:
        connection("acme")
    assert str(nobody.value) == (
        "No connection is called 'acme'."
        " Connect it with: casbah connect APP acme --client-id CLIENT_ID (dropbox or box)."
    )
    remember(ACME)
    with pytest.raises(NeedsPerson, match=r"called 'acne' \(there are: acme\)\."):
        connection("acne")


@pytest.mark.parametrize("name", ["", "Acme", "-acme", "a b", "../acme", "a\nb", "é", "a" * 64])
def test_an_odd_name_is_refused_in_one_sentence(name: str) -> None:
    """A name that cannot be a folder, a block and a lock is refused before it is any of them."""
    with pytest.raises(NeedsPerson, match=r"^.* cannot be the name .*Use up to 63 .*\.$"):
        valid_name(name)
    with pytest.raises(NeedsPerson, match=r"casbah connect APP NAME --client-id CLIENT_ID"):
        connection(name)


@pytest.mark.parametrize("name", ["a", "0", "acme-dropbox", "a" * 63])
def test_a_plain_name_is_taken(name: str) -> None:
    """Every name that the rule admits comes back as it is."""
    assert valid_name(name) == name


def test_a_failure_is_noted_until_it_works_again() -> None:
    """`needs_person` comes with a remedy, `failing` without; success clears both."""
    remember(ACME)
    note_failure("acme", "sync", "The grant was revoked.", "Connect it again.")
    noted = connection("acme")
    assert (noted.state, noted.last_error) == ("needs_person", "The grant was revoked.")
    assert noted.remedy == "Connect it again."
    note_failure("acme", "sync", "Dropbox is busy.")
    assert connection("acme").state == "failing"
    assert connection("acme").remedy is None
    note_success("acme", "sync")
    assert connection("acme") == ACME


def test_writers_at_once_lose_nothing() -> None:
    """Two processes and two threads enter connections at once, and all of them are there."""
    processes = [
        subprocess.Popen([sys.executable, "-c", REMEMBER, name]) for name in ("one", "two")
    ]
    with ThreadPoolExecutor(2) as threads:
        names = [f"three-{n}" for n in range(30)]
        list(
            threads.map(
                lambda name: remember(Connection(name, "dropbox", ACME.connected_at)), names
            )
        )
    assert [process.wait() for process in processes] == [0, 0]
    assert len(connections()) == 90


def test_a_broken_register_is_not_overwritten(home: Path) -> None:
    """A file that is not ours, or half of it, is left for a person to look at."""
    home.mkdir()
    (home / "connections.json").write_text('{"acme": {"name": "ac')
    with pytest.raises(NeedsPerson, match=r"connections\.json cannot be read: .*Repair it"):
        remember(ACME)
    assert (home / "connections.json").read_text() == '{"acme": {"name": "ac'


def test_what_needs_a_person_stays_until_the_same_thing_works() -> None:
    """A sync that works does not hide that a test failed; the next test that passes does."""
    remember(ACME)
    note_failure("acme", "test", "The app lacks the scope sharing.read.", "Tick it.")
    note_success("acme", "sync")
    assert connection("acme").remedy == "Tick it."
    note_success("acme", "test")
    assert (connection("acme").state, connection("acme").remedy) == ("connected", None)


def test_what_may_pass_has_passed_when_anything_works() -> None:
    """A vendor that was away is back as soon as something works."""
    remember(ACME)
    note_failure("acme", "sync", "Dropbox is busy.")
    note_success("acme", "backfill")
    assert connection("acme").state == "connected"
