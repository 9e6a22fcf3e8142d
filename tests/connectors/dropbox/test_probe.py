"""The Test API matrix on good and on bad days."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from connectors.contract import Check
from connectors.dropbox import Dropbox
from connectors.dropbox.api import SCOPES
from connectors.errors import NeedsPerson, TryLater
from sandbox.client import Client

ROWS = [
    "access token",
    "team token",
    "admin role",
    *(f"scope {scope}" for scope in SCOPES),
    "audit log readable",
    "plan has file events",
    "members",
    "namespaces",
    "clock",
]
# An instruction: it begins with a verb, and ends with a period or the command to type.
INSTRUCTION = re.compile(
    r"(Connect|Choose|Copy|Tick|Set|Open|Ask|Unlink|Report) .*"
    r"(\.|casbah connect dropbox acme)",
    re.DOTALL,
)


def url(client: Client) -> str:
    return str(client.http.base_url)


def failed(checks: list[Check]) -> dict[str, Check]:
    """The rows that failed; what all rows must be is looked at on the way."""
    assert [check.capability for check in checks] == ROWS
    for check in checks:
        assert check.evidence
        assert bool(check.remedy) == (check.passed is False), check
        assert check.passed is not False or INSTRUCTION.fullmatch(check.remedy), check
    return {check.capability: check for check in checks if check.passed is False}


def unasked(checks: list[Check]) -> int:
    return sum(check.passed is None for check in checks)


def test_a_good_connection_passes_every_row(calm: str, connected: Callable[..., Dropbox]) -> None:
    """With an admin's consent, all scopes and the right plan every row passes with evidence."""
    team = connected(calm)
    checks = team.probe()
    assert failed(checks) == {}
    assert unasked(checks) == 0
    account = team.account()
    evidence = {check.capability: check.evidence for check in checks}
    assert account.name in evidence["team token"]
    assert account.id in evidence["team token"]
    assert account.admin_email in evidence["admin role"]


def test_missing_scopes_fail_exactly_their_rows(
    calm: str, connected: Callable[..., Dropbox]
) -> None:
    """Each row that needs a missing scope names it, and no other row fails."""
    checks = connected(calm, key="casbah-narrow-key").probe()
    lacking = failed(checks)
    assert set(lacking) == {"scope events.read", "scope sharing.read", "audit log readable"}
    assert "Tick sharing.read in the app's Permissions" in lacking["scope sharing.read"].remedy
    assert "Tick events.read in the app's Permissions" in lacking["audit log readable"].remedy
    assert unasked(checks) == 0


@pytest.mark.parametrize("scope", ["team_info.read", "members.read", "team_data.member"])
def test_a_missing_scope_hides_no_other(
    calm: str, connected: Callable[..., Dropbox], scope: str
) -> None:
    """Whichever scope is missing, its own row says so and the independent rows are asked."""
    checks = connected(calm, scope=[each for each in SCOPES if each != scope]).probe()
    lacking = failed(checks)
    assert f"Tick {scope} in" in lacking[f"scope {scope}"].remedy
    assert unasked(checks) == 0
    assert "access token" not in lacking
    assert ("audit log readable" in lacking) == (scope == "events.read")


def test_a_plan_without_file_events_fails_that_row(
    calm: str, connected: Callable[..., Dropbox]
) -> None:
    """Where file events stay silently empty, exactly that row fails, and speaks of the plan."""
    lacking = failed(connected(calm, key="casbah-basic-key").probe())
    assert set(lacking) == {"plan has file events"}
    assert "ask who buys the plan" in lacking["plan has file events"].remedy


def test_a_single_accounts_token_is_no_team_token(
    calm: str, connected: Callable[..., Dropbox]
) -> None:
    """A plain member's token is accepted, is not a team's, and nothing further is asked of it."""
    team = connected(calm, **{"as": "member"})
    checks = team.probe()
    assert set(failed(checks)) == {"team token"}
    assert checks[0].passed is True
    assert unasked(checks) == len(ROWS) - 2
    with pytest.raises(NeedsPerson, match=r"single Dropbox account.*casbah connect dropbox acme"):
        team.account()


