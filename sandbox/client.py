"""A bare client of the sandbox, for tests: no retries, no refreshing, nothing understood."""

import json
from collections.abc import Iterator
from typing import Any

import httpx


class Client:
    """Speaks HTTP as one who is signed in; `token` is used by every call of a vendor route."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=20)
        self.token = ""

    def sign_in(self, **wanted: Any) -> dict[str, Any]:
        """Tokens without a browser, kept for later calls: `client_id`, `as`, `scope`, `offline`."""
        tokens: dict[str, Any] = self.http.post("/grant", json=wanted).json()
        self.token = tokens["access_token"]
        return tokens

    def call(self, route: str, argument: Any = None, **select: str) -> httpx.Response:
        """POST a route of `B/2/`; `Select_User="…"` becomes `Dropbox-API-Select-User: …`."""
        headers = {f"Dropbox-API-{name.replace('_', '-')}": value for name, value in select.items()}
        headers["Authorization"] = f"Bearer {self.token}"
        headers["Content-Type"] = "application/json"
        return self.http.post(f"/2/{route}", content=json.dumps(argument), headers=headers)

    def walk(self, **query: Any) -> Iterator[dict[str, Any]]:
        """The pages of the event log, to the end."""
        page = self.call("team_log/get_events", query).json()
        yield page
        while page["has_more"]:
            page = self.call("team_log/get_events/continue", {"cursor": page["cursor"]}).json()
            yield page

    def faults(self, **wanted: Any) -> dict[str, Any]:
        """Switch faults; what is on, and how often each struck."""
        switched = self.http.post("/faults", json=wanted)
        on: dict[str, Any] = switched.raise_for_status().json()
        return on

    def clock(self, **wanted: Any) -> dict[str, Any]:
        """Stop, move or release the visible time (`pause`, `advance_seconds`)."""
        turned = self.http.post("/clock", json=wanted)
        time: dict[str, Any] = turned.raise_for_status().json()
        return time

    def truth(self) -> list[dict[str, Any]]:
        """Every visible event with what is known about it."""
        return [json.loads(line) for line in self.http.get("/truth/events").text.splitlines()]
