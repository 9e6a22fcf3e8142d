"""The public half of every connection, in `<home>/connections.json`: never a token, never a secret.

What `status`, `sql` and reports need to know is here, so that they can do without Prefect.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from blocks.files import exclusive, write_whole
from connectors import APPS
from connectors.errors import NeedsPerson, Reason
from data.settings import settings

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")

GOOD = dict.fromkeys(("last_error", "remedy", "failed", "reason", "failed_at", "retry_at"))

State = Literal["connected", "failing", "needs_person", "disconnected"]
Why = Reason | Literal["throttled"]


@dataclass(frozen=True)
class Connection:
    """One connected tenant of an app.

    `state` is `connected`, `failing` (it may pass by itself), `needs_person`, or `disconnected`,
    since `disconnected_at`. Where it fails, `last_error` says what happened, `failed` what was
    being done, and `remedy` what to do; `reason` says it for programs, where it is known;
    `failed_at` when, and `retry_at` from when on it may work again. `accept_coadmin`: a person
    knows that the administrator does not see everything, and goes on. `scheduled`: it is to be
    kept up to date without anybody, as long as it is connected. Times are UTC.
    """

    name: str
    app: str
    connected_at: datetime
    base_url: str | None = None
    account_id: str | None = None
    account_name: str | None = None
    state: State = "connected"
    last_error: str | None = None
    remedy: str | None = None
    failed: str | None = None
    accept_coadmin: bool = False
    reason: Why | None = None
    failed_at: datetime | None = None
    retry_at: datetime | None = None
    scheduled: bool = False
    disconnected_at: datetime | None = None

    @property
    def runs_by_itself(self) -> bool:
        """Whether anything of it is to run without anybody now."""
        return self.scheduled and self.state != "disconnected"


# Made here, once: threads that make one of a type at the same time can end the process.
_CONNECTIONS = msgspec.json.Decoder(dict[str, Connection])


class Disconnected(NeedsPerson):
    """A person has disconnected it, and nobody has connected it again."""


class Change(NamedTuple):
    """A connection before and after something was noted of it."""

    before: Connection
    after: Connection


def valid_name(name: str) -> str:
    """`name`, if a connection may be called that.

    Raises:
        NeedsPerson: it may not.
    """
    if not NAME.fullmatch(name):
        raise NeedsPerson(
            f"{name!r} cannot be the name of a connection.",
            "Use up to 63 small letters, digits and hyphens, with no hyphen in front.",
        )
    return name


def connections() -> list[Connection]:
    """Every connection, by name."""
    return [connection for _, connection in sorted(_read().items())]


def connection(name: str) -> Connection:
    """The connection of that name.

    Raises:
        NeedsPerson: there is none.
    """
    known = _read()
    if name not in known:
        others = f" (there are: {', '.join(sorted(known))})" if known else ""
        wanted = name if NAME.fullmatch(name) else "NAME"
        apps = " or ".join(APPS)
        raise NeedsPerson(
            f"No connection is called {name!r}{others}.",
            f"Connect it with: casbah connect APP {wanted} --client-id CLIENT_ID ({apps}).",
        )
    return known[name]


def connected(name: str) -> Connection:
    """The connection of that name, which nobody has disconnected.

    Raises:
        Disconnected: somebody has.
        NeedsPerson: there is none.
    """
    known = connection(name)
    if known.disconnected_at:
        raise Disconnected(
            f"{name!r} was disconnected at {known.disconnected_at:%Y-%m-%d %H:%M} (UTC); its data"
            " is kept.",
            f"Connect it again: casbah connect {known.app} {name}",
        )
    return known


def remember(new: Connection) -> None:
    """Enter `new`, or what is new about a connection that was here before and is as scheduled."""
    valid_name(new.name)
    with _alone():
        known = _read()
        if new.name in known:
            new = replace(new, scheduled=new.scheduled or known[new.name].scheduled)
        _write(known | {new.name: new})


def note_failure(
    name: str,
    verb: str,
    error: str,
    remedy: str | None = None,
    *,
    reason: Why | None = None,
    retry_at: datetime | None = None,
) -> Change:
    """Note what went wrong; with a `remedy`, nothing will go right until a person follows it.

    What passes by itself does not hide what needs a person, unless the same verb got past that.
    """
    state: State = "needs_person" if remedy else "failing"

    def failed(it: Connection) -> Connection:
        if it.state == "disconnected":
            return it
        if state == "failing" and it.state == "needs_person" and it.failed != verb:
            return it
        return replace(
            it,
            state=state,
            last_error=error,
            remedy=remedy,
            failed=verb,
            reason=reason,
            failed_at=datetime.now(UTC),
            retry_at=retry_at,
        )

    return _change(name, failed)


def note_success(name: str, verb: str) -> Change:
    """Note that it works (again). What needs a person, only the same verb or a test can clear."""

    def cleared(it: Connection) -> Connection:
        if it.state == "disconnected":
            return it
        if it.state == "needs_person" and verb not in {it.failed, "test"}:
            return it
        return replace(it, state="connected", **GOOD)  # type: ignore[arg-type]

    return _change(name, cleared)


def note_disconnected(name: str) -> Change:
    """Note that nothing of it is to be read any more; what went wrong before is over."""
    return _change(
        name,
        lambda it: replace(
            it,
            state="disconnected",
            disconnected_at=it.disconnected_at or datetime.now(UTC),
            **GOOD,  # type: ignore[arg-type]
        ),
    )


def forget(name: str) -> None:
    """Know nothing of it any more."""
    with _alone():
        _write({key: known for key, known in _read().items() if key != name})


def accept_coadmin(name: str) -> None:
    """Note that a person goes on with an administrator who does not see everything."""
    _change(name, lambda it: replace(it, accept_coadmin=True))


def keep_scheduled(name: str) -> None:
    """Note that the connection is to be kept up to date by itself."""
    _change(name, lambda it: replace(it, scheduled=True))


def _change(name: str, change: Callable[[Connection], Connection]) -> Change:
    before = connection(name)
    if change(before) == before:
        return Change(before, before)
    with _alone():
        before = connection(name)
        after = change(before)
        _write(_read() | {name: after})
    return Change(before, after)


def _file() -> Path:
    return settings().home.absolute() / "connections.json"


def _alone() -> AbstractContextManager[None]:
    locks = settings().home.absolute() / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    return exclusive(locks / "connections.lock")


def _read() -> dict[str, Connection]:
    try:
        return _CONNECTIONS.decode(_file().read_bytes())
    except FileNotFoundError:
        return {}
    except (msgspec.DecodeError, OSError) as error:
        raise NeedsPerson(
            f"{_file()} cannot be read: {error}.",
            "Repair it, or remove it and connect each connection again.",
        ) from error


def _write(known: dict[str, Connection]) -> None:
    write_whole(_file(), msgspec.json.format(msgspec.json.encode(known), indent=2).decode())
