"""The routes of the Dropbox stand-in, held against the wire contract without any SDK."""

import httpx
import pytest

from sandbox.client import Client, tag
from sandbox.dropbox.routes import ROUTES

EVENTS = "team_log/get_events"


def test_answers_are_what_the_sdk_compares_to(client: Client) -> None:
    """Every answer has exactly `application/json` as its type, a request id and a date."""
    for answer in (client.call("team/get_info"), client.call("files/list_folder/continue", {})):
        assert answer.headers["x-dropbox-request-id"]
        assert answer.headers["date"]
    assert client.call("team/get_info").headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("route", "body", "words"),
    [
        ("team/get_info", "", "could not decode input as JSON"),
        ("team/get_info", "{}", "expected null"),
        (EVENTS, "null", "expected object"),
        (EVENTS, '{"limit":0}', "limit: 0 is not within range [1, 1000]"),
        (EVENTS, '{"limit":1001}', "limit: 1001 is not within range [1, 1000]"),
        (EVENTS, '{"limit":true}', "limit: expected integer"),
        (EVENTS, '{"since":"2026-01-01"}', "unknown field 'since'"),
        (EVENTS, '{"time":{"start_time":"2026-01-01"}}', "time: start_time: "),
        (EVENTS, '{"account_id":"dbid:short"}', "account_id: "),
        (EVENTS + "/continue", "{}", "missing required field 'cursor'"),
        (EVENTS + "/continue", '{"cursor":"x","limit":5}', "unknown field 'limit'"),
        ("team/members/get_info_v2", '{"members":[{".tag":"name","name":"x"}]}', "members: 0: "),
    ],
)
def test_a_wrong_body_is_400_in_plain_text(
    client: Client, route: str, body: str, words: str
) -> None:
    """What the route does not take is refused with 400 and a sentence in plain text."""
    headers = {"Authorization": f"Bearer {client.token}", "Content-Type": "application/json"}
    refused = client.http.post(f"/2/{route}", content=body, headers=headers)
    assert refused.status_code == 400
    assert refused.headers["content-type"].startswith("text/plain")
    assert refused.text.startswith(f'Error in call to API function "{route}": ')
    assert words in refused.text


def test_wrong_headers_are_400(client: Client) -> None:
    """A missing token, another scheme, and another content type are 400; a bad token is 401."""
    kind = {"Content-Type": "application/json"}
    token = {"Authorization": f"Bearer {client.token}"}

    def post(headers: dict[str, str]) -> httpx.Response:
        return client.http.post("/2/team/get_info", content="null", headers=headers)

    assert post(kind).status_code == 400
    assert post(kind | {"Authorization": "Token x"}).status_code == 400
    assert post(token | {"Content-Type": "application/x-www-form-urlencoded"}).status_code == 400
    assert tag(post(kind | {"Authorization": "Bearer sl.nonsense"})) == "invalid_access_token"
    assert post(kind | token).status_code == 200


def test_an_app_without_a_scope_is_told_which(calm: str) -> None:
    """The narrow app gets 401 missing_scope that names events.read."""
    client = Client(calm)
    client.sign_in(client_id="casbah-narrow-key")
    refused = client.call(EVENTS, {})
    assert refused.status_code == 401
    assert refused.json()["error_summary"].startswith("missing_scope/")
    assert refused.json()["error"] == {".tag": "missing_scope", "required_scope": "events.read"}
    assert client.call("team/members/list_v2", {}).status_code == 200


def test_wrong_kinds_of_token_are_400(client: Client, calm: str) -> None:
    """Team and user tokens on each other's routes are 400 with Dropbox's sentences."""
    assert "entire Dropbox Business team" in client.call("users/get_current_account").text
    somebody = client.member_id()
    assert client.call("team/get_info", Select_User=somebody).status_code == 400
    user = Client(calm)
    user.sign_in(**{"as": "member"})
    assert "not associated with a team" in user.call("team/get_info").text
    selected = user.call("users/get_current_account", Select_User=somebody)
    assert selected.status_code == 400
    assert "Unexpected select user header" in selected.text
    assert user.call("check/user", {"query": "ping"}).json() == {"result": "ping"}


def test_only_members_can_be_selected(client: Client) -> None:
    """Select-User takes an active member; others are 401, and an id of another form is 400."""
    route = "users/get_current_account"
    chosen = client.call(route, Select_User=client.member_id())
    assert chosen.json()["team_member_id"] == client.member_id()
    assert client.call(route, Select_User="dbmid:short").status_code == 400
    assert tag(client.call(route, Select_User="dbmid:" + "A" * 34)) == "invalid_select_user"
    removed, suspended = (client.member_id(status=word) for word in ("removed", "suspended"))
    assert tag(client.call(route, Select_User=removed)) == "invalid_select_user"
    assert tag(client.call(route, Select_User=suspended)) == "user_suspended"
    both = client.call(route, Select_User=removed, Select_Admin=removed)
    assert both.status_code == 400


def test_only_a_team_admin_gets_past_select_admin(client: Client) -> None:
    """Select-Admin takes a team admin alone, and only where the route has an admin mode."""
    admin = client.member_id("Team admin")
    limited = client.member_id("User management admin")
    route = "users/get_current_account"
    assert client.call(route, Select_Admin=admin).status_code == 200
    for other in (limited, client.member_id()):
        refused = client.call(route, Select_Admin=other)
        assert (refused.status_code, tag(refused)) == (401, "invalid_select_admin")
    assert client.call("sharing/list_folders", {}, Select_Admin=admin).status_code == 400
    assert client.call("sharing/list_folders", {}, Select_User=admin).status_code == 200


def test_acting_for_members_needs_its_scope(calm: str, client: Client) -> None:
    """Without team_data.member no member can be selected."""
    other = Client(calm)
    other.sign_in(scope=["account_info.read", "members.read"])
    refused = other.call("users/get_current_account", Select_User=client.member_id())
    assert refused.json()["error"]["required_scope"] == "team_data.member"


def test_the_app_itself_can_be_checked(client: Client) -> None:
    """check/app answers whoever shows the app's key and secret, and no token."""

    def check(secret: str) -> httpx.Response:
        auth, query = ("casbah-demo-key", secret), {"query": "ping"}
        return client.http.post("/2/check/app", json=query, auth=auth)

    assert check("casbah-demo-secret").json() == {"result": "ping"}
    assert check("wrong").status_code == 400


def test_unknown_routes_are_404(client: Client) -> None:
    """A route that the stand-in does not have is 404."""
    assert client.call("team/properties/list").status_code == 404


def test_every_route_needs_the_kind_of_token_that_the_sdk_sends() -> None:
    """Each route asks for the kind of token that Dropbox's own SDK names for it."""
    dropbox = pytest.importorskip("dropbox")
    for name, route in ROUTES.items():
        namespace, _, rest = name.partition("/")
        known = getattr(dropbox, namespace).ROUTES
        version = 2 if rest.endswith("_v2") else 1
        spec = known[rest.removesuffix("_v2") + (":2" if version == 2 else "")]
        assert route.auth in spec.attrs["auth"].split(", ")
