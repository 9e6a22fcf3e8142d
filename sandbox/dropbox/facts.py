"""What the sandbox knows for certain about an event of Dropbox, and which id it must get.

Dropbox's log has no event ids. This is the rule by which a reader must make them, written for
reading and not for speed, sharing nothing with any reader: `reduced`, `lasting`, `Ordinals`.
"""

import hashlib
import json
from collections import Counter
from typing import Any, Final

from sandbox import truth
from sandbox.company import Company
from sandbox.stories import NAMES
from sandbox.visitors import case_of

# All that an event is made of; whatever else comes with it is not looked at.
KEPT: Final = {
    "timestamp", "event_category", "actor", "origin", "involve_non_team_member", "context",
    "participants", "assets", "event_type", "details",
}  # fmt: skip
IDS: Final = {
    "account_id", "team_member_id", "app_id", "group_id", "file_id", "doc_id", "folder_id",
    "showcase_id",
}  # fmt: skip
# Words that go with an id and may be told differently when the event is read again.
WORDS: Final = {
    "display_name", "email", "doc_title", "folder_name", "showcase_title", "member_external_id",
    "external_id", "trusted_non_team_member_type", "team",
}  # fmt: skip
WHO_SIGNS_IN: Final = {"user", "admin", "app", "reseller"}
FAILED: Final = {"login_fail", "sso_error", "emm_error"}  # to sign in, whoever it was
Json = dict[str, Any]


def base_id(told: bytes) -> str:
    """The first 32 hex digits over the event's canonical JSON; the same for identical events."""
    return _identity(json.loads(told))


def reduced(event: Json) -> Json:
    """The part of an event that is the same whenever it is read."""
    kept = {key: event[key] for key in KEPT if key in event}
    for key in ("event_category", "event_type"):
        if isinstance(kept.get(key), dict):
            kept[key] = kept[key].get(".tag")
    origin = kept.get("origin")
    if isinstance(origin, dict) and isinstance(origin.get("geo_location"), dict):
        place = origin["geo_location"]
        address = {key: place[key] for key in place if key == "ip_address"}
        kept["origin"] = origin | {"geo_location": address}
    return {
        key: lasting(part) for key, part in kept.items() if part is not None and part is not False
    }


def lasting(value: Any) -> Any:
    """`value` without nulls, and without the words for things that have an id."""
    if isinstance(value, list):
        return [lasting(one) for one in value]
    if not isinstance(value, dict):
        return value
    dropped = WORDS if any(value.get(key) is not None for key in IDS) else set()
    return {
        key: lasting(one) for key, one in value.items() if one is not None and key not in dropped
    }


def _identity(event: Json) -> str:
    text = json.dumps(reduced(event), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


class Ordinals:
    """Event ids for events given by event time: twins of a second get -2, -3 ..."""

    def __init__(self) -> None:
        self._second = ""
        self._seen: Counter[str] = Counter()

    def event_id(self, event: Json) -> str:
        """The id of the next event."""
        if event["timestamp"] != self._second:
            self._second, self._seen = event["timestamp"], Counter()
        base = _identity(event)
        self._seen[base] += 1
        return base if self._seen[base] == 1 else f"{base}-{self._seen[base]}"


def fact(
    company: Company,
    told: bytes,
    ordinals: Ordinals,
    *,
    person: int,
    seen: int,
    place: str,
    story: int,
    case: int,
) -> Json:
    """One row of truth. `seen` is when the event became visible, in ms; `place` is real."""
    event = json.loads(told)
    return {
        "event_id": ordinals.event_id(event),
        "event_time": event["timestamp"],
        "visible_at": truth.iso(seen),
        "native_type": event["event_type"][".tag"],
        "category": event["event_category"][".tag"],
        "actor_tag": event.get("actor", {}).get(".tag"),
        "authenticated": authenticated(event),
        "ip": event.get("origin", {}).get("geo_location", {}).get("ip_address"),
        "place": place,
        "who": truth.who(company, person, "dropbox"),
        "story": NAMES[story],
        "case": case_of(case),
    }


def authenticated(event: Json) -> bool | None:
    """Whether its actor had signed in; None for Dropbox itself, and where nobody can know."""
    actor = event.get("actor", {}).get(".tag")
    if actor == "anonymous" or event["event_type"][".tag"] in FAILED:
        return False
    return True if actor in WHO_SIGNS_IN else None
