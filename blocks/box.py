"""A Box enterprise as a Prefect block."""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field, HttpUrl, SecretStr

from blocks.account import ConnectedAccount
from blocks.logo import Logo
from connectors.contract import Auth, Credentials


class BoxEnterprise(ConnectedAccount):
    """A Box enterprise that Casbah reads: whose it is, and what opens it.

    Its name is the name of the connection. Fill in client ID and secret of your app, save it, and
    run the deployment `onboard` with that name: it asks the primary administrator for consent and
    fills in the rest, which is kept up to date from then on. Box spends a refresh token with each
    use: whoever copies it out of the block locks one of the two out.

    Example:
        See which enterprise a connection is to, and who allowed it:
        ```python
        from blocks.box import BoxEnterprise

        enterprise = BoxEnterprise.load("BLOCK_NAME")
        print(enterprise.account_name, enterprise.admin_email)
        ```
    """

    _block_type_name = "Box enterprise"
    _block_type_slug = "box-enterprise"
    _description = (
        "A Box enterprise that Casbah reads. Fill in the client ID and the secret of your app, save"
        " it under a name such as acme-box, and run onboard with that name."
    )
    _logo_url = Logo("box-enterprise")
    _documentation_url = HttpUrl("https://developer.box.com/guides/authentication/")

    client_id: str = Field(
        title="Client ID", description="The client ID of your app, from Box's developer console."
    )
    client_secret: SecretStr | None = Field(
        default=None,
        title="Client secret",
        description="The client secret of your app, from the same page of Box's developer console.",
    )
    auth: Auth = Field(
        default="oauth",
        title="Sign-in",
        description="How the app signs in: oauth by an administrator's consent (the usual way), ccg"
        " by client credentials, jwt by a private key.",
    )
    enterprise_id: str | None = Field(
        default=None,
        title="Enterprise ID",
        description="The enterprise that an app signs in to; only for ccg and jwt.",
    )
    key_id: str | None = Field(
        default=None,
        title="Public key ID",
        description="Box's name for the public half of the private key; only for jwt.",
    )
    private_key: SecretStr | None = Field(
        default=None,
        title="Private key",
        description="What the app signs with, in PEM; only for jwt.",
    )
    passphrase: SecretStr | None = Field(
        default=None, title="Passphrase", description="What opens the private key; only for jwt."
    )
    data_center: str | None = Field(
        default=None,
        title="Data centre",
        description="Where the app is registered whose client ID this is, for example EU1.",
    )

    def credentials(self, app: str, connection: str) -> Credentials:
        """Of an enterprise that was connected, it stays the only one."""
        held = super().credentials(app, connection)
        return replace(held, enterprise_id=self.enterprise_id or self.account_id)
