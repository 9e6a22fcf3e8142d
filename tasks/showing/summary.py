"""What an onboarding has brought, in a few lines: for its run's page and for the terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from prefect import task
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactCollectionFilter, ArtifactCollectionFilterKey
from prefect.settings import PREFECT_UI_URL

from blocks import register
from blocks.register import Connection
from connectors.contract import Check
from data import catalog, reports
from data.lake import Lake
from data.reports import Answer
from data.watermark import Watermark, watermarks
from tasks.connections import open_lake
from tasks.showing.artifacts import escaped, report_key
from tasks.showing.telling import listener

FEW = 5
LONGEST = 120  # letters of a name in a table
NOTHING_SCHEDULED = "Nothing yet. `casbah up` keeps it up to date."
COUNTS = """
with seen as (
    select count(*) as events from events where connection = $name
), came as (
    select count(*) as visits, count(distinct ip) as addresses from visits(connection := $name)
), persons as (
    select
        count(*) filter (kind = 'member') as members,
        count(*) filter (kind = 'external') as outsiders
    from people_now where connection = $name
), things as (
    select
        count(*) filter (item_kind = 'file') as files,
        count(*) filter (item_kind <> 'file') as folders,
        count(*) filter (exposure = 'public') as public,
        count(*) filter (exposure = 'public' and link_password is not true) as unlocked,
        count(*) filter (exposure = 'external') as external
    from items_now where connection = $name
)
from seen, came, persons, things
"""


@dataclass(frozen=True)
class Summary:
    """The facts of one connection; `scheduled` are sentences, `checks` the Test API matrix."""

    connection: Connection
    counts: dict[str, int]
    mark: Watermark | None
    widest: Answer
    refused: int
    checks: Sequence[Check]
    scheduled: Sequence[str]

    @property
    def landed(self) -> str:
        """What there is now."""
        return (
            "{events:,} events, {members:,} members and {outsiders:,} people from outside,"
            " {files:,} files in {folders:,} folders"
        ).format(**self.counts)

    @property
    def reach(self) -> str:
        """How far back, without a hole or with which."""
        if not self.mark or not self.mark.complete:
            return "no span of time is complete yet"
        spans = ", ".join(f"{a:%Y-%m-%d} to {b:%Y-%m-%d %H:%M}" for a, b in self.mark.complete)
        holes = f", and {len(self.mark.unfinished)} spans begun" if self.mark.unfinished else ""
        return f"complete from {spans} (UTC){holes}"

    @property
    def exposed(self) -> str:
        """Who can reach what."""
        return (
            "{public:,} items are open to whoever has the link ({unlocked:,} of them without a"
            " password), {external:,} more to people from outside who were given them"
        ).format(**self.counts)

    @property
    def strangers(self) -> str:
        """Who came without signing in."""
        visits, addresses = self.counts["visits"], self.counts["addresses"]
        if not visits:
            return "nobody that the app tells of"
        return f"{visits:,} visits from {addresses:,} addresses"

    @property
    def needs(self) -> list[tuple[str, str]]:
        """What a person has to see to: what it is, and what to do."""
        failed = [
            (f"{check.capability}: {check.evidence.rstrip('.')}.", check.remedy)
            for check in self.checks
            if check.passed is False
        ]
        if self.refused:
            branches = "branch" if self.refused == 1 else "branches"
            what = f"{self.refused:,} {branches} could not be read."
            failed.append((what, "The report not_scanned says which, whose, and why."))
        if self.connection.state == "needs_person" and not failed:
            failed.append((self.connection.last_error or "", self.connection.remedy or ""))
        return failed

    def lines(self) -> list[str]:
        """For a terminal."""
        return [
            f"{self.connection.name} is onboarded: {self.landed}; {self.reach}.",
            f"Exposed: {self.exposed}.",
            f"Without signing in: {self.strangers}.",
            f"Scheduled: {'; '.join(self.scheduled) or NOTHING_SCHEDULED.replace('`', '')}",
            *(f"Needs a person: {what} {todo}" for what, todo in self.needs),
        ]

    def markdown(self, links: Sequence[str]) -> str:
        """For the page of the run; `links` (Markdown) are where to read on."""
        name = self.connection.name
        account = escaped(self.connection.account_name or "")
        return "\n".join(
            [
                f"# {name} is onboarded",
                "",
                f"{account} ({self.connection.app}): {self.landed}. The events are {self.reach}.",
                "",
                "## What needs a person",
                "",
                *(
                    [
                        f"- **{escaped(what)}** {escaped(todo, links=True)}"
                        for what, todo in self.needs
                    ]
                    or ["Nothing."]
                ),
                "",
                "## What is exposed",
                "",
                f"{self.exposed[:1].upper()}{self.exposed[1:]}. The widest, newest first:",
                "",
                "| exposure | item | owner | through |",
                "| --- | --- | --- | --- |",
                *map(_row, self.widest.table.slice(0, FEW).to_pylist()),
                "",
                "## Who came in without signing in",
                "",
                f"{self.strangers[:1].upper()}{self.strangers[1:]}.",
                "",
                "## What runs by itself now",
                "",
                *([f"- {escaped(each)}" for each in self.scheduled] or [NOTHING_SCHEDULED]),
                "",
                "## Read on",
                "",
                *links,
            ]
        )


def _row(item: dict[str, Any]) -> str:
    cells = (str(item[part] or "") for part in ("exposure", "path", "owner", "through"))
    return f"| {' | '.join(escaped(_short(cell)) for cell in cells)} |"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def summary(
    lake: Lake, connection: str, checks: Sequence[Check], scheduled: Sequence[str]
) -> Summary:
    """The facts as the lake and the register have them now."""
    return Summary(
        register.connection(connection),
        catalog.ask(lake, COUNTS, {"name": connection}).to_pylist()[0],
        next(
            (mark for mark in watermarks(lake.positions()) if mark.connection == connection), None
        ),
        reports.run(lake, "exposed_items", connection=connection),
        len(reports.run(lake, "not_scanned", connection=connection).table),
        checks,
        scheduled,
    )


@task(task_run_name="sum up")
async def sum_up(connection: str, checks: Sequence[Check], scheduled: Sequence[str]) -> None:
    """Tell what the onboarding has brought: to the listener, and as an artifact of the run."""
    told = await asyncio.to_thread(summary, open_lake(), connection, checks, scheduled)
    await acreate_markdown_artifact(
        told.markdown(await _links(connection)),
        key=f"onboarding-{connection}",
        description=f"What there is of **{connection}** now",
    )
    listener().summed_up(told.lines())


async def _links(connection: str) -> list[str]:
    """To the artifacts of this onboarding, as a list in Markdown.

    An address without a host leads on through whatever tunnel the reader has come by.
    """
    titles = {
        f"test-api-{connection}": "Test API",
        **{report_key(each, connection): reports.describe(each).title for each in reports.alone()},
        "lineage": "Where everything comes from",
        "health": "How every connection is",
    }
    ui = urlsplit(PREFECT_UI_URL.value() or "").path.rstrip("/")
    async with get_client() as client:
        newest = await client.read_latest_artifacts(
            artifact_filter=ArtifactCollectionFilter(
                key=ArtifactCollectionFilterKey(any_=list(titles))
            )
        )
    ids = {artifact.key: artifact.latest_id for artifact in newest}
    return [
        f"- [{title}]({ui}/artifacts/artifact/{ids[key]})"
        for key, title in titles.items()
        if key in ids
    ]
