"""Every column of an event, for every kind of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.contract import Page
from connectors.dropbox.rows import rows

ASKED = datetime(2026, 11, 2, 9, 0, 0, 123_456, UTC)
TIME = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
ANN = {
    ".tag": "team_member",
    "account_id": "dbid:ann",
    "display_name": "Ann",
    "email": "ann@acme.example",
    "team_member_id": "dbmid:ann",
    "member_external_id": "7",
    "team": {"display_name": "Acme"},
}
OUTSIDER = {".tag": "non_team_member", "account_id": "dbid:out", "display_name": "Out"}
TRUSTED = OUTSIDER | {
    ".tag": "trusted_non_team_member",
    "trusted_non_team_member_type": {".tag": "multi_instance_admin"},
}


def event(**parts: Any) -> dict[str, Any]:
    return {
        "timestamp": "2026-11-01T12:00:00Z",
        "event_category": {".tag": "file_operations"},
        "event_type": {".tag": "file_add", "description": "Added"},
        "details": {".tag": "file_add_details"},
    } | parts


def row(told: dict[str, Any] | bytes) -> dict[str, Any]:
    """The one row of an event."""
    raw = told if isinstance(told, bytes) else json.dumps(told).encode()
    [found] = rows([Page([raw], "", False, ASKED)]).to_pylist()
    assert found["raw"] == raw.decode("utf-8", "replace")
    return found


def part(told: dict[str, Any], *names: str) -> tuple[Any, ...]:
    found = row(told)
    return tuple(found[name] for name in names)


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        ({".tag": "user", "user": ANN}, ("member", "dbid:ann", "ann@acme.example", "Ann", True)),
        ({".tag": "admin", "admin": ANN}, ("admin", "dbid:ann", "ann@acme.example", "Ann", True)),
        ({".tag": "user", "user": OUTSIDER}, ("external", "dbid:out", None, "Out", True)),
        ({".tag": "admin", "admin": TRUSTED}, ("external", "dbid:out", None, "Out", True)),
        ({".tag": "user", "user": {".tag": "team_member", "team_member_id": "dbmid:x"}},
         ("member", "dbmid:x", None, None, True)),
        ({".tag": "app", "app": {".tag": "team_linked_app", "app_id": "dbaid:1",
          "display_name": "Bot"}}, ("app", "dbaid:1", None, "Bot", True)),
        ({".tag": "reseller", "reseller_name": "R", "reseller_email": "r@x"},
         ("external", None, "r@x", "R", True)),
        ({".tag": "dropbox"}, ("system", None, None, None, None)),
        ({".tag": "anonymous"}, ("unauthenticated", None, None, None, False)),
        ({".tag": "assistant", "assistant": {"id": 1}}, ("unknown", None, None, None, None)),
        ({}, ("unknown", None, None, None, None)),
        (None, ("unknown", None, None, None, None)),
        ("anonymous", ("unknown", None, None, None, None)),
        ([ANN], ("unknown", None, None, None, None)),
    ],
)  # fmt: skip
def test_an_actor_is_known_by_kind(actor: object, expected: tuple[Any, ...]) -> None:
    """Each actor has kind, id, e-mail, name and whether it signed in; a stranger is unknown."""
    names = ("actor_kind", "actor_id", "actor_email", "actor_name", "authenticated")
    assert part(event(actor=actor), *names) == expected


def test_a_missing_actor_is_unknown_and_not_anonymous() -> None:
    """Nobody can know whether an event without actor was authenticated."""
    assert part(event(), "actor_kind", "authenticated") == ("unknown", None)


@pytest.mark.parametrize("kind", ["login_fail", "sign_in_as_session_start", "login_success"])
def test_a_failed_sign_in_is_not_authenticated(kind: str) -> None:
    """Whoever fails to sign in is named and has not signed in."""
    tried = event(event_type={".tag": kind}, actor={".tag": "user", "user": ANN})
    found = row(tried)
    failed = kind == "login_fail"
    assert (found["authenticated"], found["actor_id"]) == (not failed, "dbid:ann")
    assert found["outcome"] == ("failure" if failed else "success")
    assert (found["activity"] == "fail_sign_in") == failed


@pytest.mark.parametrize(
    ("access", "client", "session"),
    [
        ({".tag": "end_user", "end_user": {".tag": "web", "session_id": "s"}}, "web", "s"),
        ({".tag": "end_user", "end_user": {".tag": "desktop"}}, "desktop", None),
        ({".tag": "end_user", "end_user": {".tag": "mobile", "session_id": None}}, "mobile", None),
        ({".tag": "sign_in_as", "session_id": "s"}, "sign_in_as", "s"),
        ({".tag": "content_manager", "session_id": "s"}, "content_manager", "s"),
        ({".tag": "admin_console"}, "admin_console", None),
        ({".tag": "enterprise_console"}, "enterprise_console", None),
        ({".tag": "api", "request_id": "dbarid:1"}, "api", None),
        ({".tag": "telepathy", "distance_km": 3}, "telepathy", None),
        (None, None, None),
    ],
)
def test_an_origin_tells_address_place_and_client(
    access: object, client: str | None, session: str | None
) -> None:
    """Address and place are kept as told; the client is the nearest tag of the way of access."""
    place = {"city": "Bern", "region": "BE", "country": "CH", "ip_address": "2001:db8::1"}
    found = row(event(origin={"geo_location": place, "access_method": access}))
    assert (found["client"], found["session_id"]) == (client, session)
    names = ("ip", "country", "region", "city")
    assert tuple(found[name] for name in names) == ("2001:db8::1", "CH", "BE", "Bern")
    assert part(event(origin={"access_method": access}), *names) == (None,) * 4


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (ANN | {"account_id": "dbid:bo"}, ("dbid:bo", "ann@acme.example")),
        (ANN, (None, None)),  # the actor
        (OUTSIDER, ("dbid:out", None)),
        (TRUSTED, ("dbid:out", None)),
        ({".tag": "team"}, (None, None)),
        ({".tag": "anonymous"}, (None, None)),
        ({".tag": "organization_team", "display_name": "Org"}, (None, None)),
        ({".tag": "fleet", "fleet": {".tag": "north"}}, (None, None)),
        (7, (None, None)),
    ],
)
def test_a_context_is_whom_it_was_done_for(context: object, expected: tuple[Any, ...]) -> None:
    """Acting for somebody else is told; acting for oneself is not."""
    told = event(actor={".tag": "user", "user": ANN}, context=context)
    assert part(told, "on_behalf_of_id", "on_behalf_of_email") == expected


PATH = {"namespace_relative": {"ns_id": "1", "relative_path": "/in"}}
FILE = {"file_id": "id:1", "display_name": "a", "file_size": 5, "path": PATH}


@pytest.mark.parametrize(
    ("asset", "expected"),
    [
        ({".tag": "file"} | FILE, ("file", "id:1", "a", "/in", 5)),
        ({".tag": "folder", "file_count": 3} | FILE | {"path": PATH | {"contextual": "/out"}},
         ("folder", "id:1", "a", "/out", 5)),
        ({".tag": "paper_document", "doc_id": "d", "doc_title": "T"},
         ("paper_document", "d", "T", None, None)),
        ({".tag": "paper_folder", "folder_id": "f", "folder_name": "F"},
         ("paper_folder", "f", "F", None, None)),
        ({".tag": "showcase_document", "showcase_id": "s", "showcase_title": "S"},
         ("showcase_document", "s", "S", None, None)),
        ({".tag": "canvas", "canvas_id": "cv:1"}, ("canvas", None, None, None, None)),
        ({".tag": "file", "file_size": 2**63 - 1}, ("file", None, None, None, 2**63 - 1)),
        ({".tag": "file", "file_size": 2**63}, ("file", None, None, None, None)),
        ({".tag": "file", "file_size": -(10**30)}, ("file", None, None, None, None)),
        ({".tag": "file", "file_size": "big", "file_id": 7, "new": 1}, ("file",) + (None,) * 4),
        ("file", (None,) * 5),
    ],
)  # fmt: skip
def test_the_first_asset_is_the_item(asset: object, expected: tuple[Any, ...]) -> None:
    """Each kind of asset gives kind, id, name, path and size; further assets change nothing."""
    names = ("item_kind", "item_id", "item_name", "item_path", "item_size")
    assert part(event(assets=[asset]), *names) == expected
    assert part(event(assets=[asset, {".tag": "file"} | FILE]), *names) == expected
    assert part(event(assets=[]), *names) == (None,) * 5


def test_participants_are_people_and_groups() -> None:
    """Members, outsiders, groups and strangers are listed in order; what is none is left out."""
    told = [
        {".tag": "user", "user": ANN},
        {".tag": "user", "user": OUTSIDER},
        {".tag": "group", "group_id": "g:1", "external_id": "x", "display_name": "Law"},
        {".tag": "robot", "robot": {"serial": 1}},
        {".tag": "user"},
        "nobody",
    ]
    assert row(event(participants=told))["participants"] == [
        {"kind": "member", "id": "dbid:ann", "email": "ann@acme.example", "name": "Ann"},
        {"kind": "external", "id": "dbid:out", "email": None, "name": "Out"},
        {"kind": "group", "id": "g:1", "email": None, "name": "Law"},
        {"kind": "robot", "id": None, "email": None, "name": None},
        {"kind": "external", "id": None, "email": None, "name": None},
    ]
    assert row(event())["participants"] is None
    assert row(event(participants=[]))["participants"] == []


def test_details_name_link_and_owner() -> None:
    """The link and its owner, or the item's, are columns; the details are kept as they came."""
    link = {"shared_content_link": "https://x.example/s", "shared_link_owner": ANN}
    names = ("link_id", "item_owner_email")
    assert part(event(details=link), *names) == ("https://x.example/s", "ann@acme.example")
    owner = {"shared_content_owner": ANN, "shared_content_link": 7}
    assert part(event(details=owner), *names) == (None, "ann@acme.example")
    raw = b'{"details": {"b" : 1.50, "a":"\\u00e9"} }'
    assert row(raw)["details"] == '{"b" : 1.50, "a":"\\u00e9"}'


def test_the_rest_of_an_event() -> None:
    """Times are aware UTC, types are in the shared words, and what Dropbox never tells is null."""
    found = row(event(involve_non_team_member=True))
    assert (found["event_time"], found["fetched_at"]) == (TIME, ASKED)
    assert (found["native_type"], found["activity"], found["category"], found["outcome"]) == (
        ("file_add", "upload_file", "files", "success")
    )
    assert (found["recorded_at"], found["user_agent"], found["external"]) == (None, None, True)
    assert row(event())["external"] is False
    assert row(event(timestamp="2026-11-01T13:00:00+01:00"))["event_time"] == TIME
    assert row(event(timestamp="2026-11-01T12:00:00"))["event_time"] == TIME
