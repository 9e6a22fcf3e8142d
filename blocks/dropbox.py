"""A Dropbox team as a Prefect block."""

from __future__ import annotations

from pydantic import HttpUrl

from blocks.account import ConnectedAccount
from blocks.logo import Logo


class DropboxTeam(ConnectedAccount):
    """A Dropbox team that Casbah reads: whose it is, and the tokens that open it.

    Its name is the name of the connection. Fill in key and secret of your app, save it, and run the
    deployment `onboard` with that name: it asks a team administrator for consent and fills in the
    rest, which is kept up to date from then on.

    Example:
        See which team a connection is to, and who allowed it:
        ```python
        from blocks.dropbox import DropboxTeam

        team = DropboxTeam.load("BLOCK_NAME")
        print(team.account_name, team.admin_email)
        ```
    """

    _block_type_name = "Dropbox team"
    _block_type_slug = "dropbox-team"
    _description = (
        "A Dropbox team that Casbah reads. Fill in the key and the secret of your app, save it"
        " under a name such as acme-dropbox, and run onboard with that name."
    )
    _logo_url = Logo("dropbox-team")
    _documentation_url = HttpUrl("https://developers.dropbox.com/dbx-team-files-guide")
