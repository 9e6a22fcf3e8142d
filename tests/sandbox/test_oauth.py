"""OAuth of the Dropbox stand-in, as a browser and an app see it."""

import base64
import hashlib
import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sandbox.client import Client

APP = {"client_id": "casbah-demo-key", "response_type": "code"}
SECRET = {"client_id": "casbah-demo-key", "client_secret": "casbah-demo-secret"}
BACK = "http://127.0.0.1:45123/callback"
VERIFIER = "v" * 64
S256 = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


def ask(client: Client, **more: str) -> httpx.Response:
    return client.http.get("/oauth2/authorize", params={**APP, **more})


def press(client: Client, page: httpx.Response, **chosen: str) -> httpx.Response:
    """Submit the page's form as a browser does."""
    hidden = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', page.text)
    form = {html.unescape(name): html.unescape(value) for name, value in hidden}
    return client.http.post("/oauth2/authorize", data={**form, **chosen})


def came_back(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 302
    query = parse_qs(urlsplit(response.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


def code(client: Client, role: str = "admin", **more: str) -> str:
    page = ask(client, redirect_uri=BACK, **more)
    return came_back(press(client, page, decision="allow", **{"as": role}))["code"]


def trade(client: Client, **form: str) -> httpx.Response:
    return client.http.post("/oauth2/token", data=form)


def exchange(client: Client, code: str, **more: str) -> httpx.Response:
    given = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    return trade(client, **{**given, **SECRET, **more})


def test_allow_brings_code_and_state_back_to_the_app(client: Client) -> None:
    """Allow sends the browser back with a code and the very state it came with."""
    state = "a b&c=d%/ü"
    answer = came_back(
        press(client, ask(client, redirect_uri=BACK + "?x=1", state=state), decision="allow")
    )
    assert answer["state"] == state
    assert answer["x"] == "1"
    assert answer["code"]


def test_deny_brings_access_denied(client: Client) -> None:
    """Deny sends the browser back with access_denied and the state, and with no code."""
    answer = came_back(press(client, ask(client, redirect_uri=BACK, state="s"), decision="deny"))
    assert (answer["error"], answer["state"]) == ("access_denied", "s")
    assert "code" not in answer


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
        fresh = trade(own, **form, **SECRET).json()
        assert set(fresh) == {"access_token", "token_type", "expires_in"}
        own.token = fresh["access_token"]
        assert own.call("team/get_info").status_code == 200


def test_a_refresh_may_narrow_the_scope(client: Client) -> None:
    """A refresh with fewer scopes gives a token that lacks the others; more is invalid_scope."""
    tokens = client.sign_in()
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], **SECRET}
    client.token = trade(client, **form, scope="events.read").json()["access_token"]
    missing = client.call("team/get_info").json()["error"]
    assert missing == {".tag": "missing_scope", "required_scope": "team_info.read"}
    assert trade(client, **form, scope="files.content.write").json()["error"] == "invalid_scope"


@pytest.mark.parametrize(("method", "challenge"), [("S256", S256), ("plain", VERIFIER)])
def test_pkce_needs_the_verifier_and_no_secret(client: Client, method: str, challenge: str) -> None:
    """A code asked for with a challenge needs its verifier, and then no secret, then or later."""
    asked = {"code_challenge": challenge, "code_challenge_method": method}

    def fetch(**more: str) -> httpx.Response:
        got = code(client, token_access_type="offline", **asked)
        return trade(
            client,
            grant_type="authorization_code",
            code=got,
            redirect_uri=BACK,
            client_id="casbah-demo-key",
            **more,
        )

    assert fetch().json()["error"] == "invalid_grant"
    assert fetch(code_verifier="w" * 64).json()["error"] == "invalid_grant"
    tokens = fetch(code_verifier=VERIFIER).json()
    refreshed = trade(
        client,
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
    refused = trade(client, **form, **SECRET)
    assert refused.status_code == 400
    assert refused.headers["content-type"] == "application/json"
    assert refused.json()["error"] == error
    assert refused.json()["error_description"]


def test_the_redirect_address_must_be_the_same_again(client: Client) -> None:
    """A code is not given out to another address than the one it was sent to."""
    got = code(client)
    assert exchange(client, got, redirect_uri=BACK + "/x").json()["error"] == "invalid_grant"


def test_without_a_redirect_address_the_code_is_shown(client: Client) -> None:
    """Without redirect_uri the page shows a code that can be pasted and works."""
    page = press(client, ask(client), decision="allow")
    shown = re.search(r'id="code">([^<]+)<', page.text)
    assert shown is not None
    form = {"grant_type": "authorization_code", "code": shown[1]}
    assert trade(client, **form, **SECRET).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "nobody"},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": "http://127.0.0.1:1@evil.example/"},
        {"redirect_uri": "http://127.0.0.1.evil.example/"},
        {"redirect_uri": "http://127.0.0.1:1\\@evil.example/"},
        {"redirect_uri": BACK + "#fragment"},
        {"state": "s" * 501},
    ],
)
def test_no_answer_goes_to_an_address_that_is_not_trusted(
    client: Client, wrong: dict[str, str]
) -> None:
    """A wrong app, address or state ends on a page with status 400, never in a redirect."""
    page = ask(client, **{"redirect_uri": BACK, **wrong})
    assert page.status_code == 400
    assert "location" not in page.headers


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "events.read files.content.write"}, "invalid_scope"),
        ({"token_access_type": "eternal"}, "invalid_request"),
        ({"code_challenge_method": "S512"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
    ],
)
def test_other_wrong_requests_are_told_to_the_app(
    client: Client, wrong: dict[str, str], error: str
) -> None:
    """What is wrong with the request goes back to the app with the codes of RFC 6749."""
    answer = came_back(ask(client, redirect_uri=BACK, state="s", **wrong))
    assert (answer["error"], answer["state"]) == (error, "s")


def test_the_page_is_closed_to_scripts_and_markup(client: Client) -> None:
    """The consent page escapes what it was given, runs no script and loads nothing."""
    evil = '"><script>alert(1)</script>'
    page = ask(client, redirect_uri=BACK + "?q=" + "'><b>", state=evil)
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "<b>" not in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"(src|href)=|url\(|@import", page.text)
    style = re.search(r"<style>(.*?)</style>", page.text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy
    assert came_back(press(client, page, decision="deny"))["state"] == evil


def test_the_page_says_who_asks_for_what(client: Client) -> None:
    """The consent page names the app, the team and every scope that is asked for, and no other."""
    page = ask(client, redirect_uri=BACK, scope="events.read members.read").text
    team = client.call("team/get_info").json()["name"]
    assert all(word in page for word in ("Casbah demo", team, "events.read", "members.read"))
    assert "sharing.read" not in page


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
    sibling = trade(client, **form).json()["access_token"]
    revoked = client.call("auth/token/revoke")
    assert (revoked.status_code, revoked.text) == (200, "null")
    for token in (tokens["access_token"], sibling):
        client.token = token
        assert client.call("team/get_info").json()["error"] == {".tag": "invalid_access_token"}
    refused = trade(client, **form)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
