"""A toy of a cloud app: one event stream, ten files, and nothing that an app could do without."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import httpx
import msgspec
import pyarrow as pa

from connectors.activities import UNKNOWN, load
from connectors.bodies import decode
from connectors.columns import PEOPLE, STRING, TIME, json_value, moment
from connectors.contract import Account, Check, Credentials, Page, Window
from connectors.errors import ConnectorError, NeedsPerson
from connectors.http import Budget, Http
from connectors.inventory import Branch, Item, Link, Listing, Person, Touched
from connectors.oauth import Consent, Tokens, TokenStore
from connectors.wire import fitted

T = TypeVar("T")

TOY = "https://toy.example"
TEXTS = (
    "event_id native_type activity category outcome actor_kind actor_id actor_email actor_name"
    " on_behalf_of_id on_behalf_of_email ip country region city client session_id user_agent"
    " item_kind item_id item_name item_path item_owner_email link_id details raw"
)
COLUMNS = pa.schema(
    dict.fromkeys(TEXTS.split(), STRING)
    | dict.fromkeys(("event_time", "recorded_at", "fetched_at"), TIME)
    | dict.fromkeys(("authenticated", "external"), pa.bool_())
    | {"item_size": pa.int64(), "participants": PEOPLE, "item_ids": pa.list_(STRING)}
    | {"unknown_fields": pa.list_(STRING)}
)


class Member(msgspec.Struct):
    id: str
    email: str


class Me(msgspec.Struct):
    id: str
    name: str
    admin: str


class Actor(msgspec.Struct):
    id: str | None = None
    email: str | None = None


class Event(msgspec.Struct):
    id: str = ""
    at: str | None = None
    type: str = "unknown"
    who: Actor | None = None
    file: str | None = None


class File(msgspec.Struct):
    id: str
    name: str
    size: int
    owner: Member
    link: str | None


class Rows(msgspec.Struct):
    rows: list[msgspec.Raw]
    next: str
    more: bool


class NoSuchThingError(ConnectorError):
    """There is no such thing."""


class Toy:
    """One connected toy shop. See `connectors.contract.Connector`."""

    app = "toy"
    gives_ids = True
    live_begins = timedelta(days=1)
    live_keeps = None
    unlink = "Lock the shop."

    def __init__(self, credentials: Credentials, store: TokenStore) -> None:
        self._credentials, self._store = credentials, store
        self.budget = Budget(1000.0)
        self._http = Http("Toy", self.budget)

    def consent(self, redirect_uri: str | None) -> Consent:
        return Consent.ask(
            f"{self._url}/authorize", redirect_uri, client_id=self._credentials.client_id
        )

    def exchange(self, consent: Consent, code: str) -> Tokens:
        form = {"code": code, "code_verifier": consent.verifier}
        request = self._http.request("POST", f"{self._url}/token", data=form)
        given = self._http.send(request, lambda response: decode(response, dict[str, str]))
        return Tokens(given["access_token"], None, None)

    def account(self) -> Account:
        me = self._get("me", Me)
        return Account(me.id, me.name, me.admin)

    def probe(self) -> list[Check]:
        parts = ("me", "events", "files")
        return [Check(part, True, f"{len(self._get(part, msgspec.Raw))} bytes.") for part in parts]

    def history(self, window: Window, cursor: str | None = None) -> Iterator[Page]:
        span = {"since": window.start.isoformat(), "until": window.end.isoformat()}
        return self._pages("events", cursor, span)

    def live(self, since: datetime, cursor: str | None = None) -> Iterator[Page]:
        return self._pages("events", cursor, {"since": since.isoformat()})

    def rows(self, pages: Sequence[Page]) -> pa.Table:
        rows = [_row(raw, page) for page in pages for raw in page.events]
        return pa.Table.from_pylist(rows, COLUMNS)

    def branches(self) -> Sequence[Branch]:
        return [Branch(key="members", kind="people"), Branch(key="files", kind="tree")]

    def listing(self, branch: Branch, cursor: str | None = None) -> Iterator[Listing]:
        for page in self._pages(branch.key, cursor, {}):
            people = [_person(raw) for raw in page.events if branch.kind == "people"]
            seen = [_seen(raw) for raw in page.events if branch.kind == "tree"]
            yield Listing(
                people=people,
                items=[item for item, _ in seen],
                links=[link for _, links in seen for link in links],
                all_links=True,
                cursor=page.cursor,
                more=page.more,
                fetched_at=page.fetched_at,
            )

    def look(self, touched: Sequence[Touched]) -> Iterator[Listing]:
        for each in touched:
            asked = datetime.now(UTC)
            try:
                item, links = _seen(bytes(self._get(f"files/{each.item_id}", msgspec.Raw)))
            except NoSuchThingError:
                item, links = Item(item_id=each.item_id, state="deleted"), []
            yield Listing(items=[item], links=links, all_links=True, fetched_at=asked)

    def revoke(self) -> None:
        self._get("revoke", msgspec.Raw)

    def halt(self) -> None:
        self.budget.halt()

    @property
    def _url(self) -> str:
        return self._credentials.base_url or TOY

    def _get(self, path: str, kind: type[T], **parameters: str) -> T:
        headers = {"Authorization": f"Bearer {self._store.load().access_token}"}
        request = self._http.request(
            "GET", f"{self._url}/{path}", params=parameters, headers=headers
        )
        return self._http.send(request, lambda response: self._answer(response, kind))

    def _answer(self, response: httpx.Response, kind: type[T]) -> T:
        if response.status_code == 404:
            raise NoSuchThingError
        if response.status_code == 401:
            raise NeedsPerson("The toy is locked.", self._credentials.reconnect)
        return decode(response, kind)

    def _pages(self, path: str, cursor: str | None, parameters: dict[str, str]) -> Iterator[Page]:
        more = True
        while more:
            asked = datetime.now(UTC)
            page = self._get(path, Rows, after=cursor or "0", **parameters)
            cursor, more = page.next, page.more
            yield Page([bytes(raw) for raw in page.rows], cursor, more, asked)


def _row(raw: bytes, page: Page) -> dict[str, object]:
    event = fitted(json_value(raw), Event)
    who = event.who or Actor()
    known = load("toy").get(event.type, UNKNOWN)
    return {
        "event_id": event.id,
        "event_time": moment(event.at),
        "fetched_at": page.fetched_at,
        "native_type": event.type,
        "activity": known.activity,
        "category": known.category,
        "outcome": known.outcome,
        "actor_kind": "member" if who.id else "unknown",
        "actor_id": who.id,
        "actor_email": who.email,
        "authenticated": True if who.id else None,
        "item_id": event.file,
        "item_ids": [event.file] if event.file else None,
        "unknown_fields": None,
        "raw": raw.decode(),
    }


def _person(raw: bytes) -> Person:
    member = msgspec.json.decode(raw, type=Member)
    return Person(person_id=member.id, kind="member", email=member.email, raw=raw.decode())


def _seen(raw: bytes) -> tuple[Item, list[Link]]:
    file = msgspec.json.decode(raw, type=File)
    item = Item(
        item_id=file.id,
        item_kind="file",
        name=file.name,
        root_id="shelf",
        size=file.size,
        owner_kind="person",
        owner_id=file.owner.id,
        owner_email=file.owner.email,
        people=[],
        raw=raw.decode(),
    )
    if not file.link:
        return item, []
    link = Link(link_id=file.link, item_id=file.id, url=file.link, opens_to="public", raw="{}")
    return item, [link]
