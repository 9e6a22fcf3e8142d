"""The scan of an enterprise: its users, and the tree of each, folder by folder.

Box lists one folder at a time, as a user (`As-User`) sees it. A folder that was shared shows in the
trees of all whom it was shared with; an item is told in the tree of its owner only, so none is met
twice. What belongs to another enterprise is not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from connectors.box.enterprise import LIMIT, ROOT, USERS, Enterprise, Tree, page
from connectors.box.entries import FIELDS, Entry, Found, seen
from connectors.box.refusals import Forbidden, Missing, Rejected
from connectors.decoders import decoder
from connectors.errors import CursorLost
from connectors.inventory import Branch, Listing

# Offsets end at some 10,000 entries; markers do not.
LIST_FOLDER = {"usemarker": "true", "limit": str(LIMIT), "fields": FIELDS}


def branches() -> Sequence[Branch]:
    """The users, whose listing shows the way to their files."""
    return [USERS]


def listing(enterprise: Enterprise, branch: Branch, cursor: str | None) -> Iterator[Listing]:
    """See `Connector.listing`."""
    if branch.kind == "people":
        return enterprise.list_users(cursor)
    return _folder(enterprise, decoder(Tree).decode(branch.about), cursor)


def _folder(enterprise: Enterprise, tree: Tree, cursor: str | None) -> Iterator[Listing]:
    """What lies in a folder and is its user's; one request more for what was given to people."""
    as_user = enterprise.acting(tree.user.id)
    more = True
    while more:
        asked = datetime.now(UTC)
        try:
            path = f"folders/{tree.folder}/items"
            rows, marker = page(enterprise.api, path, LIST_FOLDER, Entry, cursor, as_user=as_user)
        except Missing:
            return
        except Forbidden as refusal:
            yield Listing(refused=_why(tree, refusal), fetched_at=asked)
            return
        except Rejected:
            if cursor is None:
                raise
            raise CursorLost("the marker is not accepted") from None
        own = [(row, entry) for row, entry in rows if entry.owner_id in {tree.user.id, None}]
        told = [seen(enterprise, Found(*each, as_user), tree.user.id) for each in own]
        cursor, more = marker, marker is not None
        yield Listing(
            people=list({each.person_id: each for one in told for each in one.outsiders}.values()),
            items=[one.item for one in told],
            links=[link for one in told for link in one.links],
            found=[
                Tree(tree.user, str(entry.id)).branch()
                for _, entry in own
                if entry.type == "folder"
            ],
            cursor=cursor,
            more=more,
            fetched_at=asked,
        )


def _why(tree: Tree, refusal: Forbidden) -> str:
    """Why a folder stays closed; most often the whole of its owner's files does."""
    if tree.folder == ROOT and tree.user.admin:
        return "The owner is an administrator: only the primary administrator can enter."
    if tree.folder == ROOT and tree.user.status == "inactive":
        return "The owner's account is inactive: Box lets nobody act as them."
    return refusal.problem
