"""What the commands of `casbah` take: every option once, with the words of its help."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from blocks.data_centers import DataCenter
from connectors import APPS

CloudApp = StrEnum("CloudApp", list(APPS))  # type: ignore[misc]
RowsForm = StrEnum("RowsForm", ["table", "csv", "json", "parquet"])
ReportForm = StrEnum("ReportForm", ["table", "csv", "json", "parquet", "xlsx", "html"])
SignIn = StrEnum("SignIn", ["oauth", "ccg", "jwt"])

# What a command is about.
App = Annotated[CloudApp, typer.Argument(help="The cloud app.", metavar="APP")]
Name = Annotated[str, typer.Argument(help="The connection's name.", metavar="NAME")]
Question = Annotated[
    str | None,
    typer.Argument(
        help="The report's name; with --html it may be left out, for the page of all that matters.",
        metavar="[QUESTION]",
        show_default=False,
    ),
]
Query = Annotated[str, typer.Argument(help="One select.")]

# Connecting.
ClientId = Annotated[
    str | None,
    typer.Option(
        envvar="CASBAH_CLIENT_ID",
        help="The app's key. Left out, it is asked for, or that of the last time serves again.",
    ),
]
ClientSecret = Annotated[
    str | None,
    typer.Option(envvar="CASBAH_CLIENT_SECRET", help="The app's secret; none with PKCE only."),
]
RefreshToken = Annotated[
    str | None,
    typer.Option(envvar="CASBAH_REFRESH_TOKEN", help="A refresh token: nobody is asked."),
]
BaseUrl = Annotated[str | None, typer.Option(help="Where a stand-in for the app answers.")]
Auth = Annotated[
    SignIn | None,
    typer.Option(help="Box: by an administrator's consent, or as the app itself."),
]
EnterpriseId = Annotated[
    str | None, typer.Option(help="Box: the enterprise that the app itself signs in to.")
]
Config = Annotated[
    Path | None,
    typer.Option(
        exists=True, dir_okay=False, help="Box: the app's configuration, with its private key."
    ),
]
OfDataCenter = Annotated[
    DataCenter | None,
    typer.Option(help="Box: whose app to connect, by the setting CASBAH_BOX_CLIENT_IDS."),
]
Administrator = Annotated[
    str | None,
    typer.Option(help="The e-mail address of who is to allow it; nobody else's consent is taken."),
]
RedirectPort = Annotated[
    int,
    typer.Option(
        min=0,
        max=65535,
        help="The browser comes back to http://127.0.0.1:PORT/callback, as registered in the app.",
    ),
]
Paste = Annotated[
    bool, typer.Option("--paste", help="Paste the code; the browser need not reach us.")
]
AcceptCoadmin = Annotated[
    bool,
    typer.Option(
        "--accept-coadmin",
        help="Box: go on without the files that stay hidden from a co-admin.",
    ),
]

# Reading.
Days = Annotated[int, typer.Option(min=1, max=3650, help="How many days of history to bring.")]
ReadAgain = Annotated[
    bool, typer.Option("--again", help="Read all of it once more, for events that came late.")
]
ScanAgain = Annotated[
    bool, typer.Option("--again", help="Begin anew, even if a scan is under way.")
]

ClosedDays = Annotated[
    int, typer.Option("--days", min=1, max=3650, help="How many closed days to read once more.")
]
ReconcileAgain = Annotated[
    bool, typer.Option("--again", help="Also what was reconciled in the last six hours.")
]

# Leaving.
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask: delete it.")]

# Answering.
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for scripts.")]
HOW = "How to answer; with --output also by the ending of the file's name."
InRowsForm = Annotated[RowsForm, typer.Option("--format", help=HOW)]
InReportForm = Annotated[ReportForm, typer.Option("--format", help=HOW)]
AsHtml = Annotated[
    bool, typer.Option("--html", help="As one page that opens in any browser, without a network.")
]
Since = Annotated[str | None, typer.Option(help="From this UTC day or moment on.")]
Until = Annotated[str | None, typer.Option(help="Before this UTC day or moment.")]
OfApp = Annotated[str | None, typer.Option("--app", help="Of this app only.")]
OfConnection = Annotated[str | None, typer.Option(help="Of this connection only.")]
Who = Annotated[str | None, typer.Option(help="Of the report person: the e-mail address or id.")]
Which = Annotated[str | None, typer.Option(help="Of the report item: its id, path or name.")]
Per = Annotated[
    str | None, typer.Option(help="Of activity_per: hour, day, person, address, country ...")
]
Output = Annotated[Path | None, typer.Option(help="Write to a file.", dir_okay=False)]
Most = Annotated[int, typer.Option(min=1, help="The most rows of a table to show.")]

# The made-up company.
Seed = Annotated[int, typer.Option(help="Which made-up company.")]
Members = Annotated[int, typer.Option(min=12, help="How many people work there.")]
Past = Annotated[int, typer.Option("--days", min=1, help="How many days its history has.")]
Events = Annotated[int, typer.Option(min=1, help="How many events each app's history has.")]
Files = Annotated[
    int | None,
    typer.Option(min=1000, help="About how many files each app has; else as people need."),
]
Port = Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free one.")]

# Serving.
Sandbox = Annotated[
    bool, typer.Option("--sandbox", help="Bring stand-ins for the apps, and a company, along.")
]
UiPort = Annotated[
    int | None,
    typer.Option("--port", min=0, max=65535, help="Of the UI; else as last time, or 4200."),
]
SandboxPort = Annotated[
    int | None, typer.Option(min=0, max=65535, help="Of the stand-ins; else as last time, or 8787.")
]
