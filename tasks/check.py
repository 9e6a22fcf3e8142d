"""Prefect tasks that open an account and test what its API lets us do."""

from __future__ import annotations

import asyncio

from prefect import task

from blocks import register
from connectors.contract import Account, Check
from connectors.errors import NeedsPerson
from tasks import consent
from tasks.connections import apart, in_thread, open_connector
from tasks.telling import listener


class TestFailed(NeedsPerson):
    """Some checks did not pass; `checks` has the whole matrix.

    It is `bearable` when a person may go on with all that failed.
    """

    __test__ = False  # not one of pytest's

    def __init__(self, connection: str, checks: list[Check]) -> None:
        failed = [check for check in checks if check.passed is False]
        super().__init__(
            f"{len(failed)} of {len(checks)} checks of {connection!r} failed, the first being"
            f" {failed[0].capability!r}: {failed[0].evidence}",
            failed[0].remedy,
        )
        self.checks = checks
        self.bearable = all(check.bearable for check in failed)


def borne(connection: str, failed: TestFailed) -> bool:
    """Whether a person goes on with all that failed."""
    return failed.bearable and register.connection(connection).accept_coadmin


@task(task_run_name="connect")
async def open_account(
    connection: str, app: str | None, administrator: str | None, redirect_port: int | None
) -> Account:
    """Get an administrator's consent and save what it opens."""
    return await apart(consent.connect, connection, app, administrator, redirect_port)


@task(task_run_name="reach")
async def reach(connection: str) -> Account:
    """Ask for the least there is, so that who is not there or not allowed is known at once.

    Raises:
        NeedsPerson: the administrator has lost the role, or sees less than nobody has accepted.
    """
    connector = open_connector(connection)
    account = await in_thread(connector, connector.account)
    if account.limits and not register.connection(connection).accept_coadmin:
        raise account.limits
    return account


@task(task_run_name="test API")
async def probe_api(connection: str, accept_coadmin: bool) -> list[Check]:
    """Ask for every capability once; `accept_coadmin` is kept with the connection.

    Raises:
        TestFailed: one or more are missing.
    """
    connector = open_connector(connection)
    if accept_coadmin:
        await asyncio.to_thread(register.accept_coadmin, connection)
    checks = await in_thread(connector, connector.probe)
    listener().tested(connection, checks)
    if any(check.passed is False for check in checks):
        raise TestFailed(connection, checks)
    return checks
