"""The team as its API shows it now: people, groups, namespaces, and who is in which folder.

Everything is a dict in wire shape (team.stone, team_common.stone, sharing.stone of
dropbox-api-spec). "Now" is the moment up to which the log has advanced.
"""

from collections.abc import Callable
from typing import Any, Final

from sandbox.cabinet import Cabinet
from sandbox.cast import HOME, MEMBER, SHARED, TEAM, Namespace, Person, opaque
from sandbox.company import Company
from sandbox.dropbox.entries import Entries
from sandbox.dropbox.forms import iso
from sandbox.dropbox.log import EventLog
from sandbox.dropbox.shares import Shares
from sandbox.dropbox.tree import Tree
from sandbox.links import DAY
from sandbox.sharing import Sharing

Wire = dict[str, Any]

NAMESPACE_TYPES: Final = {
    HOME: "team_member_folder",
    TEAM: "team_folder",
    SHARED: "shared_folder",
}
ROLES: Final = {
    "team_admin": ("Team admin", "Full access to the admin console"),
    "user_management_admin": ("User management admin", "Manages members and groups"),
    "support_admin": ("Support admin", "Answers members' requests"),
}


class Directory:
    """Members, groups, namespaces; `tree` and `shares` tell of files, folders and links."""

    def __init__(
        self, company: Company, log: EventLog, circles: Callable[[], bool] = lambda: False
    ) -> None:
        self.company, self.world, self.born = company, log.world, log.born
        self.root = str(int(company.namespaces[0].id) - 1)
        cabinet = Cabinet(log.world, log.born)
        entries = Entries(log.world, Sharing(log.world, cabinet, log.start))
        self.tree = Tree(log.world, cabinet, entries, self.root, circles)
        self.shares = Shares(entries, log.born)
        self._members = [self._member(p) for p in company.people if p.kind == MEMBER]
        self._by_id = {m["profile"]["team_member_id"]: m for m in self._members}
        self._numbers = {member_id: number for number, member_id in enumerate(self._by_id)}

    def members(self) -> list[Wire]:
        """Everybody who is or was on the team: `profile`, `role` (a tier) and `roles`."""
        return self._members

    def member(self, team_member_id: str) -> Wire | None:
        """One of them."""
        return self._by_id.get(team_member_id)

    def team(self) -> Wire:
        """TeamGetInfoResult."""
        present = [p for p in self.company.people if p.kind == MEMBER and p.status == "active"]
        return {
            "name": self.company.name,
            "team_id": self.company.team_id,
            "num_licensed_users": self.company.members + 5,
            "num_provisioned_users": self.company.members,
            "num_used_licenses": len(present),
            "policies": POLICIES,
        }

    def groups(self) -> list[Wire]:
        """GroupSummary of each department."""
        people = self.company.people[: self.company.members]
        return [
            {
                "group_name": name,
                "group_id": group,
                "member_count": sum(p.department == n for p in people),
                "group_management_type": {".tag": "company_managed"},
            }
            for n, (group, name) in enumerate(self.company.groups)
        ]

    def namespaces(self) -> list[Wire]:
        """NamespaceMetadata: the team's root, homes, team folders, shared folders.

        Dropbox may list a namespace twice; here it is the first shared folder.
        """
        every = list(self.world.namespaces)
        return [
            {
                "name": f"{self.company.name} Team Folder",
                "namespace_id": self.root,
                "namespace_type": {".tag": "team_folder"},
                "quota_limit": 0,
            },
            *map(self._namespace, every),
            self._namespace(next(n for n in every if n.kind == SHARED)),
        ]

    def _namespace(self, namespace: Namespace) -> Wire:
        told: Wire = {
            "name": namespace.name,
            "namespace_id": namespace.id,
            "namespace_type": {".tag": NAMESPACE_TYPES[namespace.kind]},
            "quota_limit": 0,
        }
        if namespace.kind == HOME:
            told["team_member_id"] = self.company.people[namespace.owner].member_id
        return told

    def number_of(self, team_member_id: str) -> int:
        """The number in Company.people of a member."""
        return self._numbers[team_member_id]

    def _member(self, person: Person) -> Wire:
        home = self.company.namespaces[person.index].id
        joined = self.born - int(person.joined * DAY)
        status: Wire = {".tag": person.status}
        if person.status == "removed":
            status |= {"is_recoverable": True, "is_disconnected": False}
        profile: Wire = {
            "team_member_id": person.member_id,
            "account_id": person.account_id,
            "email": person.email,
            "email_verified": person.status != "invited",
            "secondary_emails": [],
            "status": status,
            "name": {
                "given_name": person.given,
                "surname": person.surname,
                "familiar_name": person.given,
                "display_name": person.name,
                "abbreviated_name": person.given[0] + person.surname[0],
            },
            "membership_type": {".tag": "full"},
            "groups": [self.company.groups[person.department][0]],
            "member_folder_id": home,
            "root_folder_id": self.root,
            "invited_on": iso(joined - 2 * DAY),
        }
        if person.status != "invited":
            profile["joined_on"] = iso(joined)
        if person.status == "suspended":
            profile["suspended_on"] = iso(self.born - int((person.left or 0) * DAY))
        return {"profile": profile, "role": {".tag": person.role}, "roles": self._roles(person)}

    def _roles(self, person: Person) -> list[Wire]:
        if person.role not in ROLES:
            return []
        name, description = ROLES[person.role]
        role = "pid_dbtmr:" + opaque(40, self.company.seed, "role", person.role)
        return [{"role_id": role, "name": name, "description": description}]


POLICIES: Final[Wire] = {
    "sharing": {
        "shared_folder_member_policy": {".tag": "anyone"},
        "shared_folder_join_policy": {".tag": "from_anyone"},
        "shared_link_create_policy": {".tag": "default_public"},
        "group_creation_policy": {".tag": "admins_only"},
        "shared_folder_link_restriction_policy": {".tag": "anyone"},
        "enforce_link_password_policy": {".tag": "optional"},
        "default_link_expiration_days_policy": {".tag": "none"},
        "shared_link_default_permissions_policy": {".tag": "default"},
    },
    "emm_state": {".tag": "disabled"},
    "office_addin": {".tag": "enabled"},
    "suggest_members_policy": {".tag": "enabled"},
    "top_level_content_policy": {".tag": "everyone"},
}
