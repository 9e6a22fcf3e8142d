"""The switchboard of faults: which are on, and whom they strike.

    Kinds of fault, by what they touch
    ├── the request   throttle · server_error · drop · truncate · slow · clock_skew
    ├── the call      expire_access · reset · bad_cursor · empty_pages · unsorted (Dropbox)
    │                 replay_kills · repeats · disorder (Box)
    ├── the scan      trash_while_walking · move_while_walking · big_folder
    │                 mount_loops (Dropbox) · as_user_403 (Box)
    ├── the log       late · unknown_types · hostile · twins (Dropbox) · role (Box)
    └── the grant     revoke

Chance is a hash of seed, fault, request and attempt: the same requests meet the same faults in
every run, in whatever order threads send them. A request that failed `IN_A_ROW` times gets
through, so a client that tries again always gets on.
"""

import hashlib
import random
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sandbox.state import Memory

IN_A_ROW = 3
COMMON = {"share": 1.0, "times": None, "path": "/", "in_a_row": IN_A_ROW}
REQUEST: dict[str, dict[str, Any]] = {
    "throttle": {"share": 0.2, "retry_after": 1, "form": "both"},  # json, text or both
    "server_error": {"share": 0.2, "status": None},  # None: 500, 502 and 503 in turn
    "drop": {"share": 0.2, "when": "both"},  # before or after the headers, or both
    "truncate": {"share": 0.2, "form": "both"},  # short: fewer bytes than promised; json; both
    "slow": {"share": 1.0, "ms": 100},
    "clock_skew": {"share": 1.0, "seconds": 45},
}
CALL: dict[str, dict[str, Any]] = {
    "expire_access": {"share": 0.1},
    "reset": {"share": 1.0, "times": 1},
    "bad_cursor": {"share": 1.0, "times": 1},
    "empty_pages": {"share": 0.3},
    "unsorted": {"share": 1.0},
}
BOX: dict[str, dict[str, Any]] = {  # calls of Box alone
    "replay_kills": {"share": 1.0},
    "repeats": {"share": 1.0},
    "disorder": {"share": 1.0},
}
CALL |= BOX
SCAN: dict[str, dict[str, Any]] = {
    "trash_while_walking": {"share": 0.1},  # of the requests that list a folder
    "move_while_walking": {"share": 0.1},
    "mount_loops": {"share": 1.0},
    "as_user_403": {"share": 0.1},  # of the users
}
LOG: dict[str, dict[str, Any]] = {
    "late": {"share": 0.2, "seconds": 60},
    "unknown_types": {"count": 50},
    "hostile": {"count": 50},
    "twins": {"count": 20},
    "big_folder": {"count": 10_000},
    "role": {"to": "coadmin"},  # of Box's first admin: admin, coadmin or user
}
CHOICES = {"role.to": ["admin", "coadmin", "user"]}
GRANT: dict[str, dict[str, Any]] = {"revoke": {"client_id": None}}
FAILURES = frozenset(
    ["throttle", "server_error", "drop", "truncate", "expire_access", "reset", "bad_cursor"]
)
LASTING: dict[str, dict[str, Any]] = {**REQUEST, **CALL, **SCAN}  # on until they are switched off
# What a client must survive by itself. 20,000 events must still arrive in well under a minute.
ALL: dict[str, dict[str, Any]] = {
    "throttle": {"share": 0.08},
    "server_error": {"share": 0.05},
    "drop": {"share": 0.05},
    "truncate": {"share": 0.05},
    "slow": {"share": 0.1, "ms": 50},
    "clock_skew": {"seconds": 45},
    "expire_access": {"share": 0.03},
    "reset": {"share": 0.2, "times": 5},
    "bad_cursor": {"share": 0.15, "times": 3},
    "empty_pages": {"share": 0.1},
    "unsorted": {"share": 0.5},
    "replay_kills": {},
    "repeats": {"share": 0.5},
    "disorder": {"share": 0.5},
    "late": {"share": 0.2, "seconds": 30},
    "unknown_types": {"count": 100},
    "hostile": {"count": 100},
    "twins": {"count": 40},
    "trash_while_walking": {"share": 0.1, "times": 30},
    "move_while_walking": {"share": 0.1, "times": 30},
    "mount_loops": {},
    "as_user_403": {"share": 0.1},
    "big_folder": {"count": 10_000},
}


class FaultError(ValueError):
    """A fault or option that the switchboard does not have; the text names those it has."""


