"""Codes and tokens of the Dropbox stand-in, as an app sees them."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sandbox.client import Client
from sandbox.dropbox.access import USER_SCOPES

APP = {"client_id": "casbah-demo-key", "response_type": "code"}
SECRET = {"client_id": "casbah-demo-key", "client_secret": "casbah-demo-secret"}
BACK = "http://127.0.0.1:45123/callback"
VERIFIER = "v" * 64
S256 = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


def code(client: Client, role: str = "admin", **more: str) -> str:
    """What comes back to the app after Allow."""
    page = client.http.get("/oauth2/authorize", params={**APP, "redirect_uri": BACK, **more})
    back = client.press(page, "allow", role).headers["location"]
    return parse_qs(urlsplit(back).query)["code"][0]


def exchange(client: Client, code: str, **more: str) -> httpx.Response:
    given = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    return client.trade(**{**given, **SECRET, **more})


def test_a_code_gives_a_team_token(client: Client) -> None:
    """An admin's code gives a team token for four hours, with a refresh token when offline."""
    tokens = exchange(client, code(client, token_access_type="offline")).json()
    assert tokens["team_id"].startswith("dbtid:")
    assert (tokens["token_type"], tokens["expires_in"], tokens["uid"]) == ("bearer", 14400, "")
    assert "account_id" not in tokens
    client.token = tokens["access_token"]
    assert client.call("team/get_info").status_code == 200
    assert "refresh_token" in tokens
    assert "refresh_token" not in exchange(client, code(client)).json()


def test_a_plain_member_gives_a_token_of_one_account(client: Client) -> None:
    """A plain member's consent opens that account alone, and no team route."""
    tokens = exchange(client, code(client, role="member")).json()
    assert tokens["account_id"].startswith("dbid:")
    assert "team_id" not in tokens
    assert set(tokens["scope"].split()) == USER_SCOPES.keys()
    client.token = tokens["access_token"]
    refused = client.call("team/get_info")
    assert refused.status_code == 400
    assert "not associated with a team" in refused.text
    own = client.call("users/get_current_account").json()
    assert own["account_id"] == tokens["account_id"]


def test_a_code_serves_once(client: Client) -> None:
    """The second use of a code is invalid_grant, with status 400."""
    once = code(client)
    assert exchange(client, once).status_code == 200
    again = exchange(client, once)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_a_code_expires_after_a_minute(own: Client) -> None:
    """A code that nobody used for a minute is invalid_grant."""
    late = code(own)
    own.clock(advance_seconds=61)
    assert exchange(own, late).json()["error"] == "invalid_grant"


def test_an_access_token_expires_and_is_refreshed(own: Client) -> None:
    """After four hours a token has expired, and the refresh token gives new ones for ever."""
    tokens = own.sign_in()
    own.clock(advance_seconds=14_400)
    expired = own.call("team/get_info")
    assert expired.status_code == 401
    assert expired.json()["error"] == {".tag": "expired_access_token"}
    for _ in range(2):
        form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        fresh = own.trade(**form, **SECRET).json()
        assert set(fresh) == {"access_token", "token_type", "expires_in"}
        own.token = fresh["access_token"]
        assert own.call("team/get_info").status_code == 200


def test_a_refresh_may_narrow_the_scope(client: Client) -> None:
    """A refresh with fewer scopes gives a token that lacks the others; more is invalid_scope."""
    tokens = client.sign_in()
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], **SECRET}
    client.token = client.trade(**form, scope="events.read").json()["access_token"]
    missing = client.call("team/get_info").json()["error"]
    assert missing == {".tag": "missing_scope", "required_scope": "team_info.read"}
    assert client.trade(**form, scope="files.content.write").json()["error"] == "invalid_scope"


