"""How Dropbox writes small things: strings, times, unions, links."""

import json
from collections.abc import Callable
from time import gmtime, strftime
from typing import TYPE_CHECKING, TypeAlias

from sandbox.happenings import Happening

if TYPE_CHECKING:
    from sandbox.dropbox.render import Teller


# Writes the members of `details` that follow `.tag`, each with its comma before it.
Writer: TypeAlias = Callable[["Teller", Happening], str]


def quoted(text: str) -> str:
    """A JSON string, raw UTF-8 inside."""
    return json.dumps(text, ensure_ascii=False)


def iso(seconds: int) -> str:
    """Seconds since 1970 as the vendor writes times."""
    return strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(seconds))


def url(key: str) -> str:
    """The address of the shared link with that key."""
    return f"https://www.dropbox.com/scl/fi/{key}?dl=0"


def union(name: str, tag: str) -> str:
    """A member whose value is a tag without payload."""
    return f',"{name}":{{".tag":"{tag}"}}'


def turned(*values: str) -> Writer:
    """A setting goes from one of `values` to another."""

    def write(_: "Teller", h: Happening) -> str:
        n = h.dice % len(values)
        return union("new_value", values[n]) + union("previous_value", values[n - 1])

    return write
