"""Sign-in at the Box stand-in, as an app sees it."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from sandbox.administrator import decide
from sandbox.client import Client

APP = {"client_id": "casbah-box-demo-key", "client_secret": "casbah-box-demo-secret"}
CCG = {"client_id": "casbah-box-ccg-key", "client_secret": "casbah-box-ccg-secret"}
JWT = {"client_id": "casbah-box-jwt-key", "client_secret": "casbah-box-jwt-secret"}
BLOCKED = {"client_id": "casbah-box-blocked-key", "client_secret": "casbah-box-blocked-secret"}
BACK = "http://127.0.0.1:45123/callback"
AUTHORIZE = "/api/oauth2/authorize"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def asked(client: Client, **more: str) -> httpx.Response:
    """The consent page."""
    wanted = {"client_id": APP["client_id"], "response_type": "code", "redirect_uri": BACK}
    return client.http.get(AUTHORIZE, params={**wanted, **more})


def code(client: Client, role: str = "admin") -> str:
    """What comes back to the app after Allow."""
    back = client.press(asked(client), "allow", role).headers["location"]
    return parse_qs(urlsplit(back).query)["code"][0]


def refreshed(client: Client, refresh_token: str) -> httpx.Response:
    return client.trade(grant_type="refresh_token", refresh_token=refresh_token, **APP)


def enterprise(client: Client) -> str:
    found: str = client.http.get("/sandbox/box-config.json").json()["enterpriseID"]
    return found


def assertion(client: Client, **changes: Any) -> str:
    """A signed assertion that speaks for the enterprise, with some claims changed."""
    settings = client.http.get("/sandbox/box-config.json").json()["boxAppSettings"]
    signing = settings["appAuth"]
    key = serialization.load_pem_private_key(
        signing["privateKey"].encode(), signing["passphrase"].encode()
    )
    claims = {
        "iss": settings["clientID"],
        "sub": enterprise(client),
        "box_sub_type": "enterprise",
        "aud": "https://api.box.com/oauth2/token",
        "jti": f"{time.time_ns():032d}",
        "exp": int(time.time()) + 30,
        **changes,
    }
    return jwt.encode(claims, key, "RS256", headers={"kid": signing["publicKeyID"]})  # type: ignore[arg-type]


def test_the_consent_page_tells_who_asks_for_what(box: Client) -> None:
    """The page names Box, the app, the company, the scopes, and three people to be."""
    page = asked(box).text
    for word in ("Box stand-in", "Casbah demo", "Larkfield Instruments", "manage_managed_users"):
        assert word in page
    assert all(f'value="{role}"' in page for role in ("admin", "coadmin", "member"))


def test_an_administrator_allows_and_denies_with_a_browser(box: Client) -> None:
    """A link without an address ends on a page with a code, and Deny ends without one."""
    query = f"client_id={APP['client_id']}&response_type=code"
    link = str(box.http.base_url.join(f"{AUTHORIZE}?{query}"))
    assert 'id="code"' in decide(link).text
    assert "was not connected" in decide(link, "deny").text


def test_a_code_gives_both_tokens_once(box: Client) -> None:
    """A code gives an access token for an hour and a refresh token, whatever the address; once."""
    got = code(box)
    tokens = box.trade(grant_type="authorization_code", code=got, **APP).json()
    assert set(tokens) == {
        "access_token",
        "expires_in",
        "restricted_to",
        "token_type",
        "refresh_token",
    }
    assert (tokens["expires_in"], tokens["restricted_to"]) == (3600, [])
    again = box.trade(grant_type="authorization_code", code=got, **APP)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_a_code_lives_half_a_minute(own_box: Client) -> None:
    """After 30 seconds a code is invalid_grant."""
    got = code(own_box)
    own_box.clock(advance_seconds=30)
    late = own_box.trade(grant_type="authorization_code", code=got, **APP)
    assert late.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("role", "told"), [("admin", "admin"), ("coadmin", "coadmin"), ("member", "user")]
)
def test_the_token_stands_for_whoever_allowed(box: Client, role: str, told: str) -> None:
    """users/me is the person who pressed Allow, with their role."""
    tokens = box.trade(grant_type="authorization_code", code=code(box, role), **APP).json()
    box.token = tokens["access_token"]
    assert box.get("users/me", fields="role").json()["role"] == told


def test_a_refresh_token_serves_once(own_box: Client) -> None:
    """Each refresh gives the next refresh token, and the one before is spent."""
    first = own_box.sign_in(app="box")["refresh_token"]
    second = refreshed(own_box, first).json()["refresh_token"]
    assert second != first
    spent = refreshed(own_box, first)
    assert (spent.status_code, spent.json()["error"]) == (400, "invalid_grant")
    assert refreshed(own_box, second).status_code == 200


def test_a_refresh_token_lives_sixty_days_from_the_last_refresh(own_box: Client) -> None:
    """59 days after a refresh the next token still serves; 60 days after that none does."""
    token = own_box.sign_in(app="box")["refresh_token"]
    own_box.clock(advance_seconds=59 * 86_400)
    token = refreshed(own_box, token).json()["refresh_token"]
    own_box.clock(advance_seconds=59 * 86_400)
    token = refreshed(own_box, token).json()["refresh_token"]
    own_box.clock(advance_seconds=60 * 86_400)
    assert refreshed(own_box, token).json()["error"] == "invalid_grant"


def test_replay_kills_the_grant_where_the_fault_says_so(own_box: Client) -> None:
    """With replay_kills, whoever shows a spent refresh token loses the tokens that followed."""
    own_box.faults(replay_kills=True)
    first = own_box.sign_in(app="box")["refresh_token"]
    second = refreshed(own_box, first).json()
    own_box.token = second["access_token"]
    assert own_box.get("users/me").status_code == 200
    assert refreshed(own_box, first).status_code == 400
    assert own_box.get("users/me").status_code == 401
    assert refreshed(own_box, second["refresh_token"]).status_code == 400


def test_no_fault_loses_a_rotated_token(own_box: Client) -> None:
    """Dropped and cut answers never cost the client the token that a refresh gave."""
    token = own_box.sign_in(app="box")["refresh_token"]
    own_box.faults(drop={"share": 0.5}, truncate={"share": 1}, replay_kills=True)
    turns = 0
    while turns < 12:
        try:
            answer = refreshed(own_box, token)
        except httpx.TransportError:
            continue
        token = answer.json()["refresh_token"]
        turns += 1


def test_an_access_token_lives_an_hour(own_box: Client) -> None:
    """After an hour, and after expire_access, the token is refused without a body."""
    own_box.clock(advance_seconds=3_600)
    expired = own_box.get("users/me")
    assert (expired.status_code, expired.content) == (401, b"")
    assert 'error="invalid_token"' in expired.headers["www-authenticate"]
    own_box.sign_in(app="box")
    own_box.faults(expire_access={"share": 1, "times": 1})
    assert own_box.get("users/me").status_code == 401
    assert own_box.get("users/me").status_code == 401
    own_box.sign_in(app="box")
    assert own_box.get("users/me").status_code == 200


def test_an_app_signs_in_with_its_own_secret(box: Client) -> None:
    """Client credentials give a service account or a user, and no refresh token."""
    form = {"grant_type": "client_credentials", "box_subject_type": "enterprise", **CCG}
    tokens = box.trade(**form, box_subject_id=enterprise(box)).json()
    assert "refresh_token" not in tokens
    admin = box.get("users/me").json()["id"]
    box.token = tokens["access_token"]
    me = box.get("users/me", fields="role,login").json()
    assert (me["role"], me["login"].split("_")[0]) == ("coadmin", "AutomationUser")
    form["box_subject_type"] = "user"
    box.token = box.trade(**form, box_subject_id=admin).json()["access_token"]
    assert box.get("users/me").json()["id"] == admin
    foreign = box.trade(**form, box_subject_id="1")
    assert (foreign.status_code, foreign.json()["error"]) == (400, "invalid_grant")


def test_an_app_signs_in_with_a_signed_assertion(box: Client) -> None:
    """A JWT signed with the key of box-config.json gives a token, once."""
    signed = assertion(box)
    tokens = box.trade(grant_type=JWT_BEARER, assertion=signed, **JWT).json()
    box.token = tokens["access_token"]
    assert box.get("users/me", fields="role").json()["role"] == "coadmin"
    again = box.trade(grant_type=JWT_BEARER, assertion=signed, **JWT)
    assert (again.status_code, "jti" in again.text) == (400, True)


@pytest.mark.parametrize(
    ("claims", "word"),
    [
        ({"exp": 1}, "exp"),
        ({"exp": 2**40}, "exp"),
        ({"jti": "short"}, "jti"),
        ({"aud": "https://example.com"}, "udience"),
        ({"iss": "somebody"}, "ssuer"),
        ({"sub": "1"}, "enterprise configuration"),
    ],
)
def test_a_wrong_assertion_is_refused(box: Client, claims: dict[str, Any], word: str) -> None:
    """Each wrong claim is invalid_grant, and the description names it."""
    refused = box.trade(grant_type=JWT_BEARER, assertion=assertion(box, **claims), **JWT)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert word in refused.json()["error_description"]


def test_an_assertion_goes_by_the_clock_of_the_server(own_box: Client) -> None:
    """Where the server's clock is ahead, its Date tells by how much, and `exp` goes by that."""
    own_box.faults(clock_skew={"seconds": 300})
    refused = own_box.trade(grant_type=JWT_BEARER, assertion=assertion(own_box), **JWT)
    assert "exp" in refused.json()["error_description"]
    later = assertion(own_box, exp=int(time.time()) + 330)
    assert own_box.trade(grant_type=JWT_BEARER, assertion=later, **JWT).status_code == 200


