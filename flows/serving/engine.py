"""The process that one flow run of `casbah up` lives in: Prefect's own engine, in a session apart.

Ctrl-C in a terminal goes to every process of its session; `up` ends its flow runs itself, in order.
Should `up` be killed, the home's server stays as long as this run needs it. Prefect's own way to
the same end is a supervisor that imports Prefect once more, 2 s for each run.
"""

from __future__ import annotations

import os
import runpy
from contextlib import nullcontext
from pathlib import Path

from blocks.files import shared
from flows.serving.address import LEASE

if __name__ == "__main__":
    os.setsid()
    lease = Path(os.environ.get("PREFECT_HOME", "")) / LEASE
    with shared(lease) if lease.exists() else nullcontext():
        runpy.run_module("prefect.engine", run_name="__main__", alter_sys=True)
