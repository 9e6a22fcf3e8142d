"""A Dropbox team as a Prefect block."""

from __future__ import annotations

from datetime import datetime

from prefect.blocks.core import Block
from pydantic import Field, HttpUrl, SecretStr


class DropboxTeam(Block):
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

    base_url: str | None = Field(
        default=None,
        title="Base URL",
        description="Where a stand-in for Dropbox answers; empty for Dropbox itself.",
    )
    client_id: str | None = Field(
        default=None, title="App key", description="The app key from Dropbox's App Console."
    )
    client_secret: SecretStr | None = Field(
        default=None,
        title="App secret",
        description="The app secret from Dropbox's App Console; empty for an app with PKCE only.",
    )
    refresh_token: SecretStr | None = Field(
        default=None,
        description="What new access tokens are asked for with; it lives until it is revoked.",
    )
    access_token: SecretStr | None = Field(
        default=None, description="What the API is called with; it lives for four hours."
    )
    access_expires_at: datetime | None = Field(
        default=None, description="When the access token ends (UTC)."
    )
    scope: str | None = Field(
        default=None, description="What the team's administrator allowed, space-separated."
    )
    team_id: str | None = Field(default=None, description="Dropbox's id of the team (dbtid:…).")
    team_name: str | None = Field(default=None, description="The team's name.")
    admin_email: str | None = Field(
        default=None, description="The administrator who allowed the connection."
    )
