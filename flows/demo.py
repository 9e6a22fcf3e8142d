"""The whole story on the sandbox: consent, Test API, 60 days, both reports, and the proof.

Nothing here is special: the sandbox is a server of its own, the administrator clicks Allow on its
consent page, and what runs is the flow that a real company would run.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import httpx

from connectors.contract import Credentials
from data import catalog
from data.lake import Lake
from data.reports import render
from data.settings import settings
from flows.running import run_flow, sentences
from flows.server import begin
from flows.terminal import Terminal, answers, check_table, note
from sandbox.administrator import decide
from sandbox.company import Size
from sandbox.server import CannotServeError, serve

NAME = "acme-dropbox"
APP = "casbah-demo-key", "casbah-demo-secret"


def tell_story(size: Size) -> None:
    """Onboard the made-up company and compare the lake with what really happened."""
    with sentences():
        begin(settings().home)  # comes up while the company is made up
        with sandbox(size) as url:
            note(f"The stand-in for Dropbox answers at {url}")
            story = Terminal(
                open_link=click_allow,
                show_checks=lambda checks: answers.print(check_table(checks)),
                show_answer=lambda answer: answers.print(render.report(answer, ROWS)),
            )
            key, secret = APP
            credentials = Credentials("dropbox", NAME, key, secret, url)
            run_flow("onboard", story, credentials, connection=NAME, days=size.days)
            prove(url)
    note(f"\nThe lake is yours: {Path(settings().lake) / 'lake.duckdb'}\n{NEXT}")


def click_allow(link: str) -> None:
    """What the administrator does with the consent link."""
    note("The administrator opens the consent link and clicks Allow.")
    decide(link).raise_for_status()


def prove(url: str) -> None:
    """Stop the company's clock, catch up, and compare the lake with the truth, event by event."""
    httpx.post(f"{url}/clock", json={"pause": True}).raise_for_status()
    try:
        run_flow("sync", Terminal(), connection=NAME)
        with httpx.stream("GET", f"{url}/truth/events", timeout=300) as lines:
            truth = Counter(json.loads(line)["event_id"] for line in lines.iter_lines() if line)
    finally:
        httpx.post(f"{url}/clock", json={"pause": False}).raise_for_status()
    found = catalog.ask(
        Lake.open(settings().lake),
        "select event_id from events where connection = $connection",
        {"connection": NAME},
    )
    lake = Counter(found["event_id"].to_pylist())
    missing, surplus = (truth - lake).total(), (lake - truth).total()
    note(
        f"\nWhat really happened: {truth.total():,} events. In the lake: {lake.total():,};"
        f" {missing} missing, {surplus} too many."
    )
    if missing or surplus:
        raise SystemExit(1)


def serve_sandbox(size: Size, port: int) -> None:
    """Serve the stand-in until Ctrl-C, with what a person needs to use it."""
    with sentences():
        try:
            serve(size, port, settings().home / "sandbox", ready=_introduce)
        except CannotServeError as error:
            note(f"casbah: {error}")
            raise SystemExit(1) from None


def _introduce(url: str) -> None:
    print(url, flush=True)
    note(
        f"A stand-in for Dropbox. Connect it from another terminal:\n"
        f"  casbah connect dropbox acme --base-url {url}"
        f" --client-id {APP[0]} --client-secret {APP[1]}\n"
        f"What it can do: {url}/sandbox. Ctrl-C ends it."
    )


@contextmanager
def sandbox(size: Size) -> Iterator[str]:
    """The stand-in in a process of its own, as a vendor would be; gives its address."""
    options = [f"--{name}={value}" for name, value in asdict(size).items() if name in OPTIONS]
    command = [sys.executable, "-m", "flows.cli", "sandbox", "--port=0", *options]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        url = process.stdout.readline().strip() if process.stdout else ""
        if not url:
            raise SystemExit("casbah: the sandbox did not start; see: casbah sandbox")
        yield url
    finally:
        process.terminate()
        process.wait()


ROWS = 12
NEXT = """Ask it more:
  .venv/bin/casbah sql "select activity, count(*) as events from events group by 1 order by 2 desc"
  .venv/bin/casbah report unauthenticated_users --format csv
  .venv/bin/casbah status"""
OPTIONS = ("seed", "members", "days", "events")
