"""The team as its API shows it now: people, groups, namespaces, and who is in which folder.

Everything is a dict in wire shape (team.stone, team_common.stone, sharing.stone of
dropbox-api-spec). "Now" is the moment up to which the log has advanced.
"""

from typing import Any, Final

from sandbox import names
from sandbox.cast import HOME, MEMBER, SHARED, TEAM, Person, opaque
from sandbox.company import Company
from sandbox.dropbox.forms import iso
from sandbox.dropbox.log import EventLog
from sandbox.dropbox.tree import Tree
from sandbox.links import DAY

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
    """Members, groups, namespaces; files and links through `Tree`."""

    def __init__(self, company: Company, log: EventLog) -> None:
        self.company, self.world, self.born = company, log.world, log.born
        self.root = str(int(company.namespaces[0].id) - 1)
        self._tree = Tree(company, log.world, self.root)
        self._members = [self._member(p) for p in company.people if p.kind == MEMBER]
        self._by_id = {m["profile"]["team_member_id"]: m for m in self._members}

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
        """NamespaceMetadata: the team's root, homes, team folders, shared folders."""
        return [
            {
                "name": f"{self.company.name} Team Folder",
                "namespace_id": self.root,
                "namespace_type": {".tag": "team_folder"},
                "quota_limit": 0,
            },
            *(
                {
                    "name": namespace.name,
                    "namespace_id": namespace.id,
                    "namespace_type": {".tag": NAMESPACE_TYPES[namespace.kind]},
                    "quota_limit": 0,
                }
                | (
                    {"team_member_id": self.company.people[namespace.owner].member_id}
                    if namespace.kind == HOME
                    else {}
                )
                for namespace in list(self.world.namespaces)
            ),
        ]

    def list_folder(self, namespace: str, path: str, recursive: bool) -> list[Wire] | None:
        """What is in a folder (`""` is the namespace itself); None if there is no such folder."""
        return self._tree.list_folder(namespace, path, recursive)

    def metadata(self, namespace: str, path: str) -> Wire | None:
        """The file or folder at `path` (or with the id `path`); None if there is none."""
        return self._tree.metadata(namespace, path)

    def shared_links(self, team_member_id: str) -> list[Wire]:
        """SharedLinkMetadata of the links that the member made and that still exist."""
        return self._tree.shared_links(self._number(team_member_id))

    def shared_folders(self, team_member_id: str) -> list[Wire]:
        """SharedFolderMetadata of the team and shared folders that the member can open."""
        number = self._number(team_member_id)
        return [self._shared_folder(n, number) for n in sorted(set(self.world.folders[number]))]

    def folder_members(self, namespace: str) -> Wire | None:
        """SharedFolderMembers without cursor; None if no shared folder has that id."""
        number = self._tree.number(namespace)
        if number is None or self.world.namespaces[number].kind == HOME:
            return None
        folder = self.world.namespaces[number]
        team = folder.kind == TEAM and folder.name in names.DEPARTMENTS
        return {
            "users": [
                self._user(person, "owner" if person == folder.owner else "editor")
                for person in list(self.world.people[number])
                if not team or self.company.people[person].role == "team_admin"
            ],
            "groups": [self._group(names.DEPARTMENTS.index(folder.name))] if team else [],
            "invitees": [
                {
                    "access_type": {".tag": "viewer"},
                    "is_inherited": False,
                    "invitee": {".tag": "email", "email": email},
                }
                for email in list(self.world.invited.get(number, ()))
            ],
        }

    def _number(self, team_member_id: str) -> int:
        return self._members.index(self._by_id[team_member_id])

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

    def _user(self, number: int, access: str) -> Wire:
        person = self.company.people[number]
        user: Wire = {
            "account_id": person.account_id,
            "email": person.email,
            "display_name": person.name,
            "same_team": person.member_id is not None,
        }
        if person.member_id is not None:
            user["team_member_id"] = person.member_id
        return {"access_type": {".tag": access}, "is_inherited": False, "user": user}

    def _group(self, department: int) -> Wire:
        group, name = self.company.groups[department]
        about = {
            "group_name": name,
            "group_id": group,
            "member_count": self.groups()[department]["member_count"],
            "group_management_type": {".tag": "company_managed"},
            "group_type": {".tag": "team"},
            "is_member": True,
            "is_owner": False,
            "same_team": True,
        }
        return {"access_type": {".tag": "editor"}, "is_inherited": False, "group": about}

    def _shared_folder(self, number: int, person: int) -> Wire:
        folder = self.world.namespaces[number]
        owner = "owner" if folder.owner == person else "editor"
        return {
            "access_type": {".tag": owner},
            "is_inside_team_folder": False,
            "is_team_folder": folder.kind == TEAM,
            "name": folder.name,
            "path_lower": f"/{folder.name.lower()}",
            "path_display": f"/{folder.name}",
            "policy": {
                "member_policy": {".tag": "anyone"},
                "resolved_member_policy": {".tag": "anyone"},
                "acl_update_policy": {".tag": "editors"},
                "shared_link_policy": {".tag": "anyone"},
            },
            "preview_url": f"https://www.dropbox.com/scl/fo/{opaque(15, folder.id)}",
            "shared_folder_id": folder.id,
            "time_invited": iso(self.born - 200 * DAY),
            "access_inheritance": {".tag": "inherit"},
            "owner_team": {"id": self.company.team_id, "name": self.company.name},
        }


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
