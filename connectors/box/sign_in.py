"""How a connection comes to access tokens: by a person's consent, or in the app's own name.

Box's OpenAPI specification (github.com/box/box-openapi, `/oauth2/token`): a refresh token serves
once, and its answer brings the next; client credentials and JWT have none, and ask again.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import httpx
import jwt
import msgspec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from connectors.bodies import decode
from connectors.box.refusals import blocked, no_tokens, wrong_clock
from connectors.contract import Credentials
from connectors.errors import NeedsPerson
from connectors.http import Http, Transient, clock_skew
from connectors.oauth import Consent, Tokens

AUTHORIZE = "https://account.box.com/api/oauth2/authorize"
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
HEEDED = timedelta(seconds=5)
ASSERTION_LIVES = timedelta(seconds=45)  # Box takes at most 60


class SignIn:
    """The requests that bring tokens for one connection, and the reading of their answers."""

    def __init__(self, credentials: Credentials, host: str, client: Http) -> None:
        self._credentials = credentials
        self._host = host
        self._client = client
        self._ahead = timedelta(0)  # of Box's clock, as far as it has complained

    def consent(self, redirect_uri: str | None) -> Consent:
        """The link that asks an administrator. Box knows no PKCE; scopes are the app's own."""
        base = self._credentials.base_url
        return Consent.ask(
            f"{self._host}/api/oauth2/authorize" if base else AUTHORIZE,
            redirect_uri,
            pkce=False,
            refusals={"unauthorized_client": blocked(self._credentials, "unauthorized_client")},
            client_id=self._credentials.client_id,
        )

    def exchange(self, consent: Consent, code: str) -> Tokens:
        """The tokens for a code, which serves once and for 30 seconds."""
        form = {"grant_type": "authorization_code", "code": code}
        if consent.redirect_uri:
            form["redirect_uri"] = consent.redirect_uri
        none = Tokens(None, None, None)
        request = self._request("token", form)
        return self._client.send(request, lambda response: self.read(response, none))

    def renew(self, tokens: Tokens) -> httpx.Request:
        """The request for new tokens.

        Raises:
            NeedsPerson: there is nothing to ask with.
        """
        match self._credentials.auth:
            case "ccg":
                return self._request(
                    "token", {"grant_type": "client_credentials"} | self._subject()
                )
            case "jwt":
                form = {"grant_type": JWT_GRANT, "assertion": self._assertion()}
                return self._request("token", form)
        if not tokens.refresh_token:
            raise NeedsPerson(
                "Nobody has consented to this connection yet.", self._credentials.reconnect
            )
        form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
        return self._request("token", form)

    def read(self, response: httpx.Response, old: Tokens) -> Tokens:
        """The tokens in an answer, which has a new refresh token wherever there was an old one.

        Raises:
            Transient: another attempt may pass.
            NeedsPerson: the grant, the app or its permissions are not right.
        """
        if response.status_code == 429 or response.status_code >= 500:
            raise Transient(f"answered {response.status_code} when asked for a token")
        if response.status_code != 200:
            self._heed_clock(response)
            raise no_tokens(response, self._credentials)
        granted = decode(response, _Granted)
        return Tokens(
            granted.access_token,
            datetime.now(UTC) + timedelta(seconds=granted.expires_in),
            granted.refresh_token or old.refresh_token,
        )

    def revoke(self, tokens: Tokens) -> None:
        """Kill the grant: either of its tokens stands for both."""
        token = tokens.refresh_token or tokens.access_token
        if not token:
            return
        request = self._request("revoke", {"token": token})
        self._client.send(request, self._revoked)

    def _revoked(self, response: httpx.Response) -> None:
        if response.status_code != 200:
            raise no_tokens(response, self._credentials)

    def _request(self, what: str, form: dict[str, str]) -> httpx.Request:
        # In the form, never in the address: addresses end up in other people's logs.
        form["client_id"] = self._credentials.client_id
        if self._credentials.client_secret:
            form["client_secret"] = self._credentials.client_secret
        return self._client.request("POST", f"{self._host}/oauth2/{what}", data=form)

    def _subject(self) -> dict[str, str]:
        if not self._credentials.enterprise_id:
            raise NeedsPerson(
                "Signing in as an application needs the enterprise's ID.",
                "Give it with --enterprise-id; it stands in the Admin Console, under Account &"
                " Billing.",
            )
        return {"box_subject_type": "enterprise", "box_subject_id": self._credentials.enterprise_id}

    def _assertion(self) -> str:
        """A JWT that serves once (developer.box.com/guides/authentication/jwt/without-sdk)."""
        subject = self._subject()
        claims = {
            "iss": self._credentials.client_id,
            "sub": subject["box_subject_id"],
            "box_sub_type": subject["box_subject_type"],
            "aud": f"{self._host}/oauth2/token",
            "jti": secrets.token_hex(32),
            "exp": datetime.now(UTC) + self._ahead + ASSERTION_LIVES,
        }
        secret, passphrase = self._credentials.private_key, self._credentials.passphrase
        headers = {"kid": self._credentials.key_id}
        try:
            key = load_pem_private_key((secret or "").encode(), _bytes(passphrase))
            # a key of another kind than RSA is a TypeError of PyJWT's
            return jwt.encode(claims, key, algorithm="RS512", headers=headers)  # type: ignore[arg-type]
        except (ValueError, TypeError, jwt.PyJWTError):
            raise NeedsPerson(
                "The app's private key cannot be opened.",
                "Download a new configuration from the app's Configuration tab and connect again"
                " with --auth jwt --config FILE.",
            ) from None

    def _heed_clock(self, response: httpx.Response) -> None:
        """Try once more by Box's own clock when an assertion seems to be of another time."""
        skew = clock_skew(response) if wrong_clock(response) else None
        if self._credentials.auth == "jwt" and skew and abs(self._ahead + skew) > HEEDED:
            self._ahead = -skew
            raise Transient("calls our clock wrong")


class _Granted(msgspec.Struct):
    access_token: str
    expires_in: float = 3600
    refresh_token: str | None = None


def _bytes(passphrase: str | None) -> bytes | None:
    return passphrase.encode() if passphrase else None
