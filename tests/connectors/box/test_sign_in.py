"""Signing in to Box: a consent whose refresh tokens serve once, or the app in its own name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from connectors.box import Box, config
from connectors.contract import Credentials
from connectors.errors import NeedsPerson, TryLater
from sandbox.administrator import decide
from sandbox.client import Client

BACK = "http://127.0.0.1:45123/callback"
Enterprise = Callable[..., Box]
Store = Callable[..., Any]
HOUR = 3600


def url(client: Client) -> str:
    return str(client.http.base_url)


def downloaded(address: str) -> dict[str, str]:
    """What Box's configuration file tells of the app that signs in with a key."""
    return config.read(httpx.get(f"{address}/sandbox/box-config.json").content)


def as_app(address: str, vault: Store, auth: str, **changed: Any) -> tuple[Box, Any]:
    """The connector of an app that signs in by itself, and where its tokens are kept."""
    told = downloaded(address)
    if auth == "ccg":
        told = {"enterprise_id": told["enterprise_id"], "client_id": "casbah-box-ccg-key"}
        told |= {"client_secret": "casbah-box-ccg-secret"}
    held: dict[str, Any] = {**told, "auth": auth, **changed}
    store = vault(None, None)
    return Box(Credentials("box", "acme", base_url=address, **held), store), store


def refusing(status: int, body: Any, **headers: str) -> httpx.MockTransport:
    return httpx.MockTransport(lambda _: httpx.Response(status, json=body, headers=headers))


@pytest.mark.parametrize("back", [BACK, None])
def test_consent_becomes_tokens(calm: str, enterprise: Enterprise, back: str | None) -> None:
    """What an administrator allows is exchanged once; Box's link has no PKCE and no scopes."""
    box = enterprise(calm)
    consent = box.consent(back)
    assert set(parse_qs(urlsplit(consent.link).query)) - {"redirect_uri"} == {
        "client_id",
        "response_type",
        "state",
    }
    if back:
        page = Client(calm)
        answer = page.press(page.http.get(consent.link), "allow").headers["location"]
    else:
        answer = re.findall(r"<code[^>]*>([^<]+)</code>", decide(consent.link).text)[0]
    tokens = box.exchange(consent, consent.code(answer))
    assert tokens.access_token
    assert tokens.refresh_token
    with pytest.raises(NeedsPerson, match=r"gave no token.*casbah connect box acme"):
        box.exchange(consent, consent.code(answer))


def test_each_refresh_spends_its_token(own: Client, enterprise: Enterprise, vault: Store) -> None:
    """Hour after hour each new pair is saved before use; a spent token opens nothing any more."""
    box = enterprise(url(own), store=(store := vault(None, granted(own)["refresh_token"])))
    for _ in range(3):
        box.account()
        own.clock(advance_seconds=2 * HOUR)
        store.save(stale(store.load()))
    refreshed = {tokens.refresh_token for tokens in store.saved}
    assert len(refreshed) == 4
    spent = enterprise(url(own), store=vault(None, store.saved[0].refresh_token))
    with pytest.raises(NeedsPerson, match=r"expired.*casbah connect box acme"):
        spent.account()
    assert box.account().role == "admin"


def granted(client: Client) -> dict[str, str]:
    found: dict[str, str] = client.http.post("/grant", json={"app": "box"}).json()
    return found


def stale(tokens: Any) -> Any:
    """The same tokens after the access token's hour: our clock does not follow the sandbox's."""
    return type(tokens)(None, None, tokens.refresh_token)


def test_a_killed_access_token_is_replaced(own: Client, enterprise: Enterprise) -> None:
    """Box's empty 401 brings one refresh and the same call once more."""
    box = enterprise(url(own))
    own.faults(expire_access={"times": 1, "share": 1})
    assert box.account().role == "admin"


def test_a_dead_grant_needs_a_person(own: Client, enterprise: Enterprise) -> None:
    """After a revocation the refresh is refused, and the remedy is the command to type."""
    box = enterprise(url(own))
    own.faults(revoke=True)
    with pytest.raises(NeedsPerson, match=r"gave no token.*casbah connect box acme"):
        box.account()


def test_our_own_revocation_is_final(own: Client, enterprise: Enterprise) -> None:
    """Once given back, a grant opens nothing."""
    box = enterprise(url(own))
    box.revoke()
    with pytest.raises(NeedsPerson):
        box.account()


@pytest.mark.parametrize("auth", ["ccg", "jwt"])
def test_an_app_signs_in_by_itself(own: Client, vault: Store, auth: str) -> None:
    """Without any consent the app is its service account; a new token is asked for each hour."""
    box, store = as_app(url(own), vault, auth)
    account = box.account()
    assert account.admin_email.endswith("@boxdevedition.com")
    assert account.limits
    first = store.load()
    assert first.access_token
    assert first.refresh_token is None
    own.clock(advance_seconds=2 * HOUR)
    assert box.account().id == account.id
    assert store.load().access_token != first.access_token


@pytest.mark.parametrize("auth", ["ccg", "jwt"])
def test_another_process_uses_the_same_token(calm: str, vault: Store, auth: str) -> None:
    """A token that lies in the store is used, and none is asked for."""
    box, store = as_app(calm, vault, auth)
    box.account()
    other = Box(
        Credentials("box", "acme", "no-such-key", "x", calm, auth="ccg", enterprise_id="1"),
        vault(store.load().access_token, None),
    )
    with pytest.raises(NeedsPerson, match="is of enterprise"):
        other.account()


