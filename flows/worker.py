"""The worker in the process of `casbah up`: a Prefect worker whose flow runs end before it does."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import warnings
from contextlib import suppress
from typing import Any
from uuid import UUID

from anyio.abc import TaskStatus
from prefect.client.schemas.objects import FlowRun
from prefect.utilities.processutils import command_to_string
from prefect.workers.process import (
    ProcessJobConfiguration,
    ProcessWorker,
    ProcessWorkerResult,
)

from flows.deployments import POOL

GRACE = 5.0  # seconds that a flow run has to end, twice: once asked, once killed


class OneProcess(ProcessJobConfiguration):
    """A flow run in a process that imports Prefect once, and that Ctrl-C does not reach."""

    def prepare_for_flow_run(self, *args: Any, **kwargs: Any) -> None:
        self.command = self.command or command_to_string([sys.executable, "-m", "flows.engine"])
        super().prepare_for_flow_run(*args, **kwargs)


with warnings.catch_warnings():
    # Prefect finds a worker by its type, of which there is one already.
    warnings.filterwarnings("ignore", message="Type 'Worker'")

    class Worker(ProcessWorker):
        """Runs what is due in the pool, until it is told to end."""

        job_configuration = OneProcess

        def __init__(self) -> None:
            super().__init__(POOL, name="casbah-up", create_pool_if_not_found=False)
            self._processes: dict[UUID, int] = {}
            self._ending = False

        async def work(self) -> None:
            """Until cancelled; whatever Prefect has to say of it goes into no terminal."""
            while not self._ending:
                # What it raises when the server has been away for about a minute.
                with suppress(RuntimeError):
                    await self.start(printer=lambda *_: None)

        async def get_and_submit_flow_runs(self) -> list[FlowRun]:
            return [] if self._ending else await super().get_and_submit_flow_runs()

        async def run(
            self,
            flow_run: FlowRun,
            configuration: ProcessJobConfiguration,
            task_status: TaskStatus[int] | None = None,
        ) -> ProcessWorkerResult:
            told: Any = _Overheard(task_status, flow_run.id, self._processes)
            try:
                return await super().run(flow_run, configuration, told)
            finally:
                self._processes.pop(flow_run.id, None)

        async def end(self) -> list[UUID]:
            """Take nothing more and end what runs, gently at first; the runs that were ended."""
            self._ending = True
            ended = list(self._processes)
            for number in (signal.SIGTERM, signal.SIGKILL):
                for pid in self._processes.values():
                    with suppress(ProcessLookupError):
                        os.kill(pid, number)
                with suppress(TimeoutError):
                    async with asyncio.timeout(GRACE):
                        while self._processes:  # noqa: ASYNC110 - its length is no event
                            await asyncio.sleep(0.1)
            return ended


class _Overheard:
    """Hands on what the worker is told of a process that it has started, and keeps its number."""

    def __init__(
        self, told: TaskStatus[int] | None, flow_run: UUID, processes: dict[UUID, int]
    ) -> None:
        self._told = told
        self._flow_run = flow_run
        self._processes = processes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._told, name)

    def started(self, pid: int) -> None:
        self._processes[self._flow_run] = pid
        if self._told:
            self._told.started(pid)
