"""What single types of each app mean, as whoever looks for them would say it."""

import pytest

from connectors.activities import load

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
