"""Disconnect: the vendor ends the grant, our tokens and schedules go, and the data stays."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.logging import get_run_logger

from blocks import register
from flows.deployments import unschedule
from flows.naming import tagged
from flows.tending import tended
from tasks.leaving import end_runs, give_back, others_ended
from tasks.minding import alone


@flow(flow_run_name="disconnect {connection}")
@tended
async def disconnect(connection: str) -> dict[str, Any]:
    """Give the grant back to the app's vendor, and read nothing of the connection any more.

    What runs of it is ended; its tokens and schedules are removed. The app's key and secret stay in
    its block, and the data stays in the lake: whoever connects it again under the same name is
    asked for consent only, and goes on where it stood.

    Args:
        connection: The connection's name, for example acme-dropbox.
    """
    register.connection(connection)
    with alone(connection, "disconnect"), tagged(connection):
        await unschedule(connection)
        ended = await end_runs(connection)
        with alone(connection, "connect"):
            left = await give_back(connection)
        others = await others_ended(connection)
    sentence = f"{connection} is disconnected. {left.sentence}"
    if others:
        sentence += f" {' and '.join(others)} of it will end at the next call."
    get_run_logger().info(sentence)
    if left.remedy:
        get_run_logger().warning(left.remedy)
    return {
        "connection": connection,
        "disconnected_at": register.connection(connection).disconnected_at,
        "grant_revoked": left.revoked,
        "runs_ended": ended,
        "sentence": sentence,
        "remedy": left.remedy,
    }
