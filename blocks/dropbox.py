"""A Dropbox team as a Prefect block."""

from __future__ import annotations

from pydantic import HttpUrl

from blocks.account import ConnectedAccount


class DropboxTeam(ConnectedAccount):
    """A Dropbox team that Casbah reads: whose it is, and the tokens that open it.

    `casbah connect dropbox NAME` fills one in; its tokens are kept up to date from then on.

    Example:
        Load a connected team:
        ```python
        from blocks.dropbox import DropboxTeam

        team = DropboxTeam.load("BLOCK_NAME")
        ```
    """

    _block_type_name = "Dropbox team"
    _block_type_slug = "dropbox-team"
    _description = "A Dropbox team that Casbah reads: whose it is, and the tokens that open it."
    _documentation_url = HttpUrl("https://developers.dropbox.com/dbx-team-files-guide")
