"""Tokens: refreshed when stale, saved before used, asked for once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from connectors.contract import Credentials
from connectors.dropbox import Dropbox
from connectors.errors import NeedsPerson
from connectors.oauth import RefreshingAuth, Tokens

CALL = "https://vendor.example/2/team/get_info"
TOKEN = "https://vendor.example/oauth2/token"
LATER = datetime.now(UTC) + timedelta(hours=4)


def renew(tokens: Tokens) -> httpx.Request:
    return httpx.Request("POST", TOKEN, data={"refresh_token": tokens.refresh_token})


def read(response: httpx.Response, old: Tokens) -> Tokens:
    if response.status_code != 200:
        raise NeedsPerson("The grant is gone.", "Connect again.")
    return Tokens(response.json()["access_token"], LATER, old.refresh_token)


def steps(store: Any) -> tuple[Any, httpx.Request]:
    """An auth flow before its first step, and the request that it signs."""
    auth = RefreshingAuth(store, renew=renew, read=read, refused=lambda r: r.status_code == 401)
    request = httpx.Request("POST", CALL)
    return auth.auth_flow(request), request


def bearer(request: httpx.Request) -> str:
    return request.headers["Authorization"].removeprefix("Bearer ")


def new(token: str) -> httpx.Response:
    return httpx.Response(200, json={"access_token": token})


def test_a_fresh_token_signs_and_nothing_else_is_sent(vault: Callable[..., Any]) -> None:
    """A token with hours to live is used as it is."""
    flow, request = steps(store := vault())
    assert next(flow) is request
    assert bearer(request) == "old"
    with pytest.raises(StopIteration):
        flow.send(httpx.Response(200))
    assert len(store.saved) == 1


@pytest.mark.parametrize("life", [-60, 0, 299])
def test_a_stale_token_is_replaced_before_the_call(vault: Callable[..., Any], life: float) -> None:
    """With less than five minutes to live a token is refreshed; the new one is saved, then used."""
    flow, request = steps(store := vault(life=life))
    asked = next(flow)
    assert (str(asked.url), asked.content) == (TOKEN, b"refresh_token=again")
    assert store.held
    assert flow.send(new("new")) is request
    assert store.saved[-1] == Tokens("new", LATER, "again")
    assert bearer(request) == "new"
    assert not store.held


def test_a_refused_token_is_replaced_and_the_call_sent_once_more(
    vault: Callable[..., Any],
) -> None:
    """401 brings one refresh, saved before the same request goes out again; a second 401 ends."""
    flow, request = steps(store := vault())
    next(flow)
    assert str(flow.send(httpx.Response(401)).url) == TOKEN
    assert flow.send(new("new")) is request
    assert (store.load().access_token, bearer(request)) == ("new", "new")
    with pytest.raises(StopIteration):
        flow.send(httpx.Response(401))


@pytest.mark.parametrize("life", [-60, 14400])
def test_the_token_that_another_process_got_is_used(vault: Callable[..., Any], life: float) -> None:
    """Whoever finds a fresh token in the store, after waiting for its turn, asks for none."""
    flow, request = steps(store := vault(life=life))
    store.meanwhile = lambda: store.save(Tokens("theirs", LATER, "again"))
    assert next(flow) is request
    if life > 0:
        assert flow.send(httpx.Response(401)) is request
    assert bearer(request) == "theirs"


def test_a_refused_refresh_is_told_and_saves_nothing(vault: Callable[..., Any]) -> None:
    """A failed refresh is NeedsPerson with a remedy; the old tokens stay, and the turn is free."""
    flow, _ = steps(store := vault(life=-60))
    next(flow)
    with pytest.raises(NeedsPerson) as caught:
        flow.send(httpx.Response(400, json={"error": "invalid_grant"}))
    assert caught.value.remedy == "Connect again."
    assert len(store.saved) == 1
    assert not store.held


@pytest.mark.parametrize(
    ("refusal", "problem", "remedy"),
    [
        ({"error": "invalid_grant", "error_description": "refresh token is revoked"},
         "Dropbox gave no token (refresh token is revoked).", "casbah connect dropbox acme"),
        ({"error": "invalid_client: Invalid client_id or client_secret"},
         "Dropbox does not know this app key and secret.", "connect again."),
        ({"error": "invalid_client", "error_description": "x"},
         "Dropbox does not know this app key and secret.", "connect again."),
        ({"error": "odd\x1b[31m\n"}, "Dropbox gave no token (odd [31m ).", "casbah connect"),
    ],
)  # fmt: skip
def test_dropbox_refuses_tokens_with_400(
    vault: Callable[..., Any], refusal: dict[str, str], problem: str, remedy: str
) -> None:
    """Both forms of a wrong app and a dead grant are told apart, and nothing is saved."""
    wire = httpx.MockTransport(lambda _: httpx.Response(400, json=refusal))
    store = vault(life=-60)
    credentials = Credentials("dropbox", "acme", "key", "wrong", "https://vendor.example")
    with pytest.raises(NeedsPerson) as caught:
        Dropbox(credentials, store, transport=wire).account()
    assert caught.value.problem == problem
    assert remedy in caught.value.remedy
    assert len(store.saved) == 1


def test_a_connection_without_consent_says_so(vault: Callable[..., Any]) -> None:
    """Without a refresh token nothing is sent; the remedy is to connect."""
    wire = httpx.MockTransport(lambda request: pytest.fail(f"sent {request.url}"))
    credentials = Credentials("dropbox", "acme", "key", "secret", "https://vendor.example")
    with pytest.raises(NeedsPerson, match=r"Nobody has consented.*casbah connect dropbox acme"):
        Dropbox(credentials, vault(None, None), transport=wire).account()


def test_secrets_do_not_show() -> None:
    """No token, secret or verifier is in what Python prints of them."""
    credentials = Credentials("dropbox", "acme", "key", "hush")
    assert "hush" not in repr(Tokens("hush", LATER, "hush")) + repr(credentials)