@pytest.mark.parametrize(("method", "challenge"), [("S256", S256), ("plain", VERIFIER)])
def test_pkce_needs_the_verifier_and_no_secret(client: Client, method: str, challenge: str) -> None:
    """A code asked for with a challenge needs its verifier, and then no secret, then or later."""
    asked = {"code_challenge": challenge, "code_challenge_method": method}

    def fetch(**more: str) -> httpx.Response:
        got = code(client, token_access_type="offline", **asked)
        return client.trade(
            grant_type="authorization_code",
            code=got,
            redirect_uri=BACK,
            client_id="casbah-demo-key",
            **more,
        )

    assert fetch().json()["error"] == "invalid_grant"
    assert fetch(code_verifier="w" * 64).json()["error"] == "invalid_grant"
    tokens = fetch(code_verifier=VERIFIER).json()
    refreshed = client.trade(
        grant_type="refresh_token",
        refresh_token=tokens["refresh_token"],
        client_id="casbah-demo-key",
    )
    assert refreshed.status_code == 200


def test_a_wrong_secret_is_invalid_client(client: Client) -> None:
    """A wrong key or secret is invalid_client: 400 from a form, 401 after HTTP Basic."""
    form = exchange(client, "any", client_secret="wrong")
    assert form.status_code == 400
    assert form.json() == {"error": "invalid_client: Invalid client_id or client_secret"}
    assert exchange(client, "any", client_id="nobody").status_code == 400
    own = client.sign_in()["refresh_token"]
    without = client.trade(
        grant_type="refresh_token", refresh_token=own, client_id="casbah-demo-key"
    )
    assert (without.status_code, without.json()) == (400, form.json())
    basic = client.http.post(
        "/oauth2/token", data={"grant_type": "refresh_token"}, auth=("casbah-demo-key", "wrong")
    )
    assert (basic.status_code, basic.json()["error"]) == (401, "invalid_client")


def test_http_basic_authenticates_the_app(client: Client) -> None:
    """The app may prove itself by HTTP Basic instead of form fields."""
    form = {"grant_type": "authorization_code", "code": code(client), "redirect_uri": BACK}
    tokens = client.http.post(
        "/oauth2/token", data=form, auth=("casbah-demo-key", "casbah-demo-secret")
    )
    assert tokens.status_code == 200


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "x" * 64}, "invalid_grant"),
        ({"grant_type": "authorization_code", "code": "x"}, "invalid_grant"),
    ],
)
def test_token_errors_are_json_with_status_400(
    client: Client, form: dict[str, str], error: str
) -> None:
    """Every refusal of the token endpoint is JSON with status 400 and a description."""
    refused = client.trade(**form, **SECRET)
    assert refused.status_code == 400
    assert refused.headers["content-type"] == "application/json"
    assert refused.json()["error"] == error
    assert refused.json()["error_description"]


def test_the_redirect_address_must_be_the_same_again(client: Client) -> None:
    """A code is not given out to another address than the one it was sent to."""
    got = code(client)
    assert exchange(client, got, redirect_uri=BACK + "/x").json()["error"] == "invalid_grant"


def test_scopes_are_granted_as_asked(client: Client) -> None:
    """The token has the scopes that were asked for, all those of the app when none were."""
    asked = exchange(client, code(client, scope="events.read team_info.read")).json()
    assert asked["scope"] == "events.read team_info.read"
    everything: dict[str, Any] = exchange(client, code(client)).json()
    assert len(everything["scope"].split()) == 9


def test_revoking_ends_the_whole_grant(client: Client) -> None:
    """After token/revoke neither the access token nor its siblings nor the refresh token work."""
    tokens = client.sign_in()
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], **SECRET}
    sibling = client.trade(**form).json()["access_token"]
    revoked = client.call("auth/token/revoke")
    assert (revoked.status_code, revoked.text) == (200, "null")
    for token in (tokens["access_token"], sibling):
        client.token = token
        assert client.call("team/get_info").json()["error"] == {".tag": "invalid_access_token"}
    refused = client.trade(**form)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
