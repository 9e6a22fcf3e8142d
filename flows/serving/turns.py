"""Who writes to the home's database waits for its turn, instead of being refused.

SQLite refuses whoever reads and then writes in one transaction when another has written in between,
at once and however long it may wait for a lock (https://www.sqlite.org/rescode.html#busy_snapshot).
Prefect begins most of its writing transactions so, and answers 503: its clients ask again, but its
UI tells the person who pressed Run of an unknown error.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import _AsyncGeneratorContextManager, contextmanager

from prefect.server.database.configurations import AioSqliteConfiguration
from prefect.server.database.dependencies import temporary_database_config
from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL
from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction


class InTurn(AioSqliteConfiguration):
    """SQLite, with the right to write from the beginning of a transaction."""

    def begin_transaction(
        self,
        session: AsyncSession,
        with_for_update: bool = False,  # noqa: ARG002 - always
    ) -> _AsyncGeneratorContextManager[AsyncSessionTransaction, None]:
        """A transaction that waits until nobody else writes."""
        return super().begin_transaction(session, with_for_update=True)


@contextmanager
def written_in_turn() -> Iterator[None]:
    """Have the Prefect server of this process, whose database is SQLite, write so."""
    with temporary_database_config(InTurn(PREFECT_API_DATABASE_CONNECTION_URL.value())):
        yield
