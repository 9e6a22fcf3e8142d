"""Dropbox's audit events as columns. Pure: pages in, one Arrow table out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

import msgspec
import pyarrow as pa

from connectors import columns
from connectors.columns import STRING, TIME, fetched_at, json_value, members, settled, texts
from connectors.contract import Page
from connectors.decoders import decoder
from connectors.dropbox import identity
from connectors.dropbox.columns import MEMBERS, Member


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
EVENT = decoder(_Event)


class Distinct(columns.Distinct):
    """As in every app, and what each value adds to the identity of an event.

    `hashed` is in the order of the numbers, as `parsed` is.
    """

    member: Member

    def __init__(self, name: str) -> None:
        super().__init__(MEMBERS[name])
        self.name = name
        self.prefix = identity.canonical(name) + b":"
        self.hashed: list[bytes] = []

    def understand(self, raw: bytes) -> None:
        if not (raw and self.member.reduce and self._typed(raw, self.member.reduce)):
            try:
                self._fitted(json_value(raw))
            except RecursionError:
                self._fitted(raw.decode("utf-8", "replace"))

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


def rows(pages: Sequence[Page]) -> pa.Table:
    """One row an event, in the order of the pages; see `Connector.rows`.

    `event_id` is equal for identical events of one second: telling them apart needs a whole walk.
    """
    raws = [raw for page in pages for raw in page.events]
    events = [members(raw, EVENT, "details") for raw in raws]
    told: dict[str, pa.Array] = {}
    hashed: list[Iterable[bytes]] = []
    for name in identity.PARTS:
        known = Distinct(name)
        numbers = [known[bytes(raw)] for raw in map(attrgetter(name), events)]
        hashed.append(map(known.hashed.__getitem__, numbers))
        taken = pa.array(numbers, pa.int32())
        told |= known.columns(taken)
        if name == "details":
            told["details"] = texts(list(known)).take(taken)
    told["event_id"] = pa.array(map(identity.event_id, zip(*hashed, strict=True)), STRING)
    told["raw"] = texts(raws)
    told["fetched_at"] = fetched_at(pages)
    return settled(pa.table(told), UNTOLD)
