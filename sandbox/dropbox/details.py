"""What `details` says for each event type: JSON members written by hand, in the vendor's words.

Every function takes the teller (who knows how things are called) and the happening, and answers
the members that follow `.tag`, each with its comma. Shapes after team_log_generated.stone.
"""

import json
from collections.abc import Callable
from time import gmtime, strftime
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from sandbox import names
from sandbox.company import opaque
from sandbox.world import PASSWORD, PUBLIC, TEAM_ONLY

if TYPE_CHECKING:
    from sandbox.dropbox.render import Teller

Fields: TypeAlias = str
VISIBILITY: Final = {PUBLIC: "public", PASSWORD: "password", TEAM_ONLY: "team_only"}
AUDIENCE: Final = {PUBLIC: "public", PASSWORD: "password", TEAM_ONLY: "team"}
DAY: Final = 86_400


class Happening(NamedTuple):
    """One row of sandbox.happenings.HAPPENING."""

    at: int
    verb: int
    who: int
    actor: int
    place: int
    client: int
    session: int
    thing: int
    other: int
    version: int
    note: int
    dice: int
    story: int


Writer: TypeAlias = Callable[["Teller", Happening], Fields]


def quoted(text: str) -> str:
    """A JSON string, raw UTF-8 inside."""
    return json.dumps(text, ensure_ascii=False)


def iso(seconds: int) -> str:
    """Seconds since 1970 as the vendor writes times."""
    return strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(seconds))


def url(key: str) -> str:
    """The address of the shared link with that key."""
    return f"https://www.dropbox.com/scl/fi/{key}?dl=0"


def _union(name: str, tag: str) -> str:
    return f',"{name}":{{".tag":"{tag}"}}'


def turned(*values: str) -> Writer:
    """A setting goes from one of `values` to another."""

    def write(_: "Teller", h: Happening) -> Fields:
        n = h.dice % len(values)
        return _union("new_value", values[n]) + _union("previous_value", values[n - 1])

    return write


def relocated(_: "Teller", _h: Happening) -> Fields:
    return ',"relocate_action_details":[{"src_asset_index":0,"dest_asset_index":1}]'


def tags(_: "Teller", h: Happening) -> Fields:
    return f',"values":["#{names.PURPOSES[h.dice % 7].split()[0].lower()}"]'


def label(_: "Teller", h: Happening) -> Fields:
    return _union("label_type", ("personal_information", "user_defined_tag")[h.dice % 2])


def comment(_: "Teller", h: Happening) -> Fields:
    return f',"comment_text":"{names.COMMENTS[h.dice % len(names.COMMENTS)]}"'


def comment_edited(t: "Teller", h: Happening) -> Fields:
    before = names.COMMENTS[(h.dice + 1) % len(names.COMMENTS)]
    return f'{comment(t, h)},"previous_comment_text":"{before}"'


def link_access(_: "Teller", h: Happening) -> Fields:
    return _union("shared_link_access_level", "writer" if h.dice % 11 == 0 else "reader")


def link_owner(t: "Teller", h: Happening) -> Fields:
    return f',"shared_link_owner":{t.user(h.other)}'


def link_shared(t: "Teller", h: Happening) -> Fields:
    friend = t.stranger(h.dice).email
    return (
        f'{link_owner(t, h)},"external_users":[{{"user_identifier":"{friend}",'
        '"identifier_type":{".tag":"email"}}]'
    )


def visibility(_: "Teller", h: Happening) -> Fields:
    before, after = VISIBILITY[h.note >> 2 & 3], VISIBILITY[h.note >> 4 & 3]
    return _union("new_value", after) + _union("previous_value", before)


def audience(t: "Teller", h: Happening) -> Fields:
    before, after = AUDIENCE[h.note >> 2 & 3], AUDIENCE[h.note >> 4 & 3]
    return link_setting(t, h) + _union("new_value", after) + _union("previous_value", before)


def expiry(_: "Teller", h: Happening) -> Fields:
    return f',"new_value":"{iso(h.at + 30 * DAY)}"'


def link_expiry(t: "Teller", h: Happening) -> Fields:
    return link_setting(t, h) + expiry(t, h)


def link_setting(t: "Teller", h: Happening) -> Fields:
    return _union("shared_content_access_level", "viewer") + content_link(t, h)


def content_link(t: "Teller", h: Happening) -> Fields:
    return f',"shared_content_link":"{url(t.world.links[h.thing].key)}"'


