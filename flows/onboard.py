"""Onboard a connection: connect, test the API, bring history, scan all, catch up, report."""

from __future__ import annotations

from prefect import flow

from flows.backfill import backfill
from flows.connect import connect
from flows.report import report
from flows.scan import scan
from flows.sync import sync
from flows.test_api import test_api
from tasks import consent
from tasks.callback import PORT
from tasks.check import TestFailed, borne
from tasks.connections import open_scanner
from tasks.minding import alone


@flow(flow_run_name="onboard {connection}")
async def onboard(
    connection: str,
    app: str = "dropbox",
    days: int = 60,
    redirect_port: int | None = PORT,
    accept_coadmin: bool = False,
) -> None:
    """Bring a company's account from nothing to answers.

    Args:
        connection: A name for the connection: small letters, digits and hyphens.
        app: The cloud app, for example dropbox.
        days: How many days of history to bring.
        redirect_port: Where the browser comes back to on this machine, as registered in the app.
        accept_coadmin: Go on without the files that stay hidden from a Box co-admin.
    """
    with alone(connection, "onboard"):
        if consent.needed(connection):
            await connect(app, connection, redirect_port)
        try:
            await test_api(connection, accept_coadmin)
        except TestFailed as failed:
            if not borne(connection, failed):
                raise
        await backfill(connection, days)
        if open_scanner(connection).due():
            await scan(connection)
        await sync(connection)
        await report(connection=connection)
