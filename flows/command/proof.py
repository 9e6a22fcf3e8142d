"""The proof of the demo: the lake beside what really happened in the made-up company."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from data import catalog
from data.lake import Lake

SETTLED = 120.0  # seconds after which every event shows in every log of the sandbox
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Subject:
    """One thing to compare: what of it has landed, and the parts that must agree."""

    name: str
    landed: str
    parts: tuple[str, ...]


SUBJECTS = (
    Subject("events", "from events where connection = $name", ("event_id",)),
    Subject(
        "people",
        "select * replace (coalesce(admin, false) as admin)"
        " from people_now where connection = $name",
        ("person_id", "kind", "email", "admin"),
    ),
    Subject(
        "items",
        "select *, if(owner_kind = 'team', null, owner) as owner_email"
        " from items_now where connection = $name",
        ("item_id", "item_kind", "name", "parent_id", "owner_email", "exposure"),
    ),
)


@dataclass(frozen=True)
class Verdict:
    """How many there really are, how many are in the lake, and how many differ."""

    subject: str
    real: int
    landed: int
    missing: int
    surplus: int

    def __str__(self) -> str:
        return (
            f"{self.real:,} {self.subject}, {self.landed:,} in the lake: {self.missing} missing,"
            f" {self.surplus} too many"
        )


def settle(url: str) -> None:
    """Send the company home, and wait (in its time) until all that it did shows in its logs."""
    quiet = {"quiet": True, "pause": True, "advance_seconds": SETTLED}
    httpx.post(f"{url}/clock", json=quiet).raise_for_status()


def wake(url: str) -> None:
    """Let life there go on."""
    httpx.post(f"{url}/clock", json={"quiet": False, "pause": False}).raise_for_status()


def verdicts(url: str, lake: Lake, app: str, connection: str) -> list[Verdict]:
    """The lake beside the truth of a settled company."""
    return [_verdict(url, lake, app, connection, subject) for subject in SUBJECTS]


def _verdict(url: str, lake: Lake, app: str, connection: str, subject: Subject) -> Verdict:
    key = _key(subject.parts)
    told = _told(f"{url}/truth/{subject.name}?app={app}")
    real = Counter(key(row) for row in told if row.get("enterable", True))
    parts = ", ".join(subject.parts)
    query = f"select {parts} from ({subject.landed})"  # noqa: S608 - words of ours
    landed = Counter(map(key, catalog.ask(lake, query, {"name": connection}).to_pylist()))
    return Verdict(
        subject.name,
        real.total(),
        landed.total(),
        (real - landed).total(),
        (landed - real).total(),
    )


def _key(parts: tuple[str, ...]) -> Callable[[Row], tuple[Any, ...]]:
    return lambda row: tuple(row[part] for part in parts)


def _told(address: str) -> Iterator[Row]:
    with httpx.stream("GET", address, timeout=300) as lines:
        lines.raise_for_status()
        yield from (json.loads(line) for line in lines.iter_lines() if line)
