"""What both apps' events say, read from their JSON in plain Python; shares nothing with Casbah.

The words of activities come from the `activities.csv` of each app, which tests of its own hold
against the vendors' specifications.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Json = dict[str, Any]
CHECKOUT = Path(__file__).parents[2]
# What Box lets somebody do who did not sign in; as user 2 anything else is of nobody known.
UNSIGNED = {"PREVIEW", "DOWNLOAD", "ITEM_PREVIEW", "ITEM_DOWNLOAD", "CONTENT_ACCESS", "UPLOAD"}


def words(app: str) -> dict[str, dict[str, str]]:
    """The lines of an app's vocabulary by native type."""
    lines = (CHECKOUT / "connectors" / app / "activities.csv").read_text().splitlines()
    return {row["native_type"]: row for row in csv.DictReader(lines)}


WORDS = {app: words(app) for app in ("dropbox", "box")}


@dataclass(frozen=True)
class Event:
    """One event of the log."""

    app: str
    time: datetime
    native: str
    kind: str  # member, admin, external, app, system, unauthenticated or unknown
    email: str | None
    name: str | None
    actor_id: str | None
    ip: str | None
    country: str | None
    client: str | None
    item: str | None
    item_name: str | None
    link: str | None
    owner: str | None
    touched: tuple[str, ...]  # ids and addresses of the people whom it names besides the actor

    @property
    def word(self) -> dict[str, str]:
        return WORDS[self.app][self.native]

    @property
    def label(self) -> str:
        return self.word["label"]

    @property
    def named(self) -> str | None:
        return self.email or self.name or self.actor_id

    @property
    def person(self) -> str:
        return self.named or f"({self.kind})"

    @property
    def failed(self) -> bool:
        return self.word["activity"].startswith("fail_")

    @property
    def is_use(self) -> bool:
        """Does it open an item: view, download or copy it?"""
        return self.word["ocsf_class"] == "6006" and self.word["ocsf_activity"] in {
            "2", "6", "9", "14",
        }  # fmt: skip


def dropbox_event(event: Json) -> Event:
    actor = event.get("actor", {})
    tag = actor.get(".tag", "unknown")
    person = actor.get("user") or actor.get("admin") or {}
    kind = {"anonymous": "unauthenticated", "app": "app", "dropbox": "system"}.get(tag, "unknown")
    if person:
        kind = "admin" if tag == "admin" else "member"
        if person[".tag"] != "team_member":
            kind = "external"
    origin, details = event.get("origin", {}), event["details"]
    place, way = origin.get("geo_location", {}), origin.get("access_method", {})
    asset = (event.get("assets") or [{}])[0]
    owner = details.get("shared_link_owner") or details.get("shared_content_owner") or {}
    within = asset.get("path", {}).get("namespace_relative", {})
    item = asset.get("file_id") or asset.get("doc_id") or asset.get("folder_id")
    if asset.get(".tag") == "folder" and within.get("relative_path") in {"", "/"}:
        item = f"ns:{within['ns_id']}"
    users = [p["user"] for p in event.get("participants", []) if p[".tag"] == "user"]
    return Event(
        "dropbox",
        datetime.fromisoformat(event["timestamp"]),
        event["event_type"][".tag"],
        kind,
        person.get("email"),
        person.get("display_name") or actor.get("app", {}).get("display_name"),
        person.get("account_id") or actor.get("app", {}).get("app_id"),
        place.get("ip_address"),
        place.get("country"),
        way.get("end_user", {}).get(".tag") or way.get(".tag"),
        item or asset.get("showcase_id"),
        asset.get("display_name") or asset.get("doc_title") or asset.get("folder_name"),
        details.get("shared_content_link"),
        owner.get("email"),
        tuple(user["email"] for user in users if user.get("email")),
    )


def box_event(event: Json, members: set[str], domain: str) -> Event:
    by, source = event.get("created_by") or {}, event.get("source") or {}
    more = event.get("additional_details") or {}
    if isinstance(more, str):  # as one collector of Box's events saw it
        more = json.loads(more)
    login, native = by.get("login"), event["event_type"]
    number = str(by["id"]) if "id" in by else None
    kind = "unknown"
    if number == "2":
        kind = "unauthenticated" if native in UNSIGNED else "unknown"
    elif login and login.endswith("@boxdevedition.com"):
        kind = "app"
    elif more.get("is_performed_by_admin"):
        kind = "admin"
    elif number and native != "FAILED_LOGIN":
        ours = number in members or (login or "").endswith(f"@{domain}")
        kind = "member" if ours else "external"
    nobody = number == "2"
    item = source.get("item_id") or source.get("file_id") or source.get("folder_id")
    name = source.get("item_name") or source.get("file_name") or source.get("folder_name")
    if item is None and source.get("type") in {"file", "folder", "web_link", "app_item"}:
        item, name = source["id"], source.get("name")
    address = event.get("ip_address")
    given = event.get("accessible_by") or {}
    users = [each for each in (source, given) if each.get("type") == "user"]
    named = [each.get(key) for each in users for key in ("id", "login")] + [source.get("user_id")]
    return Event(
        "box",
        datetime.fromisoformat(event["created_at"]).astimezone(UTC),
        native,
        kind,
        login,
        None if nobody else by.get("name"),
        None if nobody else number,
        None if address == "Unknown IP" else address,
        None,
        None,
        item,
        name,
        more.get("shared_link_id"),
        (source.get("owned_by") or {}).get("login"),
        tuple(word for word in named if word and word not in {login, number}),
    )
