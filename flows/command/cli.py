"""The `casbah` command.

Each command imports what it needs when it runs: Prefect alone takes two seconds, which `--help`,
`status`, `report` and `sql` can do without. Exit codes: 0 done, 1 failed, 2 wrong usage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from flows.command import options as o
from flows.command.terminal import Terminal, answering, tell_checks, tell_facts

if TYPE_CHECKING:
    from sandbox.company import Size

app = typer.Typer(
    name="casbah",
    help="Bring a company's cloud apps into a lake that it owns, and ask it who did what.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.command()
def demo(
    seed: o.Seed = 7, members: o.Members = 60, days: o.Past = 60, events: o.Events = 60_000
) -> None:
    """The whole story on the sandbox: both apps, 60 days of events, full scan, and the proof."""
    from flows.command.demo import tell_story

    tell_story(made_up(seed, members, days, events))


@app.command()
def sandbox(
    seed: o.Seed = 7,
    members: o.Members = 60,
    days: o.Past = 60,
    events: o.Events = 60_000,
    files: o.Files = None,
    port: o.Port = 8787,
) -> None:
    """Serve stand-ins for Dropbox and Box with a made-up company, until Ctrl-C."""
    from flows.command.demo import serve_sandbox

    serve_sandbox(made_up(seed, members, days, events, files), port)


@app.command()
def up(
    port: o.UiPort = None,
    sandbox: o.Sandbox = False,
    seed: o.Seed = 7,
    members: o.Members = 60,
    days: o.Past = 60,
    events: o.Events = 60_000,
    sandbox_port: o.SandboxPort = None,
) -> None:
    """Serve the UI and run everything that is scheduled, until Ctrl-C."""
    from flows.serving.up import serve_all

    company = made_up(seed, members, days, events) if sandbox else None
    serve_all(port, company, sandbox_port)


@app.command()
def connect(
    cloud_app: o.App,
    name: o.Name,
    client_id: o.ClientId = None,
    client_secret: o.ClientSecret = None,
    refresh_token: o.RefreshToken = None,
    base_url: o.BaseUrl = None,
    auth: o.Auth = None,
    enterprise_id: o.EnterpriseId = None,
    config: o.Config = None,
    data_center: o.OfDataCenter = None,
    administrator: o.Administrator = None,
    redirect_port: o.RedirectPort = 8721,
    paste: o.Paste = False,
    as_json: o.AsJson = False,
) -> None:
    """Ask an administrator for consent and keep what it opens."""
    from flows.command.connecting import told
    from flows.command.running import browse, pasted, run_flow, sentences

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
    account = run_flow(
        "connect",
        Terminal(pasted if paste else browse),
        credentials,
        refresh_token,
        app=cloud_app,
        connection=name,
        administrator=administrator,
        redirect_port=None if paste else redirect_port,
    )
    if as_json:
        whose = {"account_id": account.id, "account": account.name, "by": account.admin_email}
        tell_facts({"connection": name, "app": cloud_app, **whose}, as_json)


@app.command()
def test(name: o.Name, accept_coadmin: o.AcceptCoadmin = False, as_json: o.AsJson = False) -> None:
    """Ask the app for every capability once: the Test API matrix."""
    from flows.command.running import run_flow

    run_flow(
        "test_api",
        Terminal(show_checks=tell_checks(as_json)),
        connection=name,
        accept_coadmin=accept_coadmin,
    )


@app.command()
def onboard(
    name: o.Name,
    days: o.Days = 60,
    accept_coadmin: o.AcceptCoadmin = False,
    as_json: o.AsJson = False,
) -> None:
    """Test the API of a connection, bring history, scan everything, catch up, and report."""
    from flows.command.answering import print_report, tell_status
    from flows.command.running import run_flow

    run_flow(
        "onboard",
        Terminal(show_answer=None if as_json else print_report),
        connection=name,
        days=days,
        accept_coadmin=accept_coadmin,
    )
    if as_json:
        tell_status(as_json, of=name)


@app.command()
def backfill(
    name: o.Name,
    days: o.Days = 60,
    again: o.ReadAgain = False,
    as_json: o.AsJson = False,
) -> None:
    """Bring history, newest day first; what has landed is not asked for again."""
    from flows.command.running import run_flow

    rows = run_flow("backfill", Terminal(), connection=name, days=days, again=again)
    tell_facts({"connection": name, "days": days, "rows": rows}, as_json)


@app.command()
def sync(name: o.Name, as_json: o.AsJson = False) -> None:
    """Land what is new since the last time, and look at what it says has changed."""
    from flows.command.running import run_flow

    rows = run_flow("sync", Terminal(), connection=name)
    tell_facts({"connection": name, "rows": rows}, as_json)


@app.command()
def reconcile(
    name: o.Name,
    days: o.ClosedDays = 3,
    again: o.ReconcileAgain = False,
    as_json: o.AsJson = False,
) -> None:
    """Read closed days once more, and land what reached the app's log late."""
    from flows.command.answering import tell_reconciled
    from flows.command.running import run_flow

    found = run_flow("reconcile", Terminal(), connection=name, days=days, again=again)
    tell_reconciled(name, found, as_json)


