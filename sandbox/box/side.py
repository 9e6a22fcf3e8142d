"""The company as Box knows it: an enterprise, its event streams and users, and who may come in."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from starlette.routing import Route

from sandbox.box.access import APPS, Access
from sandbox.box.api import Api
from sandbox.box.consent import BoxConsent
from sandbox.box.inventory import Inventory
from sandbox.box.keys import Keys
from sandbox.box.log import BoxLog
from sandbox.box.oauth import Tokens
from sandbox.box.routes import ROUTES
from sandbox.box.shelves import Shelves
from sandbox.box.users import ADMIN, User, Users
from sandbox.orders import Thing
from sandbox.side import Ground, Side


class BoxSide(Side[BoxLog]):
    """`B/2.0/…` and `B/api/oauth2/authorize`; `tokens` answers its part of `B/oauth2/token`."""

    app = "box"
    strange = frozenset({"late", "unknown_types", "hostile", "role", "big_folder"})

    def __init__(self, ground: Ground) -> None:
        super().__init__(ground, " box")
        self.users = Users(self.company, self.memory.born)
        self._see_role()
        self.access = Access(self.memory, self.seal)
        self.tokens = Tokens(self.access, self.users, Keys(self.memory))

    @property
    def inventory(self) -> Inventory:
        return Inventory(self.shelves, self.users, self.enterable)

    def enterable(self, user: User) -> bool:
        """Whether anybody may work in the user's name; a fault shuts some users off."""
        shut_off = user.person != ADMIN and self.faults.shuts_off(user.id)
        return user.status == "active" and not shut_off

    @cached_property
    def shelves(self) -> Shelves:
        """Folders, files and who was given them."""
        return Shelves(self.log.stream, self.users)

    def routes(self) -> list[Route]:
        return [
            *Api(self, ROUTES).http_routes(),
            *BoxConsent(self.access, self.users).routes(),
            Route("/oauth2/revoke", self.tokens.revoke, methods=["POST"]),
            Route("/sandbox/box-config.json", self.tokens.config, methods=["GET"]),
        ]

    def about(self, base: str) -> dict[str, Any]:
        return {
            "app": self.app,
            "authorize": f"{base}/api/oauth2/authorize",
            "token": f"{base}/oauth2/token",
            "revoke": f"{base}/oauth2/revoke",
            "jwt_config": f"{base}/sandbox/box-config.json",
            "apps": [
                {
                    "name": app.name,
                    "client_id": app.client_id,
                    "client_secret": app.client_secret,
                    "way": app.way,
                    "scope": sorted(app.scope),
                    "blocked": app.blocked,
                }
                for app in APPS.values()
            ],
            "enterprise": self.users.enterprise["name"],
            "enterprise_id": self.users.enterprise["id"],
        }

    def revoke_all(self, client_id: str | None) -> None:
        self.access.revoke_all(client_id)

    def disturb(self, extra: dict[str, Any]) -> None:
        """Also lets the admin's role be another from now on."""
        super().disturb(extra)
        self._see_role()

    def _see_role(self) -> None:
        roles = [extra["to"] for extra in self._extras() if extra["extra"] == "role"]
        self.users.role = roles[-1] if roles else "admin"

    def _happen(self, log: BoxLog, extra: Mapping[str, Any]) -> datetime:
        if extra["extra"] == "role":
            return log.change_role(extra["to"], datetime.fromisoformat(extra["at"]))
        return super()._happen(log, extra)

    def _thing(self, item_id: str) -> Thing | None:
        return self.shelves.tree.thing(item_id)

    def _make_log(self) -> BoxLog:
        return BoxLog(self.company, self.size, self.memory.born)