def test_a_blocked_app_is_refused_everywhere(box: Client) -> None:
    """An app that the enterprise blocks is unauthorized_client: at the consent page and after."""
    back = asked(box, client_id=BLOCKED["client_id"]).headers["location"]
    assert parse_qs(urlsplit(back).query)["error"] == ["unauthorized_client"]
    for form in (
        {"grant_type": "authorization_code", "code": "x"},
        {"grant_type": "refresh_token", "refresh_token": "x"},
        {"grant_type": "client_credentials", "box_subject_type": "enterprise"},
    ):
        refused = box.trade(**form, **BLOCKED)
        assert (refused.status_code, refused.json()["error"]) == (400, "unauthorized_client")


def test_wrong_secrets_and_ways_are_refused(box: Client) -> None:
    """A wrong secret is invalid_client; a way that is not the app's is unauthorized_client."""
    wrong = box.trade(grant_type="refresh_token", **{**APP, "client_secret": "x"})
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_client")
    unknown = box.trade(grant_type="refresh_token", client_id="casbah-box-x", client_secret="x")
    assert (unknown.status_code, unknown.json()["error"]) == (400, "invalid_client")
    form = {"grant_type": "client_credentials", "box_subject_type": "enterprise"}
    assert box.trade(**form, **APP).json()["error"] == "unauthorized_client"
    assert box.trade(grant_type="password", **APP).json()["error"] == "unsupported_grant_type"


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_the_pair(own_box: Client, kind: str) -> None:
    """After revoke, with an empty answer, neither token opens anything."""
    tokens = own_box.sign_in(app="box")
    revoked = own_box.http.post("/oauth2/revoke", data={**APP, "token": tokens[kind]})
    assert (revoked.status_code, revoked.content) == (200, b"")
    assert own_box.get("users/me").status_code == 401
    assert refreshed(own_box, tokens["refresh_token"]).status_code == 400


def test_the_fault_revoke_ends_grants_of_one_app(own_box: Client) -> None:
    """Revoked by its client id, an app has to be connected again."""
    own_box.faults(revoke={"client_id": APP["client_id"]})
    assert own_box.get("users/me").status_code == 401
