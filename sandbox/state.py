"""What a sandbox remembers: its birth, its clock, who was let in, which faults are on.

With a folder it survives a restart, in one JSON file for each size of company; without one
nothing is ever written.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any


@dataclass
class Clock:
    """The visible time of the sandbox: the wall clock, moved or stopped by request."""

    ahead_seconds: float = 0.0
    stopped_at: str | None = None

    def now(self) -> datetime:
        """The time up to which events are visible and by which codes and tokens expire."""
        if self.stopped_at is not None:
            return datetime.fromisoformat(self.stopped_at)
        return datetime.now(UTC) + timedelta(seconds=self.ahead_seconds)

    def set(self, moment: datetime) -> None:
        """Go on from this moment, running or standing as before."""
        self.ahead_seconds = (moment - datetime.now(UTC)).total_seconds()
        if self.stopped_at is not None:
            self.stopped_at = moment.isoformat()

    def pause(self, *, stop: bool) -> None:
        """Stop the visible time, or let it run on from where it stood."""
        now = self.now()
        self.stopped_at = now.isoformat() if stop else None
        self.set(now)

    def advance(self, seconds: float) -> None:
        """Move the visible time."""
        self.set(self.now() + timedelta(seconds=seconds))


@dataclass(kw_only=True)
class Grant:
    """What an app may do, in somebody's name."""

    id: str
    client_id: str
    scope: list[str]
    revoked: bool = False
    minted: int = 0  # access tokens are numbered from 1
    expired: int = 0  # those up to this number have expired before their time


@dataclass(kw_only=True)
class DropboxGrant(Grant):
    """One Dropbox consent."""

    kind: str  # "team" or "user"
    team_member_id: str
    refresh_token: str | None
    pkce: bool = False


@dataclass(kw_only=True)
class BoxGrant(Grant):
    """One Box consent or server sign-in. Times since 1970."""

    user_id: str
    turn: int = 0  # how often its refresh token has been exchanged for the next
    renewed_at: int = 0


@dataclass
class State:
    """Everything that a restart must not lose."""

    born: str
    clock: Clock = field(default_factory=Clock)
    grants: dict[str, DropboxGrant] = field(default_factory=dict)
    box_grants: dict[str, BoxGrant] = field(default_factory=dict)
    box_key: dict[str, str] = field(default_factory=dict)
    faults: dict[str, dict[str, Any]] = field(default_factory=dict)
    extras: list[dict[str, Any]] = field(default_factory=list)


class Memory:
    """The state of a running sandbox and the file it is kept in, if any."""

    def __init__(self, file: Path | None, born: datetime | None = None) -> None:
        self.lock = threading.RLock()
        self._file = file
        if file is not None and file.exists():
            self.state = _read(file)
        else:
            birth = born or datetime.now(UTC).replace(microsecond=0)
            self.state = State(born=birth.isoformat())
        self.save()

    @property
    def born(self) -> datetime:
        """When history ended and live events began."""
        return datetime.fromisoformat(self.state.born)

    def now(self) -> datetime:
        """The visible time."""
        with self.lock:
            return self.state.clock.now()

    def change(self, how: Callable[[State], None]) -> None:
        """Alter the state and have it on disk when this returns."""
        with self.lock:
            how(self.state)
            self.save()

    def save(self) -> None:
        """Write aside, then rename: a reader or a crash never meets half a file."""
        if self._file is None:
            return
        with self.lock:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            aside = self._file.with_suffix(".new")
            aside.touch(mode=0o600)
            aside.write_text(json.dumps(asdict(self.state), indent=1))
            aside.replace(self._file)


def _read(file: Path) -> State:
    kept = json.loads(file.read_text())
    return State(
        born=kept["born"],
        clock=Clock(**kept["clock"]),
        grants={key: DropboxGrant(**grant) for key, grant in kept["grants"].items()},
        box_grants={key: BoxGrant(**grant) for key, grant in kept.get("box_grants", {}).items()},
        box_key=kept.get("box_key", {}),
        faults=kept["faults"],
        extras=kept["extras"],
    )
