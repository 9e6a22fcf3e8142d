"""msgspec's decoders, each made once, and one at a time."""

from __future__ import annotations

from threading import Lock
from typing import Any

import msgspec

# msgspec 0.22 notes on a type what it has found out about it before it has found out everything;
# another thread that takes up the note reads through a null pointer, and the process dies.
_MAKING = Lock()
_made: dict[Any, msgspec.json.Decoder[Any]] = {}


def decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    """The decoder of JSON into values of that type."""
    with _MAKING:
        if kind not in _made:
            _made[kind] = msgspec.json.Decoder(kind)
        return _made[kind]
