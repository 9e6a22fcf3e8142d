"""Lists in pages: the cursor carries, under a seal, which list it is and how far it was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.dropbox import wire

if TYPE_CHECKING:
    from sandbox.dropbox.api import Call


@dataclass(frozen=True)
class Place:
    """How far a list was read; `about` is what its first call asked for."""

    kind: str
    about: dict[str, Any]
    limit: int
    offset: int = 0

    @classmethod
    def of(cls, call: "Call", kind: str, *bad_cursor: str) -> "Place":
        """The place that the call's cursor names, else a 409 with these tags."""
        carried = call.side.seal.open(call.argument["cursor"])
        if carried is None or carried.get("kind") != kind:
            raise wire.route_error(*(bad_cursor or ("invalid_cursor",)))
        return cls(kind, carried["about"], carried["limit"], carried["offset"])


def page(call: "Call", place: Place, rows: Sequence[Any], field: str) -> dict[str, Any]:
    """One page of a list whose answers always carry a cursor."""
    end = place.offset + place.limit
    cursor = call.side.seal.close({**vars(place), "offset": min(end, len(rows))})
    shown = list(rows[place.offset : end])
    return {field: shown, "cursor": cursor, "has_more": end < len(rows)}


def brief_page(call: "Call", place: Place, rows: Sequence[Any], field: str) -> dict[str, Any]:
    """One page of a list that says by the absence of a cursor that it ends."""
    whole = page(call, place, rows, field)
    if not whole.pop("has_more"):
        del whole["cursor"]
    return whole
