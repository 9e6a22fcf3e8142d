"""A made-up company that both apps have told of, landed and scanned; only read."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

# pytest imports each test by its path; `company` and `plain` lie beside them.
sys.path.append(str(Path(__file__).parent))

from company import KEYS, SIZE, Told, box_events, dropbox_events, land

from data.lake import Lake
from sandbox.client import Client
from sandbox.server import running
from tasks.publishing import publish


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Everybody has gone home, so log and files stand still."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CASBAH_HOME", str(tmp_path_factory.mktemp("home")))
        lake = Lake.open(str(tmp_path_factory.mktemp("told") / "lake"))
        with running(SIZE) as sandbox:
            client = Client(sandbox.url)
            client.clock(quiet=True, pause=True, advance_seconds=120)
            for app in KEYS:
                land(client, app, lake)
            publish(lake)
            people = {app: client.inventory("people", app) for app in KEYS}
            return Told(
                lake,
                [*dropbox_events(client), *box_events(client, people["box"])],
                {app: client.inventory("items", app) for app in KEYS},
                people,
                {app: client.truth(app) for app in KEYS},
            )
