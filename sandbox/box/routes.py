"""Every route of the stand-in: what answers it, and the scope that it needs.

Scopes after https://developer.box.com/guides/api-calls/permissions-and-errors/scopes/ .
"""

from sandbox.box import events, people
from sandbox.box.api import Route

ROUTES = {
    "events": Route(events.events),
    "users/me": Route(people.me),
    "users": Route(people.users, "manage_managed_users"),
    "users/{id}": Route(people.user, "manage_managed_users"),
}
