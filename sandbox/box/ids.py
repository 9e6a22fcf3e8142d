"""Box's ids of the company's people and things: decimal strings, the same for ever.

Box counts everything up over all its customers, so ids of one enterprise are large and have gaps.
"""

import hashlib
from typing import Final

UNKNOWN_USER: Final = "2"  # whoever did not sign in
ROOT: Final = "0"  # everybody's own uppermost folder
NO_ADDRESS: Final = "Unknown IP"  # stands where an event has no address


def enterprise_id(seed: int) -> str:
    """The id of the enterprise."""
    return _number(940_000_000, 10_000_000, seed, "enterprise")


def user_id(seed: int, person: int) -> str:
    """The id of the account of somebody in Company.people."""
    return _nth(21_000_000_000, 7_919, seed, "user", person)


def service_id(seed: int, client_id: str) -> str:
    """The id of an app's service account."""
    return _number(29_000_000_000, 900_000_000, seed, "service", client_id)


def group_id(seed: int, department: int) -> str:
    """The id of a department's group."""
    return _nth(15_600_000, 1_009, seed, "group", department)


def file_id(seed: int, number: int) -> str:
    """The id of a file, by its number on the shelf."""
    return _nth(1_310_000_000_000, 997, seed, "file", number)


def folder_id(seed: int, namespace: int, path: str) -> str:
    """The id of a folder, by the path that it always had; `""` is the namespace's own folder."""
    return _number(240_000_000_000, 700_000_000_000, seed, "folder", namespace, path)


def web_link_id(seed: int, number: int) -> str:
    """The id of a bookmark."""
    return _nth(930_000_000, 499, seed, "web link", number)


def collaboration_id(seed: int, *parts: object) -> str:
    """The id of a collaboration, by the item and the person, group or address that it joins."""
    return _number(51_000_000_000, 900_000_000_000, seed, "collaboration", *parts)


def link_id(seed: int, number: int) -> str:
    """What events call a shared link (`shared_link_id`), by its number among the links."""
    return hashlib.blake2b(repr((seed, "link", number)).encode(), digest_size=16).hexdigest()


def _nth(first: int, stride: int, *parts: object) -> str:
    """The id of the thing whose number is the last part: no two things share one."""
    number = parts[-1]
    if not isinstance(number, int):
        raise TypeError(f"things are numbered, not called {number!r}")
    return str(first + number * stride + _hash(*parts) % stride)


def _number(first: int, count: int, *parts: object) -> str:
    return str(first + _hash(*parts) % count)


def _hash(*parts: object) -> int:
    digest = hashlib.blake2b(repr(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")
