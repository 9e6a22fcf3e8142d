"""The company as Dropbox knows it: a team, its audit log and directory, and who may come in."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from starlette.routing import Route

from sandbox.dropbox.access import APPS, Access, Role
from sandbox.dropbox.api import Api
from sandbox.dropbox.consent import DropboxConsent
from sandbox.dropbox.directory import Directory
from sandbox.dropbox.inventory import Inventory
from sandbox.dropbox.log import EventLog
from sandbox.dropbox.oauth import Tokens
from sandbox.dropbox.routes import ROUTES
from sandbox.orders import Thing
from sandbox.side import Ground, Side


class DropboxSide(Side[EventLog]):
    """`B/2/…` and `B/oauth2/authorize`; `tokens` answers its part of `B/oauth2/token`."""

    app = "dropbox"
    strange = frozenset({"late", "unknown_types", "hostile", "twins", "big_folder"})

    def __init__(self, ground: Ground) -> None:
        super().__init__(ground)
        self.accounts = {person.account_id for person in self.company.people if person.account_id}
        self.people = self._signing_in()
        self.access = Access(
            self.memory,
            self.seal,
            {role: member["profile"]["team_member_id"] for role, member in self.people.items()},
        )
        self.tokens = Tokens(self.access, self.company.team_id, self.people)

    @cached_property
    def directory(self) -> Directory:
        """The team, its folders, files and links."""
        return Directory(self.company, self.log, lambda: "mount_loops" in self.faults.on())

    @property
    def inventory(self) -> Inventory:
        return Inventory(self.directory)

    def routes(self) -> list[Route]:
        return [
            Route("/2/{route:path}", Api(self, ROUTES).endpoint, methods=["POST"]),
            *DropboxConsent(self.access, self.company.name, self.people).routes(),
        ]

    def about(self, base: str) -> dict[str, Any]:
        return {
            "app": self.app,
            "authorize": f"{base}/oauth2/authorize",
            "token": f"{base}/oauth2/token",
            "apps": [
                {
                    "name": app.name,
                    "client_id": app.client_id,
                    "client_secret": app.client_secret,
                    "scope": sorted(app.scope),
                    "file_events": app.file_events,
                }
                for app in APPS.values()
            ],
            "team": self.company.name,
            "team_id": self.company.team_id,
        }

    def revoke_all(self, client_id: str | None) -> None:
        self.access.revoke_all(client_id)

    def is_admin(self, member: Mapping[str, Any]) -> bool:
        """Whether a member is a team admin, the only kind with admin reach over content."""
        tier: str = member["role"][".tag"]
        return tier == "team_admin" and member["profile"]["status"][".tag"] == "active"

    def root_info(self, member: Mapping[str, Any]) -> dict[str, str]:
        """Where a member's own folder and the team's space are."""
        profile = member["profile"]
        return {
            ".tag": "team",
            "root_namespace_id": profile["root_folder_id"],
            "home_namespace_id": profile["member_folder_id"],
            "home_path": f"/{profile['name']['display_name']}",
        }

    def has_namespace(self, namespace_id: str) -> bool:
        """Whether the team has such a namespace."""
        return self.directory.tree.number(namespace_id) is not None

    def _thing(self, item_id: str) -> Thing | None:
        return self.directory.tree.thing(item_id)

    def _make_log(self) -> EventLog:
        return EventLog(self.company, self.size, self.memory.born)

    def _signing_in(self) -> dict[Role, Mapping[str, Any]]:
        """Who may sit at the browser: the first active member of each role, in wire shape."""
        tiers: dict[str, Role] = {
            "team_admin": "admin",
            "user_management_admin": "limited",
            "member_only": "member",
        }
        people: dict[Role, Mapping[str, Any]] = {}
        for member in self.directory.members():
            role = tiers.get(member["role"][".tag"])
            if role is not None and member["profile"]["status"][".tag"] == "active":
                people.setdefault(role, member)
        return people
