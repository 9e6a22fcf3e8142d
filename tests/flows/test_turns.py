"""Two who write to the database of the home's server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from flows.serving.turns import InTurn


def test_who_reads_and_then_writes_waits_for_another(tmp_path: Path) -> None:
    """Neither of two transactions that read and then write is refused: one waits for the other."""
    database = InTurn(f"sqlite+aiosqlite:///{tmp_path}/some.db")

    @asynccontextmanager
    async def transaction() -> AsyncIterator[AsyncSession]:
        session = await database.session(await database.engine())
        async with session, database.begin_transaction(session):
            yield session

    async def add_one(while_reading: Callable[[], Awaitable[object]]) -> None:
        async with transaction() as session:
            before = (await session.execute(sa.text("select n from counted"))).scalar_one()
            await while_reading()
            await session.execute(sa.text("update counted set n = :n"), {"n": before + 1})

    async def both() -> int:
        async with transaction() as session:
            await session.execute(sa.text("create table counted as select 0 as n"))
        others = []

        async def another_comes() -> None:
            others.append(asyncio.create_task(add_one(lambda: asyncio.sleep(0))))
            await asyncio.wait(others, timeout=0.5)

        await add_one(another_comes)
        await asyncio.gather(*others)
        async with transaction() as session:
            return int((await session.execute(sa.text("select n from counted"))).scalar_one())

    assert asyncio.run(both()) == 2
