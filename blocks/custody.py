"""Who holds the tokens: Prefect's saved blocks, and one refresher of a connection at a time.

All of this is plain blocking code, for any thread. Left to themselves, `Block.load` and
`Block.save` ask which run they are in, and in a worker thread of an async flow hand out a coroutine
that nobody awaits (`prefect._internal.compatibility.async_dispatch`, 3.8.8).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import BlockDocumentUpdate
from prefect.client.schemas.objects import BlockDocument
from prefect.exceptions import ObjectNotFound
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from blocks import files
from blocks.account import ConnectedAccount
from blocks.register import connection
from blocks.registry import CONNECTIONS, block_for
from connectors.contract import Credentials
from connectors.errors import NeedsPerson
from connectors.oauth import Tokens
from data.settings import settings

B = TypeVar("B", bound=ConnectedAccount)

PATIENCE = 30  # seconds
TOKENS = ("access_token", "access_expires_at", "refresh_token", "scope")


def load_block(name: str, kind: type[B]) -> B:
    """The saved block of the connection `name`, which is of that kind.

    Raises:
        NeedsPerson: there is no such connection, or its block is gone.
    """
    with get_client(sync_client=True) as client:
        return kind.model_validate(_document(client, name, kind, secrets=True).data)


def find_block(name: str, kind: type[B]) -> B | None:
    """The saved block of that name and kind, if there is one."""
    with get_client(sync_client=True) as client:
        slug = kind.get_block_type_slug()
        try:
            found = client.read_block_document_by_name(name, slug, include_secrets=True)
        except ObjectNotFound:
            return None
        return kind.model_validate(found.data)


def block_names(kind: type[B]) -> list[str]:
    """The names of all saved blocks of that kind."""
    with get_client(sync_client=True) as client:
        try:
            slug = kind.get_block_type_slug()
            found = client.read_block_documents_by_type(slug, include_secrets=False)
        except ObjectNotFound:
            return []
        return sorted(document.name for document in found if document.name)


def save_block(name: str, block: ConnectedAccount, *, keep_tokens: bool = False) -> None:
    """Save `block` as the connection `name`, in place of what was there; its type too, if new.

    With `keep_tokens` the saved tokens stay, whatever those of `block` are.
    """
    with _turn(name):
        if keep_tokens:
            saved = load_block(name, type(block))
            block = block.model_copy(update={field: getattr(saved, field) for field in TOKENS})
        # Prefect takes `_sync` on every method that it makes for both worlds; its types do not say
        block.save(name, overwrite=True, _sync=True)  # type: ignore[call-arg]
        _to_disk()


class BlockTokens:
    """The tokens of one connection, kept in its block (a `connectors.oauth.TokenStore`).

    `app` is needed for a block that no connection has yet.
    """

    def __init__(self, name: str, app: str | None = None) -> None:
        self._name = name
        self._kind = block_for(app or connection(name).app)

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

    @retry(
        retry=retry_if_exception_type(httpx.HTTPError),
        stop=stop_after_delay(PATIENCE),
        wait=wait_fixed(0.5),
        reraise=True,
    )
    def save(self, tokens: Tokens) -> None:
        """Keep these instead, on disk when this returns. The block's other fields stay as they are.

        A server that does not answer is asked again for a while: where refresh tokens serve once,
        the spent one is of no use to anybody.

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


@contextmanager
def surrendered(name: str, kind: type[B]) -> Iterator[B]:
    """The connection's block; nobody gets new tokens meanwhile, and in the end it holds none.

    Raises:
        NeedsPerson: its block is gone.
    """
    with _turn(name):
        yield load_block(name, kind)
        BlockTokens(name).save(Tokens(None, None, None))


def delete_block(name: str, kind: type[ConnectedAccount]) -> None:
    """Delete the block of that name, if there is one."""
    slug = kind.get_block_type_slug()
    with get_client(sync_client=True) as client, suppress(ObjectNotFound):
        found = client.read_block_document_by_name(name, slug, include_secrets=False)
        client.delete_block_document(found.id)


class DraftTokens:
    """Tokens that have yet to prove themselves (a `connectors.oauth.TokenStore`).

    They live in memory, but for a refresh token that was handed in and has been spent since: its
    successor is all that is left of the grant. It is kept in a block of its own at once, under a
    name that only the spent one gives: whoever hands that in again goes on from there.
    """

    def __init__(self, credentials: Credentials, tokens: Tokens) -> None:
        self._credentials = credentials
        self._tokens = tokens
        self._kind = block_for(credentials.app)
        digest = hashlib.sha256((tokens.refresh_token or "").encode()).hexdigest()
        self._name = f"-draft-{digest[:32]}"  # the name of no connection begins with a hyphen
        self._handed_in = tokens.refresh_token is not None
        if self._handed_in:
            with suppress(NeedsPerson):
                self._tokens = BlockTokens(self._name, credentials.app).load()

    def load(self) -> Tokens:
        """The newest tokens."""
        return self._tokens

    def save(self, tokens: Tokens) -> None:
        """Keep these instead."""
        spent = tokens.refresh_token != self._tokens.refresh_token
        if self._handed_in and spent:
            save_block(self._name, self._kind.of(self._credentials, tokens))
        self._tokens = tokens

    def exclusive(self) -> AbstractContextManager[None]:
        """Nobody else has them."""
        return nullcontext()

    def discard(self) -> None:
        """Leave no trace: the tokens are kept elsewhere now."""
        delete_block(self._name, self._kind)


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
