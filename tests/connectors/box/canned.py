"""An enterprise of a few canned answers: who is in it, what it shows and how it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx

from connectors.inventory import Listing

Json = dict[str, Any]

ADMIN, BO, COADMIN, GONE = "11", "12", "13", "14"
ROLES = {ADMIN: "admin", BO: "user", COADMIN: "coadmin", GONE: "user"}
USERS = [
    {
        "type": "user",
        "id": number,
        "login": f"u{number}@acme.example",
        "name": f"U {number}",
        "role": role,
        "status": "inactive" if number == GONE else "active",
        "created_at": "2020-02-01T10:00:00-08:00",
    }
    for number, role in ROLES.items()
]
OUTSIDER = {"type": "user", "id": "99", "login": "x@else.example", "name": "X"}
LINK = {
    "url": "https://acme.box.com/s/abc",
    "access": "open",
    "effective_access": "open",
    "effective_permission": "can_preview",
    "is_password_enabled": True,
    "unshared_at": "2027-01-01T00:00:00-08:00",
    "permissions": {"can_download": False},
}


def entry(item_id: str, kind: str = "file", owner: str = BO, **parts: Any) -> Json:
    return {
        "type": kind,
        "id": item_id,
        "name": f"n{item_id}",
        "parent": {"type": "folder", "id": "0", "name": "All Files"},
        "path_collection": {"total_count": 1, "entries": [{"id": "0", "name": "All Files"}]},
        "owned_by": {"type": "user", "id": owner, "login": f"u{owner}@acme.example"},
        "shared_link": None,
        "has_collaborations": False,
    } | parts


def shared(where: str | None, who: Json | None, **parts: Any) -> Json:
    at = {"type": "file", "id": where} if where else None
    return {"type": "collaboration", "id": "1", "item": at, "accessible_by": who} | (
        {"role": "viewer", "status": "accepted"} | parts
    )


class FarEnd(httpx.BaseTransport):
    """An enterprise of a few canned answers, with a note of who asked as whom for what.

    `answers` are by path; one that is for somebody only is under `"user path"`.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {"users": USERS, "users/me": USERS[0]}
        self.asked: list[tuple[str, str | None]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path, who = request.url.path.removeprefix("/2.0/"), request.headers.get("As-User")
        self.asked.append((path, who))
        answer = self.answers.get(f"{who} {path}", self.answers.get(path))
        if answer is None:
            return refusal(404, "not_found")
        if isinstance(answer, httpx.Response):
            return answer
        if not isinstance(answer, list):
            return httpx.Response(200, json=answer)
        limit, marker = int(request.url.params["limit"]), request.url.params.get("marker")
        if marker and not marker.isdecimal():
            return refusal(400, "bad_request", "marker")
        start = int(marker or 0)
        more = start + limit < len(answer)
        page = {"entries": answer[start : start + limit], "limit": limit}
        return httpx.Response(200, json=page | {"next_marker": str(start + limit) if more else ""})


def refusal(status: int, code: str, name: str = "") -> httpx.Response:
    told: Json = {"type": "error", "status": status, "code": code, "message": "No."}
    if name:
        told["context_info"] = {"errors": [{"reason": "invalid_parameter", "name": name}]}
    return httpx.Response(status, json=told)


FORBIDDEN = "access_denied_insufficient_permissions"


def only(listings: Iterator[Listing]) -> Listing:
    [listing] = listings
    return listing
