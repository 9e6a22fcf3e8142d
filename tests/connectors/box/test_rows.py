"""Every column of an event of Box, in every notation."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.box.rows import rows
from connectors.contract import Page

ASKED = datetime(2026, 11, 2, 9, 0, 0, 123_456, UTC)
TIME = datetime(2026, 11, 1, 20, 0, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ADDED_BY_THE_LAKE = {"app", "connection", "event_date", "landed_at"}
ANN = {"type": "user", "id": "11", "name": "Ann", "login": "ann@acme.example"}
BO = {"type": "user", "id": "12", "name": "Bo", "login": "bo@else.example"}
NOBODY = {"type": "user", "id": "2", "name": "Unknown User", "login": ""}
BOT = {"type": "user", "id": "13", "name": "Bot", "login": "AutomationUser_7_x@boxdevedition.com"}
FILE = {"item_type": "file", "item_id": "70", "item_name": "a.txt", "owned_by": ANN}


def event(**parts: Any) -> dict[str, Any]:
    return {
        "type": "event",
        "event_id": "e-1",
        "event_type": "UPLOAD",
        "created_at": "2026-11-01T12:00:00-08:00",
        "created_by": ANN,
        "source": FILE,
    } | parts


def row(told: dict[str, Any] | bytes) -> dict[str, Any]:
    """The one row of an event."""
    raw = told if isinstance(told, bytes) else json.dumps(told).encode()
    table = rows([Page([raw], "", False, ASKED)])
    table.validate(full=True)
    [found] = table.to_pylist()
    assert found["raw"] == raw.decode("utf-8", "replace")
    return found


def part(told: dict[str, Any], *names: str) -> tuple[Any, ...]:
    found = row(told)
    return tuple(found[name] for name in names)


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        (ANN, ("unknown", "11", "ann@acme.example", "Ann", True)),
        (ANN | {"id": 11}, ("unknown", "11", "ann@acme.example", "Ann", True)),
        (ANN | {"id": 10**20}, ("unknown", f"1{'0' * 20}", "ann@acme.example", "Ann", True)),
        (ANN | {"name": ""}, ("unknown", "11", "ann@acme.example", None, True)),
        (BOT, ("app", "13", BOT["login"], "Bot", True)),
        (NOBODY, ("unauthenticated", None, None, None, False)),
        (NOBODY | {"id": 2}, ("unauthenticated", None, None, None, False)),
        (None, ("unknown", None, None, None, None)),
        ({}, ("unknown", None, None, None, None)),
        ("2", ("unknown", None, None, None, None)),
        ([NOBODY], ("unknown", None, None, None, None)),
        ({"id": {"value": 2}, "name": "Ann"}, ("unknown", None, None, "Ann", None)),
    ],
)
def test_an_actor_is_known_as_far_as_the_event_tells(
    actor: object, expected: tuple[Any, ...]
) -> None:
    """Id, e-mail, name and whether they signed in; ids are text; a missing actor is unknown."""
    names = ("actor_kind", "actor_id", "actor_email", "actor_name", "authenticated")
    assert part(event(created_by=actor), *names) == expected


@pytest.mark.parametrize(
    ("native_type", "unauthenticated"),
    [
        ("PREVIEW", True), ("DOWNLOAD", True), ("UPLOAD", True), ("CONTENT_ACCESS", True),
        ("ITEM_PREVIEW", True), ("ITEM_DOWNLOAD", True), ("SHIELD_ALERT", False),
        ("FAILED_LOGIN", False), ("COLLABORATION_EXPIRATION", False), ("SOMETHING_NEW", False),
    ],
)  # fmt: skip
def test_nobody_signed_in_is_told_by_user_2_and_the_type(
    native_type: str, unauthenticated: bool
) -> None:
    """User 2 who touches content did not sign in; in other events it only means nobody knows."""
    told = event(event_type=native_type, created_by=NOBODY)
    kind, signed_in = part(told, "actor_kind", "authenticated")
    assert (kind == "unauthenticated") == unauthenticated
    assert kind in {"unauthenticated", "unknown"}
    assert signed_in is (False if unauthenticated or native_type == "FAILED_LOGIN" else None)


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ({"event_type": "ADMIN_LOGIN"}, "admin"),
        ({"additional_details": {"is_performed_by_admin": True}}, "admin"),
        ({"additional_details": {"is_performed_by_admin": False}}, "unknown"),
        ({"additional_details": {"is_performed_by_admin": "true"}}, "unknown"),
        ({"additional_details": {"is_performed_by_admin": True}, "created_by": BOT}, "app"),
        ({"additional_details": {"is_performed_by_admin": True}, "created_by": None}, "unknown"),
        ({"event_type": "ADMIN_LOGIN", "created_by": NOBODY}, "unknown"),
    ],
)
def test_an_administrator_is_told_by_the_event(parts: dict[str, Any], kind: str) -> None:
    """Some events say that an administrator acted; of others nobody can tell."""
    assert part(event(**parts), "actor_kind") == (kind,)


@pytest.mark.parametrize("who", [ANN, NOBODY, None])
def test_a_failed_sign_in_is_not_authenticated(who: object) -> None:
    """Whoever fails to sign in has not signed in, whom ever Box takes them for."""
    found = row(event(event_type="FAILED_LOGIN", created_by=who, source=None))
    assert (found["authenticated"], found["outcome"]) == (False, "failure")
    assert found["activity"] == "fail_sign_in"
    assert row(event(event_type="LOGIN"))["outcome"] == "success"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (FILE, ("file", "70", "a.txt", ANN["login"], ["70"])),
        (FILE | {"item_type": "folder", "item_id": 70}, ("folder", "70", "a.txt", ANN["login"],
         ["70"])),
        ({"folder_id": "71", "folder_name": "F", "user_id": "12", "owned_by": BO},
         ("folder", "71", "F", BO["login"], ["71"])),
        ({"file_id": "72", "file_name": "f"}, ("file", "72", "f", None, ["72"])),
        ({"type": "web_link", "id": "73", "name": "w"}, ("web_link", "73", "w", None, ["73"])),
        ({"type": "comment", "id": "9", "item": {"type": "file", "id": "74", "owned_by": BO}},
         ("file", "74", None, BO["login"], ["74"])),
        ({"type": "app_item", "id": "75", "app_item_type": "hub"},
         ("app_item", "75", None, None, None)),
        (ANN, (None, None, None, None, None)),
        ({"group_id": "5", "group_name": "Law"}, (None, None, None, None, None)),
        ({"item_type": "file", "item_id": {"n": 1}, "item_name": "x"},
         ("file", None, "x", None, None)),
        (None, (None, None, None, None, None)),
        ("file", (None, None, None, None, None)),
        ([FILE], (None, None, None, None, None)),
    ],
)  # fmt: skip
def test_a_source_is_an_item_in_any_notation(source: object, expected: tuple[Any, ...]) -> None:
    """Kind, id, name and owner, and the id as the only item of the event; people are no items."""
    names = ("item_kind", "item_id", "item_name", "item_owner_email", "item_ids")
    assert part(event(source=source), *names) == expected


def test_a_path_is_told_where_the_event_has_it() -> None:
    """Events of an enterprise have none; where the folders are told, the root is left out."""
    above = {"entries": [{"id": "0", "name": "All Files"}, {"id": "8", "name": "F"}]}
    whole = {"type": "file", "id": "70", "name": "a", "path_collection": above}
    assert part(event(source=whole), "item_path") == ("/F/a",)
    assert part(event(source=FILE), "item_path") == (None,)


@pytest.mark.parametrize(
    ("details", "size", "expected"),
    [
        ({"size": 5}, None, 5),
        ({"size": 5}, 6, 5),
        ({}, 6, 6),
        (None, 2**63 - 1, 2**63 - 1),
        ({"size": 2**63}, None, None),
        ({"size": "big"}, None, None),
    ],
)
def test_a_size_is_the_versions_own(
    details: dict[str, Any] | None, size: int | None, expected: int | None
) -> None:
    """The details tell the size of what was handled, else the source does; it fits a column."""
    told = event(additional_details=details, source=FILE | {"size": size})
    assert part(told, "item_size") == (expected,)


def test_details_tell_client_and_link() -> None:
    """The service and the shared link are columns; the details are kept as they came."""
    raw = b'{"additional_details": {"service_name":"Box Drive", "shared_link_id":"xyz" } }'
    found = row(raw)
    assert (found["client"], found["link_id"]) == ("Box Drive", "xyz")
    assert found["details"] == '{"service_name":"Box Drive", "shared_link_id":"xyz" }'
    assert part(event(additional_details=None), "details", "client") == (None, None)
    assert part(event(), "details", "link_id") == (None, None)


def test_details_in_a_string_are_read() -> None:
    """Where the details come as JSON in a string, they are what is in the string."""
    inner = '{"service_name": "Box Sync", "size": 3}'
    names = ("details", "client", "item_size")
    assert part(event(additional_details=inner), *names) == (inner, "Box Sync", 3)
    assert part(event(additional_details="none"), *names) == ('"none"', None, None)


def test_participants_are_whom_an_event_names_besides_its_actor() -> None:
    """Users and groups of source, details and collaboration, each once, in that order."""
    bo = {"kind": "user", "id": "12", "email": "bo@else.example", "name": "Bo"}
    law = {"kind": "group", "id": "5", "email": None, "name": "Law"}
    mail = {"kind": "user", "id": None, "email": "new@else.example", "name": None}

    def named(**parts: Any) -> object:
        return part(event(**parts), "participants")[0]

    assert named(source=BO) == [bo]
    assert named(source=BO, accessible_by=BO) == [bo]
    assert named(source=FILE | {"user_email": "new@else.example"}, accessible_by=BO) == [mail, bo]
    assert named(accessible_by={"type": "group", "id": 5, "name": "Law"}) == [law]
    assert named(source=BO, additional_details={"group_id": "5", "group_name": "Law"}) == [bo, law]
    assert named(source=ANN) is None
    assert named(accessible_by="everybody") is None


@pytest.mark.parametrize(
    ("who", "expected"),
    [(BO, ("12", "bo@else.example")), (ANN, (None, None)), (None, (None, None)), (7, (None, None))],
)
def test_action_by_is_somebody_else(who: object, expected: tuple[Any, ...]) -> None:
    """The second person of an act is told, unless it is the first."""
    assert part(event(action_by=who), "on_behalf_of_id", "on_behalf_of_email") == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [("203.0.113.5", "203.0.113.5"), ("2001:db8::1", "2001:db8::1"), ("Unknown IP", None),
     ("", ""), (None, None), (7, None)],
)  # fmt: skip
def test_an_unknown_address_is_none(address: object, expected: str | None) -> None:
    """Where Box does not know the address there is none."""
    assert part(event(ip_address=address), "ip") == (expected,)


def test_the_rest_of_an_event() -> None:
    """Times are aware UTC, types are in the shared words, and what Box never tells is null."""
    found = row(event(recorded_at="2026-11-01T20:00:05Z", session_id=9))
    assert (found["event_time"], found["fetched_at"]) == (TIME, ASKED)
    assert (found["recorded_at"], found["session_id"]) == (TIME.replace(second=5), "9")
    names = ("native_type", "activity", "category", "outcome", "event_id")
    assert [found[name] for name in names] == ["UPLOAD", "upload_file", "files", "success", "e-1"]
    untold = ("country", "region", "city", "user_agent", "external")
    assert {found[name] for name in untold} == {None}
    assert row(event())["recorded_at"] is None
    blocked = event(event_type="SHIELD_EXTERNAL_COLLAB_INVITE_BLOCKED")
    assert part(blocked, "external") == (True,)


def test_the_same_event_has_one_id_in_both_streams() -> None:
    """Box names its events; an id that came as a number is the same id."""
    assert part(event(event_id=12), "event_id") == part(event(event_id="12"), "event_id") == ("12",)


def test_an_event_without_an_id_gets_one_of_what_it_says() -> None:
    """The order of an event's members does not matter, anything else does."""
    told = event(event_id=None)
    number = row(told)["event_id"]
    assert number
    assert row(dict(reversed(told.items())))["event_id"] == number
    assert row(told | {"event_type": "EDIT"})["event_id"] != number
