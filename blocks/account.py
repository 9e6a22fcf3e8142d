"""What the blocks of all apps have in common."""

from __future__ import annotations

from abc import ABC
from dataclasses import fields
from datetime import datetime
from typing import Any, Self

from prefect.blocks.core import Block, schema_extra
from pydantic import ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from blocks.forms import plain
from connectors.contract import Account, Credentials
from connectors.oauth import Tokens

LEAVE = "Leave it empty: running connect or onboard fills it in."


def _as_a_form(schema: dict[str, Any], model: type[Block]) -> None:
    schema_extra(schema, model)
    plain(schema["properties"])


class ConnectedAccount(Block, ABC):
    """An account of a cloud app: the app that was consented to, and the tokens that open it.

    Prefect offers no block type for a class that derives from ABC itself.
    """

    model_config = ConfigDict(json_schema_extra=_as_a_form)

    client_id: str = Field(
        title="App key",
        description="The key of your app, from the vendor's console.",
    )
    client_secret: SecretStr | None = Field(
        default=None,
        title="App secret",
        description="The secret of your app, from the same page of the vendor's console. Leave it"
        " empty for an app that uses PKCE.",
    )
    base_url: str | None = Field(
        default=None,
        title="Address of a stand-in",
        description="Leave it empty for the real service. For trying things on the sandbox: where"
        " that answers, for example http://127.0.0.1:8787.",
    )
    refresh_token: SecretStr | None = Field(
        default=None,
        title="Refresh token (filled in by Casbah)",
        description=f"{LEAVE} It is what new access tokens are asked for with, and it may change"
        " with each use.",
    )
    access_token: SecretStr | None = Field(
        default=None,
        title="Access token (filled in by Casbah)",
        description=f"{LEAVE} It opens the account for a few hours.",
    )
    access_expires_at: datetime | None = Field(
        default=None,
        title="End of the access token (filled in by Casbah)",
        description=f"{LEAVE} A moment, in UTC.",
    )
    scope: str | None = Field(
        default=None,
        title="What was allowed (filled in by Casbah)",
        description=f"{LEAVE} The administrator's consent in the vendor's words.",
    )
    account_id: str | None = Field(
        default=None,
        title="Account ID (filled in by Casbah)",
        description=f"{LEAVE} The vendor's ID of the team or enterprise.",
    )
    account_name: str | None = Field(
        default=None,
        title="Account (filled in by Casbah)",
        description=f"{LEAVE} The name of the team or enterprise.",
    )
    admin_email: str | None = Field(
        default=None,
        title="Administrator (filled in by Casbah)",
        description=f"{LEAVE} The address of the administrator who allowed the connection.",
    )

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With what a person has to fill in first, and last what nobody has to.

        Prefect puts fields into the order of declaration, those of a base class before all others.
        """
        schema = super().model_json_schema(*args, **kwargs)
        shown = schema["properties"]
        ours = {name for name, field in shown.items() if LEAVE in field["description"]}
        for place, name in enumerate(sorted(shown, key=lambda it: (it in ours, it == "base_url"))):
            shown[name]["position"] = place
        return schema

    @field_validator("*", mode="before")
    @classmethod
    def _left_empty(cls, value: Any, field: ValidationInfo) -> Any:
        """A form says "" of a field that a person has emptied again."""
        known = cls.model_fields.get(field.field_name or "")
        return None if value == "" and known and known.default is None else value

    @classmethod
    def of(cls, credentials: Credentials, tokens: Tokens, account: Account | None = None) -> Self:
        """A block that holds what opens an account, and whose it is where that is known."""
        held: dict[str, Any] = {name: getattr(credentials, name) for name in cls._shared()}
        held |= {
            "refresh_token": tokens.refresh_token,
            "access_token": tokens.access_token,
            "access_expires_at": tokens.expires_at,
            "scope": tokens.scope,
        }
        if account:
            held |= {
                "account_id": account.id,
                "account_name": account.name,
                "admin_email": account.admin_email,
            }
        return cls(**held)

    def credentials(self, app: str, connection: str) -> Credentials:
        """The app that was consented to, as a connector takes it."""
        held = {name: revealed(getattr(self, name)) for name in self._shared()}
        return Credentials(app=app, connection=connection, **held)

    @classmethod
    def _shared(cls) -> set[str]:
        """The fields that are those of `Credentials` of the same name."""
        return {field.name for field in fields(Credentials)} & cls.model_fields.keys()


def revealed(value: Any) -> Any:
    """The text of a secret, and everything else as it is."""
    return value.get_secret_value() if isinstance(value, SecretStr) else value
