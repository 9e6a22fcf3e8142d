"""The page of all that matters, for a file and for the Prefect UI."""

from __future__ import annotations

from data import page
from data.lake import Lake
from data.reports import Moment
from tasks.status import status


def whole_page(
    lake: Lake,
    *,
    since: Moment = None,
    until: Moment = None,
    app: str | None = None,
    connection: str | None = None,
) -> str:
    """The page of all that matters, with the connections that need a person."""
    answers = page.ask_all(lake, since=since, until=until, app=app, connection=connection)
    concerns = [
        page.Concern(row["connection"], row["state"], row["why"], row["remedy"])
        for row in status(lake, inventory=False)
        if row["remedy"] and app in {None, row["app"]} and connection in {None, row["connection"]}
    ]
    return page.of_all(answers, concerns)
