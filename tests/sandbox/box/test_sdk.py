"""Box's official SDK, unmodified, takes the sandbox for Box.

The SDK can be led to other hosts (`BaseUrls`). What it meets and does not know it keeps as a plain
`dict`, or as text where it knows a list of words; the tests look for those.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from box_sdk_gen import (
    BaseUrls,
    BoxAPIError,
    BoxCCGAuth,
    BoxClient,
    BoxJWTAuth,
    BoxOAuth,
    CCGConfig,
    JWTConfig,
    OAuthConfig,
)
from box_sdk_gen.managers.events import GetEventsStreamType
from box_sdk_gen.managers.users import GetUsersUserType
from box_sdk_gen.schemas import AccessToken
from box_sdk_gen.schemas.event import EventEventTypeField

from sandbox.client import Client

APP = {"client_id": "casbah-box-demo-key", "client_secret": "casbah-box-demo-secret"}
CCG = {"client_id": "casbah-box-ccg-key", "client_secret": "casbah-box-ccg-secret"}
STREAMS = (GetEventsStreamType.ADMIN_LOGS, GetEventsStreamType.ADMIN_LOGS_STREAMING)
Signed = Callable[[], BoxClient]


def consented(tokens: dict[str, Any]) -> BoxOAuth:
    """The SDK's sign-in with a pair of tokens."""
    auth = BoxOAuth(OAuthConfig(**APP))
    access, refresh = tokens["access_token"], tokens["refresh_token"]
    auth.token_storage.store(AccessToken(access_token=access, refresh_token=refresh))
    return auth


@pytest.fixture
def led(calm: str) -> Callable[[Any], BoxClient]:
    """A client of the SDK that asks the calm sandbox."""
    urls = BaseUrls(base_url=calm, upload_url=calm, oauth_2_url=f"{calm}/api/oauth2")
    return lambda auth: BoxClient(auth=auth).with_custom_base_urls(urls)


@pytest.fixture
def admin(box: Client, led: Callable[[Any], BoxClient]) -> BoxClient:
    """The primary admin, by consent."""
    return led(consented(box.sign_in(app="box")))


@pytest.fixture
def by_ccg(box: Client, led: Callable[[Any], BoxClient]) -> BoxClient:
    enterprise = box.http.get("/sandbox/box-config.json").json()["enterpriseID"]
    return led(BoxCCGAuth(CCGConfig(**CCG, enterprise_id=enterprise)))


@pytest.fixture
def by_jwt(box: Client, led: Callable[[Any], BoxClient]) -> BoxClient:
    config = box.http.get("/sandbox/box-config.json").text
    return led(BoxJWTAuth(JWTConfig.from_config_json_string(config)))


def pages(client: BoxClient, kind: GetEventsStreamType) -> Iterator[Any]:
    """The pages of a stream, to its end."""
    position = "0"
    while True:
        page = client.events.get_events(stream_type=kind, stream_position=position, limit=500)
        if not page.entries:
            return
        yield page
        position = str(page.next_stream_position)


@pytest.mark.parametrize("way", ["admin", "by_ccg", "by_jwt"])
def test_the_sdk_signs_in_each_way(way: str, request: pytest.FixtureRequest) -> None:
    """Refreshed consent, client credentials and JWT each give a client that lists the users."""
    client: BoxClient = request.getfixturevalue(way)
    me = client.users.get_user_me(fields=["role", "login", "enterprise"])
    assert (me.role.value, me.enterprise.name) == (
        "admin" if way == "admin" else "coadmin",
        "Larkfield Instruments",
    )
    assert len(client.users.get_users(user_type=GetUsersUserType.MANAGED).entries) == 18


@pytest.mark.parametrize("kind", STREAMS)
def test_the_sdk_walks_both_streams(
    admin: BoxClient, box: Client, kind: GetEventsStreamType
) -> None:
    """get_events brings every event, and the SDK knows every type."""
    events = [event for page in pages(admin, kind) for event in page.entries]
    truth = {row["event_id"] for row in box.truth("box")}
    found = {event.event_id for event in events}
    assert found <= truth
    assert len(found) > 0.99 * len(truth)
    assert {type(event.event_type) for event in events} == {EventEventTypeField}


def test_the_sdk_knows_the_sources_of_the_specification(admin: BoxClient) -> None:
    """Files, folders, users and app items decode as what they are, all else as plain objects."""
    events = next(pages(admin, STREAMS[0])).entries
    names = {type(event.source).__name__ for event in events if event.source is not None}
    assert {"EventSource", "User", "AppItemEventSource", "dict"} <= names | {"dict"}
    files = [e.source for e in events if type(e.source).__name__ == "EventSource"]
    assert all(source.item_id and source.item_type and source.owned_by.id for source in files)
    assert all(event.created_at.tzinfo is not None for event in events)


def test_the_sdk_follows_markers(admin: BoxClient) -> None:
    """Users by marker: all of them, once."""
    found, marker = [], None
    while True:
        page = admin.users.get_users(usemarker=True, limit=4, marker=marker)
        found += page.entries
        marker = page.next_marker
        if not marker:
            break
    assert len({user.id for user in found}) == len(found) == 18


def test_the_sdk_understands_refusals(
    admin: BoxClient, box: Client, led: Callable[[Any], BoxClient]
) -> None:
    """Errors with and without a body reach the SDK's user with their status and code."""
    with pytest.raises(BoxAPIError) as missing:
        admin.users.get_user_by_id("77")
    assert (missing.value.response_info.status_code, missing.value.response_info.code) == (
        404,
        "not_found",
    )
    narrow = led(consented(box.sign_in(app="box", client_id="casbah-box-narrow-key")))
    with pytest.raises(BoxAPIError) as refused:
        narrow.events.get_events(stream_type=STREAMS[0])
    assert refused.value.response_info.status_code == 403


def test_the_sdk_refreshes_and_keeps_the_next_token(
    box: Client, led: Callable[[Any], BoxClient]
) -> None:
    """With a dead access token the SDK refreshes by itself and holds the rotated pair."""
    tokens = box.sign_in(app="box")
    auth = consented(tokens | {"access_token": "dead"})
    assert led(auth).users.get_user_me().login
    kept = auth.token_storage.get()
    assert kept is not None
    assert kept.refresh_token not in {None, tokens["refresh_token"]}


def test_the_sdk_walks_a_users_tree(admin: BoxClient) -> None:
    """As a plain user: folders and files to the bottom, and the collaborations of both."""
    user = admin.users.get_users(limit=9).entries[8]
    theirs = admin.with_as_user_header(user.id)
    waiting, seen, shared = ["0"], {}, 0
    while waiting:
        folder = theirs.folders.get_folder_items(
            waiting.pop(), usemarker=True, limit=1_000, fields=["has_collaborations", "owned_by"]
        )
        for item in folder.entries:
            assert item.id not in seen
            seen[item.id] = type(item).__name__
            if seen[item.id].startswith("Folder"):
                waiting.append(item.id)
    kinds = {name.removesuffix("Full").removesuffix("Mini") for name in seen.values()}
    assert {"Folder", "File"} <= kinds <= {"Folder", "File", "WebLink"}
    for number, kind in seen.items():
        if kind.startswith("Folder"):
            found = theirs.list_collaborations.get_folder_collaborations(number).entries
            shared += len(found)
            assert all(each.role is not None and each.status is not None for each in found)
        elif kind.startswith("File") and shared < 50:
            theirs.list_collaborations.get_file_collaborations(number)
    assert shared
