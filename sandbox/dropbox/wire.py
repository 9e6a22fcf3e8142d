"""How Dropbox says no: the error bodies of its HTTP API.

Statuses and shapes: https://www.dropbox.com/developers/documentation/http/documentation#error-handling
and the `auth` and `common` namespaces of the public API specification.
"""

import json
import secrets
from typing import Any

JSON = "application/json"  # the official Python SDK compares to exactly this
TEXT = "text/plain; charset=utf-8"


class CallError(Exception):
    """An answer that is not the result of the route."""

    def __init__(self, status: int, body: bytes, kind: str = JSON) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.kind = kind


def encode(value: Any) -> bytes:
    """JSON as Dropbox writes it: ASCII, no needless spaces."""
    return json.dumps(value, separators=(",", ":")).encode()


def bad_request(route: str, sentence: str) -> CallError:
    """400 in plain text: the call itself is wrong."""
    text = f'Error in call to API function "{route}": {sentence}'
    return CallError(400, text.encode("utf-8", "replace"), TEXT)


def unauthorized(tag: str, **more: Any) -> CallError:
    """401 with an AuthError."""
    return _json_error(401, tag, {".tag": tag, **more})


def wrong_root(tag: str, **more: Any) -> CallError:
    """422 with a PathRootError."""
    return _json_error(422, tag, {".tag": tag, **more})


def route_error(*tags: str, value: Any = None) -> CallError:
    """409 with the route's own union, nested tag by tag; `value` is the payload of the last."""
    error: dict[str, Any] = {".tag": tags[-1]}
    if value is not None:
        error[tags[-1]] = value
    for tag in reversed(tags[:-1]):
        error = {".tag": tag, tag: error}
    return _json_error(409, "/".join(tags), error)


def throttled(retry_after: float) -> CallError:
    """429 with a RateLimitError."""
    error = {"reason": {".tag": "too_many_requests"}, "retry_after": retry_after}
    return _json_error(429, "too_many_requests", error)


def request_id() -> str:
    """A fresh value for `x-dropbox-request-id`."""
    return secrets.token_hex(16)


def _json_error(status: int, summary: str, error: dict[str, Any]) -> CallError:
    # The run of dots is random, so that nobody compares the whole string.
    dots = "." * secrets.randbelow(4)
    return CallError(status, encode({"error_summary": f"{summary}/{dots}", "error": error}))
