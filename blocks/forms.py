"""What Prefect's forms are made of: a field that may stay empty is shown as a field.

The UI of Prefect 3.8 shows `str | None` as a choice between "str" and "None", and nothing to type
into until a person has found out that "str" is a button.
"""

from __future__ import annotations

from typing import Any

NOTHING = {"type": "null"}


def plain(properties: dict[str, dict[str, Any]]) -> None:
    """Let each property that is empty unless filled in be shown as what it is when filled in."""
    for shown in properties.values():
        kinds = shown.get("anyOf", [])
        held = [kind for kind in kinds if kind != NOTHING]
        if shown.get("default") is None and NOTHING in kinds and len(held) == 1:
            del shown["anyOf"]
            # The form would send the default, which is no longer of the type; nothing will do.
            shown.pop("default", None)
            shown.update(held[0])
