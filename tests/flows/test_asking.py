"""Commands that only read: what nobody knows is refused, and nothing is made by asking."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data import catalog
from data.lake import Lake, Position, Stream
from flows.command.terminal import answering
from tasks.publishing import publish

Run = Callable[..., subprocess.CompletedProcess[str]]
NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
READERS = (
    ["sql", "select 1"],
    ["report", "activity"],
    ["report", "--html", "--output=x.html"],
    ["export"],
)

EVENT = {
    "event_id": "1",
    "event_time": NOON,
    "native_type": "file_add",
    "activity": "upload_file",
    "category": "files",
    "actor_kind": "member",
    "actor_id": "dbmid:1",
    "actor_email": "ann@acme.example",
    "actor_name": "Ann Acme",
    "item_id": "id:1",
    "item_path": "/Legal/Contract.docx",
    "item_name": "Contract.docx",
    "raw": "{}",
    "fetched_at": NOON,
}


@pytest.fixture
def full(empty: Lake) -> Lake:
    """One event of ann, in the lake of the command."""
    land(empty, EVENT)
    return empty


def land(lake: Lake, event: dict[str, object]) -> None:
    """Land one event, to be seen at once."""
    position = Position("live", fetched_at=NOON, window_start=NOON.replace(hour=0), done=True)
    lake.land(Stream("dropbox", "acme"), pa.Table.from_pylist([event]), position)
    publish(lake)


@pytest.mark.parametrize("words", READERS)
def test_no_lake_is_made_by_asking(here: Run, tmp_path: Path, lake: Path, words: list[str]) -> None:
    """In somebody's folder of photos the answer is one sentence, and the folder stays as it was."""
    lake.mkdir()
    (lake / "beach.jpg").write_bytes(b"")
    ended = here(*words)
    assert ended.returncode == 1
    assert f"{lake}: there is no lake there. Bring one in with casbah demo" in ended.stderr
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["beach.jpg"]


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["activity", "--connection=acm"], "a connection 'acm' has landed here; there is acme."),
        (["activity", "--connection="], "a connection '' has landed here; there is acme."),
        (["exposure", "--app=box"], "an app 'box' has landed here; there is dropbox."),
        (["activity", "--app=dropbox", "--connection=x"], "a connection 'x' of dropbox has landed"),
        (["person", "--who=an@acme.example"], "no person 'an@acme.example'; did you mean 'ann@a"),
        (["person", "--who=Ann Acme"], "no person 'Ann Acme'; did you mean 'ann@acme.example'?"),
        (["person", "--who= "], "needs to know who"),
        (["person", "--who=zoë"], "no person 'zoë': say e-mail address, or the vendor's id"),
        (["item", "--which=/legal/contract.docx"], "did you mean '/Legal/Contract.docx'?"),
        (["item", "--which=contract"], "did you mean '/Legal/Contract.docx'?"),
        (["item", "--which=budget.xlsx"], "no item 'budget.xlsx': say the vendor's id"),
        (
            ["activity", "--output=a.docx"],
            "'a.docx' ends in is no form of an answer: end it",
        ),
    ],
)
def test_what_nobody_knows_is_refused(here: Run, words: list[str], says: str) -> None:
    """A typo never reads as "nothing happened": names that there are, or are like it, are told."""
    ended = here("report", *words)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert says in ended.stderr


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(
    "words", [["person", "--who=ANN@acme.example"], ["item", "--which=Contract.docx"], ["activity"]]
)
def test_nothing_in_the_span_is_an_answer(here: Run, words: list[str]) -> None:
    """Of a person or an item that the lake knows, no rows means that nothing happened."""
    assert here("report", *words, "--json", "--until=2026-11-01").stdout.strip() == "[]"
    assert len(json.loads(here("report", *words, "--json").stdout)) == 1


