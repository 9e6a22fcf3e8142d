"""Events that are hard to read: unknown types, hostile strings, identical twins."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sandbox.dropbox import native
from sandbox.dropbox.native import Native
from sandbox.happenings import Rows
from sandbox.hostile import HOSTILE, has_surrogate
from sandbox.verbs import VERBS

if TYPE_CHECKING:
    from sandbox.dropbox.log import EventLog

Event: TypeAlias = dict[str, Any]
Strange: TypeAlias = Callable[[Event, int], None]

NO_ONE: Final = -1_000_000  # the actor of an event that names nobody we know


@dataclass(frozen=True)
class Extra:
    """Rows to append with the numbers of their types; `raw` where no happening explains them."""

    rows: Rows
    types: NDArray[Any]
    raw: list[bytes] = field(default_factory=list)


def make(log: "EventLog", extra: str, count: int, between: tuple[int, int]) -> Extra:
    """`count` events of the kind `extra` with times in [between), in seconds since 1970."""
    if extra not in WAYS:
        raise ValueError(f"no extra is called {extra!r}; there are {', '.join(WAYS)}")
    random = np.random.default_rng([log.size.seed, list(WAYS).index(extra), count, *between])
    if extra == "twins":
        return _twins(log, count, between, random)
    return _rewritten(log, count, between, random, WAYS[extra])


def _twins(
    log: "EventLog", count: int, between: tuple[int, int], random: np.random.Generator
) -> Extra:
    """Pairs, and a few triples, of events that are the same to the last byte."""
    quiet = [n for n, verb in enumerate(VERBS) if verb.name in ("preview", "download")]
    some = log.stream.sample(max(50, 3 * count), between, random)
    some = some[np.isin(some["verb"], quiet)]
    rows = np.repeat(some, np.where(np.arange(len(some)) % 7 == 3, 3, 2))[:count]
    return Extra(rows, native.LEXICON.chosen(rows))


def _rewritten(
    log: "EventLog",
    count: int,
    between: tuple[int, int],
    random: np.random.Generator,
    ways: tuple[Strange, ...],
) -> Extra:
    rows = log.stream.sample(count, between, random)
    types, raw = np.zeros(len(rows), np.int64), []
    for n, kind in enumerate(native.LEXICON.chosen(rows).tolist()):
        event = json.loads(log.tell(rows[n], kind))
        actor = event["actor"]
        ways[n % len(ways)](event, n)
        raw.append(json.dumps(event, ensure_ascii=n % 2 == 0 or has_surrogate(event)).encode())
        told = Native(event["event_type"][".tag"], event["event_category"][".tag"])
        if told not in log.natives[len(native.TYPES) :]:
            log.natives.append(told)
        types[n] = log.natives.index(told, len(native.TYPES))
        if event.get("actor") != actor:
            rows["actor"][n] = NO_ONE
    return Extra(rows, types, raw)


def _new_type(event: Event, n: int) -> None:
    event["event_type"] = {".tag": f"quantum_share_{n % 5}", "description": "Entangled a file"}
    event["details"] = {".tag": f"quantum_share_{n % 5}_details", "qubits": n, "basis": ["x", "z"]}


def _new_category(event: Event, n: int) -> None:
    _new_type(event, n)
    event["event_category"] = {".tag": "quantum_operations"}


def _new_actor(event: Event, _n: int) -> None:
    event["actor"] = {".tag": "assistant", "assistant": {"model": "m", "on_behalf_of": [1, 2]}}


def _new_context(event: Event, _n: int) -> None:
    event["context"] = {".tag": "fleet", "fleet": {".tag": "north"}}


def _new_members(event: Event, n: int) -> None:
    event["risk"] = {"score": n / 10, "reasons": [], "model": None}
    event["details"]["shadow"] = {".tag": "deep", "deep": {"a": [None, {"b": 2**63 + n}]}}


def _new_asset(event: Event, n: int) -> None:
    event["assets"] = [{".tag": "canvas", "canvas_id": f"cv:{n}", "layers": 3}]
    event["participants"] = [{".tag": "robot", "robot": {"serial": n}}]


def _new_origin(event: Event, n: int) -> None:
    event["origin"] = {"access_method": {".tag": "telepathy", "distance_km": n}}


def _no_actor(event: Event, _n: int) -> None:
    event.pop("actor", None)
    event.pop("context", None)


def _missing_details(event: Event, _n: int) -> None:
    event["details"] = {".tag": "missing_details", "source_event_fields": "{}"}


def _evil_file(event: Event, n: int) -> None:
    evil = HOSTILE[n // 5 % len(HOSTILE)]
    event["assets"] = [
        {
            ".tag": "file",
            "path": {
                "contextual": f"/{evil}",
                "namespace_relative": {"ns_id": "1", "relative_path": f"/{evil}"},
            },
            "display_name": evil,
            "file_id": f"id:{evil}",
            "file_size": 2**53 + n,
        }
    ]


def _evil_person(event: Event, n: int) -> None:
    evil = HOSTILE[n // 5 % len(HOSTILE)]
    user = {".tag": "non_team_member", "display_name": evil, "email": f"{evil}@evil.example"}
    event["actor"] = {".tag": "user", "user": user}
    event["context"] = user


def _evil_id(event: Event, n: int) -> None:
    evil = HOSTILE[n // 5 % len(HOSTILE)]
    user = {".tag": "team_member", "account_id": evil, "team_member_id": f"dbmid:{evil}"}
    event["participants"] = [{".tag": "user", "user": user}]


def _evil_details(event: Event, n: int) -> None:
    evil = HOSTILE[n // 5 % len(HOSTILE)]
    event["details"] |= {"comment_text": evil, f"key {evil}": evil, "shared_content_link": evil}


def _evil_origin(event: Event, n: int) -> None:
    evil = HOSTILE[n // 5 % len(HOSTILE)]
    event["origin"] = {
        "geo_location": {"city": evil, "ip_address": evil},
        "access_method": {".tag": "end_user", "end_user": {".tag": "web", "session_id": evil}},
    }


WAYS: Final[dict[str, tuple[Strange, ...]]] = {
    "twins": (),
    "unknown_types": (
        _new_type, _new_category, _new_actor, _new_context, _new_members, _new_asset, _new_origin,
        _no_actor, _missing_details,
    ),
    "hostile": (_evil_file, _evil_person, _evil_id, _evil_details, _evil_origin),
}  # fmt: skip
