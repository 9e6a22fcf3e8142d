"""What can be wrong with a lake or a question, each in one sentence for the person who can act."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from deltalake.exceptions import DeltaError

OTHER_PLACE = "Make it writable and free, or let CASBAH_LAKE name another folder."
NOTHING_YET = (
    "Bring one in with casbah demo, or casbah connect and casbah onboard; or let CASBAH_LAKE name"
    " the folder of yours."
)
FILES_MISSING = (
    "Bring back the files that its log names, from a copy of the lake; without one, forget the"
    " connection and onboard it again."
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@contextmanager
def lake_errors(place: str) -> Iterator[None]:
    """Turn what a disk or an object store answers into one sentence about `place`."""
    try:
        yield
    except OSError as error:
        raise LakeUnusable(place, error.strerror or _reason(error)) from error
    except DeltaError as error:
        raise LakeUnusable(place, _reason(error)) from error


def _reason(error: Exception) -> str:
    """What delta-rs says in several coloured lines, the cause last, as one line."""
    lines = [_COLOUR.sub("", line).strip(" ↳.") for line in str(error).splitlines()]
    return ": ".join(dict.fromkeys([lines[0], *lines[-1:]])) if lines else repr(error)


class LakeUnusable(Exception):  # noqa: N818 - says what is wrong, as connectors/errors.py does
    """The place of the lake cannot be used as it is; a person has to act."""

    def __init__(self, place: str, reason: str, remedy: str = OTHER_PLACE) -> None:
        super().__init__(f"The lake cannot use {place}: {reason.rstrip('.')}. {remedy}")


def unreadable(place: str, error: duckdb.Error) -> LakeUnusable:
    """What DuckDB says of a file that is missing, damaged or closed to us, for a person."""
    line, _, _ = str(error).partition("\n")
    reason = line.partition(": ")[2] or line
    return LakeUnusable(place, reason, FILES_MISSING if ".parquet" in reason else OTHER_PLACE)


class FileGone(Exception):  # noqa: N818
    """Another process has compacted and swept a file since we looked: refresh and look again."""


class RowsRefused(ValueError):  # noqa: N818
    """A connector gave rows that are not events. The message names everything that is amiss."""


class BadQuestion(ValueError):  # noqa: N818
    """A question that cannot be answered as it was asked."""
