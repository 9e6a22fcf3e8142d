"""The whole story on the sandbox: consent, Test API, 60 days, both reports, and the proof.

Nothing here is special: the sandbox is a server of its own, the administrator clicks Allow on its
consent page, and what runs is the flow that a real company would run.
"""

from __future__ import annotations

import json
import socket
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
from data.settings import settings
from flows.asking import print_report
from flows.running import run_flow, sentences
from flows.server import begin
from flows.terminal import Terminal, answers, check_table, note
from sandbox.administrator import decide
from sandbox.company import Size
from sandbox.server import PORT, CannotServeError, serve

APP = "casbah-demo-key", "casbah-demo-secret"
OPTIONS = ("seed", "members", "days", "events")
NEXT = """
Ask it more:
  .venv/bin/casbah sql "select activity, count(*) as events from events group by 1 order by 2 desc"
  .venv/bin/casbah report unauthenticated_users --format csv
  .venv/bin/casbah status

The stand-in has ended with the demo. Bring it back, and life there goes on; so does the sync:
  .venv/bin/casbah {sandbox}
  .venv/bin/casbah sync {name}"""


def tell_story(size: Size) -> None:
    """Onboard the made-up company and compare the lake with what really happened."""
    # Two companies under one name could never be told apart in the lake.
    name = "acme-dropbox" if size == Size() else "-".join(["acme", *map(str, _told(size).values())])
    with sentences():
        begin(settings().home)  # comes up while the company is made up
        with sandbox(size) as url:
            note(f"The stand-in for Dropbox answers at {url}")
            story = Terminal(
                open_link=click_allow,
                show_checks=lambda checks: answers.print(check_table(checks)),
                show_answer=print_report,
            )
            key, secret = APP
            credentials = Credentials("dropbox", name, key, secret, url)
            run_flow(
                "onboard", story, credentials, connection=name, days=size.days, redirect_port=0
            )
            prove(url, name)
    note(f"\nThe lake is yours: {Path(settings().lake) / 'lake.duckdb'}")
    note(NEXT.format(sandbox=" ".join(["sandbox", *_options(size)]), name=name))


def click_allow(link: str) -> None:
    """What the administrator does with the consent link."""
    note("The administrator opens the consent link and clicks Allow.")
    decide(link).raise_for_status()


def prove(url: str, name: str) -> None:
    """Stop the company's clock, catch up, and compare the lake with the truth, event by event."""
    httpx.post(f"{url}/clock", json={"pause": True}).raise_for_status()
    try:
        run_flow("sync", Terminal(), connection=name)
        with httpx.stream("GET", f"{url}/truth/events", timeout=300) as lines:
            truth = Counter(json.loads(line)["event_id"] for line in lines.iter_lines() if line)
    finally:
        httpx.post(f"{url}/clock", json={"pause": False}).raise_for_status()
    found = catalog.ask(
        Lake.open(settings().lake),
        "select event_id from events where connection = $connection",
        {"connection": name},
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
    port = PORT if _free(PORT) else 0
    command = [sys.executable, "-m", "flows.cli", "sandbox", f"--port={port}", *_options(size)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        url = process.stdout.readline().strip() if process.stdout else ""
        if not url:
            note(f"casbah: The stand-in did not start; this says why: casbah {command[3]}")
            raise SystemExit(1)
        yield url
    finally:
        process.terminate()
        process.wait()


def _free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _told(size: Size) -> dict[str, int]:
    """What of a size can be said on the command line."""
    return {name: value for name, value in asdict(size).items() if name in OPTIONS}


def _options(size: Size) -> list[str]:
    usual = _told(Size())
    return [f"--{name}={value}" for name, value in _told(size).items() if value != usual[name]]
