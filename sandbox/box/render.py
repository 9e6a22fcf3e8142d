"""Tells a happening as an enterprise event of Box, as JSON bytes.

Members beyond the Event schema of box-openapi (`ip_address`, `action_by`, `accessible_by`) as live
samples have them. Whoever did not sign in is user 2, and so are some who could not be told.
"""

import hashlib
from typing import Any

from sandbox.box import ids, wire
from sandbox.box.details import Details
from sandbox.box.native import Native
from sandbox.box.sources import Sources
from sandbox.company import Company
from sandbox.happenings import ANONYMOUS, CONSOLE, FIRST_APP, VENDOR, Happening
from sandbox.world import World

Wire = dict[str, Any]


class Teller:
    """Knows how Box writes the company's people, places and things."""

    def __init__(self, company: Company, world: World) -> None:
        self.company, self.world = company, world
        self._sources, self._details = Sources(company, world), Details(company, world)
        self._users = self._sources.users

    def event(self, h: Happening, native: Native, number: int) -> bytes:
        """The event; `number` is that of the row in the log."""
        return wire.encode(self.told(h, native, number))

    def told(self, h: Happening, native: Native, number: int) -> Wire:
        """The event before it is written."""
        event: Wire = {
            "source": getattr(self._sources, native.source)(h),
            "created_by": self._created_by(h, native.name),
            "action_by": self._action_by(h),
            "created_at": wire.stamp(h.at),
            "event_id": event_id(self.world.seed, number),
            "event_type": native.name,
            "ip_address": self._address(h),
            "type": "event",
            "session_id": self._session(h),
            "additional_details": self._additional(h, native),
        }
        if native.name.startswith("COLLABORATION") and h.other >= 0:
            known = self.company.people[h.other].account_id is not None
            event["accessible_by"] = self._users[h.other] if known else None
        if h.dice % 7 == 0:
            event["recorded_at"] = wire.stamp(h.at + 1)
        if h.dice % 5 == 0:
            del event["action_by"]
        return event

    def _session(self, h: Happening) -> str | None:
        """Not all events have one; that of whoever did not sign in would be nobody's."""
        if h.actor == ANONYMOUS or h.dice % 3 == 0:
            return None
        return f"{h.session:08x}{h.who & 0xFFFF:04x}"

    def _created_by(self, h: Happening, name: str) -> Wire | None:
        failed = name == "FAILED_LOGIN" and h.dice % 2 == 0
        if h.actor == ANONYMOUS or failed or (h.actor == VENDOR and name == "SHIELD_ALERT"):
            unknown = {"type": "user", "id": ids.UNKNOWN_USER, "name": "Unknown User"}
            return unknown if h.dice % 3 == 0 else {**unknown, "login": ""}
        if h.actor == VENDOR:
            return None
        if h.actor >= 0:
            return self._users[h.actor]
        app = self.company.apps[FIRST_APP - h.actor]
        number = ids.service_id(self.company.seed, app.name)
        login = f"AutomationUser_{app.index + 1_000}_{app.id[-10:]}@boxdevedition.com"
        return {"type": "user", "id": number, "name": app.name, "login": login}

    def _action_by(self, h: Happening) -> Wire | None:
        """Who acted for whom `created_by` names; mostly nobody."""
        return self._users[h.actor] if h.client == CONSOLE and h.dice % 4 == 0 else None

    def _address(self, h: Happening) -> str:
        if h.actor == VENDOR or h.dice % 211 == 0:
            return ids.NO_ADDRESS
        return self.company.places[h.place].ip

    def _additional(self, h: Happening, native: Native) -> Wire | str | None:
        if h.actor == VENDOR and not native.details:
            return None
        details = self._details
        more: Wire = getattr(details, native.details)(h) if native.details else {}
        whole = {**more, **details.common(h)}
        # Panther's collector saw it as a string now and then.
        return wire.encode(whole).decode() if h.dice % 97 == 0 else whole


def event_id(seed: int, number: int) -> str:
    """The id of the event in that row: a UUID to look at."""
    digits = hashlib.blake2b(repr((seed, "event", number)).encode(), digest_size=16).hexdigest()
    parts = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
    return "-".join(parts)
