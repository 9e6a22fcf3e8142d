"""Identical events of one second, for vendors that name no events.

Two events that are the same in every part are two, and an event that is read twice is one. Only a
walk that sees a span of time from its first event to its last can tell: there the second one is a
twin. So ids are numbered within such a walk; and a walk that began in the middle reads the seconds
in doubt once more, whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from connectors.contract import Connector, Window

SECOND = timedelta(seconds=1)
NEAR = timedelta(minutes=10)


def numbered(rows: pa.Table, seen: dict[str, int]) -> pa.Table:
    """The rows with `-2`, `-3` … behind the ids that `seen`, the counts of this walk, has had."""
    twins = False
    ids = rows["event_id"].to_pylist()
    for at, base in enumerate(ids):
        count = seen[base] = seen.get(base, 0) + 1
        if count > 1:
            twins = True
            ids[at] = f"{base}-{count}"
    if not twins:
        return rows
    at = rows.schema.get_field_index("event_id")
    return rows.set_column(at, "event_id", pa.array(ids, pa.string()))


def settled(
    rows: pa.Table, known: Callable[[pa.Table], pa.Array], connector: Connector
) -> pa.Table:
    """The rows of a walk that began in the middle, with the seconds in doubt read again.

    In doubt is a second with an id that the lake knows already or that comes twice. The rows of
    such seconds are replaced by all that the vendor has of them now.
    """
    counts: dict[str, int] = {}
    unique = numbered(rows, counts)
    doubtful = pc.or_(known(rows), pc.not_equal(unique["event_id"], rows["event_id"]))
    if not pc.any(doubtful).as_py():
        return rows
    seconds = pc.unique(_seconds(rows.filter(doubtful)))
    again = [
        _within(connector.rows(pages), seconds)
        for span in _spans(sorted(seconds.to_pylist()))
        for pages in [list(connector.history(span))]
    ]
    certain = rows.filter(pc.invert(pc.is_in(_seconds(rows), value_set=seconds)))
    return pa.concat_tables([certain, numbered(pa.concat_tables(again), {})])


def _within(rows: pa.Table, seconds: pa.Array) -> pa.Table:
    return rows.filter(pc.is_in(_seconds(rows), value_set=seconds))


def _seconds(rows: pa.Table) -> pa.ChunkedArray:
    return pc.floor_temporal(rows["event_time"], unit="second")


def _spans(seconds: Iterable[datetime]) -> Iterator[Window]:
    """Few windows that cover all the seconds: near ones are asked for together."""
    start = end = None
    for second in seconds:
        if start is None or end is None or second - end > NEAR:
            if start and end:
                yield Window(start, end)
            start = second
        end = second + SECOND
    if start and end:
        yield Window(start, end)
