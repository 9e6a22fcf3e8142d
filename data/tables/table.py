"""What a table is: columns with a name, a type and a meaning."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

TEXT = pa.string()
TIME = pa.timestamp("us", "UTC")
DATE = pa.date32()
FLAG = pa.bool_()
COUNT = pa.int64()
IDS = pa.list_(TEXT)


@dataclass(frozen=True)
class Column:
    """One column. `required` means never null, in any row of any app."""

    name: str
    type: pa.DataType
    meaning: str
    required: bool = False


@dataclass(frozen=True)
class Table:
    """One table of the lake.

    `partitions` name the columns that are folders (hive style); of the `ranged` columns the log
    keeps the least and greatest value in each file.
    """

    name: str
    grain: str
    partitions: tuple[str, ...]
    ranged: tuple[str, ...]
    columns: tuple[Column, ...]

    @cached_property
    def schema(self) -> pa.Schema:
        """All columns in the declared order, partition columns included."""
        return pa.schema([pa.field(c.name, c.type) for c in self.columns])

    @cached_property
    def stored_schema(self) -> pa.Schema:
        """The columns inside a Parquet file: partition columns are only in its path."""
        return pa.schema([field for field in self.schema if field.name not in self.partitions])

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)


APP = Column("app", TEXT, "Cloud app: dropbox or box.", required=True)
CONNECTION = Column("connection", TEXT, "Name of the connected tenant.", required=True)
LANDED = Column("landed_at", TIME, "When it was committed to the lake.", required=True)
