"""Answer the questions, as artifacts in the Prefect UI."""

from __future__ import annotations

import asyncio
from datetime import datetime

from prefect import flow

from data import reports
from tasks.artifacts import show_answer
from tasks.connections import open_lake
from tasks.telling import listener


@flow(flow_run_name="report")
async def report(
    question: str | None = None,
    connection: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> None:
    """Answer one question, or all of them.

    Args:
        question: The report's name; if empty, all reports but those on one person or item.
        connection: Of this connection only.
        since: From this moment on.
        until: Before this moment.
    """
    for name in [question] if question else reports.alone():
        answer = await asyncio.to_thread(
            reports.run, open_lake(), name, since=since, until=until, connection=connection
        )
        listener().answered(answer)
        await show_answer(answer)
