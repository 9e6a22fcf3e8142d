"""Every route of the stand-in: its name, who may call it, what it takes, what answers.

Scopes, kinds of token and arguments are those of the public API specification
(https://github.com/dropbox/dropbox-api-spec).
"""

from sandbox.dropbox import events, items, shared, teams
from sandbox.dropbox.api import Route
from sandbox.dropbox.arguments import (
    default,
    each,
    flag,
    integer,
    nothing,
    optional,
    record,
    required,
    tag,
    text,
    timestamp,
    variant,
)

_NOBODY_READS = each(tag)  # fields that are accepted and change nothing here
_LIMIT = default(integer(1, 1000), 1000)
_CURSOR = record(cursor=required(text(least=1)))
_PERIOD = record(start_time=optional(timestamp), end_time=optional(timestamp))
_PATH = r"(/.*)?|id:.*|ns:[0-9]+(/.*)?"
_FOLDER_ID = required(text(r"[-_0-9a-zA-Z:]+"))
_WHO = variant(team_member_id=text(), external_id=text(most=64), email=text(most=255))
_EVENTS = record(
    limit=_LIMIT,
    account_id=optional(text(least=40, most=40)),
    time=optional(_PERIOD),
    category=optional(tag),
    event_type=optional(tag),
)
_FOLDER = record(
    path=required(text(_PATH)),
    recursive=default(flag, False),
    include_media_info=default(flag, False),
    include_deleted=default(flag, False),
    include_has_explicit_shared_members=default(flag, False),
    include_mounted_folders=default(flag, True),
    include_non_downloadable_files=default(flag, True),
    include_restorable_info=default(flag, False),
    limit=optional(integer(1, 2000)),
)
_METADATA = record(
    path=required(text(_PATH)),
    include_media_info=default(flag, False),
    include_deleted=default(flag, False),
    include_has_explicit_shared_members=default(flag, False),
)
_LINKS = record(
    path=optional(text(_PATH)), cursor=optional(text(least=1)), direct_only=optional(flag)
)
_MEMBERS = record(limit=_LIMIT, include_removed=default(flag, False))
_SELECTED = record(members=required(each(_WHO)))
_SHARED = record(limit=_LIMIT, actions=optional(_NOBODY_READS))
_PEOPLE = record(
    shared_folder_id=_FOLDER_ID,
    limit=_LIMIT,
    actions=optional(_NOBODY_READS),
    path=optional(text()),
)
_FILE_PEOPLE = record(
    file=required(text(_PATH)),
    actions=optional(_NOBODY_READS),
    include_inherited=default(flag, True),
    limit=default(integer(1, 300), 100),
)
_FILES_PEOPLE = record(
    files=required(each(text(_PATH), most=100)), limit=default(integer(1, 1000), 1000)
)
_ECHO = record(query=default(text(most=500), ""))

ROUTES = {
    "check/app": Route(items.echo, _ECHO, "app"),
    "check/user": Route(items.echo, _ECHO, "user", "account_info.read"),
    "auth/token/revoke": Route(items.revoke_token, nothing, "user", alone=True),
    "team/token/get_authenticated_admin": Route(
        teams.get_authenticated_admin, nothing, "team", "team_info.read"
    ),
    "team/get_info": Route(teams.get_info, nothing, "team", "team_info.read"),
    "team/features/get_values": Route(
        teams.get_features, record(features=required(each(tag))), "team", "team_info.read"
    ),
    "team/members/list": Route(teams.list_members, _MEMBERS, "team", "members.read"),
    "team/members/list/continue": Route(
        teams.list_members_continue, _CURSOR, "team", "members.read"
    ),
    "team/members/list_v2": Route(teams.list_members_v2, _MEMBERS, "team", "members.read"),
    "team/members/list/continue_v2": Route(
        teams.list_members_continue_v2, _CURSOR, "team", "members.read"
    ),
    "team/members/get_info": Route(teams.get_member_info, _SELECTED, "team", "members.read"),
    "team/members/get_info_v2": Route(teams.get_member_info_v2, _SELECTED, "team", "members.read"),
    "team/groups/list": Route(teams.list_groups, record(limit=_LIMIT), "team", "groups.read"),
    "team/groups/list/continue": Route(teams.list_groups_continue, _CURSOR, "team", "groups.read"),
    "team/namespaces/list": Route(
        teams.list_namespaces, record(limit=_LIMIT), "team", "team_data.member"
    ),
    "team/namespaces/list/continue": Route(
        teams.list_namespaces_continue, _CURSOR, "team", "team_data.member"
    ),
    "team_log/get_events": Route(events.get_events, _EVENTS, "team", "events.read"),
    "team_log/get_events/continue": Route(
        events.get_events_continue, _CURSOR, "team", "events.read"
    ),
    "users/get_current_account": Route(
        items.get_current_account, nothing, "user", "account_info.read", select_admin=True
    ),
    "files/list_folder": Route(
        items.list_folder, _FOLDER, "user", "files.metadata.read", select_admin=True
    ),
    "files/list_folder/continue": Route(
        items.list_folder_continue, _CURSOR, "user", "files.metadata.read", select_admin=True
    ),
    "files/get_metadata": Route(
        items.get_metadata, _METADATA, "user", "files.metadata.read", select_admin=True
    ),
    "sharing/list_shared_links": Route(
        shared.list_shared_links, _LINKS, "user", "sharing.read", select_admin=True
    ),
    "sharing/list_folders": Route(shared.list_shared_folders, _SHARED, "user", "sharing.read"),
    "sharing/list_folders/continue": Route(
        shared.list_shared_folders_continue, _CURSOR, "user", "sharing.read"
    ),
    "sharing/list_folder_members": Route(
        shared.list_folder_members, _PEOPLE, "user", "sharing.read", select_admin=True
    ),
    "sharing/list_folder_members/continue": Route(
        shared.list_folder_members_continue, _CURSOR, "user", "sharing.read", select_admin=True
    ),
    "sharing/get_folder_metadata": Route(
        shared.get_folder_metadata,
        record(shared_folder_id=_FOLDER_ID, actions=optional(_NOBODY_READS)),
        "user",
        "sharing.read",
        select_admin=True,
    ),
    "sharing/list_file_members": Route(
        shared.list_file_members, _FILE_PEOPLE, "user", "sharing.read", select_admin=True
    ),
    "sharing/list_file_members/continue": Route(
        shared.list_file_members_continue, _CURSOR, "user", "sharing.read", select_admin=True
    ),
    "sharing/list_file_members/batch": Route(
        shared.list_file_members_batch, _FILES_PEOPLE, "user", "sharing.read", select_admin=True
    ),
}
