"""What Box's refusals mean, and who must act.

400 and 404 are JSON with a `code`; 401, and 403 for a missing scope, have an empty body and say
why in `WWW-Authenticate` (box-node-sdk#157, box-java-sdk#132); 403 for rights is JSON again.
"""

from __future__ import annotations

import re

import httpx
import msgspec

from connectors.bodies import decode, printable
from connectors.contract import Credentials
from connectors.decoders import decoder
from connectors.errors import ConnectorError, NeedsPerson, Reason, ShapeChanged
from connectors.http import Transient

DEVELOPER_CONSOLE = "https://app.box.com/developers/console"
ADMIN_CONSOLE = "https://app.box.com/master"
# developer.box.com/guides/authorization and support.box.com/hc/en-us/articles/360044196653
APP_SETTINGS = "Integrations, Platform Apps Manager, Platform Apps Settings"
SERVER_APPS = "Integrations, Platform Apps Manager, Server Authentication Apps"
UNLINK = f"Remove the app in Box's Admin Console ({ADMIN_CONSOLE}) under {APP_SETTINGS}."
SCOPE = "insufficient_scope"
# What the app's Configuration tab calls the scope of a path; Box's refusal does not name it.
SCOPES = {
    "events": "Manage enterprise properties",
    "users": "Manage users",
    "folders": "Read all files and folders stored in Box",
    "files": "Read all files and folders stored in Box",
}
# support.box.com/hc/en-us/articles/360044193313: what a server app gets that is not enabled
NOT_ENABLED = "Cannot authorize with this service"


class Missing(ConnectorError):  # noqa: N818 - as in connectors.errors
    """Box has no such thing, or does not show it to whom we ask as. `code` may be `trashed`."""

    def __init__(self, path: str, code: str) -> None:
        super().__init__(f"Box has no {path} ({code}).")
        self.code = code


class Rejected(ShapeChanged):
    """Box does not accept a call. `names` are the parameters that it complains of."""

    def __init__(self, path: str, code: str, message: str, names: frozenset[str]) -> None:
        super().__init__(f"Box does not accept our call of {path}: {message} ({code}).")
        self.names = names


class Forbidden(NeedsPerson):
    """Whom we ask as has no right to this. `code` says more."""

    def __init__(self, problem: str, remedy: str, code: str) -> None:
        super().__init__(problem, remedy)
        self.args = (problem, remedy, code)
        self.code = code


class MissingScope(NeedsPerson):
    """The token is good, but for other things."""


class Blocked(NeedsPerson):
    """The enterprise does not let this application in."""


class _Reason(msgspec.Struct):
    name: str | None = None


class _Context(msgspec.Struct):
    errors: list[_Reason] = []


class _Error(msgspec.Struct):
    code: str = ""
    message: str = ""
    context_info: _Context | None = None


class _Refusal(msgspec.Struct):
    error: str
    error_description: str = ""


def refusal(path: str, response: httpx.Response, credentials: Credentials) -> ConnectorError:
    """The error that an answer other than 200 to a call of `path` means.

    Raises:
        Transient: another attempt may pass.
    """
    status = response.status_code
    if status not in {400, 401, 403, 404}:
        text = printable(response.text)
        return ShapeChanged(f"Box answered {path} with {status}: {text}")
    told = decode(response, _Error) if response.content else _challenge(response)
    code, message = printable(told.code), printable(told.message)
    if status == 401:
        if NOT_ENABLED in message:
            return blocked(credentials, message)
        # a dead grant shows when it is renewed, which has just been done
        raise Transient("refused an access token that it had just given")
    if status == 403:
        return _forbidden(path, code, message, credentials)
    if status == 404:
        return Missing(path, code)
    reasons = told.context_info.errors if told.context_info else []
    return Rejected(path, code, message, frozenset(each.name for each in reasons if each.name))


def no_tokens(response: httpx.Response, credentials: Credentials) -> ConnectorError:
    """A dead grant, a wrong app and a blocked one are 400s and 401s with an OAuth error."""
    try:
        told = decoder(_Refusal).decode(response.content)
    except msgspec.DecodeError:
        return ShapeChanged(f"Box answered {response.status_code} when asked for a token.")
    reason = printable(told.error_description or told.error)
    if told.error == "invalid_client":
        return NeedsPerson(
            "Box does not know this client ID and secret.",
            f"Copy both from the app's Configuration tab at {DEVELOPER_CONSOLE} and connect again.",
        )
    if told.error == "unauthorized_client":
        return blocked(credentials, reason)
    if credentials.auth == "oauth":
        gone: Reason | None = "revoked" if told.error == "invalid_grant" else None
        return NeedsPerson(f"Box gave no token ({reason}).", credentials.reconnect, gone)
    return NeedsPerson(
        f"Box gave no token ({reason}).",
        f"Compare enterprise ID and key with the app's Configuration tab at {DEVELOPER_CONSOLE};"
        " the app needs App + Enterprise Access, and the administrator authorizes it anew after"
        f" every change. {credentials.reconnect}",
    )


def blocked(credentials: Credentials, reason: str) -> Blocked:
    """Where an administrator lets an application in that Box calls unpublished.

    The app of a data centre has a client ID of its own: it is that one which the box needs.
    """
    where = f" of data centre {credentials.data_center}" if credentials.data_center else ""
    app = f"the client ID {credentials.client_id}{where}"
    if credentials.auth == "oauth":
        steps = (
            f"{APP_SETTINGS} (in older consoles Apps, Custom Apps, Settings); beside"
            f' "Disable unpublished apps by default" put {app} into the box "Except for" (or choose'
            " Add Platform App and enable it)"
        )
    else:
        steps = f"{SERVER_APPS}, add the app with {app}, and choose Authorize and Enable"
    return Blocked(
        f"The enterprise does not let this application in ({reason}).",
        f"Open the Box Admin Console ({ADMIN_CONSOLE}) and there {steps}. Then connect again:"
        f" casbah connect {credentials.app} {credentials.connection}",
    )


def _forbidden(path: str, code: str, message: str, credentials: Credentials) -> NeedsPerson:
    if code == SCOPE:
        scope = SCOPES.get(path.partition("/")[0], "for it")
        return MissingScope(
            f'The app lacks the scope "{scope}", without which {path} stays closed.',
            f'Tick "{scope}" in the app\'s Configuration tab at {DEVELOPER_CONSOLE}. A wider scope'
            f" reaches no token that exists. {credentials.reconnect}",
        )
    return Forbidden(
        f"Box does not allow {path} ({code or message or 'no reason given'}).",
        f"Connect with the primary administrator of the enterprise. {credentials.reconnect}",
        code,
    )


def _challenge(response: httpx.Response) -> _Error:
    """The reason of an empty 401 or 403 (RFC 6750 §3)."""
    header = response.headers.get("WWW-Authenticate", "")
    said = dict(re.findall(r'(\w+)="([^"]*)"', header))
    return _Error(said.get("error", ""), said.get("error_description", ""))


def wrong_clock(response: httpx.Response) -> bool:
    """Whether an assertion was refused for its times: Box then speaks of the `exp` claim."""
    return response.status_code == 400 and bool(re.search(rb"\bexp\b", response.content))
