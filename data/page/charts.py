"""Charts as plain geometry in percent of their panel; the template draws them as inline SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from math import ceil, log10
from typing import Any

Row = Mapping[str, Any]

TONES = {
    "likely_outsider": ("alarm", "likely outsider"),
    "undecided": ("open", "undecided"),
    "likely_member": ("calm", "likely member"),
    "unauthenticated": ("alarm", "not signed in"),
    "others": ("calm", "all others"),
    "public": ("alarm", "public"),
    "external": ("warn", "external"),
    "internal": ("open", "internal"),
    "private": ("calm", "private"),
    "gaps": ("alarm", "has gaps"),
    "open": ("open", "today"),
    "begins": ("pale", "reading begins"),
    "complete": ("pale", "read whole"),
    "reconciled": ("calm", "read whole, and compared again"),
    "half": ("calm", "half of the events within"),
    "nineteen_of_twenty": ("pale", "nineteen of twenty within"),
}
_HEIGHTS = {"gaps": 100.0, "open": 30.0, "begins": 30.0, "complete": 65.0, "reconciled": 100.0}
_GAP = 0.14  # between columns, as a part of a column


@dataclass(frozen=True)
class Bar:
    """A rectangle, in percent of its panel, from the top left."""

    x: float
    y: float
    width: float
    height: float
    tone: str
    title: str


@dataclass(frozen=True)
class Tick:
    """A text at a place of an axis, in percent; `anchor` as in SVG."""

    at: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Panel:
    """Bars with their axes; `label` says of what."""

    label: str
    bars: Sequence[Bar]
    across: Sequence[Tick] = ()
    upwards: Sequence[Tick] = ()


@dataclass(frozen=True)
class Chart:
    """What one figure looks like; `summary` says in a sentence what is to be seen."""

    kind: str
    summary: str
    legend: Sequence[tuple[str, str, str]]
    panels: Sequence[Panel] = field(default_factory=tuple)


@dataclass(frozen=True)
class Concern:
    """A connection that needs a person: how it is, in a sentence, and what to do."""

    connection: str
    state: str
    sentence: str
    remedy: str


def chart(name: str, rows: Sequence[Row]) -> Chart | None:
    """The chart of a figure; None where there is nothing to draw."""
    if not rows:
        return None
    match name:
        case "coverage_days":
            return _strips(rows)
        case "freshness_hours":
            return _waits(rows)
        case "exposure_shares":
            return _shares(rows)
        case _:
            return _columns(rows)


def _columns(rows: Sequence[Row]) -> Chart:
    """Stacked columns; the first column of the rows says when."""
    when, *series = rows[0]
    most, upwards = _scale(max(sum(row[name] for name in series) for row in rows))
    bars = []
    for n, row in enumerate(rows):
        top = 100.0
        for name in series:
            if not row[name]:
                continue
            height = 100 * row[name] / most
            top -= height
            title = f"{row[when]}: {row[name]:,} {TONES[name][1]}"
            bars.append(
                _bar(n, len(rows), top=top, height=height, tone=TONES[name][0], title=title)
            )
    totals = {name: sum(row[name] for row in rows) for name in series}
    told = ", ".join(f"{total:,} {TONES[name][1]}" for name, total in totals.items())
    peak = max(rows, key=lambda row: sum(row[name] for name in series))
    days = min(((two[when] - one[when]).days for one, two in pairwise(rows)), default=1)
    during = "on" if days == 1 else "in the week of" if days == 7 else "in the month of"
    return Chart(
        "columns",
        f"{_span(rows[0][when], rows[-1][when])}: {told}. Most {during} {peak[when]},"
        f" with {sum(peak[name] for name in series):,}.",
        [(*TONES[name], f"{total:,}") for name, total in totals.items()],
        [Panel("", bars, _days([row[when] for row in rows]), upwards)],
    )


def _strips(rows: Sequence[Row]) -> Chart:
    """A strip of days for each connection: the taller, the surer, and red where days have gaps."""
    days = sorted({row["day"] for row in rows})
    place = {day: n for n, day in enumerate(days)}
    panels = []
    for name in _names(rows):
        mine = [row for row in rows if row["connection"] == name]
        bars = []
        for row in mine:
            height, (tone, words) = _HEIGHTS[row["state"]], TONES[row["state"]]
            lacking = f" of {row['gap_hours']:g} hours" if row["state"] == "gaps" else ""
            title = f"{row['day']}: {words}{lacking}"
            bars.append(
                _bar(
                    place[row["day"]],
                    len(days),
                    top=100 - height,
                    height=height,
                    tone=tone,
                    title=title,
                )
            )
        panels.append(Panel(name, bars, _days(days)))
    counts = {state: sum(row["state"] == state for row in rows) for state in _HEIGHTS}
    told = ", ".join(f"{count} {TONES[state][1]}" for state, count in counts.items() if count)
    return Chart(
        "strips",
        f"Days of each connection, {_span(days[0], days[-1])}: {told}.",
        [(*TONES[state], f"{count:,}") for state, count in counts.items() if count],
        panels,
    )


def _waits(rows: Sequence[Row]) -> Chart:
    """For each connection, behind each other, what half and what nearly all events took."""
    panels = []
    for name in _names(rows):
        mine = [row for row in rows if row["connection"] == name]
        most, upwards = _scale(max(row["nineteen_of_twenty"] for row in mine), duration)
        bars = []
        for n, row in enumerate(mine):
            for part in ("nineteen_of_twenty", "half"):
                height = 100 * max(row[part], 0) / most
                title = f"{row['hour']:%Y-%m-%d %H:00}: {TONES[part][1]} {duration(row[part])}"
                bars.append(
                    _bar(
                        n,
                        len(mine),
                        top=100 - height,
                        height=height,
                        tone=TONES[part][0],
                        title=title,
                    )
                )
        panels.append(Panel(name, bars, _days([row["hour"] for row in mine]), upwards))
    worst = max(rows, key=lambda row: row["nineteen_of_twenty"])
    return Chart(
        "columns",
        f"From happening to visible, by the hour. Slowest for {worst['connection']} on"
        f" {worst['hour']:%Y-%m-%d %H:00}: nineteen of twenty events within"
        f" {duration(worst['nineteen_of_twenty'])}.",
        [(*TONES[part], "") for part in ("half", "nineteen_of_twenty")],
        panels,
    )


def _shares(rows: Sequence[Row]) -> Chart:
    """One bar a connection, divided among the degrees of exposure."""
    _, *degrees = rows[0]
    panels = []
    for row in rows:
        total, at, bars = sum(row[degree] for degree in degrees) or 1, 0.0, []
        for degree in degrees:
            width = 100 * row[degree] / total
            title = f"{row['connection']}: {row[degree]:,} {degree}, {width:.1f} %"
            bars.append(Bar(round(at, 3), 0, round(width, 3), 100, TONES[degree][0], title))
            at += width
        panels.append(Panel(row["connection"], [bar for bar in bars if bar.width]))
    totals = {degree: sum(row[degree] for row in rows) for degree in degrees}
    told = ", ".join(f"{total:,} {degree}" for degree, total in totals.items())
    legend = [(*TONES[degree], f"{total:,}") for degree, total in totals.items()]
    return Chart("shares", f"Items of all connections: {told}.", legend, panels)


def duration(seconds: float) -> str:
    """Seconds as a person says them."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"


