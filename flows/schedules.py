"""When something runs: as we write it down, as Prefect takes it, and in words."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import timedelta

from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import (
    SCHEDULE_TYPES,
    CronSchedule,
    IntervalSchedule,
    RRuleSchedule,
)

DAILY = re.compile(r"(\d+) (\d+) \* \* \*")
UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


@dataclass(frozen=True)
class Nightly:
    """Once a night from `hour`:`minute` on (UTC); each connection within `spread` minutes of it."""

    hour: int
    minute: int = 0
    spread: int = 1


When = timedelta | Nightly


def of(when: When, name: str) -> IntervalSchedule | CronSchedule:
    """As Prefect takes it. Of the same name, always at the same minute of the night."""
    if isinstance(when, timedelta):
        return IntervalSchedule(interval=when)
    later = zlib.crc32(name.encode()) % when.spread
    hour, minute = divmod(when.hour * 60 + when.minute + later, 60)
    return CronSchedule(cron=f"{minute} {hour} * * *", timezone="UTC")


def in_words(deployment: DeploymentResponse) -> str | None:
    """When it runs by itself, as its schedules are now; None if it does not."""
    active = [each.schedule for each in deployment.schedules if each.active]
    if deployment.paused or not active:
        return None
    return " and ".join(map(_words, active))


def _words(schedule: SCHEDULE_TYPES) -> str:
    match schedule:
        case IntervalSchedule(interval=interval):
            return f"every {_length(interval)}"
        case CronSchedule(cron=cron, timezone=zone):
            if daily := DAILY.fullmatch(cron):
                return f"daily at {int(daily[2]):02}:{int(daily[1]):02} {zone or 'UTC'}"
            return f"at {cron} {zone or 'UTC'}"
        case RRuleSchedule(rrule=rule):
            return f"by {rule}"
        case _:
            return "never"


def _length(interval: timedelta) -> str:
    seconds = round(interval.total_seconds())
    unit, long = next(each for each in UNITS if seconds % each[1] == 0)
    count = seconds // long
    return unit if count == 1 else f"{count} {unit}s"
