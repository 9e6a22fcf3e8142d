"""Typed reading of what an app sends: as much of a value as its type has a place for."""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from connectors.decoders import decoder

S = TypeVar("S", bound=msgspec.Struct)


def fitted(value: object, kind: type[S]) -> S:
    """As much of a decoded JSON value as the type has a place for."""
    found: dict[str, Any] = {}
    if isinstance(value, dict):
        for name, key, accepted, nested in _fields(kind):
            item = value.get(key)
            if nested and isinstance(item, dict):
                found[name] = fitted(item, nested)
            elif item is not None and _accepts(accepted, item):
                found[name] = item
    return kind(**found)


@cache
def _fields(kind: type[S]) -> list[tuple[str, str, object, type[msgspec.Struct] | None]]:
    """A type's fields: name, name on the wire, type, and the struct that it may be."""
    decoder(kind)  # all that `convert` asks of the type is known from now on
    hints = get_type_hints(kind)
    return [
        (field.name, field.encode_name, field.type, _struct(hints[field.name]))
        for field in msgspec.structs.fields(kind)
    ]


def _struct(hint: object) -> type[msgspec.Struct] | None:
    options = get_args(hint) if isinstance(hint, UnionType) else ()
    structs = (o for o in options if isinstance(o, type) and issubclass(o, msgspec.Struct))
    return next(structs, None)


def _accepts(kind: object, item: object) -> bool:
    try:
        msgspec.convert(item, kind)
    except msgspec.ValidationError:
        return False
    except UnicodeEncodeError:  # a lone surrogate, which msgspec cannot judge
        return _accepts(kind, "\ufffd")
    return True
