"""The whole story on the sandbox: consent, Test API, 60 days, full scan, reports, and the proof.

Nothing here is special: the sandbox is a server of its own, the administrator clicks Allow on its
consent page, and what runs is the flow that a real company would run.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from threading import Thread

from connectors.contract import Credentials
from data import reports
from data.lake import Lake
from data.settings import settings
from flows.command.answering import print_report
from flows.command.proof import settle, verdicts, wake
from flows.command.running import run_flow, sentences
from flows.command.stand_in import APPS, connection_name, options, sandbox
from flows.command.terminal import Terminal, answers, check_table, note
from flows.serving.server import begin
from sandbox.administrator import decide
from sandbox.company import Size
from sandbox.server import CannotServeError, serve

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
    note(NEXT.format(sandbox=" ".join(["sandbox", *options(size)]), name=names["box"]))


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
    for answer in reports.run_all(Lake.open(settings().lake), reports.alone()):
        if len(answer.table):
            print_report(answer)


def click_allow(link: str) -> None:
    """What the administrator does with the link, in a browser that waits for what comes of it."""
    note("The administrator opens the consent link and clicks Allow.")
    Thread(target=decide, args=(link,), daemon=True).start()


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
