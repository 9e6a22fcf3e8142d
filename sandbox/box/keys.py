"""The key pair of the app that signs in by JWT, and the assertions that it signs.

https://developer.box.com/guides/authentication/jwt/without-sdk/ : RS256, RS384 or RS512, a `jti` of
16 to 128 characters that is used once, an `exp` at most 60 seconds ahead by the server's clock.
"""

import secrets
from collections.abc import Mapping
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from sandbox.oauth import OAuthError
from sandbox.state import Memory, State

KEY_ID: Final = "casbah01"
AUDIENCE: Final = "https://api.box.com/oauth2/token"
MOST_AHEAD: Final = 60


class Keys:
    """Made when somebody first asks; a restart of the sandbox finds them again."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._used: set[str] = set()

    def private(self) -> tuple[str, str]:
        """The private key as encrypted PEM, and its passphrase."""
        with self._memory.lock:
            if not self._memory.state.box_key:
                self._memory.change(_make)
            kept = self._memory.state.box_key
            return kept["pem"], kept["passphrase"]

    def subject(self, assertion: str, client_id: str, url: str, now: float) -> tuple[str, str]:
        """The kind and id of whom a signed assertion speaks for; `now` is the server's clock.

        Raises:
            OAuthError: it is not signed by our key, not meant for us, too old or used before.
        """
        pem, passphrase = self.private()
        key = serialization.load_pem_private_key(pem.encode(), passphrase.encode())
        if not isinstance(key, RSAPrivateKey):
            raise TypeError("the key is an RSA key")
        try:
            if jwt.get_unverified_header(assertion).get("kid") != KEY_ID:
                raise OAuthError("invalid_grant", "OAuth JWT Public Key not found")
            claims = jwt.decode(
                assertion,
                key.public_key(),
                algorithms=["RS256", "RS384", "RS512"],
                audience=[AUDIENCE, url],
                issuer=client_id,
                options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
        except jwt.InvalidTokenError as wrong:
            raise OAuthError("invalid_grant", f"Please check the JWT assertion: {wrong}") from wrong
        self._check(claims, now)
        return str(claims.get("box_sub_type")), str(claims.get("sub"))

    def _check(self, claims: Mapping[str, Any], now: float) -> None:
        ends, once = claims.get("exp"), claims.get("jti")
        if not isinstance(ends, int) or not now < ends <= now + MOST_AHEAD + 1:
            raise OAuthError("invalid_grant", "Please check the 'exp' claim.")
        if not isinstance(once, str) or not 16 <= len(once) <= 128:
            raise OAuthError("invalid_grant", "Please check the 'jti' claim.")
        with self._memory.lock:
            if once in self._used:
                raise OAuthError("invalid_grant", "The 'jti' claim has been used before.")
            self._used.add(once)


def _make(state: State) -> None:
    passphrase = secrets.token_hex(16)
    key = generate_private_key(public_exponent=65_537, key_size=2_048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )
    state.box_key = {"pem": pem.decode(), "passphrase": passphrase}