class Visit:
    """One request on its way through the sandbox."""

    def __init__(
        self, faults: "Faults", path: str, app: str, *, key: str, attempt: int, streak: int
    ) -> None:
        self.path = path
        self.app = app
        self.key = key  # the same for the same path and body
        self.streak = streak  # failures of this very request just before
        self.failed = False
        self._faults = faults
        self._attempt = attempt

    def struck(self, name: str) -> Mapping[str, Any] | None:
        """The options of the fault when it strikes this request, else None."""
        return self._faults.strike(self, name)

    def chance(self, name: str) -> random.Random:
        """A source of chance that is the same for the same request in every run."""
        return random.Random(f"{self._faults.seed}|{name}|{self.key}|{self._attempt}")  # noqa: S311 not a secret


class Faults:
    """Switches faults on and off and counts how often each struck."""

    def __init__(self, seed: int, memory: Memory) -> None:
        self.seed = seed
        self._memory = memory
        self._attempts: Counter[str] = Counter()
        self._streaks: Counter[str] = Counter()

    def switch(self, wanted: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """Switch faults as a request asked for; returns those of the log and the grants.

        `wanted` is {name: options | true | false} or {"all": true}. Request and call faults stay
        on until `clear`; the others happen once, by whoever owns the log and the grants.
        """
        settings = complete({**(ALL if wanted.get("all") else {}), **_without(wanted, "all")})
        lasting = {name: s for name, s in settings.items() if name in LASTING}
        off = [name for name, options in wanted.items() if options is False]
        with self._memory.lock:
            on = self._memory.state.faults
            on.update({name: {**options, "struck": 0} for name, options in lasting.items()})
            for name in off:
                on.pop(name, None)
            self._memory.save()
        return {name: options for name, options in settings.items() if name not in lasting}

    def on(self) -> dict[str, dict[str, Any]]:
        """The faults that are on, with their options and how often each struck."""
        with self._memory.lock:
            return {name: dict(options) for name, options in self._memory.state.faults.items()}

    def clear(self) -> None:
        """Switch every fault off."""
        self._memory.change(lambda state: state.faults.clear())

    def visit(self, path: str, body: bytes, app: str = "dropbox") -> Visit:
        """Begin a request for an app; `leave` must follow."""
        key = hashlib.sha256(path.encode() + b"\0" + body).hexdigest()[:16]
        with self._memory.lock:
            self._attempts[key] += 1
            attempt, streak = self._attempts[key], self._streaks[key]
            return Visit(self, path, app, key=key, attempt=attempt, streak=streak)

    def leave(self, visit: Visit) -> None:
        """End a request: a failed one counts towards letting the next attempt through."""
        with self._memory.lock:
            if visit.failed:
                self._streaks[visit.key] += 1
            else:
                self._streaks.pop(visit.key, None)

    def shuts_off(self, user_id: str) -> bool:
        """Whether as_user_403 keeps everybody out of a user's files."""
        with self._memory.lock:
            fault = self._memory.state.faults.get("as_user_403")
        dice = random.Random(f"{self.seed}|as_user_403|{user_id}").random()  # noqa: S311 not a secret
        return fault is not None and dice < fault["share"]

    def strike(self, visit: Visit, name: str) -> Mapping[str, Any] | None:
        """Decide whether a fault strikes; a request meets one failure at most."""
        with self._memory.lock:
            fault = self._memory.state.faults.get(name)
            if fault is None or not visit.path.startswith(fault["path"]):
                return None
            if name in FAILURES and (visit.failed or visit.streak >= fault["in_a_row"]):
                return None
            if fault["times"] is not None and fault["struck"] >= fault["times"]:
                return None
            if visit.chance(name).random() >= fault["share"]:
                return None
            fault["struck"] += 1
            visit.failed = visit.failed or name in FAILURES
            if fault["times"] is not None:
                self._memory.save()
            return fault


def complete(wanted: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The wanted faults with all their options.

    Raises:
        FaultError: a name or an option is unknown, or an option has the wrong type.
    """
    kinds = {**LASTING, **LOG, **GRANT}
    settings = {}
    for name, given in wanted.items():
        if name not in kinds:
            raise FaultError(f"There is no fault {name!r}; there are: {', '.join(kinds)}, all.")
        if given is False:
            continue
        common = COMMON if name in LASTING else {}
        options = {**common, **kinds[name]}
        chosen = given if isinstance(given, dict) else {}
        unknown = sorted(set(chosen) - set(options))
        if unknown:
            raise FaultError(f"{name} has no option {unknown[0]!r}; it has: {', '.join(options)}.")
        for option, value in chosen.items():
            if value not in CHOICES.get(f"{name}.{option}", [value]):
                raise FaultError(f"{name}.{option} is {', '.join(CHOICES[f'{name}.{option}'])}.")
            if isinstance(options[option], int | float) and not isinstance(value, int | float):
                raise FaultError(f"{name}.{option} is a number.")
        settings[name] = {**options, **chosen}
    return settings


def _without(wanted: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in wanted.items() if key != name}
