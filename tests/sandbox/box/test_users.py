"""Users of the Box stand-in, and who may work in whose name."""

import pytest

from sandbox.client import Client


def test_users_me_tells_what_is_asked_for(box: Client) -> None:
    """Role and enterprise come only when asked for; fields replace the standard ones."""
    plain = box.get("users/me").json()
    assert {"type", "id", "login", "status", "language"} <= set(plain)
    assert not {"role", "enterprise"} & set(plain)
    asked = box.get("users/me", fields="role,enterprise").json()
    assert set(asked) == {"type", "id", "name", "login", "role", "enterprise"}
    assert asked["enterprise"]["name"] == "Larkfield Instruments"


def test_markers_lead_through_all_managed_users(box: Client) -> None:
    """Pages by marker hold everybody of the company once: one admin, one co-admin, users."""
    people, marker = [], ""
    while True:
        query = {"usemarker": "true", "limit": 3, "marker": marker, "fields": "role,status"}
        page = box.get("users", user_type="managed", **query).json()
        assert len(page["entries"]) <= 3
        people += page["entries"]
        marker = page.get("next_marker")
        if not marker:
            break
    assert len({user["id"] for user in people}) == len(people) == 18  # two of twenty have left
    roles = [user["role"] for user in people]
    assert (roles.count("admin"), roles.count("coadmin")) == (1, 1)
    assert {user["status"] for user in people} == {"active", "inactive"}
    assert all(user["id"].isdecimal() for user in people)


def test_offsets_lead_through_them_too(box: Client) -> None:
    """Pages by offset tell the total; an offset above 10,000 is refused."""
    page = box.get("users", limit=5, offset=15).json()
    assert (page["total_count"], page["offset"], len(page["entries"])) == (18, 15, 3)
    refused = box.get("users", offset=10_001)
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_request")


def test_outsiders_are_found_by_their_whole_address(box: Client) -> None:
    """An external user is listed for the exact login alone."""
    people = [row["who"] for row in box.truth("box") if row["who"]["id"].isdecimal()]
    email = next(who["email"] for who in people if who["kind"] == "outsider")
    found = box.get("users", user_type="external", filter_term=email).json()["entries"]
    assert [user["login"] for user in found] == [email]
    assert box.get("users", user_type="external").json()["entries"] == []
    assert box.get("users", filter_term=email[:5], user_type="external").json()["entries"] == []
    assert box.get(f"users/{found[0]['id']}", fields="enterprise").json()["enterprise"] is None


def test_one_user_by_id(box: Client) -> None:
    """A known id gives the user; an unknown one is not_found, as JSON."""
    me = box.get("users/me").json()
    assert box.get(f"users/{me['id']}").json() == me
    missing = box.get("users/77")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert box.get("nothing/here").json()["type"] == "error"


@pytest.mark.parametrize(
    ("role", "target", "status"),
    [
        ("admin", "coadmin", 200),
        ("admin", "user", 200),
        ("coadmin", "user", 200),
        ("coadmin", "admin", 403),
        ("member", "coadmin", 403),
        ("admin", "inactive", 403),
        ("admin", "nobody", 403),
    ],
)
def test_who_may_work_in_whose_name(box: Client, role: str, target: str, status: int) -> None:
    """The admin for everybody active, a co-admin for plain users, a plain user for nobody."""
    everybody = box.get("users", limit=100, fields="role,status").json()["entries"]
    ids = {user["role"]: user["id"] for user in everybody if user["status"] == "active"}
    ids["inactive"] = next(user["id"] for user in everybody if user["status"] == "inactive")
    box.sign_in(app="box", **{"as": role})
    answer = box.get("users/me", as_user=ids.get(target, "1"))
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "access_denied_insufficient_permissions"


def test_scopes_and_roles_are_refused_in_two_ways(box: Client) -> None:
    """Without the scope an empty 403 says insufficient_scope; without the role JSON does."""
    box.sign_in(app="box", client_id="casbah-box-narrow-key")
    narrow = box.get("events", stream_type="admin_logs")
    assert (narrow.status_code, narrow.content) == (403, b"")
    assert 'error="insufficient_scope"' in narrow.headers["www-authenticate"]
    assert narrow.headers["content-length"] == "0"
    assert box.get("users").status_code == 200
    box.sign_in(app="box", **{"as": "member"})
    for refused in (box.get("users"), box.get("events", stream_type="admin_logs")):
        assert refused.status_code == 403
        assert refused.json()["code"] == "access_denied_insufficient_permissions"


def test_the_admins_role_can_change(own_box: Client) -> None:
    """The fault `role` makes the admin something else, and an event tells it."""
    admin = own_box.get("users/me").json()["id"]
    own_box.faults(role={"to": "coadmin"})
    assert own_box.get("users/me", fields="role").json()["role"] == "coadmin"
    told = [
        event
        for page in own_box.stream("admin_logs_streaming")
        for event in page["entries"]
        if event["event_type"] == "CHANGE_ADMIN_ROLE" and event["source"]["id"] == admin
    ]
    assert told[-1]["additional_details"]["role"] == "Co-Admin"
    own_box.faults(role={"to": "admin"})
    assert own_box.get("users/me", fields="role").json()["role"] == "admin"
    refused = own_box.http.post("/faults", json={"role": {"to": "king"}})
    assert "admin, coadmin, user" in refused.json()["error"]


def test_paths_are_counted_without_their_ids(own_box: Client) -> None:
    """/requests folds the ids of Box's paths into one pattern."""
    own_box.http.delete("/requests")
    for number in (4, 77):
        own_box.get(f"users/{number}")
    assert own_box.http.get("/requests").json()["routes"]["/2.0/users/{id}"] == 2
