import csv
import re
from collections import defaultdict
from importlib.resources import files

import pytest
from box_sdk_gen.schemas.event import EventEventTypeField
from dropbox import team_log

from connectors import APPS
from connectors.activities import CATEGORIES, UNKNOWN, Activity, load

HEADER = "native_type,activity,label,category,modifies_item,ocsf_class,ocsf_activity"

# class_uid: its activity_ids, without 0 Unknown, which no row may use. OCSF 1.8.0,
# https://schema.ocsf.io/1.8.0/classes
OCSF = {
    2004: {1, 2, 3, 99},  # Detection Finding
    3001: {*range(1, 13), 99},  # Account Change
    3002: {*range(1, 8), 99},  # Authentication
    3004: {*range(1, 14), 99},  # Entity Management
    3005: {1, 2, 99},  # User Access Management
    3006: {*range(1, 9), 99},  # Group Management
    6001: {*range(1, 9), 99},  # Web Resources Activity
    6002: {*range(1, 9), 99},  # Application Lifecycle
    6003: {1, 2, 3, 4, 99},  # API Activity
    6006: {*range(1, 18), 99},  # File Hosting Activity
}

# The types that each app's official SDK names.
NAMED = {
    "dropbox EventTypeArg": set(team_log.EventTypeArg._tagmap) - {"other"},
    "dropbox EventType": set(team_log.EventType._tagmap) - {"other"},
    "box EventEventTypeField": {each.value for each in EventEventTypeField},
}

ANCHORS = """
file_add                          upload_file               6006  1 Upload file
file_download                     download_file             6006  2 Download file
shared_content_download           download_file             6006  2 Download file
shared_link_download              download_from_shared_link 6006  2 Download from shared link
file_transfers_transfer_download  download_transfer         6006  2 Download transfer
file_edit                         edit_file                 6006  3 Edit file
file_delete                       delete_file               6006  4 Delete file
file_permanently_delete           permanently_delete_file   6006  4 Permanently delete file
file_rename                       rename_file               6006  5 Rename file
file_copy                         copy_file                 6006  6 Copy file
file_move                         move_file                 6006  7 Move file
file_restore                      restore_file              6006  8 Restore file
file_preview                      preview_file              6006  9 Preview file
shared_content_view               preview_file              6006  9 Preview file
file_locking_lock_status_changed  change_file_lock          6006 10 Change file lock
shared_link_create                create_shared_link        6006 12 Create shared link
shared_content_add_member         add_collaborator          6006 12 Add collaborator
shared_link_disable               remove_shared_link        6006 13 Remove shared link
shared_content_remove_member      remove_collaborator       6006 13 Remove collaborator
shared_link_view                  open_shared_link          6006 14 Open shared link
file_transfers_transfer_view      open_transfer             6006 14 Open transfer
shared_link_settings_add_password add_shared_link_password  6001  3 Add shared link password
login_success                     sign_in                   3002  1 Sign in
login_fail                        fail_sign_in              3002  1 Fail to sign in
logout                            sign_out                  3002  2 Sign out
sign_in_as_session_start          start_sign_in_as_session  3002  7 Start sign-in-as session
tfa_change_status                 change_two_factor         3001 10 Change two-factor authentication
tfa_reset                         reset_two_factor          3001 11 Reset two-factor authentication
password_change                   change_password           3001  3 Change password
group_add_member                  add_group_member          3006  3 Add group member
group_remove_member               remove_group_member       3006  4 Remove group member
member_change_admin_role          change_admin_role         3005  1 Change admin role
app_link_user                     link_app                  6002  1 Link app
password_strength_requirements_change_policy change_password_policy 3004 3 Change password policy
"""

