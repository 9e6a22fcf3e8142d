"""How Box says no: the error bodies of its HTTP API, and the empty ones.

https://developer.box.com/guides/api-calls/permissions-and-errors/common-errors/ . Tokens and
scopes are refused without a body, with the reason in `WWW-Authenticate` (box-node-sdk#157,
box-java-sdk#132).
"""

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

JSON = "application/json"
_PACIFIC = ZoneInfo("America/Los_Angeles")


class CallError(Exception):
    """An answer that is not the result of the route."""

    def __init__(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = dict(headers)


def encode(value: Any, *, escaped: bool = False) -> bytes:
    """JSON as Box writes it: no needless spaces, UTF-8 or escaped to ASCII."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=escaped).encode()


def stamp(seconds: int) -> str:
    """Seconds since 1970 as Box writes times: with the offset of the Pacific coast."""
    ahead, suffix = _offset(seconds // 3_600)
    return f"{datetime.fromtimestamp(seconds + ahead, UTC):%Y-%m-%dT%H:%M:%S}{suffix}"


@cache
def _offset(hour: int) -> tuple[int, str]:
    local = datetime.fromtimestamp(hour * 3_600, UTC).astimezone(_PACIFIC)
    text, ahead = local.strftime("%z"), local.utcoffset()
    return int(ahead.total_seconds()) if ahead else 0, f"{text[:3]}:{text[3:]}"


def invalid_token() -> CallError:
    """401: the token opens nothing."""
    return _silent(401, "invalid_token", "The access token provided is invalid.")


def insufficient_scope() -> CallError:
    """403: the app lacks a scope."""
    return _silent(
        403,
        "insufficient_scope",
        "The request requires higher privileges than provided by the access token.",
    )


def bad_request(name: str, value: str, sentence: str) -> CallError:
    """400: a parameter is wrong."""
    reason = {"reason": "invalid_parameter", "name": name, "message": f"{sentence} ({value!r})"}
    return _error(400, "bad_request", "Bad Request", errors=[reason])


def forbidden() -> CallError:
    """403: the user lacks the right."""
    return _error(
        403,
        "access_denied_insufficient_permissions",
        "Access denied - insufficient permission",
    )


def not_found(kind: str = "item", thing: str = "") -> CallError:
    """404: there is no such thing, or the user may not know of it."""
    reason = {"reason": "invalid_parameter", "name": kind, "message": f"Invalid value '{thing}'."}
    return _error(404, "not_found", "Not Found", errors=[reason])


def trashed() -> CallError:
    """404: it lies in the trash."""
    return _error(404, "trashed", "Item is trashed")


def throttled(retry_after: float) -> CallError:
    """429: too many calls."""
    sentence = "Request rate limit exceeded, please try again later"
    error = _error(429, "rate_limit_exceeded", sentence)
    error.headers["retry-after"] = str(retry_after)
    return error


def request_id() -> str:
    """A fresh value for `box-request-id`."""
    return secrets.token_hex(16)


def _silent(status: int, error: str, sentence: str) -> CallError:
    challenge = f'Bearer realm="Service", error="{error}", error_description="{sentence}"'
    return CallError(status, b"", {"www-authenticate": challenge})


def _error(
    status: int, code: str, message: str, errors: list[dict[str, str]] | None = None
) -> CallError:
    error: dict[str, Any] = {"type": "error", "status": status, "code": code}
    if errors is not None:
        error["context_info"] = {"errors": errors}
    error |= {
        "help_url": "http://developers.box.com/docs/#errors",
        "message": message,
        "request_id": secrets.token_hex(8),
    }
    return CallError(status, encode(error), {"content-type": JSON})