@pytest.mark.usefixtures("full")
def test_export_refuses_what_would_mislead(here: Run, tmp_path: Path) -> None:
    """An empty file would say that the connection did nothing, JSON lines are no CSV."""
    ended = here("export", f"--output={tmp_path}/events.csv")
    assert "'events.csv' would hold JSON lines: end its name in .jsonl or .ndjson" in ended.stderr
    assert list(tmp_path.glob("events.csv")) == []
    ended = here("export", "--connection=acm")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "there is acme" in ended.stderr


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(
    ("closed", "code", "said"),
    [
        (">/dev/full", 1, "casbah: the answer cannot be written (No space left on device)."),
        (">&-", 0, ""),
        ("--format=csv | head -c 0", 0, ""),
        ("--output=/dev/stdout --format=csv | grep -q 2026-11-03", 0, "1 row in /dev/stdout"),
        (f"--output={'x' * 300}.csv", 1, "cannot be written (File name too long)"),
        ("--output=-", 1, "To print the answer leave --output out"),
        ("--json --html", 2, "say one form: --json, --html or --format"),
    ],
)
def test_wherever_the_answer_cannot_go(
    environment: dict[str, str], closed: str, code: int, said: str
) -> None:
    """A full disk, a closed door or no place at all ends in a sentence, or in silence."""
    command = f"{sys.executable} -m flows.command.cli report activity {closed}"
    ended = subprocess.run(
        ["/bin/sh", "-c", command], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == code, ended.stderr
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "Exception ignored" not in ended.stderr


@pytest.mark.parametrize(
    "error", [ConnectionRefusedError(111, "refused"), OSError(28, "no space", "/srv/lake/part")]
)
def test_what_fails_elsewhere_is_not_told_as_the_answers_fault(error: OSError) -> None:
    """Only a write of standard output ends in that sentence; all else says what it is."""
    with pytest.raises(type(error)), answering():
        raise error


@pytest.mark.parametrize("before", ["", "of yesterday"])
def test_a_file_is_whole_or_as_it_was(here: Run, full: Lake, tmp_path: Path, before: str) -> None:
    """An export that breaks off half-way leaves no half file, and the one there was."""
    land(full, EVENT | {"event_id": "2", "event_time": NOON + timedelta(days=1)})
    file = tmp_path / "out" / "events.jsonl"
    file.parent.mkdir()
    if before:
        file.write_text(before)
        file.chmod(0o600)
    assert here("export", f"--output={file}").returncode == 0
    assert len(file.read_text().splitlines()) == 2
    assert not before or file.stat().st_mode & 0o777 == 0o600
    whole = file.read_text()
    (lost,) = Path(full.uri, "events").rglob("event_date=2026-11-04/*.parquet")
    lost.unlink()
    assert here("export", f"--output={file}").returncode == 1
    assert [(each.name, each.read_text()) for each in file.parent.iterdir()] == [
        ("events.jsonl", whole)
    ]


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(
    "words",
    [
        ["sql", "from events"],
        ["sql", "from events", "--json"],
        ["sql", "from events", "--output={}/rows.parquet"],
        ["report", "activity", "--format=csv"],
        ["report", "activity", "--output={}/rows.csv"],
        ["export"],
        ["export", "--output={}/rows.jsonl"],
    ],
)
def test_every_answer_says_how_complete_it_is(here: Run, tmp_path: Path, words: list[str]) -> None:
    """Also beside a file, and beside rows that go into a pipe."""
    ended = here(*(word.format(tmp_path) for word in words))
    assert ended.returncode == 0
    assert "acme (dropbox): read from 2026-11-03 to 2026-11-03 12:00:00" in ended.stderr
    if "{}" in words[-1]:
        assert (ended.stdout, "in the file" in ended.stderr) == ("", False)


@pytest.mark.usefixtures("full")
def test_rows_of_sql_become_a_file(here: Run, tmp_path: Path) -> None:
    """Parquet keeps the types; the ending of the name says how."""
    query = "select event_time, actor_email from events"
    assert here("sql", query, f"--output={tmp_path}/rows.parquet").returncode == 0
    found = pq.read_table(tmp_path / "rows.parquet").to_pylist()
    assert found == [{"event_time": NOON, "actor_email": "ann@acme.example"}]
    assert here("sql", query, f"--output={tmp_path}/rows.json").returncode == 0
    assert json.loads((tmp_path / "rows.json").read_text())[0]["actor_email"] == "ann@acme.example"


@pytest.mark.usefixtures("full")
def test_a_copied_lake_gets_a_catalog_of_its_own(
    here: Run, lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What names the files of the former folder is written anew by the first command that reads."""
    copied = tmp_path / "copied"
    shutil.copytree(lake, copied, symlinks=True)
    shutil.rmtree(lake)
    monkeypatch.setenv("CASBAH_LAKE", str(copied))
    ended = here("report", "activity", "--json")
    assert (ended.returncode, len(json.loads(ended.stdout))) == (0, 1)
    assert "made for another folder" in ended.stderr
    assert "made for another folder" not in here("report", "activity").stderr
    with duckdb.connect(copied / "lake.duckdb", read_only=True) as theirs:
        assert theirs.execute("select event_id from events").fetchall() == [("1",)]


def test_a_catalog_of_another_version_is_written_anew(here: Run, full: Lake, lake: Path) -> None:
    """It lacks what the newer one knows; what it tells of itself says so."""
    with duckdb.connect(lake / "lake.duckdb") as former:
        former.execute("alter table published drop column recipe")
    assert "by another version" in here("sql", "select 1").stderr
    assert not catalog.out_of_place(full)


@pytest.mark.usefixtures("full")
def test_what_lies_in_the_place_of_the_catalog_is_told(here: Run, lake: Path) -> None:
    """Somebody's text is left alone; what was asked is answered all the same."""
    (lake / "lake.duckdb").write_text("a letter of somebody")
    ended = here("report", "activity", "--json")
    assert (ended.returncode, len(json.loads(ended.stdout))) == (0, 1)
    assert "lake.duckdb: it is not a DuckDB database. Move it away" in ended.stderr
    assert (lake / "lake.duckdb").read_text() == "a letter of somebody"


@pytest.mark.parametrize("words", [*READERS, ["report", "exposure"], ["status"]], ids=" ".join)
@pytest.mark.parametrize("table", ["events", "landings"])
@pytest.mark.usefixtures("full")
def test_a_data_file_that_is_gone(here: Run, lake: Path, table: str, words: list[str]) -> None:
    """A file that the log names and somebody deleted ends in one sentence, with what to do."""
    for file in (lake / table).rglob("*.parquet"):
        file.unlink()
    if words[:1] == ["sql"]:
        words = ["sql", f"from {table}"]
    ended = here(*words)
    assert "Traceback" not in ended.stderr
    if ended.returncode:
        assert ".parquet" in ended.stderr
        assert "from a copy of the lake" in ended.stderr
    else:
        assert table == "events"  # what asks no event may still be answered
        assert words in (["status"], ["report", "exposure"])


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("damage", ["gone", "cut", "closed"])
def test_a_damaged_copy_is_told_in_sentences(
    here: Run, lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    """A copy that lacks a data file, has half of one, or cannot be written: no traceback."""
    copied = tmp_path / "copied"
    shutil.copytree(lake, copied, symlinks=True)
    (file,) = (copied / "events").rglob("*.parquet")
    if damage == "gone":
        file.unlink()
    elif damage == "cut":
        file.write_bytes(file.read_bytes()[:200])
    else:  # as the name of a folder, as root may write everywhere
        (copied / "lake.duckdb").unlink()
        (copied / "lake.duckdb").mkdir()
    monkeypatch.setenv("CASBAH_LAKE", str(copied))
    ended = here("report", "activity", "--json")
    assert "Traceback" not in ended.stderr
    assert str(copied) in ended.stderr
    if damage == "closed":
        assert len(json.loads(ended.stdout)) == 1
    else:
        assert (ended.returncode, ended.stdout) == (1, "")
        assert "from a copy of the lake" in ended.stderr.splitlines()[-1]
