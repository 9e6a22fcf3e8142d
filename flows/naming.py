"""What a run is called and which tags it wears: the same for the UI, a schedule and a command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from prefect import tags
from prefect.client.orchestration import get_client
from prefect.context import FlowRunContext
from prefect.runtime import flow_run

from blocks import register
from connectors.errors import NeedsPerson


def tags_of(app: str | None, connection: str) -> list[str]:
    """The tags of all that is done for a connection; `app` where it is known."""
    return [app, connection] if app else [connection]


@contextmanager
def tagged(connection: str, app: str | None = None) -> Iterator[None]:
    """Have the flow run that is under way, and all that it starts, wear the connection's tags.

    Whoever connects an account may learn only then which app it is of.
    """
    with tags(*_wear(connection, app)):
        try:
            yield
        finally:
            _wear(connection, app)


def _wear(connection: str, app: str | None) -> list[str]:
    wanted = tags_of(app or _app(connection), connection)
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    if run and not set(wanted) <= set(run.tags):
        run.tags = sorted({*run.tags, *wanted})
        with suppress(httpx.HTTPError), get_client(sync_client=True) as client:
            client.update_flow_run(run.id, tags=run.tags)
    return wanted


def _app(connection: str) -> str | None:
    with suppress(NeedsPerson):
        return register.connection(connection).app
    return None


def by(name: Callable[[dict[str, Any]], str]) -> Callable[[], str]:
    """A flow's `flow_run_name`: what `name` makes of the run's parameters.

    A template of Prefect's knows the parameters too, but nothing that follows from them.
    """
    return lambda: name(flow_run.parameters)


def backfill_name(given: dict[str, Any]) -> str:
    """How far back, and the day that this begins with."""
    days = given.get("days", 60)
    first = datetime.now(UTC).date() - timedelta(days=days)
    again = " again" if given.get("again") else ""
    return f"backfill {given['connection']}{again}, {days} days from {first}"


def scan_name(given: dict[str, Any]) -> str:
    """Of what, and whether from the beginning."""
    return f"scan {given['connection']}{' from the beginning' if given.get('again') else ''}"


def sync_name(given: dict[str, Any]) -> str:
    """Until when; where it begins is where the one before it ended."""
    return f"sync {given['connection']}, up to {_minute(datetime.now(UTC))}"


def report_name(given: dict[str, Any]) -> str:
    """Which question, of which connection, and of which span where one was asked for."""
    parts = [
        f"report {given.get('question') or 'everything'}",
        f"of {given['connection']}" if given.get("connection") else "",
        f"since {_minute(given['since'])}" if given.get("since") else "",
        f"until {_minute(given['until'])}" if given.get("until") else "",
    ]
    return " ".join(filter(None, parts))


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
