"""How far each connection has been read, from the ledger: what an answer is complete up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from data.ledger import Landing

Span = tuple[datetime, datetime]
_DAYS = 5  # so many days are named in a note, the latest


def watermarks(landings: Iterable[Landing]) -> list[Watermark]:
    """One for each connection, from its landings in the order of the ledger."""
    streams = groupby(landings, key=lambda landing: (landing.app, landing.connection))
    return [_watermark(app, connection, list(ours)) for (app, connection), ours in streams]


def _watermark(app: str, connection: str, landings: list[Landing]) -> Watermark:
    live = [landing for landing in landings if landing.lane == "live"]
    windows = {
        (landing.window_start, landing.window_end): landing.done
        for landing in landings
        if landing.lane == "history" and landing.window_start and landing.window_end
    }
    # A day that was read again whole is complete, whatever became of other walks through it.
    whole = [
        (landing.window_start, landing.window_end)
        for landing in landings
        if landing.lane == "reconcile"
        and landing.done
        and landing.window_start
        and landing.window_end
    ]
    unfinished = [
        (start, end)
        for (start, end), done in windows.items()
        if not done and not any(since <= start and end <= until for since, until in whole)
    ]
    return Watermark(
        app,
        connection,
        live=_joined(
            (one.window_start, one.fetched_at) for one in live if one.window_start and one.done
        ),
        live_until=max((one.fetched_at for one in live if one.done), default=None),
        history=_joined([*whole, *(window for window, done in windows.items() if done)]),
        unfinished=_joined(unfinished),
    )


@dataclass(frozen=True)
class ScanMark:
    """How far the newest scan of a connection has come; columns of `data/queue/last_scans.sql`."""

    app: str
    connection: str
    started_at: datetime
    done_at: datetime | None
    closed: int
    found: int
    refused: int

    def __str__(self) -> str:
        began = f"{self.connection} ({self.app}): scanned from {_moment(self.started_at)}"
        so_far = (
            f" to {_moment(self.done_at)} (UTC)"
            if self.done_at
            else f" (UTC), under way: {self.closed} of {self.found} branches"
        )
        lacking = f"; {self.refused} could not be read, see not_scanned" if self.refused else ""
        return began + so_far + lacking


@dataclass(frozen=True)
class Doubt:
    """What is to be said about the answers of a connection; columns of `data/queue/doubts.sql`."""

    app: str
    connection: str
    repaired_days: list[date]
    repaired_events: list[int]
    unknown: int

    def __str__(self) -> str:
        told = []
        if self.repaired_days:
            each = zip(self.repaired_days, self.repaired_events, strict=True)
            days = [f"{day} ({events:,})" for day, events in each]
            more = f" and {len(days) - _DAYS} more days" if len(days) > _DAYS else ""
            told.append(
                f"{sum(self.repaired_events):,} events came late or were missing until their day"
                f" was read again: {', '.join(days[-_DAYS:])}{more}, see coverage"
            )
        if self.unknown:
            told.append(f"{self.unknown:,} events of types that are new to us, see drift")
        return f"{self.connection} ({self.app}): {'; '.join(told)}"


def _joined(windows: Iterable[Span]) -> tuple[Span, ...]:
    """The windows with those that touch or overlap made one."""
    spans: list[Span] = []
    for start, end in sorted(windows):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return tuple(spans)


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S").removesuffix(" 00:00:00")


def _spans(spans: Iterable[Span]) -> str:
    return ", ".join(f"{_moment(start)} to {_moment(end)}" for start, end in spans)


@dataclass(frozen=True)
class Watermark:
    """What has landed of one connection.

    All events in the spans of `live` and `history` that the app had listed when they were read have
    landed; of the spans `unfinished`, some. The app may list an event late, so later rows of any
    time may still arrive.
    """

    app: str
    connection: str
    live: tuple[Span, ...]
    live_until: datetime | None
    history: tuple[Span, ...]
    unfinished: tuple[Span, ...]

    @property
    def complete(self) -> tuple[Span, ...]:
        """The spans of which all has landed, whichever lane read them."""
        return _joined([*self.history, *self.live])

    def __str__(self) -> str:
        complete = f"read from {_spans(self.complete)}" if self.complete else "nothing read whole"
        missing = f", not yet all of {_spans(self.unfinished)}" if self.unfinished else ""
        live = "" if self.live_until else ", nothing live yet"
        late = "; late events may still come" if self.complete else ""
        return f"{self.connection} ({self.app}): {complete}{missing}{live} (UTC){late}"