BOX_ANCHORS = """
UPLOAD                            upload_file               6006  1 Upload file
ITEM_UPLOAD                       upload_file               6006  1 Upload file
DOWNLOAD                          download_file             6006  2 Download file
FILE_WATERMARKED_DOWNLOAD         download_file             6006  2 Download file
EDIT                              edit_file                 6006  3 Edit file
DELETE                            delete_file               6006  4 Delete file
ITEM_TRASH                        delete_file               6006  4 Delete file
RENAME                            rename_file               6006  5 Rename file
COPY                              copy_file                 6006  6 Copy file
MOVE                              move_file                 6006  7 Move file
UNDELETE                          restore_file              6006  8 Restore file
PREVIEW                           preview_file              6006  9 Preview file
LOCK                              lock_file                 6006 10 Lock file
UNLOCK                            unlock_file               6006 11 Unlock file
SHARE                             create_shared_link        6006 12 Create shared link
ITEM_SHARED_CREATE                create_shared_link        6006 12 Create shared link
COLLABORATION_INVITE              invite_collaborator       6006 12 Invite collaborator
COLLABORATION_ACCEPT              accept_invitation         6006 12 Accept invitation
UNSHARE                           remove_shared_link        6006 13 Remove shared link
COLLABORATION_REMOVE              remove_collaborator       6006 13 Remove collaborator
CONTENT_ACCESS                    access_file               6006 14 Access file
ITEM_SYNC                         sync_folder               6006 15 Sync folder
ITEM_SHARED_UPDATE                change_shared_link        6001  3 Change shared link
LOGIN                             sign_in                   3002  1 Sign in
FAILED_LOGIN                      fail_sign_in              3002  1 Fail to sign in
ADMIN_LOGIN                       start_sign_in_as_session  3002  7 Start sign-in-as session
NEW_USER                          add_member                3001  1 Add member
DELETE_USER                       delete_member             3001  6 Delete member
ENABLE_MULTI_FACTOR_AUTH          enable_two_factor         3001 10 Enable two-factor authentication
GROUP_ADD_USER                    add_group_member          3006  3 Add group member
CHANGE_ADMIN_ROLE                 change_admin_role         3005  1 Change admin role
SHIELD_ALERT                      raise_security_alert      2004  1 Raise security alert
"""
ALL_ANCHORS = [
    (app, *line.split(maxsplit=4))
    for app, lines in (("dropbox", ANCHORS), ("box", BOX_ANCHORS))
    for line in lines.strip().splitlines()
]

DROPBOX_MODIFYING = """
    file_add file_add_from_automation create_folder file_edit file_move file_rename file_copy
    file_delete file_permanently_delete file_restore file_revert file_rollback_changes rewind_folder
    file_locking_lock_status_changed user_tags_added object_label_removed apply_naming_convention
    file_save_copy_reference shared_link_copy shared_content_copy
    shared_link_create shared_link_disable shared_link_change_visibility shared_link_share
    shared_link_settings_add_password shared_link_settings_remove_expiration
    shared_link_settings_allow_download_enabled shared_content_change_link_audience
    shared_content_add_member shared_content_remove_member shared_content_change_member_role
    shared_content_claim_invitation shared_content_relinquish_membership shared_content_unshare
    shared_folder_create shared_folder_transfer_ownership shared_folder_change_members_policy
    shared_folder_nest team_folder_rename team_folder_permanently_delete
    paper_doc_edit paper_content_add_member paper_published_link_create
    file_request_receive_file email_ingest_receive_file member_transfer_account_contents
    governance_policy_content_disposed ransomware_restore_process_completed
"""

DROPBOX_NOT_MODIFYING = """
    file_preview file_download file_get_copy_reference shared_content_view shared_content_download
    shared_content_request_access shared_link_view shared_link_download paper_doc_view
    paper_doc_download paper_published_link_view paper_admin_export_start open_note_shared
    file_transfers_transfer_view file_transfers_transfer_download send_and_track_link_viewed
    showcase_view showcase_file_view showcase_file_download replay_file_downloaded
    member_folder_contents_accessed legal_holds_export_downloaded protect_action_export
    file_add_comment file_delete_comment file_resolve_comment paper_doc_mention
    folder_overview_item_pinned file_request_create file_request_close dash_added_link_to_stack
    login_success group_add_member sharing_change_link_policy team_folders_create_report
"""

