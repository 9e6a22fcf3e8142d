"""Answer the questions, as artifacts in the Prefect UI."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from datetime import datetime

from prefect import flow

from data import lineage, reports
from flows.foreseen import foreseen
from flows.naming import by, report_name, tagged
from tasks.connections import open_lake
from tasks.showing.artifacts import show_answer, show_lineage
from tasks.showing.telling import listener


@flow(flow_run_name=by(report_name))
@foreseen
async def report(
    question: str | None = None,
    connection: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> None:
    """Answer one question, or all of them, as artifacts here in the Prefect UI.

    Args:
        question: The report's name, for example exposed_items; leave it empty for all reports.
        connection: Only what is of this connection; leave it empty for all of them.
        since: Only what happened, or was last modified, from this moment on.
        until: Only what happened, or was last modified, before this moment.
    """
    with tagged(connection) if connection else nullcontext():
        for name in [question] if question else reports.names():
            answer = await asyncio.to_thread(
                reports.run, open_lake(), name, since=since, until=until, connection=connection
            )
            listener().answered(answer)
            await show_answer(answer)
        await show_lineage(await asyncio.to_thread(lineage.sources, open_lake()))
