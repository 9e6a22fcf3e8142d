"""Prefect tasks that open an account and test what its API lets us do."""

from __future__ import annotations

from prefect import task

from connectors.contract import Account, Check
from connectors.errors import NeedsPerson
from tasks import consent
from tasks.connections import apart, in_thread, open_connector
from tasks.telling import listener


class TestFailed(NeedsPerson):
    """Some checks did not pass; `checks` has the whole matrix."""

    __test__ = False  # not one of pytest's

    def __init__(self, connection: str, checks: list[Check]) -> None:
        failed = [check for check in checks if check.passed is False]
        super().__init__(
            f"{len(failed)} of {len(checks)} checks of {connection!r} failed, the first being"
            f" {failed[0].capability!r}: {failed[0].evidence}",
            failed[0].remedy,
        )
        self.checks = checks


@task(task_run_name="connect")
async def open_account(app: str, connection: str, redirect_port: int | None) -> Account:
    """Get an administrator's consent and save what it opens."""
    return await apart(consent.connect, app, connection, redirect_port)


@task(task_run_name="reach")
async def reach(connection: str) -> Account:
    """Ask for the least there is, so that who is not there or not allowed is known at once."""
    connector = open_connector(connection)
    return await in_thread(connector, connector.account)


@task(task_run_name="test API")
async def probe_api(connection: str) -> list[Check]:
    """Ask for every capability once.

    Raises:
        TestFailed: one or more are missing.
    """
    connector = open_connector(connection)
    checks = await in_thread(connector, connector.probe)
    listener().tested(connection, checks)
    if any(check.passed is False for check in checks):
        raise TestFailed(connection, checks)
    return checks
