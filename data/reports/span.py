"""Spans of time as people give them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from data.errors import BadQuestion

Moment = datetime | date | str | None
"""An aware moment, a UTC day (its beginning), or either as ISO text; None for no bound."""


def span(since: Moment, until: Moment) -> tuple[datetime | None, datetime | None]:
    """Two bounds as aware moments. Raises BadQuestion when they are none, or no span."""
    begin, end = _moment("since", since), _moment("until", until)
    if begin and end and begin >= end:
        how = "as" if begin == end else "before"
        raise BadQuestion(
            f"The span ends ({end:%Y-%m-%d %H:%M}) {how} it begins: give a later until, or an"
            " earlier since."
        )
    return begin, end


def _moment(name: str, value: Moment) -> datetime | None:
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        if isinstance(value, datetime):
            return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadQuestion(
            f"{name} '{value}' is no time: write a day as 2026-11-22, or a moment as"
            " 2026-11-22T13:30:00Z."
        ) from None
    return datetime.combine(value, time(), UTC) if value else None
