"""The lake as a Prefect block: anybody's flow loads it by its name, and asks."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from prefect.blocks.core import Block
from pydantic import Field, HttpUrl

from blocks.logo import Logo
from data import catalog, reports
from data.lake import Lake

if TYPE_CHECKING:
    import pandas as pd


class EventLake(Block):
    """The tables of Casbah, to be asked from any flow. It only reads.

    `casbah up` saves one called `casbah`.

    Example:
        Ask it in DuckDB's SQL, or for a report; both give a pandas DataFrame:
        ```python
        from blocks.lake import EventLake

        lake = EventLake.load("BLOCK_NAME")
        print(lake.ask("select activity, count(*) as events from events group by all"))
        print(lake.report("exposed_items", connection="acme-dropbox"))
        ```
    """

    _block_type_name = "Event lake"
    _block_type_slug = "event-lake"
    _description = (
        "The tables of Casbah, to be asked in SQL or for a report from any flow. `casbah up` saves"
        " one called casbah."
    )
    _documentation_url = HttpUrl("https://delta-io.github.io/delta-rs/")
    _logo_url = Logo("event-lake")

    uri: str = Field(
        default=...,
        title="Folder or address",
        description="Where the lake is: a folder on the machine that asks, such as"
        " /srv/casbah/lake, or a place in an object store, such as s3://bucket/lake.",
    )

    def ask(self, query: str) -> pd.DataFrame:
        """The answer to one select in DuckDB's SQL, over the views that DATA.md describes.

        Raises:
            BadQuestion: it is no select, not one that DuckDB can answer.
            LakeUnusable: there is no lake.
        """
        answer: pd.DataFrame = catalog.sql(self._lake(), query).to_pandas()
        return answer

    def report(
        self,
        name: str,
        *,
        since: datetime | date | str | None = None,
        until: datetime | date | str | None = None,
        app: str | None = None,
        connection: str | None = None,
        **own: str | None,
    ) -> pd.DataFrame:
        """The rows of a report, of [since, until); `attrs["notes"]` says how far to rely on them.

        `own` are the parameters that only some reports have, such as `who`, `which` and `per`.

        Raises:
            BadQuestion: there is no such report, the span is none, or it names what is not there.
            LakeUnusable: there is no lake.
        """
        asked = {"app": app, "connection": connection, **own}
        answer = reports.run(self._lake(), name, since=since, until=until, on=None, **asked)
        frame = answer.to_pandas()
        frame.attrs["notes"] = answer.notes
        return frame

    def _lake(self) -> Lake:
        """The lake that is there: opening would make one, and whoever asks wants none made."""
        return Lake.open(self.uri, create=False)
