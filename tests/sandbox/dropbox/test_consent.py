"""The consent page of the Dropbox stand-in, as a browser sees it."""

import base64
import hashlib
import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sandbox.client import Client

APP = {"client_id": "casbah-demo-key", "response_type": "code"}
SECRET = {"client_id": "casbah-demo-key", "client_secret": "casbah-demo-secret"}
BACK = "http://127.0.0.1:45123/callback"


def ask(client: Client, **more: str) -> httpx.Response:
    return client.http.get("/oauth2/authorize", params={**APP, **more})


def came_back(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 302
    query = parse_qs(urlsplit(response.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


def test_allow_brings_code_and_state_back_to_the_app(client: Client) -> None:
    """Allow sends the browser back with a code and the very state it came with."""
    state = "a b&c=d%/ü"
    answer = came_back(client.press(ask(client, redirect_uri=BACK + "?x=1", state=state), "allow"))
    assert answer["state"] == state
    assert answer["x"] == "1"
    assert answer["code"]


def test_deny_brings_access_denied(client: Client) -> None:
    """Deny sends the browser back with access_denied and the state, and with no code."""
    answer = came_back(client.press(ask(client, redirect_uri=BACK, state="s"), "deny"))
    assert (answer["error"], answer["state"]) == ("access_denied", "s")
    assert "code" not in answer


def test_without_a_redirect_address_the_code_is_shown(client: Client) -> None:
    """Without redirect_uri the page shows a code that can be pasted and works."""
    page = client.press(ask(client), "allow")
    shown = re.search(r'id="code">([^<]+)<', page.text)
    assert shown is not None
    form = {"grant_type": "authorization_code", "code": shown[1]}
    assert client.trade(**form, **SECRET).status_code == 200


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
    assert came_back(client.press(page, "deny"))["state"] == evil


def test_the_page_says_who_asks_for_what(client: Client) -> None:
    """The consent page names the app, the team and every scope that is asked for, and no other."""
    page = ask(client, redirect_uri=BACK, scope="events.read members.read").text
    team = client.call("team/get_info").json()["name"]
    assert all(word in page for word in ("Casbah demo", team, "events.read", "members.read"))
    assert "sharing.read" not in page
    assert '<option value="admin" selected>' in page
    assert '<option value="member" selected>' in ask(client, **{"as": "member"}).text
