"""Small values that leave the sandbox and come back: signed, opaque, needing no memory.

Cursors and access tokens are sealed, so both survive a restart of the sandbox.
"""

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

_SIGNATURE_BYTES = 9


class Seal:
    """Turns a JSON object into URL-safe text that nobody can alter, and back."""

    def __init__(self, key: str) -> None:
        self._key = hashlib.sha256(key.encode()).digest()

    def close(self, value: dict[str, Any]) -> str:
        """The value as sealed text; equal values give equal text."""
        body = json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
        return base64.urlsafe_b64encode(self._sign(body) + body).decode().rstrip("=")

    def open(self, text: str) -> dict[str, Any] | None:
        """The sealed value; None when this seal did not close it."""
        try:
            sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        signature, body = sealed[:_SIGNATURE_BYTES], sealed[_SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._sign(body)):
            return None
        value: dict[str, Any] = json.loads(body)
        return value

    def _sign(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")[:_SIGNATURE_BYTES]