@pytest.mark.parametrize("seconds", [-600, -50, 300])
def test_an_assertion_follows_boxs_clock(own: Client, vault: Store, seconds: int) -> None:
    """However wrong this machine's clock is, the assertion ends by Box's."""
    own.faults(clock_skew={"seconds": seconds})
    box, _ = as_app(url(own), vault, "jwt")
    assert box.account().limits


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"client_secret": "wrong"}, r"does not know this client ID.*Copy both"),
        ({"enterprise_id": "1"}, r"Compare enterprise ID and key.*casbah connect box acme"),
        ({"enterprise_id": None}, r"needs the enterprise's ID.*--enterprise-id"),
    ],
)
@pytest.mark.parametrize("auth", ["ccg", "jwt"])
def test_an_app_that_is_set_up_wrong(
    calm: str, vault: Store, auth: str, changed: dict[str, Any], words: str
) -> None:
    """A wrong secret, a wrong enterprise or none: each says what to mend and where."""
    box, _ = as_app(calm, vault, auth, **changed)
    with pytest.raises(NeedsPerson, match=words):
        box.account()


@pytest.mark.parametrize("changed", [{"private_key": "no PEM"}, {"passphrase": "wrong"}])
def test_a_key_that_does_not_open(calm: str, vault: Store, changed: dict[str, str]) -> None:
    """A broken key or a wrong passphrase is told without a word of either."""
    box, _ = as_app(calm, vault, "jwt", **changed)
    with pytest.raises(NeedsPerson, match=r"private key cannot be opened.*--config") as caught:
        box.account()
    assert not any(secret in str(caught.value) for secret in changed.values())


@pytest.mark.parametrize("data_center", [None, "EU1"])
def test_a_blocked_app_is_told_by_its_client_id(
    calm: str, enterprise: Enterprise, vault: Store, data_center: str | None
) -> None:
    """An enterprise that lets in no unpublished app: which client ID goes into which box, where."""
    key = "casbah-box-blocked-key"
    box = enterprise(calm, key=key, store=vault(None, "any"), data_center=data_center)
    consent = box.consent(BACK)
    answer = httpx.get(consent.link).headers["location"]
    for refused in (box.account, lambda: consent.code(answer)):
        with pytest.raises(NeedsPerson) as caught:
            refused()
        said = caught.value.remedy
        assert f"the client ID {key}" in said
        assert '"Except for"' in said
        assert "Integrations, Platform Apps Manager" in said
        assert ("of data centre EU1" in said) == bool(data_center)
        assert said.endswith("casbah connect box acme")


def test_a_server_app_is_authorized_elsewhere(vault: Store) -> None:
    """For an app that signs in by itself the place is another one."""
    credentials = Credentials("box", "acme", "key", "x", auth="ccg", enterprise_id="1")
    body = {"error": "unauthorized_client", "error_description": "not authorized"}
    box = Box(credentials, vault(None, None), transport=refusing(400, body))
    with pytest.raises(NeedsPerson, match=r"Server Authentication Apps, add .*client ID key,"):
        box.account()


def test_a_disabled_app_is_told(enterprise: Enterprise, vault: Store) -> None:
    """The 401 that is no matter of the token is not answered with a refresh."""
    body = {"code": "unauthorized", "message": "Unauthorized - Cannot authorize with this service"}
    store = vault()
    box = enterprise("https://box.example", store=store, transport=refusing(401, body))
    with pytest.raises(NeedsPerson, match='"Except for"'):
        box.account()
    assert len(store.saved) == 1


def test_a_token_call_that_is_put_off(enterprise: Enterprise, vault: Store) -> None:
    """A long Retry-After is TryLater with its seconds; 202 and 503 say it as 429 does."""
    for status in (202, 429, 503):
        waiting = refusing(status, {}, **{"Retry-After": "120"})
        with pytest.raises(TryLater) as caught:
            enterprise("https://box.example", store=vault(), transport=waiting).account()
        assert caught.value.after == 120


def test_secrets_of_an_app_do_not_show() -> None:
    """Neither key nor passphrase is in what Python prints of the credentials."""
    credentials = Credentials("box", "acme", "key", private_key="hush", passphrase="hush")
    assert "hush" not in repr(credentials)


@pytest.mark.parametrize("text", [b"", b"{}", b'{"boxAppSettings": 7}', b"\xff"])
def test_another_file_is_no_configuration(text: bytes) -> None:
    """Any other file is refused with where the right one comes from."""
    with pytest.raises(NeedsPerson, match=r"no configuration of a Box app.*Download it as JSON"):
        config.read(text)


def test_a_configuration_without_key_is_of_client_credentials() -> None:
    """The console's file of such an app has empty fields for the key."""
    key = {"publicKeyID": "", "privateKey": "", "passphrase": ""}
    app = {"clientID": "id", "clientSecret": "secret", "appAuth": key}
    read = config.read(json.dumps({"boxAppSettings": app, "enterpriseID": "7"}).encode())
    assert read == {
        "auth": "ccg",
        "client_id": "id",
        "client_secret": "secret",
        "enterprise_id": "7",
    }
