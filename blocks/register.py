"""The public half of every connection, in `<home>/connections.json`: never a token, never a secret.

What `status`, `sql` and reports need to know is here, so that they can do without Prefect.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from blocks.files import exclusive, write_whole
from connectors import APPS
from connectors.errors import NeedsPerson
from data.settings import settings

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")

State = Literal["connected", "failing", "needs_person"]


@dataclass(frozen=True)
class Connection:
    """One connected tenant of an app.

    `state` is `connected`, `failing` (it may pass by itself) or `needs_person`; then `last_error`
    says what happened, `failed` what was being done, and `remedy` what to do. `accept_coadmin`: a
    person knows that the administrator does not see everything, and goes on. Times are UTC.
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


def remember(new: Connection) -> None:
    """Enter `new`, or what is new about a connection that was here before."""
    valid_name(new.name)
    with _alone():
        _write(_read() | {new.name: new})


def note_failure(name: str, verb: str, error: str, remedy: str | None = None) -> None:
    """Note what went wrong; with a `remedy`, nothing will go right until a person follows it."""
    state: State = "needs_person" if remedy else "failing"
    _change(
        name,
        lambda it: replace(it, state=state, last_error=error, remedy=remedy, failed=verb),
    )


def note_success(name: str, verb: str) -> None:
    """Note that it works (again). What needs a person, only the same verb or a test can clear."""

    def cleared(it: Connection) -> Connection:
        if it.state == "needs_person" and verb not in {it.failed, "test"}:
            return it
        return replace(it, state="connected", last_error=None, remedy=None, failed=None)

    _change(name, cleared)


def accept_coadmin(name: str) -> None:
    """Note that a person goes on with an administrator who does not see everything."""
    _change(name, lambda it: replace(it, accept_coadmin=True))


def _change(name: str, change: Callable[[Connection], Connection]) -> None:
    before = connection(name)
    if change(before) == before:
        return
    with _alone():
        _write(_read() | {name: change(connection(name))})


def _file() -> Path:
    return settings().home.absolute() / "connections.json"


def _alone() -> AbstractContextManager[None]:
    locks = settings().home.absolute() / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    return exclusive(locks / "connections.lock")


def _read() -> dict[str, Connection]:
    try:
        return msgspec.json.decode(_file().read_bytes(), type=dict[str, Connection])
    except FileNotFoundError:
        return {}
    except (msgspec.DecodeError, OSError) as error:
        raise NeedsPerson(
            f"{_file()} cannot be read: {error}.",
            "Repair it, or remove it and connect each connection again.",
        ) from error


def _write(known: dict[str, Connection]) -> None:
    write_whole(_file(), msgspec.json.format(msgspec.json.encode(known), indent=2).decode())
