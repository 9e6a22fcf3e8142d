"""Every block of Casbah; Prefect imports this module through its `prefect.collections` entry point.

That puts the blocks into the UI of a server that is started where Casbah is installed. On any other
server a block registers itself when it is first saved.
"""

from __future__ import annotations

from blocks.account import ConnectedAccount
from blocks.box import BoxEnterprise
from blocks.dropbox import DropboxTeam
from blocks.lake import EventLake

__all__ = ["CONNECTIONS", "BoxEnterprise", "DropboxTeam", "EventLake", "block_for"]

# One line per app: the block that holds a connection to it.
CONNECTIONS: dict[str, type[ConnectedAccount]] = {
    "dropbox": DropboxTeam,
    "box": BoxEnterprise,
}


def block_for(app: str) -> type[ConnectedAccount]:
    """The block class that holds a connection to `app`.

    Raises:
        LookupError: no such app.
    """
    if app not in CONNECTIONS:
        raise LookupError(f"There is no app {app!r}; there are: {', '.join(sorted(CONNECTIONS))}.")
    return CONNECTIONS[app]
