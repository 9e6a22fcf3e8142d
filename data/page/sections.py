"""What the page shows and in which order: figures as charts, reports as tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """A chapter of the page: figures of `data/page/figures` as charts, then reports as tables."""

    anchor: str
    title: str
    lead: str
    charts: tuple[str, ...]
    tables: tuple[Shown, ...]


@dataclass(frozen=True)
class Shown:
    """A report as a table: the columns of its glance, and these; under other words than its own.

    `days`: unless a span is asked for, the last so many, of a report that is dear and soon of no
    interest.
    """

    report: str
    more: tuple[str, ...] = ()
    title: str = ""
    grain: str = ""
    days: int | None = None


SECTIONS = (
    Section(
        "who",
        "Who was that, without signing in?",
        "Each visit through an open link or a file request by somebody who had not signed in, and"
        " whether that was likely one of yours. The evidence stands beside each verdict.",
        ("visits_over_time",),
        (Shown("unauthenticated_visits", ("item_name",)),),
    ),
    Section(
        "open",
        "What is open to the world?",
        "As things stood when they were last looked at, whatever the span of the page.",
        ("exposure_shares",),
        (
            Shown("still_public"),
            Shown("exposed_items", ("item_kind", "modified_at")),
            Shown("open_links", ("item_kind",)),
            Shown("exposure"),
        ),
    ),
    Section(
        "happened",
        "What happened?",
        "Everything that the apps have told, signed in or not.",
        ("events_over_time",),
        (
            Shown("activity_per", title="Activity per day", grain="one UTC day of one connection"),
            Shown("unusual_days"),
            Shown("first_time_activities"),
            Shown("administrator_acts", days=30),
            Shown("sign_in_failures"),
        ),
    ),
    Section(
        "trust",
        "How far can this be trusted?",
        "What was read of each day, how soon events could be seen here, and what could not be read"
        " or understood.",
        ("coverage_days", "freshness_hours"),
        (Shown("coverage"), Shown("freshness", days=8), Shown("not_scanned"), Shown("drift")),
    ),
)
TABLES = tuple(table for section in SECTIONS for table in section.tables)
REPORTS = tuple(table.report for table in TABLES)
FIGURES = ("headlines", "needs", *(chart for section in SECTIONS for chart in section.charts))
