"""The `additional_details` of an event: free-form, after the samples in Box's guides.

https://developer.box.com/guides/events/enterprise-events/for-enterprise/
"""

from typing import Any, Final

from sandbox import names
from sandbox.box import ids
from sandbox.company import Company
from sandbox.happenings import ANONYMOUS, CONSOLE, DESKTOP, MOBILE, WEB, Happening
from sandbox.shelf import size_of
from sandbox.verbs import DROP_LINK, LINK, NEW_LINK, OWN_LINK, VERBS
from sandbox.world import World

Wire = dict[str, Any]
SERVICES: Final = {WEB: "Box Web Application", DESKTOP: "Box Drive", MOBILE: "Box for iPhone"}
ROLES: Final = ("Editor", "Viewer", "Co-owner", "Previewer")


class Details:
    """One method for each word of the column `details` of native.csv."""

    def __init__(self, company: Company, world: World) -> None:
        self.company, self.world, self.seed = company, world, world.seed

    def common(self, h: Happening) -> Wire:
        """Which program it was done with, and whether an administrator did it."""
        client = WEB if h.actor == ANONYMOUS else h.client  # every other program asks to sign in
        service = SERVICES.get(client, "Box Developer Platform")
        about: Wire = {"service_id": str(100_000 + client), "service_name": service}
        if h.client == CONSOLE:
            about["is_performed_by_admin"] = True
        return about

    def version(self, h: Happening) -> Wire:
        """Size and version of a file; the key of KeySafe customers."""
        about: Wire = {"version_id": f"{1_400_000_000_000 + h.dice}"}
        file = self._file(h)
        if file is not None:
            about["size"] = size_of(self.seed, file)
        if h.dice % 5 == 0:
            about["ekm_id"] = f"{h.dice:08x}-{h.session:08x}"
        return about

    def link(self, h: Happening) -> Wire:
        """The shared link."""
        return {**self.version(h), "shared_link_id": ids.link_id(self.seed, h.thing)}

    def sent(self, h: Happening) -> Wire:
        """A link that was made for one recipient, outside the links of the tree."""
        return {**self.version(h), "shared_link_id": ids.link_id(self.seed, -1 - h.thing)}

    def submission(self, h: Happening) -> Wire:
        """What came in by a file request."""
        return {"size": 1_000 + h.dice % 900_000, "type": "file_request"}

    def comment(self, h: Happening) -> Wire:
        words = names.COMMENTS[h.dice % len(names.COMMENTS)]
        return {"comment_id": str(400_000_000 + h.dice % 100_000_000), "message": words}

    def task(self, h: Happening) -> Wire:
        number = str(700_000_000 + h.dice % 100_000_000)
        assigned = self.company.people[h.dice % self.company.members].email
        about = {"id": number, "message": "Please review", "created_by": {"login": assigned}}
        return {"task": about}

    def collaboration(self, h: Happening) -> Wire:
        person = h.other if h.other >= 0 else h.who
        number = ids.collaboration_id(self.seed, h.thing, person)
        return {"collab_id": number, "role": ROLES[h.dice % len(ROLES)], "type": "collaboration"}

    def invitation(self, h: Happening) -> Wire:
        return {**self.collaboration(h), "invitation_message": "Have a look, please."}

    def settings(self, _: Happening) -> Wire:
        return {"advancedFolderSettings": {"isCanNonOwnersInviteEnabled": {"newValue": False}}}

    def metadata(self, _: Happening) -> Wire:
        operation = {"op": "add", "path": "/status", "value": "active"}
        return {"metadata": {"type": "properties", "operationParams": [operation]}}

    def token(self, h: Happening) -> Wire:
        return {"access_token_identifier": f"{h.session:08x}{h.dice:08x}"}

    def group(self, h: Happening) -> Wire:
        name = self.company.groups[h.thing][1]
        return {"group_id": ids.group_id(self.company.seed, h.thing), "group_name": name}

    def admin(self, h: Happening) -> Wire:
        return {"role": ("User", "Co-Admin", "Admin")[h.note]}

    def alert(self, h: Happening) -> Wire:
        rules = ("Anomalous Download", "Suspicious Location", "Suspicious Session")
        about = {"rule_category": rules[h.dice % 3], "risk_score": h.dice % 100}
        return {"shield_alert": {**about, "alert_id": h.dice % 100_000, "user": None}}

    def _file(self, h: Happening) -> int | None:
        if VERBS[h.verb].thing in _OF_LINKS:
            return self.world.links.all[h.thing].file
        return h.thing if h.thing >= 0 else None


_OF_LINKS: Final = frozenset({LINK, OWN_LINK, NEW_LINK, DROP_LINK})
