"""The official Dropbox SDK, unmodified, takes the sandbox for Dropbox.

The SDK speaks to https://api.dropboxapi.com only; the `requests` session that it lets its user
bring leads that host to the sandbox.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import dropbox
import pytest
import requests
from dropbox import common, exceptions, team_common, team_log
from requests.adapters import HTTPAdapter
from stone.backends.python_rsrc import stone_base, stone_serializers

from sandbox.client import Client

HOST = "https://api.dropboxapi.com"
BACK = "http://localhost:9/back"
ROUTES = {
    f"{namespace}/{route.name}{'_v2' if route.version == 2 else ''}": route
    for namespace in ("team", "team_log", "files", "sharing", "users")
    for route in getattr(dropbox, namespace).ROUTES.values()
}


class Sandboxed(HTTPAdapter):
    """Leads Dropbox's host to the sandbox, and reads every answer as strictly as can be."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.strictly_read = 0

    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        request.url = request.url.replace(HOST, self.url)
        response = super().send(request, *args, **kwargs)
        route = ROUTES.get(urlsplit(request.url).path.removeprefix("/2/"))
        if route is not None and response.status_code == 200:
            stone_serializers.json_decode(route.result_type, response.text, strict=True)
            self.strictly_read += 1
        return response


@pytest.fixture
def wire(calm: str) -> Sandboxed:
    return Sandboxed(calm)


@pytest.fixture
def session(wire: Sandboxed) -> requests.Session:
    session = requests.Session()
    session.mount(HOST, wire)
    return session


@pytest.fixture
def team(client: Client, session: requests.Session) -> dropbox.DropboxTeam:
    """The SDK with nothing but a refresh token: it gets its own access tokens."""
    return dropbox.DropboxTeam(
        oauth2_refresh_token=client.sign_in()["refresh_token"],
        app_key="casbah-demo-key",
        app_secret="casbah-demo-secret",
        session=session,
    )


def others(value: Any, place: str = "") -> Iterator[str]:
    """Where in a decoded object the SDK met a variant that it does not know."""
    if isinstance(value, list):
        for each in value:
            yield from others(each, place)
    elif isinstance(value, stone_base.Union):
        if value._tag == "other":
            yield place
        yield from others(value._value, f"{place}.{value._tag}")
    elif isinstance(value, stone_base.Struct):
        for name in value._all_field_names_:
            yield from others(getattr(value, name, None), f"{place}.{name}")


def test_the_sdk_walks_the_event_log(team: dropbox.DropboxTeam, wire: Sandboxed) -> None:
    """get_events and continue bring every event, and the SDK knows every type, tag and field."""
    page = team.team_log_get_events(limit=500)
    events = page.events
    while page.has_more:
        page = team.team_log_get_events_continue(page.cursor)
        events += page.events
    assert len(events) >= 2_500
    assert wire.strictly_read > 5
    assert list(others(events)) == []
    assert len({event.event_type._tag for event in events}) > 40


def test_the_sdk_asks_for_windows_and_categories(team: dropbox.DropboxTeam) -> None:
    """The SDK's own spelling of time and category is understood."""
    some = team.team_log_get_events(limit=10).events
    period = team_common.TimeRange(start_time=min(event.timestamp for event in some))
    assert team.team_log_get_events(time=period).events
    category = team_log.EventCategory.sharing
    found = team.team_log_get_events(category=category).events
    assert {event.event_category._tag for event in found} == {"sharing"}


def test_the_sdk_lists_the_team(team: dropbox.DropboxTeam) -> None:
    """Members with roles, groups, namespaces, the team and its features decode without a rest."""
    page = team.team_members_list_v2(limit=8, include_removed=True)
    members = page.members
    while page.has_more:
        page = team.team_members_list_continue_v2(page.cursor)
        members += page.members
    assert {m.profile.status._tag for m in members} == {"active", "invited", "suspended", "removed"}
    old = team.team_members_list().members
    info = team.team_members_get_info_v2(
        [dropbox.team.UserSelectorArg.team_member_id(members[0].profile.team_member_id)]
    )
    features = team.team_features_get_values([dropbox.team.Feature.has_team_file_events])
    assert features.values[0].get_has_team_file_events().get_enabled()
    answers = [
        members,
        old,
        info.members_info,
        features.values,
        team.team_get_info(),
        team.team_token_get_authenticated_admin(),
        team.team_groups_list(),
        team.team_namespaces_list(),
    ]
    assert list(others(answers)) == []


def test_the_sdk_lists_every_namespace_as_admin(team: dropbox.DropboxTeam) -> None:
    """With Select-Admin and Path-Root the SDK walks the files of every namespace."""
    admin = team.team_token_get_authenticated_admin().admin_profile.team_member_id
    entries: list[Any] = []
    for namespace in team.team_namespaces_list().namespaces:
        root = common.PathRoot.namespace_id(namespace.namespace_id)
        files = team.as_admin(admin).with_path_root(root)
        page = files.files_list_folder("", recursive=True, limit=40)
        entries += page.entries
        while page.has_more:
            page = files.files_list_folder_continue(page.cursor)
            entries += page.entries
    kinds = {type(entry).__name__ for entry in entries}
    assert {"FileMetadata", "FolderMetadata"} <= kinds
    assert list(others(entries)) == []
    file = next(e for e in entries[::-1] if isinstance(e, dropbox.files.FileMetadata))
    assert files.files_get_metadata(file.id) == file


