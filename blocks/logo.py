"""The pictures of our blocks in the Prefect UI, which the home's server serves beside it.

Prefect's client refuses a block type whose picture is no http address (3.8.8: `HttpUrl` on reading
and on registering), so none of them can travel with the block as data.
"""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import HttpUrl

FOLDER = Path(__file__).parent / "logos"
PATH = "/logos"
SETTING = "CASBAH_LOGOS"  # where this process finds them; a server that is not ours has none


class Logo:
    """A block's `_logo_url`: where `<name>.png` is served now, or nothing."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, _block: object, _kind: type) -> HttpUrl | None:
        served = os.environ.get(SETTING)
        return HttpUrl(f"{served}/{self._name}.png") if served else None
