"""What `details` says about files, links, folders, requests and documents.

Each function is a Writer for the event types that native.csv gives it to. Shapes after
team_log_generated.stone.
"""

from typing import TYPE_CHECKING, Final

from sandbox import names
from sandbox.cast import opaque
from sandbox.dropbox.forms import iso, union, url
from sandbox.happenings import Happening
from sandbox.links import DAY, PASSWORD, PUBLIC, TEAM_ONLY

if TYPE_CHECKING:
    from sandbox.dropbox.render import Teller

VISIBILITY: Final = {PUBLIC: "public", PASSWORD: "password", TEAM_ONLY: "team_only"}
AUDIENCE: Final = {PUBLIC: "public", PASSWORD: "password", TEAM_ONLY: "team"}


def relocated(_: "Teller", _h: Happening) -> str:
    return ',"relocate_action_details":[{"src_asset_index":0,"dest_asset_index":1}]'


def tags(_: "Teller", h: Happening) -> str:
    return f',"values":["#{names.PURPOSES[h.dice % 7].split()[0].lower()}"]'


def label(_: "Teller", h: Happening) -> str:
    return union("label_type", ("personal_information", "user_defined_tag")[h.dice % 2])


def comment(_: "Teller", h: Happening) -> str:
    return f',"comment_text":"{names.COMMENTS[h.dice % len(names.COMMENTS)]}"'


def comment_edited(t: "Teller", h: Happening) -> str:
    before = names.COMMENTS[(h.dice + 1) % len(names.COMMENTS)]
    return f'{comment(t, h)},"previous_comment_text":"{before}"'


def link_access(_: "Teller", h: Happening) -> str:
    return union("shared_link_access_level", "writer" if h.dice % 11 == 0 else "reader")


def link_owner(t: "Teller", h: Happening) -> str:
    return f',"shared_link_owner":{t.user(h.other)}'


def link_shared(t: "Teller", h: Happening) -> str:
    friend = t.stranger(h.dice).email
    return (
        f'{link_owner(t, h)},"external_users":[{{"user_identifier":"{friend}",'
        '"identifier_type":{".tag":"email"}}]'
    )


def visibility(_: "Teller", h: Happening) -> str:
    before, after = VISIBILITY[h.note >> 2 & 3], VISIBILITY[h.note >> 4 & 3]
    return union("new_value", after) + union("previous_value", before)


def audience(t: "Teller", h: Happening) -> str:
    before, after = AUDIENCE[h.note >> 2 & 3], AUDIENCE[h.note >> 4 & 3]
    return link_setting(t, h) + union("new_value", after) + union("previous_value", before)


def expiry(_: "Teller", h: Happening) -> str:
    return f',"new_value":"{iso(h.at + 30 * DAY)}"'


def link_expiry(t: "Teller", h: Happening) -> str:
    return link_setting(t, h) + expiry(t, h)


def link_setting(t: "Teller", h: Happening) -> str:
    return union("shared_content_access_level", "viewer") + content_link(t, h)


def content_link(t: "Teller", h: Happening) -> str:
    return f',"shared_content_link":"{url(t.world.links.all[h.thing].key)}"'


def content(t: "Teller", h: Happening) -> str:
    return f'{link_setting(t, h)},"shared_content_owner":{t.user(h.other)}'


def content_copied(t: "Teller", h: Happening) -> str:
    return f'{content(t, h)},"destination_path":"/Received"'


def target_namespace(t: "Teller", h: Happening) -> str:
    return f',"target_ns_id":"{t.world.namespaces[h.thing].id}"'


def nested(t: "Teller", h: Happening) -> str:
    home = t.world.namespaces[max(0, h.who)].id
    name = t.world.namespaces[h.thing].name
    return (
        f',"previous_parent_ns_id":"{home}","new_parent_ns_id":"{home}",'
        f'"previous_ns_path":"/{name}","new_ns_path":"/Projects/{name}"'
    )


def owners(t: "Teller", h: Happening) -> str:
    after = t.company.people[h.other].email
    return f',"previous_owner_email":"{t.company.people[h.who].email}","new_owner_email":"{after}"'


def access(_: "Teller", h: Happening) -> str:
    return union("shared_content_access_level", ("editor", "viewer")[h.dice % 2])


def roles(_: "Teller", h: Happening) -> str:
    new, old = ("editor", "viewer") if h.dice % 2 else ("viewer", "editor")
    return union("previous_access_level", old) + union("new_access_level", new)


def invitees(t: "Teller", h: Happening) -> str:
    return f'{access(t, h)},"invitees":["{t.company.people[h.other].email}"]'


def folder_renamed(t: "Teller", h: Happening) -> str:
    name = t.world.namespaces[h.thing].name
    return f',"previous_folder_name":"{name} (old)","new_folder_name":"{name}"'


def _request(t: "Teller", h: Happening) -> str:
    deadline = iso(t.world.desk.requests[h.thing].made + 60 * DAY)
    return (
        f'{{"asset_index":0,"deadline":{{"deadline":"{deadline}",'
        '"allow_late_uploads":"one_day"},"has_password":false}'
    )


def _request_id(t: "Teller", h: Happening) -> str:
    return f',"file_request_id":"{t.world.desk.requests[h.thing].key}"'


def request(t: "Teller", h: Happening) -> str:
    return f'{_request_id(t, h)},"request_details":{_request(t, h)}'


def request_before(t: "Teller", h: Happening) -> str:
    return f'{_request_id(t, h)},"previous_details":{_request(t, h)}'


def request_changed(t: "Teller", h: Happening) -> str:
    return f'{request_before(t, h)},"new_details":{_request(t, h)}'


def submission(t: "Teller", h: Happening) -> str:
    """Who uploads types a name and an address; nobody checks them."""
    person = t.company.people[h.who]
    subject = names.SUBJECTS[h.dice % len(names.SUBJECTS)]
    return (
        f'{_request_id(t, h)},"file_request_details":{_request(t, h)},'
        f'"submitted_file_names":["{subject} {person.surname}.pdf"],'
        f'"submitter_name":"{person.name}","submitter_email":"{person.email}"'
    )


def uuid(_: "Teller", h: Happening) -> str:
    return f',"event_uuid":"{h.dice:08x}{h.at:08x}{h.session:08x}{max(0, h.thing):08x}"'


def doc_comment(t: "Teller", h: Happening) -> str:
    return uuid(t, h) + comment(t, h)


def doc_format(t: "Teller", h: Happening) -> str:
    return uuid(t, h) + union("export_file_format", ("docx", "pdf", "markdown")[h.dice % 3])


def transfer(t: "Teller", h: Happening) -> str:
    return f',"file_transfer_id":"{opaque(22, t.company.seed, "transfer", h.thing)}"'