def test_a_limited_admin_is_not_enough(calm: str, connected: Callable[..., Dropbox]) -> None:
    """An admin of another kind fails the admin role, which names the kind."""
    lacking = failed(connected(calm, **{"as": "limited"}).probe())
    assert set(lacking) == {"admin role", "scope files.metadata.read", "scope sharing.read"}
    assert "not a full team admin but User management admin" in lacking["admin role"].evidence


def test_a_revoked_grant_fails_the_token(own: Client, connected: Callable[..., Dropbox]) -> None:
    """After an unlinking the first row fails with the way back, and nothing further is asked."""
    team = connected(url(own))
    own.faults(revoke=True)
    checks = team.probe()
    assert set(failed(checks)) == {"access token"}
    assert "casbah connect dropbox acme" in checks[0].remedy
    assert unasked(checks) == len(ROWS) - 1


def test_our_own_revocation_is_final(own: Client, connected: Callable[..., Dropbox]) -> None:
    """Once given back, a grant opens nothing."""
    team = connected(url(own))
    team.revoke()
    assert set(failed(team.probe())) == {"access token"}
    with pytest.raises(NeedsPerson):
        team.revoke()


def test_a_wrong_app_key_is_told(own: Client, connected: Callable[..., Dropbox]) -> None:
    """A wrong secret shows when the token is renewed, with where to copy the right one from."""
    team = connected(url(own), secret="wrong")
    own.clock(advance_seconds=5 * 3600)
    checks = team.probe()
    assert set(failed(checks)) == {"access token"}
    assert checks[0].remedy.startswith("Copy both from the app's Settings tab")


@pytest.mark.parametrize(("seconds", "passes"), [(50, True), (-70, False)])
def test_the_clocks_are_compared(
    own: Client, connected: Callable[..., Dropbox], seconds: int, passes: bool
) -> None:
    """More than a minute between our clock and Dropbox's fails the clock alone."""
    own.faults(clock_skew={"seconds": seconds})
    lacking = failed(connected(url(own)).probe())
    assert set(lacking) == (set() if passes else {"clock"})


def test_a_dropbox_that_is_away_says_nothing_of_the_connection(
    own: Client, connected: Callable[..., Dropbox]
) -> None:
    """When nobody answers it is TryLater with the address, never a failed row."""
    away = httpx.MockTransport(_refuse)
    with pytest.raises(TryLater, match=f"cannot be reached at {url(own)}"):
        connected(url(own), transport=away).probe()


def _refuse(_: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused")


ERRORS: list[tuple[int, Any]] = [
    (400, "Error in call: this token is not associated with a team"),
    (401, {".tag": "invalid_access_token"}),
    (401, {".tag": "missing_scope", "required_scope": "events.read\x1b[2J"}),
    (401, {".tag": "invalid_select_admin"}),
    (401, {".tag": "user_suspended"}),
    (401, {".tag": "quantum_lock"}),
    (403, {".tag": "invalid_account_type", "invalid_account_type": {".tag": "endpoint"}}),
    (403, {".tag": "team_access_denied"}),
    (403, {".tag": "no_permission"}),
    (409, {".tag": "mapping_not_found"}),
    (409, {".tag": "admin_not_active"}),
]


@pytest.mark.parametrize(("status", "error"), ERRORS)
def test_every_refusal_ends_with_an_instruction(
    calm: str, connected: Callable[..., Dropbox], status: int, error: Any
) -> None:
    """Whatever Dropbox refuses with, the sentence ends with what a person should do."""
    body = error if isinstance(error, str) else json.dumps({"error_summary": "x", "error": error})

    def refuse(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth2/token":
            return httpx.Response(200, json={"access_token": "new"})
        return httpx.Response(status, text=body)

    team = connected(calm, transport=httpx.MockTransport(refuse))
    with pytest.raises(NeedsPerson) as caught:
        team.account()
    assert INSTRUCTION.fullmatch(caught.value.remedy)
    assert str(caught.value).isprintable()
    assert len(failed(team.probe())) >= 1
