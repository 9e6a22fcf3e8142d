"""What the sandbox knows for certain about an event of Box."""

import json
from typing import Any, Final

from sandbox import truth
from sandbox.box import ids
from sandbox.company import Company
from sandbox.happenings import FIRST_APP, VENDOR, Happening
from sandbox.stories import NAMES
from sandbox.verbs import DROP_LINK, LINK, NEW_LINK, OWN_LINK, VERBS
from sandbox.visitors import case_of

Json = dict[str, Any]
# What somebody who did not sign in can do; as user 2 anything else is of nobody known.
UNSIGNED: Final = frozenset({
    "PREVIEW", "DOWNLOAD", "ITEM_PREVIEW", "ITEM_DOWNLOAD", "CONTENT_ACCESS", "UPLOAD",
})  # fmt: skip
_LINKED: Final = [verb.thing in {LINK, OWN_LINK, NEW_LINK, DROP_LINK} for verb in VERBS]


def fact(company: Company, seed: int, told: bytes, h: Happening, seen: int) -> Json:
    """One row of truth; `seen` is when the stream shows the event, in ms since 1970."""
    event = json.loads(told)
    by, address = event.get("created_by") or {}, event.get("ip_address")
    return {
        "event_id": event["event_id"],
        "event_time": truth.iso(h.at * 1_000),
        "visible_at": truth.iso(seen),
        "native_type": event["event_type"],
        "category": None,
        "actor_id": str(by["id"]) if "id" in by else None,
        "authenticated": authenticated(event),
        "ip": None if address == ids.NO_ADDRESS else address,
        "place": company.places[h.place].kind,
        "who": _who(company, h.who),
        "story": NAMES[h.story],
        "case": case_of(h.case),
        "link_id": ids.link_id(seed, h.thing) if _LINKED[h.verb] else None,
    }


def _who(company: Company, number: int) -> Json:
    """The real person or program, by the id that Box knows them by, if it does."""
    who = truth.who(company, number, "box")
    if number == VENDOR:
        return who
    if number <= FIRST_APP:
        name = company.apps[FIRST_APP - number].name
        return {**who, "id": ids.service_id(company.seed, name)}
    if company.people[number].account_id is None:
        return who
    return {**who, "id": ids.user_id(company.seed, number)}


def authenticated(event: Json) -> bool | None:
    """Whether its actor had signed in; None where nobody knows."""
    by = event.get("created_by")
    if event["event_type"] == "FAILED_LOGIN":
        return False
    if not by:
        return None
    if by["id"] != ids.UNKNOWN_USER:
        return True
    return False if event["event_type"] in UNSIGNED else None