def test_the_sdk_reads_sharing_as_a_member(team: dropbox.DropboxTeam) -> None:
    """As a member the SDK reads account, links, shared folders and who is in them."""
    somebody = team.team_members_list_v2(limit=1).members[0].profile.team_member_id
    user = team.as_user(somebody)
    assert user.users_get_current_account().team_member_id == somebody
    folders = user.sharing_list_folders().entries
    people = [user.sharing_list_folder_members(f.shared_folder_id) for f in folders]
    links = user.sharing_list_shared_links().links
    assert folders
    assert list(others([folders, people, links])) == []


def test_the_sdk_reads_who_was_given_what(team: dropbox.DropboxTeam) -> None:
    """People of shared folders and of files, alone and in batches, and every link, strictly."""
    admin = team.team_token_get_authenticated_admin().admin_profile.team_member_id
    answers: list[Any] = []
    for namespace in team.team_namespaces_list().namespaces:
        root = common.PathRoot.namespace_id(namespace.namespace_id)
        acting = team.as_admin(admin).with_path_root(root)
        if not namespace.namespace_type.is_team_member_folder():
            answers.append(acting.sharing_list_folder_members(namespace.namespace_id))
        if namespace.namespace_type.is_shared_folder():
            answers.append(acting.sharing_get_folder_metadata(namespace.namespace_id))
        entries = acting.files_list_folder(
            "",
            recursive=True,
            include_mounted_folders=False,
            include_has_explicit_shared_members=True,
        ).entries
        shared = [e.id for e in entries if getattr(e, "has_explicit_shared_members", False)]
        if shared:
            answers.append(acting.sharing_list_file_members_batch(shared))
            answers.append(acting.sharing_list_file_members(shared[0]))
            links = acting.sharing_list_shared_links(path=shared[0], direct_only=True)
            answers.append(links)
    assert len(answers) > 40
    assert list(others(answers)) == []


def test_the_sdk_understands_every_refusal(
    team: dropbox.DropboxTeam, client: Client, session: requests.Session
) -> None:
    """Each kind of error becomes the SDK's own exception with the right tag."""
    with pytest.raises(exceptions.ApiError) as bad:
        team.team_log_get_events_continue("nonsense")
    assert bad.value.error.is_bad_cursor()
    narrow = dropbox.DropboxTeam(
        client.sign_in(client_id="casbah-narrow-key")["access_token"], session=session
    )
    with pytest.raises(exceptions.AuthError) as missing:
        narrow.team_log_get_events()
    assert missing.value.error.get_missing_scope().required_scope == "events.read"
    with pytest.raises(exceptions.BadInputError, match="entire Dropbox Business team"):
        dropbox.Dropbox(
            client.sign_in()["access_token"], session=session
        ).users_get_current_account()
    admin = team.team_token_get_authenticated_admin().admin_profile.team_member_id
    elsewhere = team.as_admin(admin).with_path_root(common.PathRoot.root("1"))
    with pytest.raises(exceptions.PathRootError) as root:
        elsewhere.files_list_folder("")
    assert root.value.error.is_invalid_root()


def test_the_sdk_survives_trouble_by_itself(own: Client) -> None:
    """429 in both forms, 5xx, and an expired token: the SDK's own retries get through."""
    session = requests.Session()
    session.mount(HOST, Sandboxed(str(own.http.base_url).rstrip("/")))
    tokens = own.sign_in()
    team = dropbox.DropboxTeam(
        tokens["access_token"],
        oauth2_refresh_token=tokens["refresh_token"],
        app_key="casbah-demo-key",
        app_secret="casbah-demo-secret",
        session=session,
    )
    for form in ("json", "text"):
        own.faults(throttle={"share": 1, "times": 1, "retry_after": 0, "form": form, "path": "/2/"})
        assert team.team_get_info().name
    own.faults(expire_access={"share": 1, "times": 1})
    assert team.team_get_info().name
    own.faults(reset=True)
    page = team.team_log_get_events(limit=10)
    with pytest.raises(exceptions.ApiError) as lost:
        team.team_log_get_events_continue(page.cursor)
    assert lost.value.error.get_reset() is not None
    own.faults(revoke=True)
    with pytest.raises(exceptions.AuthError) as dead:
        team.refresh_access_token()
    assert dead.value.error.is_invalid_access_token()


@pytest.mark.parametrize("pkce", [True, False])
def test_the_sdk_connects_through_the_consent_page(
    client: Client, session: requests.Session, pkce: bool
) -> None:
    """The SDK's own OAuth flow, with secret or PKCE, ends with a team's tokens."""
    kept: dict[str, str] = {}
    flow = dropbox.DropboxOAuth2Flow(
        "casbah-demo-key",
        BACK,
        kept,
        "csrf",
        consumer_secret=None if pkce else "casbah-demo-secret",
        token_access_type="offline",
        scope=["events.read", "team_info.read"],
        use_pkce=pkce,
    )
    flow.requests_session = session
    link = urlsplit(flow.start())
    form = {name: values[0] for name, values in parse_qs(link.query).items()}
    allowed = client.http.post(link.path, data={**form, "decision": "allow"})
    back = parse_qs(urlsplit(allowed.headers["location"]).query)
    result = flow.finish({name: values[0] for name, values in back.items()})
    assert result.account_id.startswith("dbtid:")
    assert result.scope == "events.read team_info.read"
    connected = dropbox.DropboxTeam(result.access_token, session=session)
    assert connected.team_log_get_events(limit=1).events
