"""JSON events as Arrow columns: what the `rows` of every app are made of.

The events of a page repeat the same few actors, origins and types many times over. So each distinct
value of an event's member is understood once, and the columns are gathered from those by number:
that is what makes millions of events affordable in Python.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar, cast

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.contract import Page
from connectors.decoders import decoder

S = TypeVar("S", bound=msgspec.Struct)

INT64 = 2**63
STRING = pa.string()
TIME = pa.timestamp("us", "UTC")
PEOPLE = pa.list_(pa.struct([(name, STRING) for name in ("kind", "id", "email", "name")]))
NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Member:
    """How one member of an event becomes columns: of these types, by `parse`.

    Where most events have the member, `kind` is its type on the wire, which decodes fast; `parse`
    then takes that type, and `fit` makes it of any JSON value.
    """

    types: Mapping[str, pa.DataType]
    parse: Callable[[Any], Sequence[Any]]
    kind: Any = Any
    fit: Callable[[object], Any] = lambda value: value


class Distinct(dict[bytes, int]):
    """The distinct values of one member of the events, each understood when first met.

    `self[raw]` is the number of a value; `parsed` is in the order of the numbers.
    """

    def __init__(self, member: Member) -> None:
        super().__init__()
        self.member = member
        self.decoder = decoder(member.kind)
        self.parsed: list[Sequence[Any]] = []

    def __missing__(self, raw: bytes) -> int:
        self[raw] = number = len(self.parsed)
        self.understand(raw)
        return number

    def understand(self, raw: bytes) -> None:
        """Add what a value says to `parsed`."""
        try:
            value = self.decoder.decode(raw)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            value = self.member.fit(json_value(raw))
        self.parsed.append(self.member.parse(value))

    def columns(self, numbers: pa.Array) -> dict[str, pa.Array]:
        """The columns of this member for the events whose values have these numbers."""
        fields = zip(*self.parsed, strict=True) if self.parsed else ([] for _ in self.member.types)
        return {
            name: strings(values, kind).take(numbers)
            for (name, kind), values in zip(self.member.types.items(), fields, strict=False)
        }


class Members(Generic[S]):
    """How an event is taken apart into its members, undecoded; `kind` names those that we know.

    What is no JSON object is all in the member `rest`.
    """

    def __init__(self, kind: type[S], rest: str) -> None:
        self.rest, self.kind, self.known = rest, kind, frozenset(kind.__struct_fields__)
        strict = msgspec.defstruct(kind.__name__, [], bases=(kind,), forbid_unknown_fields=True)
        # Tried first: it tells for nothing that an event has no member that is new to us.
        self._strict = decoder(strict)
        self._lenient = decoder(kind)

    def __call__(self, raws: Iterable[bytes]) -> tuple[list[S], pa.Array]:
        """The events, and for each the names of its members that we do not know; null for none."""
        events, unknown = [], []
        for raw in raws:
            try:
                event, names = cast("S", self._strict.decode(raw)), None
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                event, names = self._apart(raw)
            events.append(event)
            unknown.append(names)
        return events, strings(unknown, pa.list_(STRING))

    def _apart(self, raw: bytes) -> tuple[S, list[str] | None]:
        value = json_value(raw)
        if not isinstance(value, dict):
            return self.kind(**{self.rest: msgspec.Raw(raw)}), None
        names = sorted(value.keys() - self.known) or None
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self._lenient.decode(raw), names
        known = value.keys() & self.known
        return self.kind(**{name: msgspec.Raw(escaped(value[name])) for name in known}), names


def escaped(value: Any) -> bytes:
    """A value that msgspec could not read as JSON in ASCII."""
    return json.dumps(value).encode()


def fetched_at(pages: Sequence[Page]) -> pa.Array:
    """When each event's page was asked for."""
    moments = [page.fetched_at.replace(tzinfo=None) for page in pages]
    repeated = np.repeat(np.array(moments, "datetime64[us]"), [len(p.events) for p in pages])
    return pa.array(repeated).cast(TIME)


def settled(table: pa.Table, untold: Mapping[str, pa.DataType]) -> pa.Table:
    """What follows from several members, and the columns that the app never tells.

    Whoever fails to sign in is not signed in; nobody acts on behalf of himself.
    """
    failed = pc.equal(table["activity"], "fail_sign_in")
    table = replaced(table, "authenticated", pc.if_else(failed, False, table["authenticated"]))
    for_self = pc.equal(table["on_behalf_of_id"], table["actor_id"]).fill_null(False)
    for name in ("on_behalf_of_id", "on_behalf_of_email"):
        table = replaced(table, name, pc.if_else(for_self, None, table[name]))
    for name, kind in untold.items():
        table = table.append_column(name, pa.nulls(len(table), kind))
    return table


def replaced(table: pa.Table, name: str, column: pa.ChunkedArray) -> pa.Table:
    """The table with another column under a name that it has."""
    return table.set_column(table.schema.get_field_index(name), name, column)


def json_value(raw: bytes) -> Any:
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


def json_object(raw: bytes) -> dict[str, Any]:
    """A JSON object; an empty one where it is anything else."""
    value = json_value(raw)
    return value if isinstance(value, dict) else {}


def int64(value: int | None) -> int | None:
    """A whole number that a column can hold; None for one beyond."""
    return value if value is not None and -INT64 <= value < INT64 else None


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


def texts(values: Sequence[bytes | None]) -> pa.Array:
    """Bytes as text, unchanged where they are UTF-8."""
    try:
        return pa.array(values, pa.binary()).cast(STRING)
    except pa.ArrowInvalid:
        return pa.array([value and value.decode("utf-8", "replace") for value in values], STRING)


def moment(value: object) -> datetime:
    """A timestamp; 1970 where there is none to be read, so that the event is kept all the same."""
    return moment_or_none(value) or NO_TIME


def moment_or_none(value: object) -> datetime | None:
    """A timestamp of the wire, in UTC where it names no offset; None where it is none."""
    try:
        found = datetime.fromisoformat(str(value))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
