"""Connect an account: ask an administrator for consent, and keep what it opens."""

from __future__ import annotations

from prefect import flow

from connectors.contract import Account
from tasks.callback import PORT
from tasks.check import open_account
from tasks.minding import alone


@flow(flow_run_name="connect {connection}")
async def connect(app: str, connection: str, redirect_port: int | None = PORT) -> Account:
    """Ask an administrator for consent and save what it opens, in the connection's block.

    Args:
        app: The cloud app, for example dropbox.
        connection: A name for the connection: small letters, digits and hyphens.
        redirect_port: Where the browser comes back to on this machine, as registered in the app.
    """
    with alone(connection, "connect"):
        return await open_account(app, connection, redirect_port)
