"""Who holds the tokens: Prefect's saved blocks, and one refresher of a connection at a time.

All of this is plain blocking code, for any thread. Left to themselves, `Block.load` and
`Block.save` ask which run they are in, and in a worker thread of an async flow hand out a coroutine
that nobody awaits (`prefect._internal.compatibility.async_dispatch`, 3.8.8).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any, TypeVar

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import BlockDocumentUpdate
from prefect.client.schemas.objects import BlockDocument
from prefect.exceptions import ObjectNotFound

from blocks import files
from blocks.account import ConnectedAccount
from blocks.register import connection
from blocks.registry import CONNECTIONS, block_for
from connectors.errors import NeedsPerson
from connectors.oauth import Tokens
from data.settings import settings

B = TypeVar("B", bound=ConnectedAccount)


def load_block(name: str, kind: type[B]) -> B:
    """The saved block of the connection `name`, which is of that kind.

    Raises:
        NeedsPerson: there is no such connection, or its block is gone.
    """
    with get_client(sync_client=True) as client:
        return kind.model_validate(_document(client, name, kind, secrets=True).data)


def save_block(name: str, block: ConnectedAccount) -> None:
    """Save `block` as the connection `name`, in place of what was there; its type too, if new."""
    with _turn(name):
        block.save(name, overwrite=True, _sync=True)  # type: ignore[call-arg]
        _to_disk()


class BlockTokens:
    """The tokens of one connection, kept in its block (a `connectors.oauth.TokenStore`)."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._kind = block_for(connection(name).app)

    def load(self) -> Tokens:
        """The tokens as last saved.

        Raises:
            NeedsPerson: there is no such connection, or its block is gone.
        """
        with get_client(sync_client=True) as client:
            saved: Mapping[str, Any] = _document(client, self._name, self._kind, secrets=True).data
        return Tokens(
            access_token=saved.get("access_token"),
            expires_at=_moment(saved.get("access_expires_at")),
            refresh_token=saved.get("refresh_token"),
            scope=saved.get("scope"),
        )

    def save(self, tokens: Tokens) -> None:
        """Keep these instead, on disk when this returns. The block's other fields stay as they are.

        Raises:
            NeedsPerson: there is no such connection, or its block is gone.
        """
        expires_at = tokens.expires_at.astimezone(UTC).isoformat() if tokens.expires_at else None
        changed = {
            "access_token": tokens.access_token,
            "access_expires_at": expires_at,
            "refresh_token": tokens.refresh_token,
            "scope": tokens.scope,
        }
        with get_client(sync_client=True) as client:
            document = _document(client, self._name, self._kind, secrets=False)
            # The server puts these over the saved ones in one transaction.
            client.update_block_document(document.id, BlockDocumentUpdate(data=changed))
        _to_disk()

    def exclusive(self) -> AbstractContextManager[None]:
        """Hold everybody else back, in this process and others; a dead holder holds nobody back."""
        return _turn(self._name)


def _document(
    client: SyncPrefectClient, name: str, kind: type[ConnectedAccount], *, secrets: bool
) -> BlockDocument:
    try:
        return client.read_block_document_by_name(
            name, kind.get_block_type_slug(), include_secrets=secrets
        )
    except ObjectNotFound as error:
        app = next(app for app, block in CONNECTIONS.items() if block is kind)
        raise NeedsPerson(
            f"The Prefect server has no {kind.get_block_type_name()} block called {name!r}.",
            f"Connect it: casbah connect {app} {name} --client-id APP_KEY",
        ) from error


def _turn(name: str) -> AbstractContextManager[None]:
    locks = settings().home.absolute() / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    return files.exclusive(locks / f"{name}.token")


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def _to_disk() -> None:
    """Have the operating system write down what our server's database has committed.

    Prefect opens SQLite with `synchronous = NORMAL`: a commit outlives the process, but until the
    next checkpoint not a power cut (sqlite.org/pragma.html#pragma_synchronous). A server elsewhere
    has its own rules.
    """
    journal = settings().home.absolute() / "prefect" / "prefect.db-wal"
    if journal.exists():
        descriptor = os.open(journal, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
