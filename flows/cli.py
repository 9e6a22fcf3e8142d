"""The `casbah` command.

Each command imports what it needs when it runs: Prefect alone takes two seconds, which `--help`,
`status`, `report` and `sql` can do without. Exit codes: 0 done, 1 failed, 2 wrong usage.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from blocks.data_centers import DataCenter
from connectors import APPS
from flows.terminal import Terminal, tell_checks, tell_facts

if TYPE_CHECKING:
    from sandbox.company import Size

app = typer.Typer(
    name="casbah",
    help="Bring a company's cloud apps into a lake that it owns, and ask it who did what.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
CloudApp = StrEnum("CloudApp", list(APPS))  # type: ignore[misc]
Form = StrEnum("Form", ["table", "csv", "json"])
SignIn = StrEnum("SignIn", ["oauth", "ccg", "jwt"])

Name = Annotated[str, typer.Argument(help="The connection's name.", metavar="NAME")]
Days = Annotated[int, typer.Option(min=1, max=3650, help="How many days of history to bring.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for scripts.")]
Members = Annotated[int, typer.Option(min=12, help="How many people work there.")]
Events = Annotated[int, typer.Option(min=1, help="How many events its history has.")]
Past = Annotated[int, typer.Option("--days", min=1, help="How many days its history has.")]
Seed = Annotated[int, typer.Option(help="Which made-up company.")]
AcceptCoadmin = Annotated[
    bool,
    typer.Option(
        "--accept-coadmin",
        help="Box: go on without the files that stay hidden from a co-admin.",
    ),
]
RedirectPort = Annotated[
    int,
    typer.Option(
        min=0,
        max=65535,
        help="The browser comes back to http://127.0.0.1:PORT/callback, as registered in the app.",
    ),
]


@app.command()
def demo(seed: Seed = 7, members: Members = 60, days: Past = 60, events: Events = 60_000) -> None:
    """The whole story on the sandbox: connect, test, 60 days of events, reports, and the proof."""
    from flows.demo import tell_story

    tell_story(made_up(seed, members, days, events))


@app.command()
def sandbox(
    seed: Seed = 7,
    members: Members = 60,
    days: Past = 60,
    events: Events = 60_000,
    files: Annotated[
        int | None,
        typer.Option(min=1000, help="About how many files each app has; else as people need."),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free one.")] = 8787,
) -> None:
    """Serve stand-ins for Dropbox and Box with a made-up company, until Ctrl-C."""
    from flows.demo import serve_sandbox

    serve_sandbox(made_up(seed, members, days, events, files), port)


@app.command()
def connect(
    cloud_app: Annotated[CloudApp, typer.Argument(help="The cloud app.", metavar="APP")],
    name: Name,
    client_id: Annotated[
        str | None,
        typer.Option(
            envvar="CASBAH_CLIENT_ID",
            help="The app's key. Left out, it is asked for, or that of the last time serves again.",
        ),
    ] = None,
    client_secret: Annotated[
        str | None,
        typer.Option(envvar="CASBAH_CLIENT_SECRET", help="The app's secret; none with PKCE only."),
    ] = None,
    refresh_token: Annotated[
        str | None,
        typer.Option(envvar="CASBAH_REFRESH_TOKEN", help="A refresh token: nobody is asked."),
    ] = None,
    base_url: Annotated[
        str | None, typer.Option(help="Where a stand-in for the app answers.")
    ] = None,
    auth: Annotated[
        SignIn | None,
        typer.Option(help="Box: by an administrator's consent, or as the app itself."),
    ] = None,
    enterprise_id: Annotated[
        str | None, typer.Option(help="Box: the enterprise that the app itself signs in to.")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="Box: the app's configuration, with its private key."
        ),
    ] = None,
    data_center: Annotated[
        DataCenter | None,
        typer.Option(help="Box: whose app to connect, by the setting CASBAH_BOX_CLIENT_IDS."),
    ] = None,
    redirect_port: RedirectPort = 8721,
    paste: Annotated[
        bool, typer.Option("--paste", help="Paste the code; the browser need not reach us.")
    ] = False,
) -> None:
    """Ask an administrator for consent and keep what it opens."""
    from flows.connecting import told
    from flows.running import browse, pasted, run_flow, sentences

    with sentences():
        credentials = told(
            cloud_app,
            name,
            client_id=client_id,
            client_secret=client_secret,
            refresh_token=refresh_token,
            base_url=base_url,
            config=config,
            auth=auth,
            enterprise_id=enterprise_id,
            data_center=data_center,
        )
    run_flow(
        "connect",
        Terminal(pasted if paste else browse),
        credentials,
        refresh_token,
        app=cloud_app,
        connection=name,
        redirect_port=None if paste else redirect_port,
    )


@app.command()
def test(name: Name, accept_coadmin: AcceptCoadmin = False, as_json: AsJson = False) -> None:
    """Ask the app for every capability once: the Test API matrix."""
    from flows.running import run_flow

    run_flow(
        "test_api",
        Terminal(show_checks=tell_checks(as_json)),
        connection=name,
        accept_coadmin=accept_coadmin,
    )


@app.command()
def onboard(name: Name, days: Days = 60, accept_coadmin: AcceptCoadmin = False) -> None:
    """Test the API of a connection, bring history, catch up, and report."""
    from flows.asking import print_report
    from flows.running import run_flow

    run_flow(
        "onboard",
        Terminal(show_answer=print_report),
        connection=name,
        days=days,
        accept_coadmin=accept_coadmin,
    )


@app.command()
def backfill(
    name: Name,
    days: Days = 60,
    again: Annotated[
        bool,
        typer.Option("--again", help="Read all of it once more, for events that came late."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring history, newest day first; what has landed is not asked for again."""
    from flows.running import run_flow

    rows = run_flow("backfill", Terminal(), connection=name, days=days, again=again)
    tell_facts({"connection": name, "days": days, "rows": rows}, as_json)


