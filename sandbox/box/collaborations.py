"""Who was given an item: https://developer.box.com/reference/resources/collaboration/ .

The owner is in no collaboration. One of a folder holds for all that lies in it, and is listed there
too: its `item` tells where it was made. A pending one names an address, and no item.
"""

from typing import Any, Final

from sandbox.box import ids
from sandbox.box.shapes import Shapes
from sandbox.box.tree import Node
from sandbox.box.wire import stamp
from sandbox.links import DAY
from sandbox.sharing import GROUP, INVITED, OWNER, Given

Wire = dict[str, Any]
_ONE_EXPIRY_IN: Final = 4
_YEARS: Final = 3_650 * DAY


class Collaborations:
    """Collaborations of the items that `shapes` writes."""

    def __init__(self, shapes: Shapes, start: int) -> None:
        self._shapes, self._start = shapes, start
        self.company, self.seed = shapes.company, shapes.seed

    def on(self, node: Node) -> list[Wire]:
        """The collaborations of an item and of the folders above it."""
        told = [self._wire(node, given) for given in self._given(node)]
        for above in self._shapes.tree.above(node):
            accepted = [given for given in self._given(above) if given.kind != INVITED]
            told += [self._wire(above, given) for given in accepted]
        return told

    def _given(self, node: Node) -> list[Given]:
        people = self.company.people
        return [
            given
            for given in self._shapes.given(node)
            if given.role != OWNER
            and (given.kind == GROUP or people[given.number].status != "removed")
        ]

    def _wire(self, node: Node, given: Given) -> Wire:
        number = self._id(node, given)
        owner = self._shapes.users.of(self.company.people[self._shapes.tree.owner(node)]).mini
        pending = given.kind == INVITED
        expires = int(number) % _ONE_EXPIRY_IN == 0
        return {
            "type": "collaboration",
            "id": number,
            "created_by": owner,
            "created_at": stamp(self._start),
            "modified_at": stamp(self._start),
            "expires_at": stamp(self._start + _YEARS) if expires else None,
            "status": "pending" if pending else "accepted",
            "accessible_by": None if pending else self._party(given),
            "invite_email": self.company.people[given.number].email if pending else None,
            "role": given.role,
            "acknowledged_at": None if pending else stamp(self._start),
            "item": None if pending else self._shapes.mini(node),
            "is_access_only": False,
        }

    def _id(self, node: Node, given: Given) -> str:
        """That of somebody in a namespace is the one that events tell."""
        if node.kind == "file":
            return ids.collaboration_id(self.seed, "file", node.file, given.kind, given.number)
        if given.kind == GROUP:
            return ids.collaboration_id(self.seed, node.namespace, GROUP, given.number)
        return ids.collaboration_id(self.seed, node.namespace, given.number)

    def _party(self, given: Given) -> Wire:
        if given.kind == GROUP:
            number = ids.group_id(self.company.seed, given.number)
            name = self.company.groups[given.number][1]
            return {"type": "group", "id": number, "name": name, "group_type": "managed_group"}
        user = self._shapes.users.of(self.company.people[given.number])
        return {**user.mini, "is_active": user.status == "active"}
