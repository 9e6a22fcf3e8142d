"""What `details` says about sign-ins, devices, apps, groups, members and the team.

Each function is a Writer for the event types that native.csv gives it to. Shapes after
team_log_generated.stone.
"""

from typing import TYPE_CHECKING, Final

from sandbox import names
from sandbox.dropbox.forms import iso, union
from sandbox.happenings import Happening
from sandbox.links import DAY

if TYPE_CHECKING:
    from sandbox.dropbox.render import Teller

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


def login(_: "Teller", h: Happening) -> str:
    method = ("password", "two_factor_authentication", "saml", "google_oauth")[h.session % 4]
    return union("login_method", method) + ',"is_emm_managed":false'


def login_failed(_: "Teller", _h: Happening) -> str:
    return (
        f'{union("login_method", "password")},"is_emm_managed":false,'
        '"error_details":{"user_friendly_message":"Wrong email or password",'
        '"technical_error_message":"Invalid email or password"}'
    )


def device(t: "Teller", h: Happening) -> str:
    system, name = (("windows", "Windows 11"), ("mac", "macOS 15"))[h.who % 2]
    return (
        ',"device_session_info":{".tag":"desktop_device_session",'
        f'"ip_address":"{t.company.places[h.place].ip}","session_info":'
        f'{{"session_id":"{t.session(h)}"}},"host_name":"LARK-{max(0, h.who):04d}",'
        f'"client_type":{{".tag":"{system}"}},"client_version":"231.4.5770",'
        f'"platform":"{name}","is_delete_on_unlink_supported":true}}'
    )


def phone(t: "Teller", h: Happening) -> str:
    system, name = (("iphone", "iPhone 15"), ("android", "Pixel 9"))[h.who % 2]
    return (
        ',"device_session_info":{".tag":"mobile_device_session",'
        f'"ip_address":"{t.company.places[h.place].ip}","device_name":"{name}",'
        f'"client_type":{{".tag":"{system}"}},"client_version":"412.2"}}'
    )


def browser(_: "Teller", h: Happening) -> str:
    return f',"user_agent":"{AGENTS[h.who % len(AGENTS)]}"'


def unlinked(t: "Teller", h: Happening) -> str:
    return (
        f',"session_info":{{".tag":"desktop","session_id":"{t.session(h)}"}},'
        f'"display_name":"LARK-{max(0, h.who):04d}","delete_data":false'
    )


def user_app(t: "Teller", h: Happening) -> str:
    return f',"app_info":{t.app(h.thing, "user_linked_app")}'


def team_app(t: "Teller", h: Happening) -> str:
    return f',"app_info":{t.app(h.thing, "team_linked_app")}'


def group_made(_: "Teller", _h: Happening) -> str:
    return ',"is_company_managed":true' + union("join_policy", "request_to_join")


def group_renamed(t: "Teller", h: Happening) -> str:
    name = t.company.groups[h.thing][1]
    return f',"previous_value":"{name} team","new_value":"{name}"'


def group_owner(_: "Teller", h: Happening) -> str:
    return f',"is_group_owner":{"true" if h.dice % 5 == 0 else "false"}'


def new_name(t: "Teller", h: Happening) -> str:
    person = t.company.people[h.other]
    return (
        f',"new_value":{{"given_name":"{person.given}","surname":"{person.surname}"}},'
        f'"previous_value":{{"given_name":"{person.given[0]}.","surname":"{person.surname}"}}'
    )


def new_email(t: "Teller", h: Happening) -> str:
    email = t.company.people[h.other].email
    return f',"new_value":"{email}","previous_value":"old.{email}"'


def quota(_: "Teller", h: Happening) -> str:
    return f',"new_value":{(h.dice % 8 + 1) * 250}'


def suggestion(t: "Teller", h: Happening) -> str:
    return f',"suggested_members":["{t.stranger(h.dice).email}"]'


def period(_: "Teller", h: Happening) -> str:
    return f',"start_date":"{iso(h.at - 30 * DAY)}","end_date":"{iso(h.at)}"'


def domain(_: "Teller", _h: Happening) -> str:
    return f',"domain_names":["{names.DOMAIN}"],"verification_method":"dns"'


def alert(_: "Teller", h: Happening) -> str:
    name, severity, category = ALERTS[h.dice % len(ALERTS)]
    return (
        f',"alert_name":"{name}"'
        + union("alert_severity", severity)
        + union("alert_category", category)
        + f',"alert_instance_id":"{h.dice:08x}{h.at:08x}"'
    )


def status(_: "Teller", h: Happening) -> str:
    new, old = STATUSES[h.note]
    return union("new_value", new) + (union("previous_value", old) if old else "")


def joined(_: "Teller", _h: Happening) -> str:
    return union("new_value", "active") + union("previous_value", "invited")


def admin_role(_: "Teller", h: Happening) -> str:
    new, old = ("team_admin", "support_admin") if h.note else ("support_admin", "team_admin")
    return union("new_value", new) + union("previous_value", old)


def locked(_: "Teller", h: Happening) -> str:
    new, old = ("unlocked", "locked") if h.note else ("locked", "unlocked")
    return union("previous_value", old) + union("new_value", new)
