"""The question to an administrator and its answer."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.dropbox import Dropbox
from connectors.errors import NeedsPerson
from connectors.oauth import Consent
from sandbox.administrator import decide
from sandbox.client import Client

BACK = "http://127.0.0.1:45123/callback"
AUTHORIZE = "https://vendor.example/oauth2/authorize"


def asked(consent: Consent) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(consent.link).query).items()}


def landed(consent: Consent, *decision: Any) -> str:
    """The address on which the administrator's browser ends; nobody listens there."""
    page = Client(consent.link.split("/oauth2")[0])
    shown = page.http.get(consent.link)
    return page.press(shown, *decision).headers["location"]


def test_a_link_asks_for_what_we_need() -> None:
    """State and challenge are new in each link; the S256 challenge is that of the verifier."""
    first = Consent.ask(AUTHORIZE, BACK, client_id="key")
    second = Consent.ask(AUTHORIZE, BACK, client_id="key")
    question = asked(first)
    digest = hashlib.sha256(first.verifier.encode()).digest()
    assert question["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert question["code_challenge_method"] == "S256"
    assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", first.verifier)  # RFC 7636 §4.1
    assert (question["state"], question["redirect_uri"]) == (first.state, BACK)
    assert first.state != second.state
    assert first.verifier != second.verifier
    assert first.verifier not in first.link + repr(first)
    assert "redirect_uri" not in asked(Consent.ask(AUTHORIZE, None))


def test_the_code_is_found_in_either_form() -> None:
    """A bare code, with spaces around it, and the whole address both give the code."""
    consent = Consent.ask(AUTHORIZE, BACK)
    assert consent.code("  abc-123\n") == "abc-123"
    assert consent.code(f" {BACK}?code=a%2Bb&state={consent.state}\n") == "a+b"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ("", "There is no code in that answer."),
        (f"{BACK}?code=abc", "That answer belongs to another consent link."),
        (f"{BACK}?code=abc&state=other", "That answer belongs to another consent link."),
        (f"{BACK}?error=access_denied", "That answer belongs to another consent link."),
        (f"{BACK}?state=STATE", "There is no code in that answer."),
        (f"{BACK}?error=access_denied&state=STATE",
         "The administrator did not allow the connection (access_denied)."),
        (f"{BACK}?error=access_denied&error_description=No+way&code=abc&state=STATE",
         "The administrator did not allow the connection (No way)."),
        (f"{BACK}?error=invalid_scope&error_description=No+such+scope&state=STATE",
         "The app may not ask for this consent (No such scope)."),
    ],
)  # fmt: skip
def test_another_answer_is_refused_with_what_to_do(answer: str, problem: str) -> None:
    """No code, another state and a denial are told apart; the state is looked at first."""
    consent = Consent.ask(AUTHORIZE, BACK)
    with pytest.raises(NeedsPerson) as caught:
        consent.code(answer.replace("STATE", consent.state))
    assert caught.value.problem == problem
    assert re.fullmatch(r"(Open|Paste|Mend|Run) .*\.", caught.value.remedy)


@pytest.mark.parametrize("back", [BACK, None])
def test_consent_becomes_tokens(
    calm: str, connected: Callable[..., Dropbox], back: str | None
) -> None:
    """What an administrator allows, by redirect or by pasting, is exchanged for lasting tokens."""
    team = connected(calm)
    consent = team.consent(back)
    if back:
        code = consent.code(landed(consent, "allow"))
    else:
        page = decide(consent.link)
        code = consent.code(re.findall(r"<code[^>]*>([^<]+)</code>", page.text)[0])
    tokens = team.exchange(consent, code)
    assert tokens.access_token
    assert tokens.refresh_token
    assert "events.read" in (tokens.scope or "")
    with pytest.raises(NeedsPerson, match="gave no token"):
        team.exchange(consent, code)


def test_a_denial_is_told(calm: str, connected: Callable[..., Dropbox]) -> None:
    """An administrator who clicks Deny leaves a sentence, and no code."""
    consent = connected(calm).consent(BACK)
    with pytest.raises(NeedsPerson, match=r"did not allow the connection .*choose Allow"):
        consent.code(landed(consent, "deny"))


def test_a_code_needs_its_own_verifier(calm: str, connected: Callable[..., Dropbox]) -> None:
    """A code that somebody else picked up is worth nothing without the verifier."""
    team = connected(calm)
    consent, other = team.consent(BACK), team.consent(BACK)
    code = consent.code(landed(consent, "allow"))
    with pytest.raises(NeedsPerson, match="verifier"):
        team.exchange(other, code)


def test_an_old_code_is_refused(own: Client, connected: Callable[..., Dropbox]) -> None:
    """A code that was left lying is refused with what to do, and no tokens come."""
    team = connected(str(own.http.base_url))
    consent = team.consent(BACK)
    code = consent.code(landed(consent, "allow"))
    own.clock(advance_seconds=61)
    with pytest.raises(NeedsPerson, match=r"expired.*casbah connect dropbox acme"):
        team.exchange(consent, code)