def content(t: "Teller", h: Happening) -> Fields:
    return f'{link_setting(t, h)},"shared_content_owner":{t.user(h.other)}'


def content_copied(t: "Teller", h: Happening) -> Fields:
    return f'{content(t, h)},"destination_path":"/Received"'


def target_namespace(t: "Teller", h: Happening) -> Fields:
    return f',"target_ns_id":"{t.world.namespaces[h.thing].id}"'


def nested(t: "Teller", h: Happening) -> Fields:
    home = t.world.namespaces[max(0, h.who)].id
    name = t.world.namespaces[h.thing].name
    return (
        f',"previous_parent_ns_id":"{home}","new_parent_ns_id":"{home}",'
        f'"previous_ns_path":"/{name}","new_ns_path":"/Projects/{name}"'
    )


def owners(t: "Teller", h: Happening) -> Fields:
    after = t.company.people[h.other].email
    return f',"previous_owner_email":"{t.company.people[h.who].email}","new_owner_email":"{after}"'


def access(_: "Teller", h: Happening) -> Fields:
    return _union("shared_content_access_level", ("editor", "viewer")[h.dice % 2])


def roles(_: "Teller", h: Happening) -> Fields:
    new, old = ("editor", "viewer") if h.dice % 2 else ("viewer", "editor")
    return _union("previous_access_level", old) + _union("new_access_level", new)


def invitees(t: "Teller", h: Happening) -> Fields:
    return f'{access(t, h)},"invitees":["{t.stranger(h.dice).email}"]'


def folder_renamed(t: "Teller", h: Happening) -> Fields:
    name = t.world.namespaces[h.thing].name
    return f',"previous_folder_name":"{name} (old)","new_folder_name":"{name}"'


def _request(t: "Teller", h: Happening) -> str:
    deadline = iso(t.world.requests[h.thing].made + 60 * DAY)
    return (
        f'{{"asset_index":0,"deadline":{{"deadline":"{deadline}",'
        '"allow_late_uploads":"one_day"},"has_password":false}'
    )


def _request_id(t: "Teller", h: Happening) -> str:
    return f',"file_request_id":"{t.world.requests[h.thing].key}"'


def request(t: "Teller", h: Happening) -> Fields:
    return f'{_request_id(t, h)},"request_details":{_request(t, h)}'


def request_before(t: "Teller", h: Happening) -> Fields:
    return f'{_request_id(t, h)},"previous_details":{_request(t, h)}'


def request_changed(t: "Teller", h: Happening) -> Fields:
    return f'{request_before(t, h)},"new_details":{_request(t, h)}'


def submission(t: "Teller", h: Happening) -> Fields:
    """Who uploads types a name and an address; nobody checks them."""
    person = t.company.people[h.who]
    subject = names.SUBJECTS[h.dice % len(names.SUBJECTS)]
    return (
        f'{_request_id(t, h)},"file_request_details":{_request(t, h)},'
        f'"submitted_file_names":["{subject} {person.surname}.pdf"],'
        f'"submitter_name":"{person.name}","submitter_email":"{person.email}"'
    )


def uuid(_: "Teller", h: Happening) -> Fields:
    return f',"event_uuid":"{h.dice:08x}{h.at:08x}{h.session:08x}{max(0, h.thing):08x}"'


def doc_comment(t: "Teller", h: Happening) -> Fields:
    return uuid(t, h) + comment(t, h)


def doc_format(t: "Teller", h: Happening) -> Fields:
    return uuid(t, h) + _union("export_file_format", ("docx", "pdf", "markdown")[h.dice % 3])


def transfer(t: "Teller", h: Happening) -> Fields:
    return f',"file_transfer_id":"{opaque(22, t.company.seed, "transfer", h.thing)}"'


def login(_: "Teller", h: Happening) -> Fields:
    method = ("password", "two_factor_authentication", "saml", "google_oauth")[h.session % 4]
    return _union("login_method", method) + ',"is_emm_managed":false'


def login_failed(_: "Teller", h: Happening) -> Fields:
    return (
        f'{_union("login_method", "password")},"is_emm_managed":false,'
        '"error_details":{"user_friendly_message":"Wrong email or password",'
        '"technical_error_message":"Invalid email or password"}'
    )


def device(t: "Teller", h: Happening) -> Fields:
    system, name = (("windows", "Windows 11"), ("mac", "macOS 15"))[h.who % 2]
    return (
        ',"device_session_info":{".tag":"desktop_device_session",'
        f'"ip_address":"{t.company.places[h.place].ip}","session_info":'
        f'{{"session_id":"{t.session(h)}"}},"host_name":"LARK-{max(0, h.who):04d}",'
        f'"client_type":{{".tag":"{system}"}},"client_version":"231.4.5770",'
        f'"platform":"{name}","is_delete_on_unlink_supported":true}}'
    )


