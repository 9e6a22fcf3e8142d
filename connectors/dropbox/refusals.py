"""What Dropbox's refusals mean, and who must act.

400 is plain text (JSON for tokens), 401 and 403 say what the caller lacks, and 409 is the route's
own error union, whose tag decides and never its summary.
"""

from __future__ import annotations

import httpx
import msgspec

from connectors.bodies import printable
from connectors.contract import Credentials
from connectors.decoders import decoder
from connectors.errors import ConnectorError, NeedsPerson, Reason, ShapeChanged
from connectors.http import Transient

CONSOLE = "https://www.dropbox.com/developers/apps"
WRONG_KIND_OF_TOKEN = ("associated with a team", "team management", "Business team")
Tagged = dict[str, object]


class RouteError(ConnectorError):
    """The route's own error union (409), or what is wrong with Path-Root (422), for the caller to
    understand.

    `tags` are all of its tags, from outside in: `path/not_found`.
    """

    def __init__(self, route: str, error: Tagged) -> None:
        self.tag = str(error.get(".tag"))
        self.value = error.get(self.tag)
        inner = self.value.get(".tag") if isinstance(self.value, dict) else None
        self.tags = printable(f"{self.tag}/{inner}" if inner else self.tag)
        super().__init__(f"Dropbox refused {route}: {self.tags}.")


class NotATeam(NeedsPerson):
    """The token opens a single account."""


class NotATeamAdmin(NeedsPerson):
    """The token is a team's, but nobody who may look into all of the team stands behind it."""


class MissingScope(NeedsPerson):
    """The token is good, but for other things."""


class NotSelectable(NeedsPerson):
    """Nobody may act for this member now, who is suspended or has left."""


class NotAllowed(NeedsPerson):
    """The token is good, but what it asks for stays closed."""


class Failure(msgspec.Struct):
    """The body of a 401, 403, 409 or 422."""

    error: Tagged


class _Refusal(msgspec.Struct):
    error: str
    error_description: str = ""


def no_tokens(response: httpx.Response, credentials: Credentials) -> ConnectorError:
    """A dead grant is a 400 invalid_grant, never a 401 (dropbox-sdk-dotnet#232)."""
    try:
        refusal = decoder(_Refusal).decode(response.content)
    except msgspec.DecodeError:
        return ShapeChanged(f"Dropbox answered {response.status_code} when asked for a token.")
    if refusal.error.startswith("invalid_client"):
        return NeedsPerson(
            "Dropbox does not know this app key and secret.",
            f"Copy both from the app's Settings tab at {CONSOLE} and connect again.",
        )
    reason = printable(refusal.error_description or refusal.error)
    gone: Reason | None = "revoked" if refusal.error == "invalid_grant" else None
    return NeedsPerson(f"Dropbox gave no token ({reason}).", credentials.reconnect, gone)


def bad_call(route: str, text: str, credentials: Credentials) -> ConnectorError:
    """Some mean a wrong kind of token (dropbox-sdk-dotnet#21, dropbox-sdk-python#176)."""
    if any(word in text for word in WRONG_KIND_OF_TOKEN):
        return NotATeam(
            "This is the token of a single Dropbox account, not of a team.",
            credentials.reconnect,
        )
    return ShapeChanged(f"Dropbox does not accept our call of {route}: {printable(text)}")


def not_allowed(route: str, error: Tagged, credentials: Credentials) -> NeedsPerson:
    tag = error.get(".tag")
    if tag == "missing_scope":
        scope = printable(str(error.get("required_scope", "?")))
        return MissingScope(
            f"The app lacks the scope {scope}.",
            f"Tick {scope} in the app's Permissions tab at {CONSOLE} and submit."
            f" A wider scope reaches no token that exists. {credentials.reconnect}",
        )
    if tag == "expired_access_token":
        raise Transient("called an access token expired that it had just given")
    if tag == "invalid_access_token":
        return NeedsPerson(
            "The grant was revoked or the app was unlinked.", credentials.reconnect, "revoked"
        )
    if tag == "invalid_select_admin":
        return NotATeamAdmin(
            "The administrator who consented is not an active team admin.",
            credentials.reconnect,
            "role",
        )
    if tag in {"invalid_select_user", "user_suspended"}:
        return NotSelectable(
            "Dropbox lets nobody act for a member who is suspended or has left the team.",
            credentials.reconnect,
        )
    if tag in {"invalid_account_type", "team_access_denied"}:
        return NeedsPerson(
            f"The team's Dropbox plan does not offer {route}.",
            "Choose one that does, Dropbox Business Advanced or Enterprise: ask who buys it.",
        )
    tag = printable(str(tag))
    return NotAllowed(f"Dropbox does not allow {route} ({tag}).", credentials.reconnect)
