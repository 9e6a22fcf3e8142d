"""The accounts that Box knows: managed users, outsiders with an account, service accounts.

Shapes after https://developer.box.com/reference/resources/user--full/ : `role` and `enterprise` are
among the fields that are only given to whoever asks for them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sandbox.box import wire
from sandbox.box.access import APPS, Role
from sandbox.box.ids import enterprise_id, service_id, user_id
from sandbox.cast import MEMBER, Person
from sandbox.company import Company
from sandbox.names import OFFICES

Wire = dict[str, Any]
ADMIN, COADMIN = 0, 1  # the people with admin rights, by their number in Company.people
_MINI: Final = ("type", "id", "name", "login")
_ASKED_FOR: Final = (
    "role",
    "enterprise",
    "is_platform_access_only",
    "is_exempt_from_login_verification",
)


@dataclass(frozen=True)
class User:
    """One account. `person` is the number in Company.people, None for a service account."""

    id: str
    name: str
    login: str
    person: int | None
    role: str  # admin, coadmin or user
    status: str  # active or inactive
    managed: bool
    created_at: str

    @property
    def mini(self) -> Wire:
        """As other things mention it."""
        return {"type": "user", "id": self.id, "name": self.name, "login": self.login}


class Users:
    """Everybody with an account at Box, of the company or not."""

    def __init__(self, company: Company, born: datetime) -> None:
        self.company, self.born = company, born
        self.enterprise = {
            "type": "enterprise",
            "id": enterprise_id(company.seed),
            "name": company.name,
        }
        self.role = "admin"  # of whoever founded the enterprise
        known = [p for p in company.people if p.account_id is not None]
        self._people = {user_id(company.seed, p.index): p for p in known}
        self._services = {service_id(company.seed, app.client_id): app for app in APPS.values()}

    def user(self, number: str) -> User | None:
        """The account with that id; None for nobody's, and for whom the company has deleted."""
        if number in self._services:
            login = f"AutomationUser_{number}@boxdevedition.com"
            name = self._services[number].name
            return User(
                number,
                name,
                login,
                None,
                "coadmin",
                "active",
                True,
                wire.stamp(int(self.born.timestamp())),
            )
        person = self._people.get(number)
        return self.of(person) if person is not None and person.status != "removed" else None

    def of(self, person: Person) -> User:
        """The account of somebody who has one."""
        created = self.born.timestamp() - person.joined * 86_400
        return User(
            id=user_id(self.company.seed, person.index),
            name=person.name,
            login=person.email,
            person=person.index,
            role=self._role(person),
            status="inactive" if person.status in {"suspended", "removed"} else "active",
            managed=person.kind == MEMBER,
            created_at=wire.stamp(int(created)),
        )

    def managed(self) -> list[User]:
        """The company's own people, by id."""
        members = (p for p in self._people.values() if p.kind == MEMBER and p.status != "removed")
        return sorted(map(self.of, members), key=lambda user: int(user.id))

    def outsiders(self) -> list[User]:
        """People of other firms who have an account, by id."""
        others = (p for p in self._people.values() if p.kind != MEMBER)
        return sorted(map(self.of, others), key=lambda user: int(user.id))

    def signing_in(self) -> dict[Role, User]:
        """Who may sit at the browser."""
        people = self.company.people
        plain = next(p for p in people if p.kind == MEMBER and p.role == "member_only")
        who: dict[Role, Person] = {
            "admin": people[ADMIN],
            "coadmin": people[COADMIN],
            "member": plain,
        }
        return {role: self.of(person) for role, person in who.items()}

    def service(self, client_id: str) -> str:
        """The id of an app's service account."""
        return service_id(self.company.seed, client_id)

    def wire(self, user: User, fields: list[str] | None) -> Wire:
        """As the API shows it: the standard fields, or the mini ones and those asked for."""
        person = self.company.people[user.person or 0]
        whole: Wire = {
            **user.mini,
            "created_at": user.created_at,
            "modified_at": user.created_at,
            "language": "en",
            "timezone": OFFICES[person.office].zone,
            "space_amount": 999_999_999_999_999,
            "space_used": 1_000_003 * (person.index + 1),
            "max_upload_size": 53_687_091_200,
            "status": user.status,
            "job_title": "",
            "phone": "",
            "address": "",
            "avatar_url": f"https://app.box.com/api/avatar/large/{user.id}",
            "notification_email": None,
            "role": user.role,
            "enterprise": self.enterprise if user.managed else None,
            "is_platform_access_only": user.person is None,
            "is_exempt_from_login_verification": False,
        }
        if fields is None:
            return {name: whole[name] for name in whole if name not in _ASKED_FOR}
        return {name: whole[name] for name in whole if name in _MINI or name in fields}

    def _role(self, person: Person) -> str:
        if person.index == ADMIN:
            return self.role
        return "coadmin" if person.index == COADMIN else "user"
