"""What the blocks of all apps have in common."""

from __future__ import annotations

from abc import ABC
from datetime import datetime

from prefect.blocks.core import Block
from pydantic import Field, SecretStr


class ConnectedAccount(Block, ABC):
    """An account of a cloud app: the app that was consented to, and the tokens that open it.

    Prefect offers no block type for a class that derives from ABC itself.
    """

    base_url: str | None = Field(
        default=None,
        title="Base URL",
        description="Where a stand-in for the vendor answers; empty for the vendor itself.",
    )
    client_id: str = Field(title="App key", description="The app's key, from the vendor's console.")
    client_secret: SecretStr | None = Field(
        default=None,
        title="App secret",
        description="The app's secret, from the vendor's console; empty for an app with PKCE only.",
    )
    refresh_token: SecretStr | None = Field(
        default=None, description="What new access tokens are asked for with."
    )
    access_token: SecretStr | None = Field(
        default=None, description="What the API is called with, for a few hours."
    )
    access_expires_at: datetime | None = Field(
        default=None, description="When the access token ends (UTC)."
    )
    scope: str | None = Field(
        default=None, description="What the administrator allowed, space-separated."
    )
    account_id: str | None = Field(
        default=None, description="The vendor's id of the team or enterprise."
    )
    account_name: str | None = Field(
        default=None, description="The name of the team or enterprise."
    )
    admin_email: str | None = Field(
        default=None, description="The administrator who allowed the connection."
    )
