"""Dropbox's audit events as columns. Pure: pages in, one Arrow table out.

The events of a page repeat the same few actors, origins and types many times over. So each distinct
value of an event's member is understood once, and the columns are gathered from those by number:
that is what makes millions of events affordable in Python.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.contract import Page
from connectors.dropbox import identity
from connectors.dropbox.columns import MEMBERS, STRING, TIME


class _Event(msgspec.Struct, gc=False):
    """The members of a TeamEvent, undecoded."""

    actor: msgspec.Raw = msgspec.Raw()
    assets: msgspec.Raw = msgspec.Raw()
    context: msgspec.Raw = msgspec.Raw()
    details: msgspec.Raw = msgspec.Raw()
    event_category: msgspec.Raw = msgspec.Raw()
    event_type: msgspec.Raw = msgspec.Raw()
    involve_non_team_member: msgspec.Raw = msgspec.Raw()
    origin: msgspec.Raw = msgspec.Raw()
    participants: msgspec.Raw = msgspec.Raw()
    timestamp: msgspec.Raw = msgspec.Raw()


UNTOLD = {"recorded_at": TIME, "user_agent": STRING}
EVENT = msgspec.json.Decoder(_Event)


class Distinct(dict[bytes, int]):
    """The distinct values of one member of the events, each understood when first met.

    `self[raw]` is the number of a value; `parsed` and `hashed` are in the order of the numbers.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.prefix = identity.canonical(name) + b":"
        self.member = MEMBERS[name]
        self.decoder = msgspec.json.Decoder(self.member.kind)
        self.parsed: list[Sequence[Any]] = []
        self.hashed: list[bytes] = []

    def __missing__(self, raw: bytes) -> int:
        self[raw] = number = len(self.parsed)
        if not (raw and self.member.reduce and self._typed(raw, self.member.reduce)):
            try:
                self._fitted(decoded(raw))
            except RecursionError:
                self._fitted(raw.decode("utf-8", "replace"))
        return number

    def _fitted(self, value: Any) -> None:
        parsed, hashed = self.member.parse(self.member.fit(value)), identity.part(self.name, value)
        self.parsed.append(parsed)
        self.hashed.append(hashed)

    def _typed(self, raw: bytes, reduce: Callable[[Any], None]) -> bool:
        """Whether the value is just what the specification says, and so was read the fast way."""
        try:
            value = self.decoder.decode(raw)
            parsed = self.member.parse(value)
            reduce(value)
            self.hashed.append(self.prefix + identity.ENCODER.encode(value))
        except (msgspec.DecodeError, UnicodeError, OverflowError):
            return False
        self.parsed.append(parsed)
        return True

    def columns(self, numbers: pa.Array) -> dict[str, pa.Array]:
        """The columns of this member for the events whose values have these numbers."""
        fields = zip(*self.parsed, strict=True) if self.parsed else ([] for _ in self.member.types)
        return {
            name: strings(values, kind).take(numbers)
            for (name, kind), values in zip(self.member.types.items(), fields, strict=False)
        }


def rows(pages: Sequence[Page]) -> pa.Table:
    """One row an event, in the order of the pages; see `Connector.rows`.

    `event_id` is equal for identical events of one second: telling them apart needs a whole walk.
    """
    raws = [raw for page in pages for raw in page.events]
    events = [members(raw) for raw in raws]
    columns: dict[str, pa.Array] = {}
    hashed: list[Iterable[bytes]] = []
    for name in identity.PARTS:
        known = Distinct(name)
        numbers = [known[bytes(raw)] for raw in map(attrgetter(name), events)]
        hashed.append(map(known.hashed.__getitem__, numbers))
        taken = pa.array(numbers, pa.int32())
        columns |= known.columns(taken)
        if name == "details":
            columns["details"] = texts(list(known)).take(taken)
    columns["event_id"] = pa.array(map(identity.event_id, zip(*hashed, strict=True)), STRING)
    columns["raw"] = texts(raws)
    columns["fetched_at"] = fetched_at(pages)
    return settled(pa.table(columns))


def members(raw: bytes) -> _Event:
    """The event's members, undecoded; what is no JSON object is all details."""
    try:
        return EVENT.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value = decoded(raw)
    if not isinstance(value, dict):
        return _Event(details=msgspec.Raw(raw))
    return _Event(
        **{name: msgspec.Raw(escaped(value[name])) for name in value.keys() & identity.PARTS}
    )


def escaped(value: Any) -> bytes:
    """A value that msgspec could not read as JSON in ASCII."""
    return json.dumps(value).encode()


def fetched_at(pages: Sequence[Page]) -> pa.Array:
    """When each event's page was asked for."""
    moments = [page.fetched_at.replace(tzinfo=None) for page in pages]
    repeated = np.repeat(np.array(moments, "datetime64[us]"), [len(p.events) for p in pages])
    return pa.array(repeated).cast(TIME)


def settled(table: pa.Table) -> pa.Table:
    """What follows from several members: who did not sign in, and who acted for somebody else."""
    failed = pc.equal(table["activity"], "fail_sign_in")
    signed_in = pc.if_else(failed, False, table["authenticated"])
    table = table.set_column(
        table.schema.get_field_index("authenticated"), "authenticated", signed_in
    )
    for_self = pc.equal(table["on_behalf_of_id"], table["actor_id"]).fill_null(False)
    for name in ("on_behalf_of_id", "on_behalf_of_email"):
        other = pc.if_else(for_self, None, table[name])
        table = table.set_column(table.schema.get_field_index(name), name, other)
    for name, kind in UNTOLD.items():
        table = table.append_column(name, pa.nulls(len(table), kind))
    return table


def decoded(raw: bytes) -> Any:
    """A JSON value; None for an absent one.

    Python's reader takes what msgspec refuses: lone surrogates, numbers out of range, and bytes
    that are not UTF-8 (replaced). What neither can read stays as the text it is.
    """
    if not raw:
        return None
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        text = raw.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def strings(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """A column; lone surrogates, which no UTF-8 can hold, become U+FFFD."""
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        return pa.array([whole(value) for value in values], kind)


def whole(value: Any) -> Any:
    """The value with every lone surrogate in its strings replaced."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [whole(item) for item in value]
    if isinstance(value, dict):
        return {key: whole(item) for key, item in value.items()}
    return value


def texts(values: list[bytes]) -> pa.Array:
    """Bytes as text, unchanged where they are UTF-8."""
    try:
        return pa.array(values, pa.binary()).cast(STRING)
    except pa.ArrowInvalid:
        return pa.array([value.decode("utf-8", "replace") for value in values], STRING)