BOX_MODIFYING = """
    UPLOAD ITEM_UPLOAD ITEM_CREATE EDIT ITEM_MODIFY MOVE ITEM_MOVE RENAME COPY DELETE ITEM_TRASH
    UNDELETE FILE_VERSION_RESTORE LOCK UNLOCK TAG_ITEM_CREATE METADATA_INSTANCE_UPDATE
    STORAGE_EXPIRATION WATERMARK_LABEL_CREATE
    SHARE UNSHARE ITEM_SHARED ITEM_SHARED_CREATE ITEM_SHARED_UPDATE ITEM_SHARED_UNSHARE
    SHARE_EXPIRATION UPDATE_SHARE_EXPIRATION SHIELD_SHARED_LINK_STATUS_RESTRICTED_ON_UPDATE
    COLLABORATION_INVITE COLLABORATION_ACCEPT COLLABORATION_REMOVE COLLABORATION_ROLE_CHANGE
    COLLABORATION_EXPIRATION COLLAB_ADD_COLLABORATOR GROUP_ADD_ITEM GROUP_REMOVE_ITEM
    CHANGE_FOLDER_PERMISSION ADVANCED_FOLDER_SETTINGS_UPDATE
"""

BOX_NOT_MODIFYING = """
    PREVIEW DOWNLOAD ITEM_PREVIEW ITEM_DOWNLOAD ITEM_OPEN CONTENT_ACCESS FILE_WATERMARKED_DOWNLOAD
    SIGNER_DOWNLOADED ITEM_SYNC ITEM_UNSYNC SHARED_LINK_REDIRECT_OUT_OF_SHARED_CONTEXT
    COMMENT_CREATE TASK_CREATE ANNOTATIONV2_CREATE FAVORITE COLLECTION_ITEM_CREATE
    FILE_REQUEST_CREATE LOGIN ADMIN_LOGIN NEW_USER GROUP_ADD_USER SHIELD_DOWNLOAD_BLOCKED
    SHIELD_EXTERNAL_COLLAB_INVITE_BLOCKED SHIELD_ALERT RETENTION_POLICY_ASSIGNMENT_ADD
    METADATA_TEMPLATE_UPDATE BOX_AI_USER_REQUEST
"""

# Words of a label that are written with a capital wherever they stand.
NAMES = "AI Apple Capture Dash Google ID IP Microsoft Office Paper Replay Smart Stack Sync URL"


@pytest.fixture(params=APPS)
def app(request: pytest.FixtureRequest) -> str:
    """Each app's name."""
    return str(request.param)


@pytest.fixture
def lines(app: str) -> list[dict[str, str]]:
    table = files(APPS[app].partition(":")[0]).joinpath("activities.csv")
    text = table.read_text(encoding="utf-8")
    assert text.splitlines()[0] == HEADER
    assert '"' not in text, "a plain table: no value needs quotes"
    return list(csv.DictReader(text.splitlines()))


@pytest.fixture(scope="module")
def entries() -> set[Activity]:
    """The vocabulary of all apps together."""
    return {entry for app in APPS for entry in load(app).values()}


@pytest.mark.parametrize("named", NAMED)
def test_every_type_the_vendor_names(named: str) -> None:
    """The table holds each type of the official SDK, and no other."""
    assert load(named.split(maxsplit=1)[0]).keys() == NAMED[named]


def test_no_type_stands_twice(lines: list[dict[str, str]]) -> None:
    """Each type has one line."""
    assert len({line["native_type"] for line in lines}) == len(lines)


def test_every_line_is_complete(lines: list[dict[str, str]]) -> None:
    """No line leaves a column empty, has one too many, or falls back to unknown."""
    for line in lines:
        assert None not in line, line
        assert all(value and value == value.strip() for value in line.values()), line
        assert line["modifies_item"] in {"true", "false"}, line
        assert "unknown" not in line["activity"], line


def test_order_is_stable(lines: list[dict[str, str]]) -> None:
    """Lines stand by category, then native type, so that a change shows as one line."""
    assert lines == sorted(lines, key=lambda line: (line["category"], line["native_type"]))


def test_one_meaning_per_activity(entries: set[Activity]) -> None:
    """Types of one activity agree in all else, in all apps; no two activities share a label."""
    by_label = defaultdict(set)
    for entry in entries:
        by_label[entry.label.casefold()].add(entry.activity)
    assert len({entry.activity for entry in entries}) == len(entries)
    assert [names for names in by_label.values() if len(names) > 1] == []


def test_the_apps_share_their_words() -> None:
    """What can be done in both apps is called the same in both."""
    dropbox, box = ({entry.activity for entry in load(app).values()} for app in ("dropbox", "box"))
    assert len(dropbox & box) > 50


