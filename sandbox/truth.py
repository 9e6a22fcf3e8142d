"""What the sandbox knows for certain: who was who, and which id each event must get.

Dropbox's log has no event ids. This is the rule by which a reader must make them, written for
reading and not for speed, sharing nothing with any reader.
"""

import hashlib
import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any, Final

from sandbox.company import Company, MEMBER
from sandbox.happenings import FIRST_APP, VENDOR

# All that an event is made of; whatever else comes with it is not looked at.
KEPT: Final = (
    "timestamp event_category actor origin involve_non_team_member context participants assets "
    "event_type details"
).split()
IDS: Final = set(
    "account_id team_member_id app_id group_id file_id doc_id folder_id showcase_id".split()
)
# Words that go with an id and may be told differently when the event is read again.
NAMES: Final = set(
    "display_name email doc_title folder_name showcase_title member_external_id external_id "
    "trusted_non_team_member_type team".split()
)


def base_id(event: bytes) -> str:
    """The first 32 hex digits over the event's canonical JSON; the same for identical events."""
    told = json.loads(event)
    kept = {key: told[key] for key in KEPT if told.get(key) not in (None, False)}
    for key in ("event_category", "event_type"):
        kept[key] = kept[key][".tag"]
    if "geo_location" in kept.get("origin", {}):
        address = kept["origin"]["geo_location"].get("ip_address")
        kept["origin"] = kept["origin"] | {"geo_location": {"ip_address": address}}
    for key in ("actor", "context", "participants", "assets", "details"):
        if key in kept:
            kept[key] = lasting(kept[key])
    canonical = json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.blake2b(canonical.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def lasting(value: Any) -> Any:
    """`value` without nulls and without the names of things that have an id."""
    if isinstance(value, list):
        return [lasting(one) for one in value]
    if not isinstance(value, dict):
        return value
    dropped = NAMES if IDS & value.keys() else set()
    return {
        key: lasting(one) for key, one in value.items() if one is not None and key not in dropped
    }


class Ordinals:
    """Event ids for events given by event time: twins of a second get -2, -3 ..."""

    def __init__(self) -> None:
        self._second = ""
        self._seen: Counter[str] = Counter()

    def event_id(self, event: bytes) -> str:
        """The id of the next event."""
        second = json.loads(event)["timestamp"]
        if second != self._second:
            self._second, self._seen = second, Counter()
        base = base_id(event)
        self._seen[base] += 1
        return base if self._seen[base] == 1 else f"{base}-{self._seen[base]}"


def who(company: Company, number: int) -> dict[str, str | None]:
    """The real person (or program) behind an event: kind, id and e-mail."""
    if number == VENDOR:
        return {"kind": "system", "id": "dropbox", "email": None}
    if number <= FIRST_APP:
        return {"kind": "app", "id": company.apps[FIRST_APP - number].id, "email": None}
    person = company.people[number]
    kind = "member" if person.kind == MEMBER else "outsider"
    return {"kind": kind, "id": person.account_id or f"stranger:{number}", "email": person.email}


def iso(seconds: float) -> str:
    """Seconds since 1970 as a vendor writes times, with milliseconds where there are any."""
    moment = datetime.fromtimestamp(seconds, UTC)
    digits = "milliseconds" if moment.microsecond else "seconds"
    return moment.isoformat(timespec=digits).replace("+00:00", "Z")
