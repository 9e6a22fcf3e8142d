"""The made-up company as a tenant of both apps: one memory, one clock, one set of faults."""

from collections.abc import Mapping
from dataclasses import astuple
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox.box.side import BoxSide
from sandbox.company import Size
from sandbox.dropbox.side import DropboxSide
from sandbox.faults import GRANT, Faults
from sandbox.founding import founded
from sandbox.side import Ground
from sandbox.state import Memory


class Tenant:
    """Everything that the HTTP face shows. With `home`, a restart finds it as it was."""

    def __init__(self, size: Size, home: Path | None = None, born: datetime | None = None) -> None:
        name = "-".join(str(part) for part in astuple(size))
        self.size = size
        self.memory = Memory(home / f"company-{name}.json" if home else None, born)
        self.company = founded(size)
        self.faults = Faults(size.seed, self.memory)
        ground = Ground(size, self.memory, self.company, self.faults)
        self.dropbox = DropboxSide(ground)
        self.box = BoxSide(ground)

    @property
    def sides(self) -> dict[str, DropboxSide | BoxSide]:
        """The sides by the name of their app."""
        return {"dropbox": self.dropbox, "box": self.box}

    def switch(self, wanted: Mapping[str, Any]) -> None:
        """Switch faults; those of the log happen now, and again after a restart.

        Raises:
            FaultError: there is no such fault or option.
        """
        for name, options in self.faults.switch(wanted).items():
            for side in self.sides.values():
                if name in GRANT:
                    side.revoke_all(options["client_id"])
                elif name in side.strange:
                    side.disturb({"extra": name, **options})

    def hush(self, *, on: bool) -> None:
        """Let nothing more happen in either app though time goes on, or let things happen again."""
        for side in self.sides.values():
            if side.is_quiet != on:
                side.disturb({"extra": "quiet", "on": on})

    def faults_on(self) -> dict[str, dict[str, Any]]:
        """What is on and how often it struck, and what has been done to the logs."""
        extras = {
            extra["extra"]: dict(extra)
            for extra in self.memory.state.extras
            if extra["extra"] != "quiet"
        }
        return {**extras, **self.faults.on()}

    def calm(self) -> None:
        """Switch every fault off. What has been added to the logs stays in them."""
        self.faults.clear()
        for side in self.sides.values():
            side.calm()
