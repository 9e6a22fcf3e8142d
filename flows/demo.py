"""The whole story on the sandbox: consent, Test API, 60 days, full scan, reports, and the proof.

Nothing here is special: the sandbox is a server of its own, the administrator clicks Allow on its
consent page, and what runs is the flow that a real company would run.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from connectors.contract import Credentials
from data import reports
from data.lake import Lake
from data.settings import settings
from flows.asking import print_report
from flows.proof import settle, verdicts, wake
from flows.running import run_flow, sentences
from flows.server import begin
from flows.terminal import Terminal, answers, check_table, note
from sandbox.administrator import decide
from sandbox.company import Size
from sandbox.server import PORT, CannotServeError, serve

APPS = {
    "dropbox": ("casbah-demo-key", "casbah-demo-secret"),
    "box": ("casbah-box-demo-key", "casbah-box-demo-secret"),
}
OPTIONS = ("seed", "members", "days", "events")
NEXT = """
Ask it more:
  .venv/bin/casbah sql "select activity, app, count(*) as events from events group by all"
  .venv/bin/casbah report exposed_items --format csv
  .venv/bin/casbah status

The stand-in has ended with the demo. Bring it back, and life there goes on; so does the sync:
  .venv/bin/casbah {sandbox}
  .venv/bin/casbah sync {name}"""


def tell_story(size: Size) -> None:
    """Onboard both apps of the made-up company, and compare the lake with what really happened."""
    names = {app: connection_name(app, size) for app in APPS}
    with sentences():
        begin(settings().home)  # comes up while the company is made up
        with sandbox(size) as url:
            note(f"The stand-in for Dropbox and Box answers at {url}")
            for app, name in names.items():
                onboard(app, name, size.days, url)
            settle(url)
            try:
                for name in names.values():
                    run_flow("sync", Terminal(), connection=name)
                show_reports()
                prove(url, names)
            finally:
                wake(url)
    note(f"\nThe lake is yours: {Path(settings().lake) / 'lake.duckdb'}")
    note(NEXT.format(sandbox=" ".join(["sandbox", *_options(size)]), name=names["box"]))


def connection_name(app: str, size: Size) -> str:
    """Two companies under one name could never be told apart in the lake."""
    parts = [app] if size == Size() else [app, *map(str, _told(size).values())]
    return "-".join(["acme", *parts])


def onboard(app: str, name: str, days: int, url: str) -> None:
    """What a real company would do: consent, test the API, bring history, scan everything."""
    story = Terminal(
        open_link=click_allow,
        show_checks=lambda checks: answers.print(check_table(checks)),
    )
    key, secret = APPS[app]
    credentials = Credentials(app, name, key, secret, url)
    run_flow("onboard", story, credentials, app=app, connection=name, days=days, redirect_port=0)


def show_reports() -> None:
    """Every report that has something to say, of both apps together."""
    lake = Lake.open(settings().lake)
    for question in reports.alone():
        answer = reports.run(lake, question)
        if len(answer.table):
            print_report(answer)


def click_allow(link: str) -> None:
    """What the administrator does with the consent link."""
    note("The administrator opens the consent link and clicks Allow.")
    decide(link).raise_for_status()


def prove(url: str, names: Mapping[str, str]) -> None:
    """Compare the lake with the truth: every event, person and item, and who can reach it."""
    lake = Lake.open(settings().lake)
    note("\nWhat there really is, and what is in the lake:")
    right = True
    for app, name in names.items():
        for verdict in verdicts(url, lake, app, name):
            note(f"  {name}: {verdict}.")
            right = right and not (verdict.missing or verdict.surplus)
    if not right:
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
    lines = [
        f"  casbah connect {app} acme-{app} --base-url {url}"
        f" --client-id {key} --client-secret {secret}"
        for app, (key, secret) in APPS.items()
    ]
    note(
        "A stand-in for Dropbox and Box. Connect it from another terminal:\n"
        + "\n".join(lines)
        + f"\nWhat it can do: {url}/sandbox. Ctrl-C ends it."
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
