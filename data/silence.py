"""Events in the same hours of the weeks before: what a silence is held against."""

from __future__ import annotations

from datetime import timedelta

from data import catalog
from data.lake import Lake
from data.ledger import Stream
from data.watermark import Span

WEEK = timedelta(weeks=1)


def weeks_before(
    lake: Lake, stream: Stream, silent: Span, complete: tuple[Span, ...], weeks: int
) -> tuple[int, ...]:
    """The events of the span, one, two, ... `weeks` weeks earlier, where all of it has landed.

    `complete`: the spans of which all has landed. Newest week first.
    """
    start, end = silent
    covered = [
        (start - WEEK * back, end - WEEK * back)
        for back in range(1, weeks + 1)
        if any(a <= start - WEEK * back and end - WEEK * back <= b for a, b in complete)
    ]
    return tuple(_events(lake, stream, span) for span in covered)


def _events(lake: Lake, stream: Stream, span: Span) -> int:
    parameters = {
        "app": stream.app,
        "connection": stream.connection,
        "start": span[0],
        "until": span[1],
    }
    return int(catalog.ask(lake, COUNT, parameters, ["events"])["events"][0].as_py())


COUNT = """
select count(*) as events from events_as_told
where app = $app and connection = $connection
    and event_date between $start::date and $until::date
    and event_time >= $start and event_time < $until
"""
