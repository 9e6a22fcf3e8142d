"""What the terminal of `casbah up` hears of runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed, Running

from flows.serving.deployments import POOL
from flows.serving.troubles import Troubles

End = Callable[[str, State[Any]], None]


@pytest.fixture
def end(prefect: SyncPrefectClient) -> End:
    """Let a run on a connection end like that."""
    work: UUID = prefect.create_deployment(
        prefect.create_flow_from_name("told"), name="told", work_pool_name=POOL
    )

    def ended(connection: str, state: State[Any]) -> None:
        run = prefect.create_flow_run_from_deployment(
            work, name=f"told {connection}", parameters={"connection": connection}, state=Running()
        )
        prefect.set_flow_run_state(run.id, state, force=True)

    return ended


def test_news_is_of_each_connection_alone(end: End) -> None:
    """A failure is told once, of its own connection; that it works again only when it does."""
    troubles = Troubles("http://ui")

    def news() -> list[str]:
        async def heard() -> list[str]:
            async with get_client() as client:
                return await troubles.news(client)

        return [each.partition(" (")[0] for each in asyncio.run(heard()) if "told " in each]

    end("a", Failed(message="Mend it."))
    assert news() == ["told a: Mend it."]
    end("b", Completed())
    end("a", Completed(name="Skipped"))
    end("a", Failed(message="Mend it."))
    assert news() == []
    end("b", Failed(message="Mend that."))
    assert news() == ["told b: Mend that."]
    end("a", Completed())
    assert news() == ["told a: works again."]
    assert news() == []
