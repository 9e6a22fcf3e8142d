"""What both apps' OAuth has in common: refusals, parameters, addresses that an answer may go to.

RFC 6749 §3.1, §4.1.2 and §5.2; loopback addresses on any port stand for a registered redirect
address (RFC 8252 §7.3).
"""

import base64
import binascii
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from starlette.responses import RedirectResponse, Response

STATE_BYTES = 500
_LOOPBACK = re.compile(r"http://(127\.0\.0\.1|localhost)(:\d{1,5})?([/?][^\s#\\]*)?", re.ASCII)


class OAuthError(Exception):
    """A request that OAuth refuses: its error code and what is wrong, in words."""

    def __init__(self, error: str, sentence: str) -> None:
        super().__init__(sentence)
        self.error = error


def once(text: str) -> dict[str, str]:
    """Form or query parameters.

    Raises:
        OAuthError: one is given twice (RFC 6749 §3.1).
    """
    pairs = parse_qsl(text, keep_blank_values=True)
    given = dict(pairs)
    if len(given) != len(pairs):
        raise OAuthError("invalid_request", "A parameter is given twice.")
    return given


def field(given: Mapping[str, str], name: str) -> str:
    """A parameter that must be there.

    Raises:
        OAuthError: it is not.
    """
    if not given.get(name):
        raise OAuthError("invalid_request", f'missing required field "{name}"')
    return given[name]


def destination(given: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The address that the answer goes to, and the state that goes with it.

    Raises:
        OAuthError: no answer may be sent there.
    """
    redirect_uri, state = given.get("redirect_uri"), given.get("state")
    if redirect_uri is not None and not _LOOPBACK.fullmatch(redirect_uri):
        raise OAuthError("invalid_request", "This redirect_uri is not registered.")
    if state is not None and len(state.encode()) > STATE_BYTES:
        raise OAuthError("invalid_request", f"The state is longer than {STATE_BYTES} bytes.")
    return redirect_uri, state


def sent_back(address: str, state: str | None, **parameters: str) -> Response:
    """Send the browser back to the app."""
    if state is not None:
        parameters["state"] = state
    return RedirectResponse(
        f"{address}{'&' if '?' in address else '?'}{urlencode(parameters)}",
        302,
        headers={"cache-control": "no-store"},
    )


def credentials(header: str) -> tuple[str, str]:
    """User and password of HTTP Basic (RFC 7617); two empty strings when it is something else."""
    kind, _, encoded = header.partition(" ")
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return (user, password) if kind.lower() == "basic" else ("", "")
