"""The process that one flow run of `casbah up` lives in: Prefect's own engine, in a session apart.

Ctrl-C in a terminal goes to every process of its session. `up` ends its flow runs itself, in order.
Prefect's way to the same end is a supervisor that imports Prefect once more, 2 s for each run.
"""

from __future__ import annotations

import os
import runpy

if __name__ == "__main__":
    os.setsid()
    runpy.run_module("prefect.engine", run_name="__main__", alter_sys=True)
