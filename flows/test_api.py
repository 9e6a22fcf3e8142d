"""Test the API: every capability that the pipeline needs, with evidence and what to do."""

from __future__ import annotations

from prefect import flow

from connectors.contract import Check
from tasks.artifacts import show_checks
from tasks.check import TestFailed, probe_api
from tasks.minding import minded


@flow(flow_run_name="test API of {connection}")
async def test_api(connection: str) -> list[Check]:
    """Ask for every capability once, and fail if one is missing.

    Args:
        connection: The connection's name.
    """
    with minded(connection, "test"):
        try:
            checks = await probe_api(connection)
        except TestFailed as failed:
            await show_checks(connection, failed.checks)
            raise
        await show_checks(connection, checks)
        return checks
