"""Forget: disconnect, and delete all data of a connection."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect import flow
from prefect.logging import get_run_logger

from blocks import register
from blocks.locks import AlreadyRunning
from connectors.errors import NeedsPerson
from data.settings import settings
from flows.disconnect import disconnect
from flows.naming import tagged
from flows.serving import page
from flows.tending import tended
from tasks.forgetting import forget_artifacts, forget_connection, forget_data
from tasks.leaving import others_ended
from tasks.minding import alone
from tasks.publish import publish
from tasks.stake import at_stake, in_words


@flow(flow_run_name="forget {connection}")
@tended
async def forget(connection: str, really: str = "") -> dict[str, Any]:
    """Disconnect, and delete for ever all that the lake holds of the connection.

    Nothing is deleted unless its name is typed twice: run it without, and it says how much it is.

    Args:
        connection: The connection's name, for example acme-dropbox.
        really: The name once more, to have it deleted.
    """
    stake = await asyncio.to_thread(at_stake, connection)
    if really.strip() != connection:
        raise NeedsPerson(
            f"Nothing was deleted. There are {in_words(stake)}.",
            f"To delete them for ever, run it again with {connection} in both fields.",
        )
    with alone(connection, "forget"), tagged(connection):
        left = await disconnect(connection) if _known(connection) else {}
        if others := await others_ended(connection):
            raise AlreadyRunning(
                f"{' and '.join(others)} of {connection!r} is still running.",
                "Wait for it to end, or end it, and forget it then: its data is still there.",
            )
        with alone(connection, "connect"):
            await forget_data(connection)
            await publish()
            await forget_artifacts(connection)
            # Its rows may be those of the connection, and tonight there is a new one.
            page.file_of(settings().home).unlink(missing_ok=True)
            await forget_connection(connection)
    sentence = f"{connection} is forgotten: {in_words(stake)} are deleted."
    get_run_logger().info(sentence)
    return {
        **stake,
        "grant_revoked": left.get("grant_revoked"),
        "sentence": " ".join(filter(None, (left.get("sentence"), sentence))),
        "remedy": left.get("remedy"),
    }


def _known(connection: str) -> bool:
    return any(each.name == connection for each in register.connections())
