"""The lake as a Prefect block, for people who configure in the Prefect UI."""

from __future__ import annotations

from prefect.blocks.core import Block
from pydantic import Field, HttpUrl


class EventLake(Block):
    """Where the tables of Casbah lie.

    Example:
        Load the place of a lake:
        ```python
        from blocks.lake import EventLake

        lake = EventLake.load("BLOCK_NAME")
        ```
    """

    _block_type_name = "Event lake"
    _block_type_slug = "event-lake"
    _description = "Where the tables of Casbah lie: a folder or an object store."
    _documentation_url = HttpUrl("https://delta-io.github.io/delta-rs/")

    uri: str = Field(
        default=...,
        title="URI",
        description="A folder, or a place in an object store such as s3://bucket/lake.",
    )