def phone(t: "Teller", h: Happening) -> Fields:
    system, name = (("iphone", "iPhone 15"), ("android", "Pixel 9"))[h.who % 2]
    return (
        ',"device_session_info":{".tag":"mobile_device_session",'
        f'"ip_address":"{t.company.places[h.place].ip}","device_name":"{name}",'
        f'"client_type":{{".tag":"{system}"}},"client_version":"412.2"}}'
    )


def browser(_: "Teller", h: Happening) -> Fields:
    return f',"user_agent":"{AGENTS[h.who % len(AGENTS)]}"'


def unlinked(t: "Teller", h: Happening) -> Fields:
    return (
        f',"session_info":{{".tag":"desktop","session_id":"{t.session(h)}"}},'
        f'"display_name":"LARK-{max(0, h.who):04d}","delete_data":false'
    )


def user_app(t: "Teller", h: Happening) -> Fields:
    return f',"app_info":{t.app(h.thing, "user_linked_app")}'


def team_app(t: "Teller", h: Happening) -> Fields:
    return f',"app_info":{t.app(h.thing, "team_linked_app")}'


def group_made(_: "Teller", _h: Happening) -> Fields:
    return ',"is_company_managed":true' + _union("join_policy", "request_to_join")


def group_renamed(t: "Teller", h: Happening) -> Fields:
    name = t.company.groups[h.thing][1]
    return f',"previous_value":"{name} team","new_value":"{name}"'


def group_owner(_: "Teller", h: Happening) -> Fields:
    return f',"is_group_owner":{"true" if h.dice % 5 == 0 else "false"}'


def new_name(t: "Teller", h: Happening) -> Fields:
    person = t.company.people[h.other]
    return (
        f',"new_value":{{"given_name":"{person.given}","surname":"{person.surname}"}},'
        f'"previous_value":{{"given_name":"{person.given[0]}.","surname":"{person.surname}"}}'
    )


def new_email(t: "Teller", h: Happening) -> Fields:
    email = t.company.people[h.other].email
    return f',"new_value":"{email}","previous_value":"old.{email}"'


def quota(_: "Teller", h: Happening) -> Fields:
    return f',"new_value":{(h.dice % 8 + 1) * 250}'


def suggestion(t: "Teller", h: Happening) -> Fields:
    return f',"suggested_members":["{t.stranger(h.dice).email}"]'


def period(_: "Teller", h: Happening) -> Fields:
    return f',"start_date":"{iso(h.at - 30 * DAY)}","end_date":"{iso(h.at)}"'


def domain(_: "Teller", _h: Happening) -> Fields:
    return f',"domain_names":["{names.DOMAIN}"],"verification_method":"dns"'


def alert(_: "Teller", h: Happening) -> Fields:
    name, severity, category = ALERTS[h.dice % len(ALERTS)]
    return (
        f',"alert_name":"{name}"'
        + _union("alert_severity", severity)
        + _union("alert_category", category)
        + f',"alert_instance_id":"{h.dice:08x}{h.at:08x}"'
    )


def status(_: "Teller", h: Happening) -> Fields:
    new, old = STATUSES[h.note]
    return _union("new_value", new) + (_union("previous_value", old) if old else "")


def joined(_: "Teller", _h: Happening) -> Fields:
    return _union("new_value", "active") + _union("previous_value", "invited")


def admin_role(_: "Teller", h: Happening) -> Fields:
    new, old = ("team_admin", "support_admin") if h.note else ("support_admin", "team_admin")
    return _union("new_value", new) + _union("previous_value", old)


def locked(_: "Teller", h: Happening) -> Fields:
    new, old = ("unlocked", "locked") if h.note else ("locked", "unlocked")
    return _union("previous_value", old) + _union("new_value", new)


# What Happening.note says in a story about a member's status: new and previous value.
STATUSES: Final = (
    ("invited", ""),
    ("suspended", "active"),
    ("removed", "active"),
)
ALERTS: Final = (
    ("Mass download", "medium", "massive_file_operation"),
    ("Mass deletion", "high", "massive_file_operation"),
    ("Sensitive content shared externally", "low", "data_loss_protection"),
    ("Sign-in from an unusual country", "info", "account_takeover"),
)
AGENTS: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
)
