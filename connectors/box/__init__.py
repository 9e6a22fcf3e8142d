"""Box: one enterprise's events, users and files, read as its primary administrator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import httpx
import pyarrow as pa

from connectors.box import events, items, look, probe, rows
from connectors.box.api import Api
from connectors.box.enterprise import Enterprise
from connectors.box.refusals import UNLINK
from connectors.contract import Account, Check, Credentials, Page, Window
from connectors.inventory import Branch, Listing, Touched
from connectors.oauth import Consent, Tokens, TokenStore


class Box:
    """One connected enterprise. See `connectors.contract.Connector` for what the methods promise.

    The live stream keeps two weeks; its beginning is moving while it is read.
    """

    app = "box"
    gives_ids = True
    live_begins = timedelta(days=13)
    live_keeps = timedelta(days=13)
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
        self._enterprise = Enterprise(self._api)

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

    def live(self, since: datetime, cursor: str | None = None) -> Iterator[Page]:  # noqa: ARG002 - takes no time
        return events.live(self._api, cursor)

    def rows(self, pages: Sequence[Page]) -> pa.Table:
        return rows.rows(pages)

    def branches(self) -> Sequence[Branch]:
        return items.branches()

    def listing(self, branch: Branch, cursor: str | None = None) -> Iterator[Listing]:
        return items.listing(self._enterprise, branch, cursor)

    def look(self, touched: Sequence[Touched]) -> Iterator[Listing]:
        return look.look(self._enterprise, touched)

    def revoke(self) -> None:
        self._api.revoke()

    def halt(self) -> None:
        self.budget.halt()
