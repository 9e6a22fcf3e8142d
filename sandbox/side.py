"""What the sides of both apps have in common: a seal, a log that can be made strange, doors.

A side is the company as one app's vendor knows it. Its log is made when somebody first asks for
it: whoever tries one app does not wait for the other.
"""

import json
import random
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import numpy as np
from starlette.routing import Route

from sandbox.company import Company, Size
from sandbox.faults import Faults, Visit
from sandbox.log import Log
from sandbox.orders import OrderError, Thing, order
from sandbox.seal import Seal
from sandbox.state import Memory, State
from sandbox.world import LEAST_FILES


@dataclass(frozen=True)
class Ground:
    """What both sides stand on."""

    size: Size
    memory: Memory
    company: Company
    faults: Faults


class Inventory(Protocol):
    """The truth about what a scan sees; the world must stand still while it is told."""

    def items(self, now: datetime) -> Iterator[dict[str, Any]]:
        """One row for each item that exists, with who can reach it at `now`."""

    def people(self, now: datetime) -> Iterator[dict[str, Any]]:
        """One row for each member, and for each outsider who was given something."""


AnyLog = TypeVar("AnyLog", bound=Log)


class Side(ABC, Generic[AnyLog]):
    """One app of the sandbox; `strange` names the faults of the log that it knows."""

    app: ClassVar[str]
    strange: ClassVar[frozenset[str]]

    def __init__(self, ground: Ground, salt: str = "") -> None:
        self.size, self.memory = ground.size, ground.memory
        self.company, self.faults = ground.company, ground.faults
        name = "-".join(str(part) for part in astuple(ground.size))
        self.seal = Seal(f"{name} {ground.memory.state.born}{salt}")
        self._making = RLock()
        self._log: AnyLog | None = None

    @property
    def log(self) -> AnyLog:
        """The audit log, as it was before a restart."""
        with self._making:
            if self._log is None:
                log = self._make_log()
                for extra in self._extras():
                    self._happen(log, extra)
                self._log = log
            return self._log

    @property
    def oldest(self) -> datetime:
        """When the history of the log begins."""
        return self.memory.born - timedelta(days=self.size.days)

    def still(self) -> AbstractContextManager[None]:
        """The world as it is now; nothing happens for as long as the block lasts."""
        return self.log.still(self.memory.now())

    @property
    def is_quiet(self) -> bool:
        """Whether nothing happens though time goes on."""
        turns = [extra["on"] for extra in self._extras() if extra["extra"] == "quiet"]
        return bool(turns and turns[-1])

    def disturb(self, extra: dict[str, Any]) -> None:
        """Let a fault of the log happen now, and again after a restart."""
        with self._making:
            at = self.memory.now()
            noted = {"app": self.app, **extra, "at": at.isoformat()}
            if self._log is not None:
                noted["at"] = self._happen(self._log, noted).isoformat()

            def remember(state: State) -> None:
                state.extras.append(noted)

            self.memory.change(remember)

    def calm(self) -> None:
        """End what makes the log late. What has been added to it stays in it."""
        late = [extra for extra in self._extras() if extra["extra"] == "late"]
        if late and late[-1]["share"]:
            self.disturb({"extra": "late", "share": 0.0, "seconds": 0})

    def happen(self, verb: str, item_id: str, delay: float | None = None) -> dict[str, Any]:
        """Let a member do something to an item now; what the app tells about it, and when.

        Raises:
            OrderError: there is no such item or verb, or the one does not go with the other.
        """
        with self.still():
            thing = self._thing(item_id)
            if thing is None:
                raise OrderError(f"There is no item {item_id!r}.")
            number = self._order(verb, thing, delay)
            event = json.loads(self.log.told(np.array([number]))[0])
            seen = datetime.fromtimestamp(int(self.log.stream.visible[number]) / 1000, UTC)
        return {"visible_at": seen.isoformat(), "event": event}

    def stir(self, visit: Visit, namespace: int) -> None:
        """While somebody walks a namespace, a file in it may be deleted or moved."""
        for fault, verb in (("trash_while_walking", "delete"), ("move_while_walking", "move")):
            alive = self.log.stream.world.alive[namespace]
            if len(alive) > LEAST_FILES and not self.is_quiet and visit.struck(fault):
                file = visit.chance(f"{fault} file").choice(alive)
                self._order(verb, Thing(namespace, file))

    def _order(self, verb: str, thing: Thing, delay: float | None = None) -> int:
        key = f"{self.size.seed} {thing} {len(self.log.stream.rows)}"
        dice = random.Random(key).getrandbits(32)  # noqa: S311 not a secret
        about = {"verb": verb, "thing": list(thing), "dice": dice, "delay": delay}
        self.disturb({"extra": "happen", **about})
        return len(self.log.stream.rows) - 1

    @property
    @abstractmethod
    def inventory(self) -> Inventory:
        """The truth about people and items."""

    @abstractmethod
    def routes(self) -> list[Route]:
        """The paths that are this app's alone."""

    @abstractmethod
    def about(self, base: str) -> dict[str, Any]:
        """What somebody must know to connect, with `base` as address."""

    @abstractmethod
    def revoke_all(self, client_id: str | None) -> None:
        """End every grant, or those of one client."""

    @abstractmethod
    def _make_log(self) -> AnyLog:
        """The log as it is without any fault."""

    @abstractmethod
    def _thing(self, item_id: str) -> Thing | None:
        """The item with that id, wherever it is; deleted ones too."""

    def _extras(self) -> list[dict[str, Any]]:
        kept = self.memory.state.extras
        return [dict(extra) for extra in kept if extra.get("app", "dropbox") == self.app]

    def _happen(self, log: AnyLog, extra: Mapping[str, Any]) -> datetime:
        """Let it happen to the log; answers the moment at which it must happen again."""
        at = datetime.fromisoformat(extra["at"])
        if extra["extra"] == "late":
            log.delay(extra["share"], extra["seconds"], at)
            return at
        stream = log.stream
        if extra["extra"] == "happen":
            with log.still(at):
                thing, dice = Thing(*extra["thing"]), extra["dice"]
                row, number = order(
                    stream.world, extra["verb"], thing, at=stream.now // 1000, dice=dice
                )
                stream.happen(row, number, extra["delay"])
            return at
        if extra["extra"] == "big_folder":
            with log.still(at):
                stream.world.pile_up(extra["count"], stream.start)
            return at
        if extra["extra"] == "quiet":
            log.quiet(at, on=extra["on"])
            return at
        return log.add(extra["extra"], extra["count"], at)
