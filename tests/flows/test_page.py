"""Reports as files by the command, and the page that the home's server shows."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pyarrow.parquet as pq
import pytest

from flows.serving import page
from flows.serving.server import Server, status
from flows.serving.server_settings import password

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def server(home: Path) -> Server:
    found = status(home)
    assert found is not None
    return found


def test_the_page_is_for_who_knows_the_password(server: Server, home: Path) -> None:
    """A link leads to a question for user and password, these to the page."""
    url = f"http://{urlsplit(server.url).netloc}{page.PATH}"
    page.keep(home, "<!doctype html><title>Überblick</title>")
    try:
        for auth in (None, ("casbah", "wrong"), ("cäsbah", "")):
            closed = httpx.get(url, auth=auth)
            assert closed.status_code == 401
            assert closed.headers["www-authenticate"].startswith("Basic ")
            assert "Überblick" not in closed.text
        user, _, word = password(home / "prefect").partition(":")
        shown = httpx.get(url, auth=(user, word))
        assert shown.text == "<!doctype html><title>Überblick</title>"
        assert shown.headers["content-security-policy"].startswith("default-src 'none';")
        assert "frame-ancestors 'none'" in shown.headers["content-security-policy"]
        assert shown.headers["cache-control"] == "no-store"
        assert page.file_of(home).stat().st_mode & 0o777 == 0o600
    finally:
        page.file_of(home).unlink()
    assert httpx.get(url, auth=(user, word)).status_code == 404


@pytest.mark.usefixtures("empty")
def test_a_report_becomes_a_file_of_every_form(here: Run, tmp_path: Path) -> None:
    """The ending of the file's name says how, or --format, or --html."""
    written = {}
    for words in (
        ["activity", f"--output={tmp_path}/a.parquet"],
        ["activity", f"--output={tmp_path}/a.xlsx"],
        ["activity", "--format=json", f"--output={tmp_path}/a.txt"],
        ["activity", "--html", f"--output={tmp_path}/one.html"],
        ["--html", f"--output={tmp_path}/all.html"],
    ):
        done = here("report", *words)
        assert done.returncode == 0, done.stderr
        file = Path(words[-1].removeprefix("--output="))
        written[file.name] = file.read_bytes()
    assert pq.read_table(tmp_path / "a.parquet").num_rows == 0
    assert written["a.xlsx"].startswith(b"PK")
    assert json.loads(written["a.txt"]) == []
    assert b"<h1>Activity</h1>" in written["one.html"]
    assert b"What needs a person?" in written["all.html"]


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Say which report, or --html for the page"),
        (["--html"], "Say where to write it: --output report.html"),
        (["activity", "--format=xlsx"], "Say where to write it: --output activity.xlsx"),
        (["--html", "--output=/proc/nope"], "cannot be written"),
        (["--html", "--output=x.html", "--since=2026-02-02", "--until=2026-01-01"], "before it"),
    ],
)
def test_what_is_missing_is_said(here: Run, words: list[str], said: str) -> None:
    """One sentence each, and exit code 1."""
    done = here("report", *words)
    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
