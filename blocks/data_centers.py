"""Which Box app is ours in a data centre: the setting `CASBAH_BOX_CLIENT_IDS`.

A product that serves its customers from several data centres registers one app with Box for each,
and an enterprise lets in the one that it is served from.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from connectors.errors import NeedsPerson

SETTING = "CASBAH_BOX_CLIENT_IDS"
EXAMPLE = f"Set {SETTING}, for example to US1=…,EU1=… or to a JSON object."


class DataCenter(StrEnum):
    """Where a connection may be served from."""

    US1 = "US1"
    US2 = "US2"
    US3 = "US3"
    EU1 = "EU1"
    EU2 = "EU2"


class BoxApps(BaseSettings):
    """Read from the environment at each call."""

    model_config = SettingsConfigDict(env_prefix="CASBAH_BOX_", env_ignore_empty=True)

    client_ids: Annotated[dict[DataCenter, str], NoDecode] = Field(
        default={}, description="The client ID of our app in each data centre."
    )

    @field_validator("client_ids", mode="before")
    @classmethod
    def _read(cls, told: object) -> object:
        if not isinstance(told, str):
            return told
        if told.lstrip().startswith("{"):
            return json.loads(told)
        return dict(pair.strip().split("=", 1) for pair in told.split(",") if pair.strip())


def client_id_of(data_center: str) -> str:
    """The client ID of our app in a data centre.

    Raises:
        NeedsPerson: the setting does not name one, or cannot be read.
    """
    try:
        known = BoxApps().client_ids
    except (ValidationError, ValueError):
        raise NeedsPerson(f"{SETTING} cannot be read.", EXAMPLE) from None
    if data_center not in known:
        raise NeedsPerson(
            f"No client ID is set for data centre {data_center}.",
            f"{EXAMPLE} Or give one with --client-id.",
        )
    return known[DataCenter(data_center)]