@app.command()
def sync(name: Name, as_json: AsJson = False) -> None:
    """Land what is new since the last time."""
    from flows.running import run_flow

    rows = run_flow("sync", Terminal(), connection=name)
    tell_facts({"connection": name, "rows": rows}, as_json)


@app.command()
def scan(
    name: Name,
    again: Annotated[
        bool, typer.Option("--again", help="Begin anew, even if a scan is under way.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look at every person, file, folder and link; one that was ended goes on where it stood."""
    from flows.running import run_flow

    run_flow("scan", Terminal(), connection=name, again=again)
    from flows.asking import tell_exposure

    tell_exposure(name, as_json)


@app.command()
def report(
    question: Annotated[str, typer.Argument(help="The report's name.", metavar="QUESTION")],
    form: Annotated[Form, typer.Option("--format", help="How to answer.")] = Form("table"),
    as_json: AsJson = False,
    since: Annotated[str | None, typer.Option(help="From this UTC day or moment on.")] = None,
    until: Annotated[str | None, typer.Option(help="Before this UTC day or moment.")] = None,
    cloud_app: Annotated[str | None, typer.Option("--app", help="Of this app only.")] = None,
    connection: Annotated[str | None, typer.Option(help="Of this connection only.")] = None,
    output: Annotated[Path | None, typer.Option(help="Write to a file.", dir_okay=False)] = None,
    most: Annotated[int, typer.Option(min=1, help="The most rows of a table to show.")] = 40,
) -> None:
    """Answer a question: unauthenticated_users, activity."""
    from flows.asking import ask_report, tell_report
    from flows.running import sentences

    with sentences():
        answer = ask_report(question, since, until, cloud_app, connection)
        tell_report(answer, "json" if as_json else form, output, most)


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="One select.")],
    form: Annotated[Form, typer.Option("--format", help="How to answer.")] = Form("table"),
    as_json: AsJson = False,
) -> None:
    """Ask the lake anything, in DuckDB's SQL."""
    from flows.asking import tell_sql
    from flows.running import sentences

    with sentences():
        tell_sql(query, "json" if as_json else form)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Every connection: how fresh, how far back, and what needs a person."""
    from flows.asking import tell_status
    from flows.running import sentences

    with sentences():
        tell_status(as_json)


@app.command()
def maintain(as_json: AsJson = False) -> None:
    """Compact the lake, delete old files, publish the catalog."""
    from flows.running import run_flow

    tell_facts(run_flow("maintain", Terminal()), as_json)


def made_up(seed: int, members: int, days: int, events: int, files: int | None = None) -> Size:
    """The size of a made-up company."""
    from sandbox.company import Size

    try:
        return Size(seed=seed, members=members, days=days, events=events, files=files)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from wrong


def main() -> None:
    """Run the command, and let its own words be all that a person sees of a failure."""
    app()


if __name__ == "__main__":
    main()
