"""Dropbox Business: one team's audit log and files, read with a team token."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import httpx
import pyarrow as pa

from connectors.contract import Account, Check, Credentials, Page, Window
from connectors.dropbox import events, items, look, probe, rows
from connectors.dropbox.api import UNLINK, Api
from connectors.dropbox.team import Team
from connectors.inventory import Branch, Listing, Touched
from connectors.oauth import Consent, Tokens, TokenStore


class Dropbox:
    """One connected team. See `connectors.contract.Connector` for what each method promises."""

    app = "dropbox"
    gives_ids = False
    live_begins = timedelta(days=1)
    live_keeps: timedelta | None = None
    unlink = UNLINK

    def __init__(
        self,
        credentials: Credentials,
        store: TokenStore,
        *,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._api = Api(credentials, store, transport=transport)
        self.budget = self._api.budget
        self._team = Team(self._api)

    def consent(self, redirect_uri: str | None) -> Consent:
        return self._api.consent(redirect_uri)

    def exchange(self, consent: Consent, code: str) -> Tokens:
        return self._api.exchange(consent, code)

    def account(self) -> Account:
        return probe.account(self._api)

    def probe(self) -> list[Check]:
        return probe.probe(self._api)

    def history(self, window: Window, cursor: str | None = None) -> Iterator[Page]:
        return events.history(self._api, window, cursor)

    def live(self, since: datetime, cursor: str | None = None) -> Iterator[Page]:
        return events.live(self._api, since, cursor)

    def rows(self, pages: Sequence[Page]) -> pa.Table:
        return rows.rows(pages)

    def branches(self) -> Sequence[Branch]:
        return items.branches()

    def listing(self, branch: Branch, cursor: str | None = None) -> Iterator[Listing]:
        return items.listing(self._team, branch, cursor)

    def look(self, touched: Sequence[Touched]) -> Iterator[Listing]:
        return look.look(self._team, touched)

    def revoke(self) -> None:
        self._api.revoke()

    def halt(self) -> None:
        self.budget.halt()
