"""Test the API: every capability that the pipeline needs, with evidence and what to do."""

from __future__ import annotations

from prefect import flow

from connectors.contract import Check
from flows.naming import tagged
from flows.tending import tended
from tasks.artifacts import show_checks
from tasks.check import TestFailed, probe_api
from tasks.minding import minded


@flow(flow_run_name="test API of {connection}")
@tended
async def test_api(
    connection: str,
    accept_coadmin: bool = False,  # noqa: PT028 - a flow, not one of pytest's
) -> list[Check]:
    """Ask the app for every capability once, and fail if one is missing, saying what to do.

    Args:
        connection: The connection's name, for example acme-dropbox.
        accept_coadmin: Let other work go on without the files that stay hidden from a Box
            co-admin. The test fails all the same.
    """
    with tagged(connection), minded(connection, "test"):
        try:
            checks = await probe_api(connection, accept_coadmin)
        except TestFailed as failed:
            await show_checks(connection, failed.checks)
            raise
        await show_checks(connection, checks)
        return checks
