"""`users` and `users/me`: the accounts of the enterprise.

https://developer.box.com/reference/get-users/ : marker or offset paging, by type and by words.
"""

from typing import Any

from sandbox.box import wire
from sandbox.box.api import Call
from sandbox.box.users import User

MOST = 1_000
MOST_OFFSET = 10_000


def me(call: Call) -> bytes:
    """The account that the call works for."""
    return wire.encode(call.side.users.wire(call.user, call.fields))


def user(call: Call) -> bytes:
    """One account."""
    found = call.side.users.user(call.names["id"])
    if found is None or not (found.managed or call.signed_in.role != "user"):
        raise wire.not_found("user_id", call.names["id"])
    return wire.encode(call.side.users.wire(found, call.fields))


def users(call: Call) -> bytes:
    """The accounts of the enterprise, those of other firms only by their whole address."""
    if call.user.role == "user":
        raise wire.forbidden()
    limit = call.number("limit", 100, MOST)
    found = [call.side.users.wire(each, call.fields) for each in _wanted(call)]
    if not call.flag("usemarker"):
        offset = call.number("offset", 0, MOST_OFFSET)
        shown = found[offset : offset + limit]
        answer: dict[str, Any] = {"total_count": len(found), "entries": shown}
        return wire.encode({**answer, "limit": limit, "offset": offset})
    first = _marked(call)
    answer = {"entries": found[first : first + limit], "limit": limit}
    if first + limit < len(found):
        answer["next_marker"] = call.side.seal.close({"users": first + limit})
    return wire.encode(answer)


def _wanted(call: Call) -> list[User]:
    known, words = call.side.users, call.query.get("filter_term", "").lower()
    kind = call.query.get("user_type", "all")
    if kind not in {"all", "managed", "external"}:
        raise wire.bad_request("user_type", kind, "user_type is all, managed or external")
    managed = [
        user
        for user in (known.managed() if kind != "external" else [])
        if user.name.lower().startswith(words) or user.login.startswith(words)
    ]
    outsiders = known.outsiders() if kind != "managed" and words else []
    return managed + [user for user in outsiders if user.login == words]


def _marked(call: Call) -> int:
    marker = call.query.get("marker")
    if not marker:
        return 0
    carried = call.side.seal.open(marker)
    if carried is None or "users" not in carried:
        raise wire.bad_request("marker", marker, "this marker was not given by us")
    first: int = carried["users"]
    return first
