"""What a connector offers: the same verbs for every app, in one order.

*Pages* come from the app and are not reshaped; `rows` turns them into columns and does no I/O;
landing them is somebody else's work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Literal, Protocol
from urllib.parse import SplitResult, urlsplit

import pyarrow as pa

from connectors.errors import NeedsPerson
from connectors.http import Budget
from connectors.inventory import Branch, Listing, Touched
from connectors.oauth import Consent, Tokens


def _address(url: str) -> SplitResult | None:
    """The parts of an address that HTTP can be spoken to."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # is parsed, and may be no number, only when asked for
    except ValueError:
        return None
    return parts if parts.hostname and parts.scheme in {"http", "https"} else None


Auth = Literal["oauth", "ccg", "jwt"]


@dataclass(frozen=True)
class Credentials:
    """The app that an administrator consents to, and the connection it serves.

    `base_url` aims at a stand-in; None is the vendor. `auth` says how the app signs in: by a
    person's consent, or in its own name, with its secret (`ccg`, client credentials) or with a
    private key (`jwt`; PEM, perhaps under a passphrase), into the tenant `enterprise_id`.
    `data_center` is where the app is registered that `client_id` names.
    """

    app: str
    connection: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    base_url: str | None = None
    auth: Auth = "oauth"
    enterprise_id: str | None = None
    key_id: str | None = None
    private_key: str | None = field(default=None, repr=False)
    passphrase: str | None = field(default=None, repr=False)
    data_center: str | None = None

    def __post_init__(self) -> None:
        """Refuse an address that is none, or that would carry tokens in the clear.

        Raises:
            NeedsPerson: `base_url` is not https, nor http on this machine.
        """
        if self.base_url is None:
            return
        parts = _address(self.base_url)
        if not parts:
            raise NeedsPerson(
                f"{self.base_url!r} is no base URL.", "Give one like https://stand-in.example."
            )
        if parts.scheme == "http" and not _this_machine(parts.hostname or ""):
            raise NeedsPerson(
                f"{self.base_url!r} would carry tokens unencrypted over the network.",
                "Use https; plain http is for this machine only.",
            )

    def pace(self, limit: float) -> float:
        """Calls a second: the vendor's limit; a stand-in on this machine has none to keep."""
        parts = _address(self.base_url) if self.base_url else None
        return 1000.0 if parts and _this_machine(parts.hostname or "") else limit

    @property
    def reconnect(self) -> str:
        """What to tell a person whose grant is gone."""
        return (
            "Connect again as an administrator: run connect in the Prefect UI, or"
            f" casbah connect {self.app} {self.connection}"
        )


def _this_machine(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")  # RFC 6761 §6.3
    return address.is_loopback or address.is_unspecified


@dataclass(frozen=True)
class Window:
    """A span of event time, from `start` to before `end`, both aware UTC on whole seconds."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Page:
    """One answer of an event stream.

    `events` are the vendor's JSON objects, byte for byte; `cursor` is the vendor's text for what
    comes next; `more` says that the vendor has more right now; `fetched_at` is when we asked.
    """

    events: Sequence[bytes]
    cursor: str
    more: bool
    fetched_at: datetime


@dataclass(frozen=True)
class Account:
    """Whose data this is: the team or enterprise, and the administrator who consented.

    `role` is the administrator's, in the app's word, where the app tells it with the rest. `limits`
    is what stays hidden from that role, which a person may accept.
    """

    id: str
    name: str
    admin_email: str
    role: str | None = None
    limits: NeedsPerson | None = None


@dataclass(frozen=True)
class Check:
    """One row of the Test API matrix.

    `passed` is None when an earlier failure kept us from asking. `remedy` is what a person should
    do, and empty where nothing is wrong. A person may go on with what is `bearable`.
    """

    capability: str
    passed: bool | None
    evidence: str
    remedy: str = ""
    bearable: bool = False


class Connector(Protocol):
    """One connected tenant of an app.

    Every method that asks the app may raise any of `connectors.errors`.
    """

    app: str

    budget: Budget
    """How fast the app may be asked, by all threads together, and how often it was."""

    gives_ids: bool
    """Whether the vendor names each event, so that two equal ids are one event."""

    live_begins: timedelta
    """How far back a live lane begins that has no cursor; events of before are history's."""

    live_keeps: timedelta | None
    """For how long a live cursor serves; None for ever."""

    unlink: str
    """A sentence: where an administrator ends the grant without us."""

    def consent(self, redirect_uri: str | None) -> Consent:
        """The link for an administrator, and what is needed to read the answer to it."""

    def exchange(self, consent: Consent, code: str) -> Tokens:
        """The tokens for a consent's single-use code."""

    def account(self) -> Account:
        """Whose data the tokens open."""

    def probe(self) -> list[Check]:
        """The Test API matrix: every capability that a pipeline needs, asked for once."""

    def history(self, window: Window, cursor: str | None = None) -> Iterator[Page]:
        """Pages of the events that happened in the window, from its beginning or a cursor."""

    def live(self, since: datetime, cursor: str | None = None) -> Iterator[Page]:
        """Pages of all events since a moment, up to now; from the beginning or a cursor.

        More may come than was asked for: what lies before `since`, and what has come before.
        """

    def rows(self, pages: Sequence[Page]) -> pa.Table:
        """The events of the pages as columns; nothing is refused, unknown things are kept."""

    def branches(self) -> Sequence[Branch]:
        """Where a scan begins. Asks nobody."""

    def listing(self, branch: Branch, cursor: str | None = None) -> Iterator[Listing]:
        """The pages of a branch, from its beginning or a cursor; several threads may ask at once.

        A branch that is gone ends without a page; one that we may not list has one page, `refused`.
        A cursor that has died raises `CursorLost`: the branch is to be listed anew.
        """

    def look(self, touched: Sequence[Touched]) -> Iterator[Listing]:
        """What has become of items, each in one listing: as they are, or that they are no more."""

    def revoke(self) -> None:
        """Give the grant back to the vendor."""

    def halt(self) -> None:
        """End every wait and every further call, with `CancelledError`."""
