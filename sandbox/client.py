"""A bare client of the sandbox, for tests: no retries, no refreshing, nothing understood."""

import json
from collections.abc import Iterator
from typing import Any

import httpx

from sandbox.administrator import filled


def tag(response: httpx.Response) -> str:
    """The tag of a vendor's error."""
    found: str = response.json()["error"][".tag"]
    return found


class Client:
    """Speaks HTTP as one who is signed in; `token` is used by every call of a vendor route."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=20)
        self.token = ""

    def sign_in(self, **wanted: Any) -> dict[str, Any]:
        """Tokens without a browser, kept for later calls.

        `app`, `client_id`, `as`; at Dropbox also `scope`, `offline`.
        """
        tokens: dict[str, Any] = self.http.post("/grant", json=wanted).json()
        self.token = tokens["access_token"]
        return tokens

    def press(self, page: httpx.Response, decision: str, role: str = "admin") -> httpx.Response:
        """Press Allow or Deny on a consent page, signed in as the role says."""
        action, form = filled(page.text, decision, role)
        return self.http.post(action, data=form)

    def trade(self, **form: str) -> httpx.Response:
        """POST a form to `B/oauth2/token`."""
        return self.http.post("/oauth2/token", data=form)

    def call(self, route: str, argument: Any = None, **select: str) -> httpx.Response:
        """POST a route of `B/2/`; `Select_User="…"` becomes `Dropbox-API-Select-User: …`."""
        headers = {f"Dropbox-API-{name.replace('_', '-')}": value for name, value in select.items()}
        headers["Authorization"] = f"Bearer {self.token}"
        headers["Content-Type"] = "application/json"
        return self.http.post(f"/2/{route}", content=json.dumps(argument), headers=headers)

    def get(self, path: str, as_user: str | None = None, **query: Any) -> httpx.Response:
        """GET a path of `B/2.0/`, in the name of `as_user`."""
        headers = {"Authorization": f"Bearer {self.token}"}
        if as_user is not None:
            headers["As-User"] = as_user
        return self.http.get(f"/2.0/{path}", params=query, headers=headers)

    def stream(self, kind: str, position: str | int = 0, **query: Any) -> Iterator[dict[str, Any]]:
        """The pages of a stream of Box from a position on, the empty one last."""
        while True:
            asked = {"stream_type": kind, "stream_position": position, "limit": 500, **query}
            page: dict[str, Any] = self.get("events", **asked).raise_for_status().json()
            yield page
            if not page["entries"]:
                return
            position = page["next_stream_position"]

    def member_id(self, role: str = "", status: str = "active") -> str:
        """The first member with a role of this name, or none, and this status."""
        page = self.call("team/members/list_v2", {"include_removed": True}).json()
        found: str = next(
            member["profile"]["team_member_id"]
            for member in page["members"]
            if member["profile"]["status"][".tag"] == status
            and "".join(each["name"] for each in member["roles"]) == role
        )
        return found

    def walk(self, **query: Any) -> Iterator[dict[str, Any]]:
        """The pages of the event log, to the end."""
        page = self.call("team_log/get_events", query).json()
        yield page
        while page["has_more"]:
            page = self.call("team_log/get_events/continue", {"cursor": page["cursor"]}).json()
            yield page

    def events(self, **query: Any) -> list[dict[str, Any]]:
        """The events of such a walk."""
        return [event for page in self.walk(**query) for event in page["events"]]

    def faults(self, **wanted: Any) -> dict[str, Any]:
        """Switch faults; what is on, and how often each struck."""
        switched = self.http.post("/faults", json=wanted)
        on: dict[str, Any] = switched.raise_for_status().json()
        return on

    def clock(self, **wanted: Any) -> dict[str, Any]:
        """Set, stop, release or move the visible time: `now`, `pause`, `advance_seconds`."""
        turned = self.http.post("/clock", json=wanted)
        time: dict[str, Any] = turned.raise_for_status().json()
        return time

    def truth(self, app: str = "dropbox") -> list[dict[str, Any]]:
        """Every visible event with what is known about it."""
        lines = self.http.get("/truth/events", params={"app": app}).text.splitlines()
        return [json.loads(line) for line in lines]

    def inventory(self, what: str, app: str = "dropbox") -> list[dict[str, Any]]:
        """The truth about all `items` or `people`."""
        lines = self.http.get(f"/truth/{what}", params={"app": app}).text.splitlines()
        return [json.loads(line) for line in lines]

    def happen(self, verb: str, item_id: str, **wanted: Any) -> dict[str, Any]:
        """Order one change: what the app tells of it, and when; `app`, `delay`."""
        ordered = self.http.post("/happen", json={"verb": verb, "item_id": item_id, **wanted})
        told: dict[str, Any] = ordered.raise_for_status().json()
        return told
