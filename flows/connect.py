"""Connect an account: ask an administrator for consent, and keep what it opens."""

from __future__ import annotations

from prefect import flow

from blocks import register
from connectors.contract import Account
from flows.foreseen import foreseen
from flows.naming import tagged
from flows.serving.deployments import schedule
from tasks.check import open_account
from tasks.consent.asking import App, asked
from tasks.consent.callback import PORT


@flow(flow_run_name="connect {connection}")
@foreseen
async def connect(
    connection: str,
    app: App | None = None,
    administrator: str | None = None,
    redirect_port: int | None = PORT,
) -> Account:
    """Connect a Dropbox team or a Box enterprise: an administrator follows a link and allows it.

    One that was onboarded before, and disconnected, is kept up to date again from then on.

    Args:
        connection: The name of the connection, which is the name of its block under Blocks
            (Dropbox team or Box enterprise): small letters, digits and hyphens.
        app: The cloud app. Leave it empty to go by the block.
        administrator: The e-mail address of the administrator who is to allow it; anybody else's
            consent is then refused. Leave it empty to take any administrator's.
        redirect_port: The browser comes back to http://127.0.0.1:PORT/callback, the redirect URI
            that is registered in the app. Without a port the app shows a code to paste instead.
    """
    with tagged(connection, app):
        async with asked(connection, app, administrator, redirect_port):
            account = await open_account(connection, app, administrator, redirect_port)
        if register.connection(connection).scheduled:  # it was here before, and disconnected
            await schedule(connection)
    return account
