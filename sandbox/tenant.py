"""One made-up tenant, put together: company, log and directory, doors and faults."""

from collections.abc import Mapping
from dataclasses import astuple
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.company import Company, Size
from sandbox.dropbox.access import Access, Role
from sandbox.dropbox.directory import Directory
from sandbox.dropbox.log import EventLog
from sandbox.faults import LOG, Faults
from sandbox.seal import Seal
from sandbox.state import Memory, State


class Tenant:
    """Everything that the HTTP face shows. With `home`, a restart finds it as it was."""

    def __init__(self, size: Size, home: Path | None = None, born: datetime | None = None) -> None:
        name = "-".join(str(part) for part in astuple(size))
        self.size = size
        self.memory = Memory(home / f"company-{name}.json" if home else None, born)
        self.seal = Seal(f"{name} {self.memory.state.born}")
        self.company = Company.build(size.seed, size.members)
        self.log = EventLog(self.company, size, self.memory.born)
        self.directory = Directory(self.company, self.log)
        self.faults = Faults(size.seed, self.memory)
        self.accounts = {person.account_id for person in self.company.people if person.account_id}
        self.people = self._signing_in()
        self.access = Access(
            self.memory,
            self.seal,
            {role: member["profile"]["team_member_id"] for role, member in self.people.items()},
        )
        for extra in self.memory.state.extras:
            self._happen(extra)

    @property
    def oldest(self) -> datetime:
        """When the history of the log begins."""
        return self.memory.born - timedelta(days=self.size.days)

    def is_admin(self, member: Mapping[str, Any]) -> bool:
        """Whether a member is a team admin, the only kind with admin reach over content."""
        tier: str = member["role"][".tag"]
        return tier == "team_admin" and member["profile"]["status"][".tag"] == "active"

    def root_info(self, member: Mapping[str, Any]) -> dict[str, str]:
        """Where a member's own folder and the team's space are."""
        profile = member["profile"]
        return {
            ".tag": "team",
            "root_namespace_id": profile["root_folder_id"],
            "home_namespace_id": profile["member_folder_id"],
            "home_path": f"/{profile['name']['display_name']}",
        }

    def has_namespace(self, namespace_id: str) -> bool:
        """Whether the team has such a namespace."""
        return any(ns["namespace_id"] == namespace_id for ns in self.directory.namespaces())

    def switch(self, wanted: Mapping[str, Any]) -> None:
        """Switch faults; those of the log happen now, and again after a restart.

        Raises:
            FaultError: there is no such fault or option.
        """
        for name, options in self.faults.switch(wanted).items():
            if name in LOG:
                self._note({"extra": name, "at": self.memory.now().isoformat(), **options})
            else:
                self.access.revoke_all(options["client_id"])

    def faults_on(self) -> dict[str, dict[str, Any]]:
        """What is on and how often it struck, and what has been done to the log."""
        extras = {extra["extra"]: dict(extra) for extra in self.memory.state.extras}
        return {**extras, **self.faults.on()}

    def calm(self) -> None:
        """Switch every fault off. What has been added to the log stays in it."""
        self.faults.clear()
        late = [extra for extra in self.memory.state.extras if extra["extra"] == "late"]
        if late and late[-1]["share"]:
            at = self.memory.now().isoformat()
            self._note({"extra": "late", "at": at, "share": 0.0, "seconds": 0})

    def _signing_in(self) -> dict[Role, Mapping[str, Any]]:
        """Who may sit at the browser: the first active member of each role, in wire shape."""
        tiers: dict[str, Role] = {
            "team_admin": "admin",
            "user_management_admin": "limited",
            "member_only": "member",
        }
        people: dict[Role, Mapping[str, Any]] = {}
        for member in self.directory.members():
            role = tiers.get(member["role"][".tag"])
            if role is not None and member["profile"]["status"][".tag"] == "active":
                people.setdefault(role, member)
        return people

    def _note(self, extra: dict[str, Any]) -> None:
        extra["at"] = self._happen(extra).isoformat()

        def remember(state: State) -> None:
            state.extras.append(extra)

        self.memory.change(remember)

    def _happen(self, extra: Mapping[str, Any]) -> datetime:
        """Let it happen to the log; answers the moment at which it must happen again."""
        at = datetime.fromisoformat(extra["at"])
        if extra["extra"] == "late":
            self.log.delay(extra["share"], extra["seconds"], at)
            return at
        return self.log.add(extra["extra"], extra["count"], at)
