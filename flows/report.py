"""Answer the questions, as artifacts in the Prefect UI and on the page."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from datetime import datetime

from prefect import flow

from data import lineage, reports
from data.settings import settings
from flows.foreseen import foreseen
from flows.naming import by, report_name, tagged
from flows.serving import page
from tasks.connections import open_lake
from tasks.showing.artifacts import show_answer, show_lineage, show_page
from tasks.showing.page import whole_page
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

    All of them also make the page anew: everything that matters, of all connections, in one file.

    Args:
        question: The report's name, for example exposed_items; leave it empty for all
            reports but those on one person or item.
        connection: Only what is of this connection; leave it empty for all of them.
        since: Only what happened, or was last modified, from this moment on.
        until: Only what happened, or was last modified, before this moment.
    """
    with tagged(connection) if connection else nullcontext():
        span = {"since": since, "until": until, "connection": connection}
        names = [question] if question else reports.alone()
        answers = reports.run_all(open_lake(), names, **span)
        while answer := await asyncio.to_thread(next, answers, None):
            listener().answered(answer)
            await show_answer(answer)
        if not question:
            text = await asyncio.to_thread(whole_page, open_lake())
            await show_page(page.keep(settings().home, text), page.PATH)
        await show_lineage(await asyncio.to_thread(lineage.sources, open_lake()))
