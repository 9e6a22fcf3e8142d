"""What a route accepts as its argument, declared in a few small checks.

Dropbox refuses unknown fields, wrong types and values out of range with 400 in plain text; a
variant without payload may be sent as a bare string (https://github.com/dropbox/stone, JSON).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Check = Callable[[Any], Any]


class ArgumentError(Exception):
    """What is wrong, and where: `limit: expected integer, got string`."""

    def at(self, place: str) -> "ArgumentError":
        """The same, one level further out."""
        return ArgumentError(f"{place}: {self}")


@dataclass(frozen=True)
class Field:
    """One field of a record."""

    check: Check
    required: bool = True
    default: Any = None
    nullable: bool = False


def required(check: Check) -> Field:
    """A field that must be given."""
    return Field(check)


def optional(check: Check) -> Field:
    """A field that may be absent or null."""
    return Field(check, required=False, nullable=True)


def default(check: Check, value: Any) -> Field:
    """A field with a value of its own when it is absent."""
    return Field(check, required=False, default=value)


def nothing(value: Any) -> None:
    """The argument of a route without argument: null."""
    if value is not None:
        raise ArgumentError(f"expected null, got {_kind(value)}")


def flag(value: Any) -> bool:
    """A boolean."""
    if not isinstance(value, bool):
        raise ArgumentError(f"expected boolean, got {_kind(value)}")
    return value


def integer(least: int, most: int) -> Check:
    """A whole number within a range."""

    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ArgumentError(f"expected integer, got {_kind(value)}")
        if not least <= value <= most:
            raise ArgumentError(f"{value} is not within range [{least}, {most}]")
        return value

    return check


def text(pattern: str = "", *, least: int = 0, most: int = 1 << 20) -> Check:
    """A string of a length, matching a pattern as a whole."""
    whole = re.compile(pattern, re.DOTALL)

    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise ArgumentError(f"expected string, got {_kind(value)}")
        if not least <= len(value) <= most:
            raise ArgumentError(f"'{value[:40]}' must have {least} to {most} characters")
        if pattern and not whole.fullmatch(value):
            raise ArgumentError(f"'{value[:40]}' did not match pattern '{pattern}'")
        return value

    return check


def timestamp(value: Any) -> datetime:
    """`YYYY-MM-DDTHH:MM:SSZ`, as an aware time."""
    try:
        return datetime.strptime(text()(value), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as wrong:
        raise ArgumentError(str(wrong)) from wrong


def each(check: Check, most: int = 1 << 20) -> Check:
    """A list of so many at most."""

    def check_all(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise ArgumentError(f"expected list, got {_kind(value)}")
        if len(value) > most:
            raise ArgumentError(f"list has {len(value)} items, at most {most} are allowed")
        return [_at(str(n), check, item) for n, item in enumerate(value)]

    return check_all


def tag(value: Any) -> str:
    """A variant without payload: its name."""
    name = value.get(".tag") if isinstance(value, dict) else value
    if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ArgumentError("expected a union with a valid .tag")
    return name


def variant(**checks: Check) -> Check:
    """A union whose variants carry one value: (tag, value)."""

    def check(value: Any) -> tuple[str, Any]:
        name = tag(value)
        if name not in checks or not isinstance(value, dict) or name not in value:
            raise ArgumentError(f"unknown tag '{name}'")
        return name, _at(name, checks[name], value[name])

    return check


def record(**fields: Field) -> Check:
    """An object with these fields and no others; absent ones come out as their defaults."""

    def check(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ArgumentError(f"expected object, got {_kind(value)}")
        for name in value:
            if name not in fields:
                raise ArgumentError(f"unknown field '{name}'")
        checked = {}
        for name, field in fields.items():
            if name not in value or (field.nullable and value[name] is None):
                if field.required:
                    raise ArgumentError(f"missing required field '{name}'")
                checked[name] = field.default
            else:
                checked[name] = _at(name, field.check, value[name])
        return checked

    return check


def _at(place: str, check: Check, value: Any) -> Any:
    try:
        return check(value)
    except ArgumentError as wrong:
        raise wrong.at(place) from wrong


def _kind(value: Any) -> str:
    kinds = {type(None): "null", bool: "boolean", int: "integer", float: "float", str: "string"}
    return kinds.get(type(value), "list" if isinstance(value, list) else "object")
