"""The lake of the settings, for commands that only read it."""

from __future__ import annotations

from data import catalog
from data.errors import LakeUnusable
from data.lake import Lake
from data.settings import settings
from flows.command.terminal import note
from tasks.publishing import publish


def lake_to_read() -> Lake:
    """The lake that is there, with a catalog of its own: none is made by asking.

    A folder that was copied or moved brings a catalog along that names the files of the former one,
    and a new version of Casbah may know more than the one that wrote it. One that was moved away,
    as somebody else's file may be, is written again.

    Raises:
        LakeUnusable: there is no lake.
    """
    lake = Lake.open(settings().lake, create=False)
    try:
        if catalog.lacking(lake):
            publish(lake)
        elif catalog.out_of_place(lake):
            publish(lake)
            note("lake.duckdb was made for another folder or by another version: it is made anew.")
    except LakeUnusable as error:  # what was asked needs no catalog; who opens it should know
        note(str(error))
    return lake
