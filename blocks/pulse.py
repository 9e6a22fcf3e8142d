"""What a connection's work leaves behind while it runs: `<home>/pulse/<connection>.json`.

How often the app was asked, until when it wants to be left alone, and whether the quiet has been
told of. Apart from the register: this changes every minute, and a loss of it is no loss.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from blocks.files import exclusive, write_whole
from data.settings import settings

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Pulse:
    """Calls by UTC minute, those allowed in an hour, and times in UTC."""

    calls: dict[datetime, int] = field(default_factory=dict)
    allowed: int | None = None
    held_until: datetime | None = None
    quiet_since: datetime | None = None

    def lately(self, now: datetime) -> int:
        """Calls in the hour before `now`."""
        return sum(count for minute, count in self.calls.items() if now - minute <= HOUR)


# Made here, once: threads that make one of a type at the same time can end the process.
_PULSE = msgspec.json.Decoder(Pulse)


def pulse(connection: str) -> Pulse:
    """The pulse as last written; an empty one where there is none, or none that can be read."""
    try:
        return _PULSE.decode(_file(connection).read_bytes())
    except (OSError, msgspec.DecodeError):
        return Pulse()


def note_calls(
    connection: str, calls: Mapping[datetime, int], allowed: int, held_until: datetime | None
) -> None:
    """Add calls that were made; those of more than an hour ago are forgotten."""
    since = datetime.now(UTC) - HOUR

    def added(it: Pulse) -> Pulse:
        sums = {at: it.calls.get(at, 0) + calls.get(at, 0) for at in it.calls.keys() | calls.keys()}
        kept = {at: sums[at] for at in sorted(sums) if at >= since}
        return replace(it, calls=kept, allowed=allowed, held_until=held_until or it.held_until)

    _change(connection, added)


def note_quiet(connection: str, since: datetime | None) -> bool:
    """Note since when it has been quiet, None if it is not; whether that is news."""
    before = _change(connection, lambda it: replace(it, quiet_since=since))
    return (before.quiet_since is None) != (since is None)


def forget(connection: str) -> None:
    """Leave nothing of it."""
    with _alone(connection):
        _file(connection).unlink(missing_ok=True)


def _change(connection: str, change: Callable[[Pulse], Pulse]) -> Pulse:
    """Write what `change` makes of the pulse; the one from before."""
    with _alone(connection):
        before = pulse(connection)
        after = change(before)
        if after != before:
            write_whole(_file(connection), msgspec.json.encode(after).decode())
        return before


def _file(connection: str) -> Path:
    return settings().home.absolute() / "pulse" / f"{connection}.json"


def _alone(connection: str) -> AbstractContextManager[None]:
    folder = _file(connection).parent
    folder.mkdir(parents=True, exist_ok=True)
    return exclusive(folder / f"{connection}.lock")
