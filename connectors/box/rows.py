"""Box's audit events as columns. Pure: pages in, one Arrow table out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import blake2b
from operator import attrgetter, itemgetter
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from connectors.box.columns import MEMBERS, Other
from connectors.columns import (
    PEOPLE,
    STRING,
    Distinct,
    fetched_at,
    json_value,
    members,
    replaced,
    settled,
    strings,
    texts,
    whole,
)
from connectors.contract import Page
from connectors.decoders import decoder

# What can be done to content without signing in: by an open link, or through a file request.
# Of the unknown user's events only these tell that nobody had signed in.
UNSIGNED = pa.array(
    [
        "CONTENT_ACCESS",
        "DOWNLOAD",
        "FILE_WATERMARKED_DOWNLOAD",
        "ITEM_DOWNLOAD",
        "ITEM_OPEN",
        "ITEM_PREVIEW",
        "ITEM_UPLOAD",
        "PREVIEW",
        "UPLOAD",
    ]
)
UNTOLD = dict.fromkeys(("country", "region", "city", "user_agent"), STRING)
NULLS = frozenset({b"", b"null"})


class _Event(msgspec.Struct, gc=False):
    """The members of an Event, undecoded."""

    accessible_by: msgspec.Raw = msgspec.Raw()
    action_by: msgspec.Raw = msgspec.Raw()
    additional_details: msgspec.Raw = msgspec.Raw()
    created_at: msgspec.Raw = msgspec.Raw()
    created_by: msgspec.Raw = msgspec.Raw()
    event_id: msgspec.Raw = msgspec.Raw()
    event_type: msgspec.Raw = msgspec.Raw()
    ip_address: msgspec.Raw = msgspec.Raw()
    recorded_at: msgspec.Raw = msgspec.Raw()
    session_id: msgspec.Raw = msgspec.Raw()
    source: msgspec.Raw = msgspec.Raw()


EVENT = decoder(_Event)


def rows(pages: Sequence[Page]) -> pa.Table:
    """One row an event, in the order of the pages; see `Connector.rows`."""
    raws = [raw for page in pages for raw in page.events]
    events = [members(raw, EVENT, "additional_details") for raw in raws]
    told: dict[str, pa.Array] = {}
    parsed: dict[str, Iterator[Sequence[Any]]] = {}
    for name, member in MEMBERS.items():
        known = Distinct(member)
        values: Iterable[bytes] = map(bytes, map(attrgetter(name), events))
        if name == "additional_details":
            values = map(unwrapped, values)
        numbers = [known[value] for value in values]
        taken = pa.array(numbers, pa.int32())
        told |= known.columns(taken)
        parsed[name] = map(known.parsed.__getitem__, numbers)
        if name == "additional_details":
            told["details"] = texts([None if raw in NULLS else raw for raw in known]).take(taken)
    told["participants"] = participants(
        map(attrgetter("actor_id"), parsed["created_by"]),
        *(
            map(itemgetter(-1), parsed[n])
            for n in ("source", "accessible_by", "additional_details")
        ),
    )
    told["event_id"] = named(told["event_id"], raws)
    told["raw"] = texts(raws)
    told["fetched_at"] = fetched_at(pages)
    return settled(_settled(pa.table(told)), UNTOLD)


def unwrapped(raw: bytes) -> bytes:
    """Details that came as the JSON of an object in a string (as one collector saw) without it."""
    if raw[:1] != b'"':
        return raw
    inner = json_value(raw)
    inside = whole(inner).encode() if isinstance(inner, str) else raw
    return inside if inside[:1] == b"{" else raw


def participants(actors: Iterable[str | None], *named: Iterable[Sequence[Other]]) -> pa.Array:
    """Whom the parts of each event name besides its actor, each once; null where nobody."""
    found: list[list[Other] | None] = []
    for actor, *groups in zip(actors, *named, strict=True):
        others: list[Other] = []
        for other in (each for group in groups for each in group):
            if other not in others and (actor is None or other["id"] != actor):
                others.append(other)
        found.append(others or None)
    return strings(found, PEOPLE)


def named(ids: pa.Array, raws: Sequence[bytes]) -> pa.Array:
    """The vendor's ids; for an event without one a hash over all that it says."""
    if not ids.null_count:
        return ids
    given = zip(ids.to_pylist(), raws, strict=True)
    return pa.array([found or _hashed(raw) for found, raw in given], STRING)


def _hashed(raw: bytes) -> str:
    with suppress(RecursionError):
        raw = json.dumps(json_value(raw), sort_keys=True).encode()
    return blake2b(raw, digest_size=16).hexdigest()


def _settled(table: pa.Table) -> pa.Table:
    """What actor, type and details tell together: who did not sign in, and who is an admin."""
    nobody = pc.and_(table["nobody"], pc.is_in(table["native_type"], UNSIGNED))
    person = pc.and_(
        table["authenticated"].fill_null(False), pc.not_equal(table["actor_kind"], "app")
    )
    admin = pc.and_(
        person, pc.or_(table["by_admin"], pc.equal(table["native_type"], "ADMIN_LOGIN"))
    )
    kind = pc.if_else(nobody, "unauthenticated", pc.if_else(admin, "admin", table["actor_kind"]))
    table = replaced(table, "actor_kind", kind)
    signed_in = pc.if_else(nobody, False, table["authenticated"])
    table = replaced(table, "authenticated", signed_in)
    table = replaced(table, "item_size", pc.coalesce(table["size"], table["item_size"]))
    return table.drop_columns(["nobody", "by_admin", "size"])
