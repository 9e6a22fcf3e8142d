"""Onboard a connection: connect, test the API, bring history, scan all, catch up, report."""

from __future__ import annotations

from prefect import flow

from flows.backfill import backfill
from flows.connect import connect
from flows.deployments import schedule
from flows.naming import tagged
from flows.report import report
from flows.scan import scan
from flows.sync import sync
from flows.tending import tended
from flows.test_api import test_api
from tasks.asking import App, asked
from tasks.callback import PORT
from tasks.check import TestFailed, borne
from tasks.connections import open_scanner
from tasks.minding import alone
from tasks.offer import needed
from tasks.summary import sum_up


@flow(flow_run_name="onboard {connection}")
@tended
async def onboard(
    connection: str,
    app: App | None = None,
    administrator: str | None = None,
    *,
    days: int = 60,
    accept_coadmin: bool = False,
    redirect_port: int | None = PORT,
) -> None:
    """Bring a company's account from nothing to answers: consent, API test, history, scan, reports.

    Args:
        connection: The name of the connection, which is the name of its block under Blocks
            (Dropbox team or Box enterprise): small letters, digits and hyphens.
        app: The cloud app. Leave it empty to go by the block.
        administrator: The e-mail address of the administrator who is to allow it; anybody else's
            consent is then refused. Leave it empty to take any administrator's.
        days: How many days of history to bring.
        accept_coadmin: Go on without the files that stay hidden from a Box co-admin.
        redirect_port: The browser comes back to http://127.0.0.1:PORT/callback, the redirect URI
            that is registered in the app. Without a port the app shows a code to paste instead.
    """
    with alone(connection, "onboard"), tagged(connection, app):
        if needed(connection):
            async with asked(connection, app, administrator, redirect_port):
                await connect(connection, app, administrator, redirect_port)
        try:
            checks = await test_api(connection, accept_coadmin)
        except TestFailed as failed:
            if not borne(connection, failed):
                raise
            checks = failed.checks
        await backfill(connection, days)
        if open_scanner(connection).due():
            await scan(connection)
        await sync(connection)
        await report(connection=connection)
        scheduled = await schedule(connection)
        await sum_up(connection, checks, [str(each) for each in scheduled])
