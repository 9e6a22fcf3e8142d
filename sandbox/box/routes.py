"""Every route of the stand-in: what answers it, and the scope that it needs.

Scopes after https://developer.box.com/guides/api-calls/permissions-and-errors/scopes/ .
"""

from sandbox.box import events, items, people
from sandbox.box.api import Route

ROUTES = {
    "events": Route(events.events),
    "users/me": Route(people.me),
    "users": Route(people.users, "manage_managed_users"),
    "users/{id}": Route(people.user, "manage_managed_users"),
    "folders/{id}": Route(items.folder, "root_readonly"),
    "folders/{id}/items": Route(items.folder_items, "root_readonly"),
    "folders/{id}/collaborations": Route(items.folder_collaborations, "root_readonly"),
    "files/{id}": Route(items.file, "root_readonly"),
    "files/{id}/collaborations": Route(items.file_collaborations, "root_readonly"),
    "web_links/{id}": Route(items.web_link, "root_readonly"),
}
