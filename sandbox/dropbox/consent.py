"""The consent screen of the Dropbox stand-in: https://developers.dropbox.com/oauth-guide."""

import re
from collections.abc import Mapping
from typing import Any

from sandbox.consent import ConsentScreen, Given
from sandbox.dropbox.access import APPS, SCOPES, Access, Consent, Role
from sandbox.oauth import OAuthError

PKCE = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636 §4.1 and §4.2
_ROLES = {"admin": "team admin", "limited": "user management admin", "member": "plain member"}


class DropboxConsent(ConsentScreen):
    """`B/oauth2/authorize`; `people` (in wire shape) are those who may be signed in."""

    vendor = "Dropbox"
    path = "/oauth2/authorize"
    parameters = (
        *ConsentScreen.parameters,
        "token_access_type",
        "code_challenge",
        "code_challenge_method",
    )
    denial = "The user chose not to give your app access"
    code_lasts = "a minute"

    def __init__(self, access: Access, team: str, people: Mapping[Role, Mapping[str, Any]]) -> None:
        super().__init__(APPS, team)
        self._access, self._people = access, people

    def people(self) -> Mapping[str, str]:
        return {role: _label(role, member) for role, member in self._people.items()}

    def meanings(self) -> Mapping[str, str]:
        return SCOPES

    def check(self, given: Given) -> None:
        if given.get("token_access_type", "online") not in {"offline", "online", "legacy"}:
            raise OAuthError("invalid_request", "token_access_type is offline or online.")
        if given.get("code_challenge_method", "plain") not in {"S256", "plain"}:
            raise OAuthError("invalid_request", "code_challenge_method is S256 or plain.")
        challenge = given.get("code_challenge")
        if challenge is not None and not PKCE.fullmatch(challenge):
            raise OAuthError("invalid_request", "code_challenge has 43 to 128 characters.")

    def lasting(self, given: Given) -> str:
        if _offline(given):
            return "Access lasts until it is taken back."
        return "Access ends by itself after four hours."

    def code(self, given: Given, role: str, scope: list[str]) -> str:
        return self._access.code_for(
            Consent(
                client_id=given["client_id"],
                role=role_of(role),
                scope=scope,
                offline=_offline(given),
                redirect_uri=given.get("redirect_uri"),
                challenge=given.get("code_challenge"),
                challenge_method=given.get("code_challenge_method", "plain"),
                expires_at=self._access.code_expiry(),
            )
        )


def role_of(word: str) -> Role:
    """Who is signed in, from a word of the request."""
    match word:
        case "admin" | "limited" | "member":
            return word
        case _:
            raise OAuthError("invalid_request", f"as is one of {', '.join(_ROLES)}.")


def _offline(given: Given) -> bool:
    return given.get("token_access_type") == "offline"


def _label(role: Role, member: Mapping[str, Any]) -> str:
    profile = member["profile"]
    return f"{profile['name']['display_name']} · {profile['email']} · {_ROLES[role]}"