def _bar(n: int, of: int, *, top: float, height: float, tone: str, title: str) -> Bar:
    """A part of the n-th column."""
    step = 100 / of
    x, width = step * (n + _GAP / 2), min(step * (1 - _GAP), 6)
    return Bar(round(x, 3), round(top, 3), round(width, 3), round(height, 3), tone, title)


def _scale(most: float, told: Any = lambda value: f"{value:,.0f}") -> tuple[float, list[Tick]]:
    """A round number that nothing exceeds, and ticks on the way there."""
    if most <= 0:
        return 1.0, []
    unit = 10 ** (ceil(log10(most)) - 1)
    top = next(unit * times for times in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if unit * times >= most)
    return top, [Tick(100 - 100 * part, told(top * part)) for part in (0.5, 1.0)]


def _days(moments: Sequence[date | datetime]) -> list[Tick]:
    """Up to three of them, each in the middle of its column."""
    many = len(moments)
    chosen = sorted({0, many // 2, many - 1}) if many > 4 else [0]
    ends = {many - 1: (100.0, "end"), 0: (0.0, "start")}
    return [
        Tick(at, f"{moments[n]:%Y-%m-%d}", anchor)
        for n in chosen
        for at, anchor in [ends.get(n, (round(100 * (n + 0.5) / many, 2), "middle"))]
    ]


def _names(rows: Sequence[Row]) -> list[str]:
    return sorted({row["connection"] for row in rows})


def _span(first: object, last: object) -> str:
    return f"{first} to {last}" if first != last else str(first)
