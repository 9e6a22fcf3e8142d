"""The form in the Prefect UI: what it asks a person for, and what saving it does to tokens."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from prefect.blocks.core import Block
from prefect.client.orchestration import SyncPrefectClient, get_client

from blocks.account import ConnectedAccount
from blocks.box import BoxEnterprise
from blocks.custody import BlockTokens, save_block
from blocks.dropbox import DropboxTeam
from blocks.lake import EventLake
from blocks.logo import FOLDER
from blocks.register import Connection, remember
from blocks.registry import CONNECTIONS
from connectors.contract import Credentials
from connectors.oauth import Tokens


@pytest.mark.parametrize("block", CONNECTIONS.values())
def test_what_is_to_be_filled_in_comes_first(block: type[ConnectedAccount]) -> None:
    """Key and secret are at the top, and all that a person has to leave alone is last."""
    fields: dict[str, dict[str, Any]] = block.model_json_schema()["properties"]
    shown = sorted(fields, key=lambda name: fields[name]["position"])
    assert shown[:2] == ["client_id", "client_secret"]
    ours = [name for name in shown if "filled in by Casbah" in fields[name]["title"]]
    assert shown[-len(ours) :] == ours
    assert set(ours) == {"scope", "account_id", "account_name", "admin_email"} | {
        "refresh_token",
        "access_token",
        "access_expires_at",
    }
    assert all("Leave it empty" in fields[name]["description"] for name in ours)
    assert all("anyOf" not in field for field in fields.values())


def document(client: SyncPrefectClient, kind: type[ConnectedAccount], name: str) -> Any:
    """The block as the page of its form gets it: secrets are masked."""
    return client.read_block_document_by_name(
        name, kind.get_block_type_slug(), include_secrets=False
    )


@pytest.mark.parametrize(("app", "kind"), [("dropbox", DropboxTeam), ("box", BoxEnterprise)])
@pytest.mark.usefixtures("home")
def test_editing_a_block_in_the_ui_loses_no_token(app: str, kind: type[ConnectedAccount]) -> None:
    """The form sends all that it was shown; tokens that were rotated meanwhile stay."""
    name = f"edited-{app}"
    credentials = Credentials(app, name, "old-key", "app-secret")
    remember(Connection(name, app, datetime.now(UTC)))
    save_block(name, kind.of(credentials, Tokens("access-1", None, "refresh-1", "read")))
    with get_client(sync_client=True) as client:
        shown = document(client, kind, name)
        secrets = {name for name, value in shown.data.items() if value == "********"}
        assert secrets >= {"client_secret", "refresh_token", "access_token"}

        until = datetime(2026, 11, 22, 14, tzinfo=UTC)
        rotated = Tokens("access-2", until, "refresh-2", "read")
        BlockTokens(name).save(rotated)
        # What block_.$id.edit of Prefect's new UI sends.
        edited = {**shown.data, "client_id": "new-key"}
        client.request(
            "PATCH",
            "/block_documents/{id}",
            path_params={"id": shown.id},
            json={"data": edited, "merge_existing_data": False},
        ).raise_for_status()

    kept = BlockTokens(name).load()
    assert (kept.access_token, kept.refresh_token) == ("access-2", "refresh-2")
    block = kind.load(name)
    assert block.client_id == "new-key"
    assert block.client_secret.get_secret_value() == "app-secret"  # type: ignore[union-attr]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("block", [*CONNECTIONS.values(), EventLake])
def test_a_picture_is_where_the_server_says(block: type[Block]) -> None:
    """A server that has just started knows our blocks, and serves their pictures to a browser."""
    slug = block.get_block_type_slug()
    with get_client(sync_client=True) as client:
        kept = str(client.read_block_type_by_slug(slug).logo_url)
    assert kept == f"{os.environ['PREFECT_UI_URL'].removesuffix('/v2')}/logos/{slug}.png"
    picture = httpx.get(kept)
    assert picture.headers["Content-Type"] == "image/png"
    assert picture.content == (FOLDER / f"{slug}.png").read_bytes()
