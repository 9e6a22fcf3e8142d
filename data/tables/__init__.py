"""Every column of every table, declared once: name, type, meaning.

The schema of the Parquet files, the comments in DuckDB and the tests all read these declarations.
Other engines rely on the names: a column may be added at the end, never renamed.
"""

from __future__ import annotations

from data.tables.events import ACTIVITIES, EVENTS, LANDINGS
from data.tables.scans import ITEMS, LINKS, LISTINGS, PEOPLE, SHARES
from data.tables.table import Column, Table
from data.tables.verdicts import VERDICTS

__all__ = [
    "ACTIVITIES",
    "EVENTS",
    "ITEMS",
    "LANDINGS",
    "LINKS",
    "LISTINGS",
    "PEOPLE",
    "SHARES",
    "TABLES",
    "VERDICTS",
    "Column",
    "Table",
]

# findings joins here with the policies. An order of reading: what later tables speak of is in
# those before.
TABLES = (EVENTS, LANDINGS, ACTIVITIES, PEOPLE, ITEMS, LINKS, LISTINGS, VERDICTS)
