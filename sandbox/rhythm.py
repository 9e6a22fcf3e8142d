"""The hours and days in which people do things, by the clocks of the offices."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from sandbox import names

# Share of a day's work done in each local hour.
DAY: Final = np.array(
    [0.02, 0.01, 0.01, 0.01, 0.01, 0.03, 0.10, 0.35, 0.80, 1.0, 1.05, 0.95,
     0.60, 0.85, 1.05, 1.0, 0.90, 0.65, 0.30, 0.18, 0.16, 0.14, 0.08, 0.04]
)  # fmt: skip
WEEK: Final = np.array([1.0, 1.05, 1.05, 1.0, 0.85, 0.07, 0.05])
AT_A_DESK: Final = 0.5  # how often members there look at a link without signing in
AVERAGE: Final = float(DAY.mean() * WEEK.mean())


@cache
def offset(office: int, hour: int) -> int:
    """Seconds that the office's clock is ahead of UTC in the hour `hour` since 1970."""
    moment = datetime.fromtimestamp(hour * 3600, UTC)
    ahead = moment.astimezone(ZoneInfo(names.OFFICES[office].zone)).utcoffset()
    return int((ahead or timedelta()).total_seconds())


@cache
def bustle(office: int, day: int) -> float:
    """How much of a full working day the office's local day (days since 1970) is."""
    date = datetime.fromtimestamp(day * 86400, UTC)
    holiday = (date.month, date.day) in names.HOLIDAYS[office]
    return 0.06 if holiday else float(WEEK[date.weekday()])
