"""A connection to play with, and an app that misbehaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from flows.command import cli
from flows.command.stand_in import APPS

if TYPE_CHECKING:
    from tests.conftest import Up


@pytest.fixture
def live(up: Up) -> str:
    """A connection of the session's `casbah up` that is not scheduled."""
    key, secret = APPS["dropbox"]
    token = up.company.sign_in(client_id=key)["refresh_token"]
    given = [f"--base-url={up.company.http.base_url}", f"--refresh-token={token}"]
    with pytest.raises(SystemExit) as end:
        cli.app(
            [
                "connect",
                "dropbox",
                "live",
                f"--client-id={key}",
                f"--client-secret={secret}",
                *given,
            ]
        )
    assert not end.value.code
    return "live"


@pytest.fixture
def faults(up: Up) -> Iterator[Callable[..., object]]:
    """Have the company's apps misbehave, until the test ends at the latest."""
    yield up.company.faults
    up.company.http.delete("/faults")
