"""The Test API matrix of Box on good and on bad days, and the rule of the primary administrator."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from connectors.box import Box
from connectors.contract import Check
from connectors.errors import NeedsPerson, TryLater
from sandbox.client import Client

ROWS = [
    "access token",
    "enterprise",
    "admin role",
    "event history",
    "live events",
    "users",
    "files of a user",
    "files",
    "clock",
]
# An instruction: it begins with a verb, and ends with a period or the command to type.
INSTRUCTION = re.compile(
    r"(Compare|Connect|Copy|Open|Report|Set|Tick) .*(\.|casbah connect box acme)", re.DOTALL
)
Enterprise = Callable[..., Box]


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


def test_a_good_connection_passes_every_row(calm: str, enterprise: Enterprise) -> None:
    """With the primary administrator's consent every row passes with evidence."""
    box = enterprise(calm)
    checks = box.probe()
    assert failed(checks) == {}
    assert unasked(checks) == 0
    account = box.account()
    evidence = {check.capability: check.evidence for check in checks}
    assert account.name in evidence["enterprise"]
    assert account.id in evidence["enterprise"]
    assert account.admin_email in evidence["admin role"]
    assert (account.role, account.limits) == ("admin", None)


def test_a_missing_scope_fails_exactly_its_rows(calm: str, enterprise: Enterprise) -> None:
    """An empty 403 is told with the scope's name in Box's console, which Box does not say."""
    checks = enterprise(calm, key="casbah-box-narrow-key").probe()
    lacking = failed(checks)
    assert set(lacking) == {"event history", "live events"}
    assert all('Tick "Manage enterprise properties"' in each.remedy for each in lacking.values())
    assert not any(check.bearable for check in checks)


def test_a_co_admin_fails_though_all_calls_succeed(calm: str, enterprise: Enterprise) -> None:
    """Nothing but the role tells a co-admin; that row fails, with both ways to go on."""
    box = enterprise(calm, wanted={"as": "coadmin"})
    checks = box.probe()
    assert set(failed(checks)) == {"admin role"}
    role = failed(checks)["admin role"]
    assert "a co-admin: files that other administrators own stay hidden" in role.evidence
    assert "casbah onboard acme --accept-coadmin" in role.remedy
    assert role.bearable
    account = box.account()
    assert account.role == "coadmin"
    assert account.limits
    assert str(account.limits) == f"{role.evidence} {role.remedy}"


def test_a_plain_user_is_no_administrator(calm: str, enterprise: Enterprise) -> None:
    """A user's token opens little, and nobody may go on with it."""
    box = enterprise(calm, wanted={"as": "member"})
    checks = box.probe()
    lacking = failed(checks)
    assert {"admin role", "event history", "live events", "users"} <= set(lacking)
    assert "is not an administrator but user" in lacking["admin role"].evidence
    assert not any(check.bearable for check in checks)
    with pytest.raises(NeedsPerson, match=r"not an administrator.*casbah connect box acme"):
        box.account()


@pytest.mark.parametrize("role", ["coadmin", "user"])
def test_a_role_that_is_lost_is_seen(own: Client, enterprise: Enterprise, role: str) -> None:
    """Whoever was the primary administrator yesterday is looked at again."""
    box = enterprise(url(own))
    assert box.account().role == "admin"
    own.faults(role={"to": role})
    assert "admin role" in failed(box.probe())
    if role == "coadmin":
        assert box.account().limits
    else:
        with pytest.raises(NeedsPerson, match="is not an administrator"):
            box.account()


def test_another_enterprise_is_told(calm: str, enterprise: Enterprise) -> None:
    """A token of another enterprise than was connected fails that row, and opens no account."""
    box = enterprise(calm, enterprise_id="77")
    assert set(failed(box.probe())) == {"enterprise"}
    with pytest.raises(
        NeedsPerson, match=r"is of enterprise \d+, and this connection is that of 77"
    ):
        box.account()


def test_a_revoked_grant_fails_the_token(own: Client, enterprise: Enterprise) -> None:
    """The first row fails with the way back, and nothing further is asked."""
    box = enterprise(url(own))
    own.faults(revoke=True)
    checks = box.probe()
    assert set(failed(checks)) == {"access token"}
    assert "casbah connect box acme" in checks[0].remedy
    assert unasked(checks) == len(ROWS) - 1


@pytest.mark.parametrize(("seconds", "passes"), [(50, True), (-70, False)])
def test_the_clocks_are_compared(
    own: Client, enterprise: Enterprise, seconds: int, passes: bool
) -> None:
    """More than a minute between our clock and Box's fails the clock alone."""
    own.faults(clock_skew={"seconds": seconds})
    assert set(failed(enterprise(url(own)).probe())) == (set() if passes else {"clock"})


def test_a_box_that_is_away_says_nothing_of_the_connection(
    own: Client, enterprise: Enterprise
) -> None:
    """When nobody answers it is TryLater with the address, never a failed row."""

    def refuse(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(TryLater, match=f"cannot be reached at {url(own)}"):
        enterprise(url(own), transport=httpx.MockTransport(refuse)).probe()


USER = {"id": "1", "login": "a@b.example", "role": "admin", "enterprise": {"id": "2", "name": "E"}}
REFUSALS: list[tuple[int, Any, dict[str, str]]] = [
    (400, {"code": "bad_request", "message": "Bad\x1b[2J"}, {}),
    (401, {"code": "unauthorized", "message": "Cannot authorize with this service"}, {}),
    (403, None, {"WWW-Authenticate": 'Bearer realm="Service", error="insufficient_scope"'}),
    (403, None, {}),
    (403, {"code": "access_denied_insufficient_permissions"}, {}),
    (403, {"code": "odd\x1b[31m", "context_info": None}, {}),
    (404, {"code": "not_found"}, {}),
    (404, None, {}),
    (409, {"code": "conflict"}, {}),
    (302, None, {"Location": "https://elsewhere.example"}),
]


@pytest.mark.parametrize(("status", "body", "headers"), REFUSALS)
def test_every_refusal_ends_with_an_instruction(
    enterprise: Enterprise,
    vault: Callable[..., Any],
    status: int,
    body: Any,
    headers: dict[str, str],
) -> None:
    """Whatever Box refuses with, empty or not, each row that it strikes says what to do."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/2.0/users/me":
            return httpx.Response(200, json=USER)
        content = b"" if body is None else json.dumps(body).encode()
        return httpx.Response(status, content=content, headers=headers)

    wire = httpx.MockTransport(answer)
    checks = enterprise("https://box.example", store=vault(), transport=wire).probe()
    lacking = failed(checks)
    assert set(lacking) == {"event history", "live events", "users", "files of a user", "files"}
    assert all(f"{check.evidence} {check.remedy}".isprintable() for check in checks)
