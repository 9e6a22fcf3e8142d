"""What people do all day: every verb, who does it, to what, and how often.

A verb belongs to no vendor. One line may stand for several entries of a vendor's log (all the
policies an admin changes are `change_policy`), and a verb appears once for each kind of doer.
"""

from typing import Final, NamedTuple

MEMBER, ADMIN, OUTSIDER, VISITOR, APP, SYSTEM = range(6)
WORKING: Final = (MEMBER, ADMIN)  # who keeps office hours; the others come at any time

# What a verb is done to, and what becomes of it; World has one method for each, in this order.
NOTHING, FILE, NEW_FILE, EDIT_FILE, DROP_FILE, ERASE_FILE, BACK_FILE, RENAME_FILE = range(8)
MOVE_FILE, COPY_FILE, SEND_FILE, SENT_FILE, LINK, OWN_LINK, NEW_LINK, DROP_LINK = range(8, 16)
REQUEST, NEW_REQUEST, DROP_REQUEST, DOC, NEW_DOC, PUBLISH_DOC, SEEN_DOC = range(16, 23)
FOLDER, NEW_FOLDER, ADD_PERSON, REMOVE_PERSON, INVITE = range(23, 28)
COLLEAGUE, GROUP, LINKED_APP = range(28, 31)


class Chosen(NamedTuple):
    """What World chose for a happening, with the meaning of the columns of the same names."""

    thing: int = -1
    other: int = -1
    version: int = 0
    note: int = 0


class Verb(NamedTuple):
    """`weight` is a share: all weights together are about 10,000."""

    name: str
    doer: int
    thing: int
    weight: float


VERBS: Final = tuple(
    Verb(*line)
    for line in (
        ("upload", MEMBER, NEW_FILE, 820),
        ("upload", OUTSIDER, NEW_FILE, 25),
        ("upload", APP, NEW_FILE, 60),
        ("edit", MEMBER, EDIT_FILE, 1650),
        ("edit", OUTSIDER, EDIT_FILE, 30),
        ("preview", MEMBER, FILE, 2150),
        ("preview", OUTSIDER, FILE, 60),
        ("download", MEMBER, FILE, 760),
        ("download", OUTSIDER, FILE, 30),
        ("download", APP, FILE, 70),
        ("move", MEMBER, MOVE_FILE, 140),
        ("rename", MEMBER, RENAME_FILE, 110),
        ("copy", MEMBER, COPY_FILE, 60),
        ("delete", MEMBER, DROP_FILE, 230),
        ("erase", MEMBER, ERASE_FILE, 40),
        ("restore", MEMBER, BACK_FILE, 24),
        ("revert", MEMBER, EDIT_FILE, 12),
        ("copy_reference", MEMBER, FILE, 5),
        ("lock", MEMBER, FILE, 10),
        ("tag", MEMBER, FILE, 10),
        ("label", MEMBER, FILE, 6),
        ("comment", MEMBER, FILE, 120),
        ("comment", OUTSIDER, FILE, 12),
        ("settle_comment", MEMBER, FILE, 40),
        ("link_create", MEMBER, NEW_LINK, 170),
        ("link_open", VISITOR, LINK, 560),
        ("link_open", MEMBER, LINK, 240),
        ("link_open", OUTSIDER, LINK, 130),
        ("link_download", VISITOR, LINK, 170),
        ("link_download", MEMBER, LINK, 50),
        ("link_download", OUTSIDER, LINK, 40),
        ("link_copy", OUTSIDER, LINK, 6),
        ("link_set", MEMBER, OWN_LINK, 36),
        ("link_share", MEMBER, OWN_LINK, 22),
        ("link_disable", MEMBER, DROP_LINK, 26),
        ("content_open", VISITOR, LINK, 110),
        ("content_open", OUTSIDER, LINK, 60),
        ("content_download", VISITOR, LINK, 45),
        ("content_download", OUTSIDER, LINK, 20),
        ("content_copy", OUTSIDER, LINK, 5),
        ("folder_create", MEMBER, NEW_FOLDER, 2),
        ("folder_join", MEMBER, FOLDER, 26),
        ("folder_leave", MEMBER, FOLDER, 12),
        ("folder_set", MEMBER, FOLDER, 14),
        ("member_add", MEMBER, ADD_PERSON, 60),
        ("member_remove", MEMBER, REMOVE_PERSON, 14),
        ("member_role", MEMBER, FOLDER, 8),
        ("invite", MEMBER, INVITE, 22),
        ("claim", OUTSIDER, FOLDER, 16),
        ("ask_access", OUTSIDER, LINK, 5),
        ("team_folder_set", ADMIN, FOLDER, 3),
        ("request_create", MEMBER, NEW_REQUEST, 12),
        ("request_change", MEMBER, REQUEST, 4),
        ("request_close", MEMBER, DROP_REQUEST, 6),
        ("request_receive", VISITOR, REQUEST, 44),
        ("request_receive", OUTSIDER, REQUEST, 10),
        ("doc_create", MEMBER, NEW_DOC, 14),
        ("doc_view", MEMBER, DOC, 110),
        ("doc_edit", MEMBER, DOC, 90),
        ("doc_comment", MEMBER, DOC, 28),
        ("doc_share", MEMBER, DOC, 14),
        ("doc_publish", MEMBER, PUBLISH_DOC, 3),
        ("doc_file", MEMBER, DOC, 6),
        ("doc_published_view", VISITOR, SEEN_DOC, 14),
        ("transfer_send", MEMBER, SEND_FILE, 8),
        ("transfer_open", VISITOR, SENT_FILE, 14),
        ("transfer_download", VISITOR, SENT_FILE, 9),
        ("showcase_make", MEMBER, DOC, 4),
        ("showcase_view", VISITOR, SEEN_DOC, 10),
        ("sign_in", MEMBER, NOTHING, 330),
        ("sign_in", OUTSIDER, NOTHING, 10),
        ("sign_in_fail", MEMBER, NOTHING, 60),
        ("sign_out", MEMBER, NOTHING, 130),
        ("new_address", MEMBER, NOTHING, 220),
        ("device_link", MEMBER, NOTHING, 14),
        ("device_unlink", MEMBER, NOTHING, 6),
        ("password_change", MEMBER, NOTHING, 9),
        ("password_reset", MEMBER, NOTHING, 4),
        ("second_factor", MEMBER, NOTHING, 10),
        ("app_link", MEMBER, LINKED_APP, 10),
        ("app_unlink", MEMBER, LINKED_APP, 4),
        ("team_app", ADMIN, LINKED_APP, 2),
        ("group_set", ADMIN, GROUP, 4),
        ("group_member", ADMIN, GROUP, 10),
        ("member_set", ADMIN, COLLEAGUE, 12),
        ("photo", MEMBER, NOTHING, 3),
        ("suggest", MEMBER, NOTHING, 2),
        ("look_into", ADMIN, COLLEAGUE, 4),
        ("change_policy", ADMIN, NOTHING, 8),
        ("report", ADMIN, NOTHING, 8),
        ("team_profile", ADMIN, NOTHING, 1),
        ("alert", SYSTEM, NOTHING, 6),
        ("request_expire", SYSTEM, DROP_REQUEST, 3),
        # Told by stories only (sandbox/stories.py).
        ("member_status", ADMIN, COLLEAGUE, 0),
        ("member_join", MEMBER, NOTHING, 0),
        ("admin_role", ADMIN, COLLEAGUE, 0),
        ("lock_account", SYSTEM, COLLEAGUE, 0),
    )
)
NUMBER: Final = {(verb.name, verb.doer): n for n, verb in enumerate(VERBS)}
