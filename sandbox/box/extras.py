"""Events of Box that are hard to read: unknown types and members, hostile strings."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from sandbox.hostile import HOSTILE

Event: TypeAlias = dict[str, Any]
Strange: TypeAlias = Callable[[Event, int], None]


def _new_type(event: Event, n: int) -> None:
    event["event_type"] = f"QUANTUM_SHARE_{n % 5}"
    event["additional_details"] = {"qubits": n, "basis": ["x", "z"]}


def _new_source(event: Event, n: int) -> None:
    event["source"] = {"type": "canvas", "canvas_id": n, "layers": [None, {"deep": 2**63 + n}]}


def _new_members(event: Event, n: int) -> None:
    event["risk"] = {"score": n / 10, "reasons": [], "model": None}
    event["on_behalf_of"] = [{"type": "robot", "serial": n}]


def _no_actor(event: Event, _n: int) -> None:
    event.pop("created_by", None)
    event.pop("action_by", None)


def _null_actor(event: Event, _n: int) -> None:
    event["created_by"] = None


def _numbers(event: Event, n: int) -> None:
    """Ids as numbers, as old samples show them."""
    event["source"] = {"type": "user", "id": 4_000_000_000 + n, "name": None, "login": None}


def _evil_file(event: Event, n: int) -> None:
    evil = HOSTILE[n // 5 % len(HOSTILE)]
    parent = {"type": "folder", "id": f"1{n}", "name": evil}
    event["source"] = {
        "item_type": "file",
        "item_id": f"13{n}",
        "item_name": evil,
        "parent": parent,
        "owned_by": {"type": "user", "id": f"2{n}", "name": evil, "login": f"{evil}@evil.example"},
    }


def _evil_person(event: Event, n: int) -> None:
    evil = HOSTILE[n // 5 % len(HOSTILE)]
    login = f"{evil}@evil.example"
    event["created_by"] = {"type": "user", "id": f"66{n}", "name": evil, "login": login}


def _evil_id(event: Event, n: int) -> None:
    evil = HOSTILE[n // 5 % len(HOSTILE)]
    event["accessible_by"] = {"type": "user", "id": evil, "name": evil}


def _evil_details(event: Event, n: int) -> None:
    evil = HOSTILE[n // 5 % len(HOSTILE)]
    event["additional_details"] = {"message": evil, f"key {evil}": evil, "size": evil}


def _evil_address(event: Event, n: int) -> None:
    event["ip_address"] = event["session_id"] = HOSTILE[n // 5 % len(HOSTILE)]


WAYS: Final[dict[str, tuple[Strange, ...]]] = {
    "unknown_types": (_new_type, _new_source, _new_members, _no_actor, _null_actor, _numbers),
    "hostile": (_evil_file, _evil_person, _evil_id, _evil_details, _evil_address),
}
