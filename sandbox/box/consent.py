"""The consent screen of the Box stand-in. https://developer.box.com/reference/get-authorize/"""

from collections.abc import Mapping
from typing import Final

from sandbox.box.access import APPS, SCOPES, Access, Consent, Role
from sandbox.box.users import Users
from sandbox.consent import ConsentScreen, Given
from sandbox.oauth import OAuthError

BLOCKED: Final = "This app is not authorized by the enterprise"
_ROLES: Final[Mapping[Role, str]] = {"admin": "admin", "coadmin": "co-admin", "member": "user"}


class BoxConsent(ConsentScreen):
    """`B/api/oauth2/authorize`."""

    vendor = "Box"
    path = "/api/oauth2/authorize"
    denial = "The user denied access to your application"
    code_lasts = "half a minute"

    def __init__(self, access: Access, users: Users) -> None:
        super().__init__(APPS, users.company.name)
        self._access, self._users = access, users

    def people(self) -> Mapping[str, str]:
        return {
            role: f"{user.name} · {user.login} · {_ROLES[role]}"
            for role, user in self._users.signing_in().items()
        }

    def meanings(self) -> Mapping[str, str]:
        return SCOPES

    def check(self, given: Given) -> None:
        app = APPS[given["client_id"]]
        if app.blocked:
            raise OAuthError("unauthorized_client", BLOCKED)
        if app.way != "oauth":
            raise OAuthError("unauthorized_client", "This app does not sign users in.")

    def lasting(self, given: Given) -> str:  # noqa: ARG002 - Box gives every app the same
        return "Access lasts until it is taken back, or is not used for 60 days."

    def code(self, given: Given, role: str, scope: list[str]) -> str:
        user = self._users.signing_in()[role_of(role)]
        until = self._access.code_expiry()
        return self._access.code_for(Consent(given["client_id"], user.id, scope, until))


def role_of(word: str) -> Role:
    """Who is signed in, from a word of the request."""
    match word:
        case "admin" | "coadmin" | "member":
            return word
        case _:
            raise OAuthError("invalid_request", f"as is one of {', '.join(_ROLES)}.")
