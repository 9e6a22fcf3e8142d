"""The event types of Dropbox's audit log that the sandbox tells, by the verb that they tell.

Names and categories after team_log_generated.stone of dropbox-api-spec; the description is what a
live log prints. Where a verb has several types, `chosen` picks one for each happening.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sandbox.dropbox import details as d
from sandbox.dropbox.details import Fields
from sandbox.happenings import Rows
from sandbox.verbs import VERBS

NOBODY, PERSON, A_GROUP = range(3)


class Native(NamedTuple):
    """One event type. `fields` writes the details, `concerns` says who else takes part."""

    tag: str
    category: str
    description: str
    fields: Callable[..., Fields] | None = None
    concerns: int = NOBODY


def _policy(tag: str, description: str, *values: str) -> Native:
    return Native(tag, "team_policies", description, d.turned(*values))


FILES, SHARING, PAPER, LOGINS = "file_operations", "sharing", "paper", "logins"
NATIVES: Final[dict[str, tuple[Native, ...]]] = {
    "upload": (Native("file_add", FILES, "Added files and/or folders"),),
    "edit": (Native("file_edit", FILES, "Edited files"),),
    "preview": (Native("file_preview", FILES, "Previewed files and/or folders"),),
    "download": (Native("file_download", FILES, "Downloaded files and/or folders"),),
    "move": (Native("file_move", FILES, "Moved files and/or folders", d.relocated),),
    "rename": (Native("file_rename", FILES, "Renamed files and/or folders", d.relocated),),
    "copy": (Native("file_copy", FILES, "Copied files and/or folders", d.relocated),),
    "delete": (
        Native("file_delete", FILES, "Deleted files and/or folders"),
        Native("file_delete", FILES, "Deleted files and/or folders"),
        Native("file_permanently_delete", FILES, "Permanently deleted files and/or folders"),
    ),
    "restore": (Native("file_restore", FILES, "Restored deleted files and/or folders"),),
    "revert": (Native("file_revert", FILES, "Reverted files to previous version"),),
    "copy_reference": (
        Native("file_get_copy_reference", FILES, "Created copy reference to file/folder"),
    ),
    "lock": (
        Native("file_locking_lock_status_changed", FILES, "Locked/unlocked editing for a file",
               d.turned("locked", "unlocked")),
    ),
    "tag": (
        Native("user_tags_added", FILES, "Tagged a file", d.tags),
        Native("user_tags_removed", FILES, "Removed tags", d.tags),
    ),
    "label": (Native("object_label_added", FILES, "Added a label", d.label),),
    "comment": (Native("file_add_comment", "comments", "Added file comment", d.comment),),
    "settle_comment": (
        Native("file_resolve_comment", "comments", "Resolved file comment", d.comment),
        Native("file_delete_comment", "comments", "Deleted file comment", d.comment),
        Native("file_edit_comment", "comments", "Edited file comment", d.comment_edited),
        Native("file_unresolve_comment", "comments", "Unresolved file comment", d.comment),
    ),
    "link_create": (
        Native("shared_link_create", SHARING, "Created shared link", d.link_access),
    ),
    "link_open": (Native("shared_link_view", SHARING, "Opened shared link", d.link_owner),),
    "link_download": (
        Native("shared_link_download", SHARING, "Downloaded file/folder from shared link",
               d.link_owner),
    ),
    "link_copy": (
        Native("shared_link_copy", SHARING, "Added file/folder to Dropbox from shared link",
               d.link_owner),
    ),
    "link_set": (  # in pairs: for what World.note says, one of two types
        Native("shared_link_change_visibility", SHARING, "Changed visibility of shared link",
               d.visibility),
        Native("shared_link_settings_change_audience", SHARING,
               "Changed the audience of the shared link", d.audience),
        Native("shared_link_add_expiry", SHARING, "Added shared link expiration date", d.expiry),
        Native("shared_link_settings_add_expiration", SHARING,
               "Added an expiration date to the shared link", d.link_expiry),
        Native("shared_link_settings_add_password", SHARING,
               "Added a password to the shared link", d.link_setting),
        Native("shared_link_settings_change_password", SHARING,
               "Changed the password of the shared link", d.link_setting),
        Native("shared_link_settings_allow_download_disabled", SHARING, "Disabled downloads",
               d.link_setting),
        Native("shared_link_settings_allow_download_disabled", SHARING, "Disabled downloads",
               d.link_setting),
    ),
    "link_share": (
        Native("shared_link_share", SHARING, "Added members as audience of shared link",
               d.link_shared),
    ),
    "link_disable": (
        Native("shared_link_disable", SHARING, "Removed shared link", d.link_owner),
    ),
    "content_open": (
        Native("shared_content_view", SHARING, "Previewed shared file/folder", d.content),
    ),
    "content_download": (
        Native("shared_content_download", SHARING, "Downloaded shared file/folder", d.content),
    ),
    "content_copy": (
        Native("shared_content_copy", SHARING, "Copied shared file/folder to own Dropbox",
               d.content_copied),
    ),
    "folder_create": (
        Native("shared_folder_create", SHARING, "Created shared folder", d.target_namespace),
    ),
    "folder_join": (
        Native("shared_folder_mount", SHARING, "Added shared folder to own Dropbox"),
    ),
    "folder_leave": (
        Native("shared_folder_unmount", SHARING, "Deleted shared folder from Dropbox"),
        Native("shared_folder_unmount", SHARING, "Deleted shared folder from Dropbox"),
        Native("shared_content_relinquish_membership", SHARING, "Left shared file/folder"),
    ),
    "folder_set": (
        Native("shared_folder_change_members_policy", SHARING,
               "Changed who can become member of shared folder", d.turned("team", "anyone")),
        Native("shared_folder_change_link_policy", SHARING,
               "Changed who can access shared folder via link",
               d.turned("anyone", "team", "members")),
        Native("shared_folder_change_members_management_policy", SHARING,
               "Changed who can add/remove members of shared folder",
               d.turned("owner", "editors")),
        Native("shared_folder_nest", SHARING, "Changed parent of shared folder", d.nested),
        Native("shared_folder_transfer_ownership", SHARING,
               "Transferred ownership of shared folder to another member", d.owners, PERSON),
        Native("shared_content_change_viewer_info_policy", SHARING,
               "Changed whether members can see who viewed shared file/folder",
               d.turned("enabled", "disabled")),
    ),
    "member_add": (
        Native("shared_content_add_member", SHARING,
               "Added users and/or groups to shared file/folder", d.access, PERSON),
    ),
    "member_remove": (
        Native("shared_content_remove_member", SHARING,
               "Removed user/group from shared file/folder", d.access, PERSON),
    ),
    "member_role": (
        Native("shared_content_change_member_role", SHARING,
               "Changed access type of shared file/folder member", d.roles, PERSON),
    ),
    "invite": (
        Native("shared_content_add_invitees", SHARING,
               "Invited user to Dropbox and added them to shared file/folder", d.invitees),
    ),
    "claim": (
        Native("shared_content_claim_invitation", SHARING,
               "Acquired membership of shared file/folder by accepting invite"),
    ),
    "ask_access": (
        Native("shared_content_request_access", SHARING,
               "Requested access to shared file/folder", d.content_link),
    ),
    "team_folder_set": (
        Native("team_folder_create", "team_folders", "Created team folder in active status"),
        Native("team_folder_rename", "team_folders", "Renamed active/archived team folder",
               d.folder_renamed),
        Native("team_folder_change_status", "team_folders",
               "Changed archival status of team folder", d.turned("active", "archived")),
    ),
    "request_create": (
        Native("file_request_create", "file_requests", "Created file request", d.request),
    ),
    "request_change": (
        Native("file_request_change", "file_requests", "Changed file request", d.request_changed),
    ),
    "request_close": (
        Native("file_request_close", "file_requests", "Closed file request", d.request_before),
        Native("file_request_delete", "file_requests", "Delete file request", d.request_before),
    ),
    "request_receive": (
        Native("file_request_receive_file", "file_requests", "Received files for file request",
               d.submission),
    ),
    "request_expire": (
        Native("file_request_auto_close", "file_requests", "Auto closed file request",
               d.request_before),
    ),
    "doc_create": (Native("paper_content_create", PAPER, "Created Paper doc/folder", d.uuid),),
    "doc_view": (Native("paper_doc_view", PAPER, "Viewed Paper doc", d.uuid),),
    "doc_edit": (Native("paper_doc_edit", PAPER, "Edited Paper doc", d.uuid),),
    "doc_comment": (
        Native("paper_doc_add_comment", PAPER, "Added Paper doc comment", d.doc_comment),
        Native("paper_doc_resolve_comment", PAPER, "Resolved Paper doc comment", d.doc_comment),
        Native("paper_doc_mention", PAPER, "Mentioned user in Paper doc", d.uuid, PERSON),
    ),
    "doc_share": (
        Native("paper_content_add_member", PAPER, "Added users and/or groups to Paper doc/folder",
               d.uuid, PERSON),
        Native("paper_content_remove_member", PAPER,
               "Removed users and/or groups from Paper doc/folder", d.uuid, PERSON),
    ),
    "doc_publish": (
        Native("paper_published_link_create", PAPER, "Published doc", d.uuid),
        Native("paper_published_link_disabled", PAPER, "Unpublished doc", d.uuid),
    ),
    "doc_file": (
        Native("paper_doc_download", PAPER, "Downloaded Paper doc in specific format",
               d.doc_format),
        Native("paper_content_rename", PAPER, "Renamed Paper doc/folder", d.uuid),
        Native("paper_doc_trashed", PAPER, "Deleted Paper doc", d.uuid),
        Native("paper_doc_revert", PAPER, "Restored Paper doc to previous version", d.uuid),
    ),
    "doc_published_view": (
        Native("paper_published_link_view", PAPER, "Viewed published doc", d.uuid),
    ),
    "transfer_send": (
        Native("file_transfers_transfer_send", SHARING, "Sent transfer", d.transfer),
    ),
    "transfer_open": (
        Native("file_transfers_transfer_view", SHARING, "Viewed transfer", d.transfer),
    ),
    "transfer_download": (
        Native("file_transfers_transfer_download", SHARING, "Transfer downloaded", d.transfer),
    ),
    "showcase_make": (
        Native("showcase_created", "showcase", "Created showcase", d.uuid),
        Native("showcase_edited", "showcase", "Edited showcase", d.uuid),
    ),
    "showcase_view": (
        Native("showcase_view", "showcase", "Viewed showcase", d.uuid),
        Native("showcase_file_view", "showcase", "Viewed file in showcase", d.uuid),
    ),
    "sign_in": (Native("login_success", LOGINS, "Signed in", d.login),),
    "sign_in_fail": (Native("login_fail", LOGINS, "Failed to sign in", d.login_failed),),
    "sign_out": (Native("logout", LOGINS, "Signed out"),),
    "new_address": (
        Native("device_change_ip_desktop", "devices",
               "Changed IP address associated with active desktop session", d.device),
        Native("device_change_ip_mobile", "devices",
               "Changed IP address associated with active mobile session", d.phone),
        Native("device_change_ip_web", "devices",
               "Changed IP address associated with active web session", d.browser),
    ),
    "device_link": (Native("device_link_success", "devices", "Linked device", d.device),),
    "device_unlink": (Native("device_unlink", "devices", "Disconnected device", d.unlinked),),
    "password_change": (Native("password_change", "passwords", "Changed password"),),
    "password_reset": (Native("password_reset", "passwords", "Reset password"),),
    "second_factor": (
        Native("tfa_change_status", "tfa",
               "Enabled/disabled/changed two-factor authentication setting",
               d.turned("authenticator", "sms", "disabled")),
        Native("tfa_add_security_key", "tfa",
               "Added security key for two-factor authentication"),
        Native("tfa_add_backup_phone", "tfa",
               "Added backup phone for two-factor authentication"),
        Native("passkey_add", "tfa", "Added passkey for login"),
    ),
    "app_link": (Native("app_link_user", "apps", "Linked app for member", d.user_app),),
    "app_unlink": (Native("app_unlink_user", "apps", "Unlinked app for member", d.user_app),),
    "team_app": (
        Native("app_link_team", "apps", "Linked app for team", d.team_app),
        Native("app_unlink_team", "apps", "Unlinked app for team", d.team_app),
    ),
    "group_set": (
        Native("group_create", "groups", "Created group", d.group_made, A_GROUP),
        Native("group_rename", "groups", "Renamed group", d.group_renamed, A_GROUP),
        Native("group_change_management_type", "groups", "Changed group management type",
               d.turned("user_managed", "company_managed"), A_GROUP),
    ),
    "group_member": (
        Native("group_add_member", "groups", "Added team members to group", d.group_owner, PERSON),
        Native("group_remove_member", "groups", "Removed team members from group", None, PERSON),
        Native("group_change_member_role", "groups",
               "Changed manager permissions of group member", d.group_owner, PERSON),
    ),
    "member_set": (
        Native("member_change_name", "members", "Changed team member name", d.new_name, PERSON),
        Native("member_change_email", "members", "Changed team member email", d.new_email, PERSON),
        Native("member_space_limits_add_custom_quota", "members",
               "Set custom member space limit", d.quota, PERSON),
        Native("tfa_reset", "tfa", "Reset two-factor authentication for team member", None,
               PERSON),
    ),
    "photo": (Native("member_set_profile_photo", "members", "Set team member profile photo"),),
    "suggest": (
        Native("member_suggest", "members", "Suggested person to add to team", d.suggestion),
    ),
    "look_into": (
        Native("sign_in_as_session_start", LOGINS, "Started admin sign-in-as session", None,
               PERSON),
        Native("sign_in_as_session_end", LOGINS, "Ended admin sign-in-as session", None, PERSON),
        Native("member_folder_contents_accessed", "members",
               "Admin browsed a team member's folder contents", None, PERSON),
    ),
    "change_policy": (
        _policy("sharing_change_link_policy",
                "Changed whether members can share links outside team, and if links are accessible "
                "only by team members or anyone by default",
                "default_public", "default_private", "only_private"),
        _policy("sharing_change_member_policy",
                "Changed whether members can share files/folders outside team",
                "allow", "forbid"),
        _policy("sharing_change_folder_join_policy",
                "Changed whether team members can join shared folders owned outside team",
                "from_anyone", "from_team_only"),
        _policy("tfa_change_policy", "Changed two-factor authentication setting for team",
                "require_tfa_enable", "require_tfa_disable"),
        _policy("sso_change_policy", "Changed single sign-on setting for team",
                "optional", "required", "disabled"),
        _policy("network_control_change_policy", "Enabled/disabled network control",
                "enabled", "disabled"),
        _policy("file_requests_change_policy", "Enabled/disabled file requests",
                "enabled", "disabled"),
        _policy("web_sessions_change_idle_length_policy",
                "Changed how long team members can be idle while signed in to Dropbox.com",
                "undefined"),
        _policy("device_approvals_change_desktop_policy",
                "Set/removed limit on number of computers member can link to team Dropbox account",
                "unlimited", "limited"),
    ),
    "report": (
        Native("team_activity_create_report", "reports", "Created team activity report", d.period),
        Native("no_password_link_view_create_report", "reports",
               "Report created: Views of links without passwords", d.period),
        Native("export_members_report", "reports", "Created member data report"),
        Native("external_sharing_create_report", "reports", "Created External sharing report"),
        Native("team_storage_create_report", "reports", "Created team storage report"),
    ),
    "team_profile": (
        Native("team_profile_change_logo", "team_profile",
               "Changed team logo displayed on shared link headers"),
        Native("domain_verification_add_domain_success", "domains", "Verified team domain",
               d.domain),
    ),
    "alert": (
        Native("admin_alerting_triggered_alert", "admin_alerting", "Triggered security alert",
               d.alert),
    ),
    "member_status": (
        Native("member_change_status", "members",
               "Changed member status (invited, joined, suspended, etc.)", d.status, PERSON),
    ),
    "member_join": (
        Native("member_change_status", "members",
               "Changed member status (invited, joined, suspended, etc.)", d.joined),
    ),
    "admin_role": (
        Native("member_change_admin_role", "members", "Changed team member admin role",
               d.admin_role, PERSON),
    ),
    "lock_account": (
        Native("account_lock_or_unlocked", LOGINS,
               "Unlocked/locked account after failed sign in attempts", d.locked, PERSON),
    ),
}  # fmt: skip

TYPES: Final = tuple(native for natives in NATIVES.values() for native in natives)
_FIRST: Final = np.cumsum([0, *(len(natives) for natives in NATIVES.values())])
_VERBS: Final = [list(NATIVES).index(verb.name) for verb in VERBS]
_BASE: Final = _FIRST[_VERBS]
_CHOICES: Final = np.array([len(NATIVES[verb.name]) for verb in VERBS])
_LINK_SET: Final = [n for n, verb in enumerate(VERBS) if verb.name == "link_set"]


def chosen(rows: Rows) -> NDArray[Any]:
    """For each happening the number of its type in TYPES."""
    verbs = rows["verb"]
    choice = (rows["dice"] >> 20).astype(np.int64) % _CHOICES[verbs]
    setting = rows["note"].astype(np.int64) % 4
    choice = np.where(np.isin(verbs, _LINK_SET), 2 * setting + choice % 2, choice)
    return _BASE[verbs] + choice