@app.command()
def disconnect(name: o.Name, as_json: o.AsJson = False) -> None:
    """Give the grant back, remove tokens and schedules, and keep the data."""
    from flows.command.answering import tell_left
    from flows.command.running import run_flow

    tell_left(run_flow("disconnect", Terminal(), connection=name), as_json)


@app.command()
def forget(name: o.Name, yes: o.Yes = False, as_json: o.AsJson = False) -> None:
    """Disconnect, and delete all data of the connection, after asking."""
    from flows.command.answering import tell_left
    from flows.command.forgetting import make_sure
    from flows.command.running import run_flow, sentences

    with sentences():
        make_sure(name, yes)
    tell_left(run_flow("forget", Terminal(), connection=name, really=name), as_json)


@app.command()
def scan(
    name: o.Name,
    again: o.ScanAgain = False,
    as_json: o.AsJson = False,
) -> None:
    """Look at every person, file, folder and link; one that was ended goes on where it stood."""
    from flows.command.answering import tell_exposure
    from flows.command.running import run_flow

    run_flow("scan", Terminal(), connection=name, again=again)
    tell_exposure(name, as_json)


@app.command()
def report(
    question: o.Question = None,
    form: o.InReportForm = o.ReportForm("table"),
    as_json: o.AsJson = False,
    as_html: o.AsHtml = False,
    since: o.Since = None,
    until: o.Until = None,
    cloud_app: o.OfApp = None,
    connection: o.OfConnection = None,
    who: o.Who = None,
    which: o.Which = None,
    per: o.Per = None,
    output: o.Output = None,
    most: o.Most = 40,
) -> None:
    """Answer a question, such as unauthenticated_users, activity, exposure or exposed_items."""
    from flows.command.asking import tell_page, tell_report
    from flows.command.running import sentences

    if as_json + as_html + (form != "table") > 1:
        raise typer.BadParameter("say one form: --json, --html or --format")
    chosen = "json" if as_json else "html" if as_html else form
    filters = {"since": since, "until": until, "app": cloud_app, "connection": connection}
    with sentences():
        if question is None:
            tell_page(chosen, output, **filters)
        else:
            own = {"who": who, "which": which, "per": per}
            tell_report(question, chosen, output, most, **filters, **own)


@app.command()
def export(
    since: o.Since = None,
    until: o.Until = None,
    cloud_app: o.OfApp = None,
    connection: o.OfConnection = None,
    output: o.Output = None,
) -> None:
    """Write events as JSON lines of OCSF 1.8, for other tools."""
    from flows.command.asking import export_ocsf
    from flows.command.running import sentences

    with sentences():
        export_ocsf(since, until, cloud_app, connection, output)


@app.command()
def sql(
    query: o.Query,
    form: o.InRowsForm = o.RowsForm("table"),
    as_json: o.AsJson = False,
    output: o.Output = None,
) -> None:
    """Ask the lake anything, in DuckDB's SQL."""
    from flows.command.asking import tell_sql
    from flows.command.running import sentences

    with sentences():
        tell_sql(query, "json" if as_json else form, output)


@app.command()
def status(as_json: o.AsJson = False) -> None:
    """Every connection: how fresh, how far back, and what needs a person."""
    from flows.command.answering import tell_status
    from flows.command.running import sentences

    with sentences():
        tell_status(as_json)


@app.command()
def maintain(as_json: o.AsJson = False) -> None:
    """Compact the lake, delete old files, publish the catalog."""
    from flows.command.running import run_flow

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
    with answering():
        app()


if __name__ == "__main__":
    main()