def test_names_read_well(entries: set[Activity]) -> None:
    """Activities are snake_case, labels are plain words in sentence case."""
    for entry in entries:
        assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)+", entry.activity), entry
        assert re.fullmatch(r"[A-Z][a-z]+(-[a-z]+)?( [A-Za-z]+(-[a-z]+)*)+", entry.label), entry
        capitals = {word for word in entry.label.split()[1:] if word != word.lower()}
        assert capitals <= set(NAMES.split()), entry


def test_no_words_of_the_vendor_for_shared_things(entries: set[Activity]) -> None:
    """No vendor's own name stands in any activity or label."""
    for entry in entries:
        words = re.split(r"[_ ]", f"{entry.activity} {entry.label}".lower())
        assert APPS.keys().isdisjoint(words), entry


def test_categories_are_the_listed_ones(entries: set[Activity]) -> None:
    """Each category is one that the vocabulary explains, and each explained one is used."""
    assert {entry.category for entry in entries} == set(CATEGORIES)


def test_ocsf_pairs_are_valid(entries: set[Activity]) -> None:
    """Each class and activity exists in OCSF 1.8, and none is Unknown."""
    for entry in entries:
        assert entry.ocsf_activity in OCSF[entry.ocsf_class], entry


def test_a_failure_is_a_failed_attempt(entries: set[Activity]) -> None:
    """fail_x has category and OCSF activity of x, which exists, and modifies nothing."""
    by_name = {entry.activity: entry for entry in entries}
    failures = [entry for name, entry in by_name.items() if name.startswith("fail_")]
    assert len(failures) > 10
    for failure in failures:
        attempt = by_name[failure.activity.removeprefix("fail_")]
        assert failure.label == f"Fail to {attempt.label[0].lower()}{attempt.label[1:]}"
        assert (failure.category, failure.ocsf_class, failure.ocsf_activity) == (
            attempt.category,
            attempt.ocsf_class,
            attempt.ocsf_activity,
        )
        assert not failure.modifies_item


@pytest.mark.parametrize("anchor", ALL_ANCHORS, ids=lambda anchor: anchor[1])
def test_anchors(anchor: tuple[str, ...]) -> None:
    """What people look for first is called what they expect."""
    app, native_type, activity, ocsf_class, ocsf_activity, label = anchor
    entry = load(app)[native_type]
    assert (entry.activity, entry.label) == (activity, label)
    assert (entry.ocsf_class, entry.ocsf_activity) == (int(ocsf_class), int(ocsf_activity))


@pytest.mark.parametrize(
    ("app", "modifying", "not_modifying"),
    [
        ("dropbox", DROPBOX_MODIFYING, DROPBOX_NOT_MODIFYING),
        ("box", BOX_MODIFYING, BOX_NOT_MODIFYING),
    ],
)
def test_what_modifies_an_item(app: str, modifying: str, not_modifying: str) -> None:
    """Changes of content, name, place or sharing modify; looking, fetching, talking do not."""
    table = load(app)
    assert [name for name in modifying.split() if not table[name].modifies_item] == []
    assert [name for name in not_modifying.split() if table[name].modifies_item] == []


def test_reading_never_modifies(entries: set[Activity]) -> None:
    """No activity that OCSF calls download, preview, open, read or export modifies an item."""
    reading = {(6006, 2), (6006, 9), (6006, 14), (6001, 2), (6001, 7)}
    for entry in entries:
        if (entry.ocsf_class, entry.ocsf_activity) in reading:
            assert not entry.modifies_item, entry


def test_a_new_type_is_unknown() -> None:
    """A type that the table lacks has a fallback which no line of the table uses."""
    table = load("dropbox")
    assert table.get("a_type_of_next_year", UNKNOWN) is UNKNOWN
    assert Activity("unknown", "Unknown activity", "unknown", False, 0, 0) == UNKNOWN
    assert UNKNOWN.category not in CATEGORIES


def test_the_table_is_read_once_and_cannot_be_changed() -> None:
    """Every caller has the same table, and none can alter it for the others."""
    assert load("dropbox") is load("dropbox")
    with pytest.raises(TypeError):
        load("dropbox")["file_add"] = UNKNOWN  # type: ignore[index]


def test_an_app_without_a_table() -> None:
    """Asking for an app that does not exist is an error, not an empty vocabulary."""
    with pytest.raises(LookupError, match="nosuchapp"):
        load("nosuchapp")
