"""Folders, files and bookmarks as Box writes them, and their shared links.

Fields after https://developer.box.com/reference/resources/file--full/ and folder--full; which of
them come unasked, after the standard and mini variants there.
"""

import hashlib
from functools import lru_cache
from typing import Any, Final

from sandbox.box import ids
from sandbox.box.tree import Node, Tree
from sandbox.box.users import Users
from sandbox.box.wire import stamp
from sandbox.links import PASSWORD, PUBLIC, TEAM_ONLY, Link
from sandbox.sharing import NOBODY_ELSE, OWNER
from sandbox.shelf import name_of, size_of

Wire = dict[str, Any]

_MINI: Final = ("type", "id", "sequence_id", "etag", "name")
_MINI_FILE: Final = (*_MINI, "sha1", "file_version")
_ONLY_ASKED_FOR: Final = frozenset(
    {
        "has_collaborations", "is_externally_owned", "is_accessible_via_shared_link",
        "allowed_invitee_roles", "permissions", "tags", "classification", "extension", "lock",
        "expires_at", "allowed_shared_link_access_levels", "can_non_owners_invite",
        "is_collaboration_restricted_to_enterprise", "can_non_owners_view_collaborators",
        "sync_state",
    }
)  # fmt: skip
_ACCESS: Final = {
    PUBLIC: "open", PASSWORD: "open", TEAM_ONLY: "company", NOBODY_ELSE: "collaborators",
}  # fmt: skip
_CACHED: Final = 65_536  # folders and people kept as text
_LEVELS: Final = ("open", "company", "collaborators")
_ROLES: Final = ("editor", "viewer", "previewer", "uploader", "previewer uploader",
                 "viewer uploader", "co-owner")  # fmt: skip
_FOLDER_LINKS: Final = 10**9  # numbers of links to folders lie beyond those of links to files
_ROOT: Final[Wire] = {
    "type": "folder", "id": ids.ROOT, "sequence_id": None, "etag": None, "name": "All Files",
}  # fmt: skip


class Shapes:
    """Writes the nodes of a tree; `person` is whoever looks."""

    def __init__(self, tree: Tree, users: Users, start: int) -> None:
        self.tree, self.users, self._start = tree, users, start
        self.world, self.company, self.seed = tree.world, tree.world.company, tree.seed
        self._folder_mini = lru_cache(_CACHED)(self._write_mini)
        self._user = lru_cache(_CACHED)(lambda person: users.of(self.company.people[person]).mini)

    def wire(self, node: Node, person: int, fields: list[str] | None = None) -> Wire:
        """An item with its standard fields, or with its mini ones and those asked for."""
        whole = {"file": self._file, "folder": self._folder, "web_link": self._web_link}[node.kind](
            node, person
        )
        if fields is None:
            return {name: whole[name] for name in whole if name not in _ONLY_ASKED_FOR}
        mini = _MINI_FILE if node.kind == "file" else _MINI
        return {name: whole[name] for name in whole if name in mini or name in fields}

    def mini(self, node: Node) -> Wire:
        """An item as others mention it."""
        if node.kind != "file":
            return dict(self._folder_mini(node))
        shelf, file = self.world.shelf, node.file
        revision = shelf.renamed[file] + shelf.moved[file]
        sha1 = hashlib.sha1(f"{self.seed} {file} {shelf.touched[file]}".encode()).hexdigest()  # noqa: S324 not a secret
        version = {"type": "file_version", "id": str(1_400_000_000_000 + file), "sha1": sha1}
        return {
            "type": "file",
            "id": self.tree.id(node),
            "sequence_id": str(revision),
            "etag": str(revision),
            "name": name_of(self.seed, file, shelf.version(file)),
            "sha1": sha1,
            "file_version": version,
        }

    def _write_mini(self, node: Node) -> Wire:
        if self.tree.is_root(node):
            return _ROOT
        told: Wire = {"type": node.kind, "id": self.tree.id(node), "sequence_id": "1", "etag": "1"}
        if node.kind == "web_link":
            address = f"https://wiki.larkfield.example/{node.namespace + 1}"
            return told | {"url": address, "name": f"Wiki {node.namespace + 1}"}
        name = self.world.namespaces[node.namespace].name
        return told | {"name": node.path.rpartition("/")[2] or name}

    def link(self, node: Node) -> tuple[int, Link] | None:
        """The shared link of an item and its number. A new link to a file takes the place of it."""
        sharing = self.tree.sharing
        if node.kind == "file":
            numbers = sharing.numbers_to(node.file)
            link = self.world.links.all[numbers[-1]] if numbers else None
            return (numbers[-1], link) if link and not link.ended else None
        links = sharing.links_on_folders(node.namespace)
        if node.kind == "folder" and node.path in links:
            place = list(links).index(node.path)
            return _FOLDER_LINKS * (1 + node.namespace) + place, links[node.path]
        return None

    def _file(self, node: Node, person: int) -> Wire:
        file, shelf = node.file, self.world.shelf
        made, touched = stamp(shelf.made[file]), stamp(shelf.touched[file])
        item = self._item(node, person)
        return item | {
            "description": "",
            "size": size_of(self.seed, file),
            "content_created_at": made,
            "content_modified_at": touched,
            "created_at": made,
            "modified_at": touched,
            "extension": item["name"].rpartition(".")[2],
            "lock": None,
            "expires_at": None,
            "permissions": {"can_download": True, "can_preview": True, "can_share": True},
        }

    def _folder(self, node: Node, person: int) -> Wire:
        if self.tree.is_root(node):
            return self._root(node)
        levels = list(_LEVELS[_LEVELS.index(_ACCESS[self.tree.sharing.policy(node.namespace)]) :])
        return self._item(node, person) | {
            "description": "",
            "size": 0,
            "sync_state": "not_synced",
            "folder_upload_email": None,
            "content_created_at": stamp(self._start),
            "content_modified_at": stamp(self._start),
            "created_at": stamp(self._start),
            "modified_at": stamp(self._start),
            "allowed_shared_link_access_levels": levels,
            "can_non_owners_invite": True,
            "can_non_owners_view_collaborators": True,
            "is_collaboration_restricted_to_enterprise": False,
        }

    def _web_link(self, node: Node, person: int) -> Wire:
        return self._item(node, person) | {
            "description": "",
            "created_at": stamp(self._start),
            "modified_at": stamp(self._start),
        }

    def _item(self, node: Node, person: int) -> Wire:
        owner = self._user(self.tree.owner(node))
        above, link = self._above(node, person), self.link(node)
        maker = owner
        if node.kind == "file" and self.world.shelf.maker[node.file] >= 0:
            maker = self._user(self.world.shelf.maker[node.file])
        return self.mini(node) | {
            "path_collection": {"total_count": len(above), "entries": above},
            "parent": above[-1],
            "created_by": maker,
            "modified_by": maker,
            "trashed_at": None,
            "purged_at": None,
            "owned_by": owner,
            "shared_link": self._shared_link(node, *link) if link else None,
            "item_status": "active",
            "has_collaborations": any(g.role != OWNER for g in self.given(node)),
            "is_externally_owned": False,
            "is_accessible_via_shared_link": link is not None,
            "allowed_invitee_roles": list(_ROLES),
            "tags": [],
            "classification": None,
        }

    def given(self, node: Node) -> list[Any]:
        """Who was given the item itself."""
        if node.kind == "file":
            return self.tree.sharing.on_file(node.file)
        if node.kind == "folder" and not node.path:
            return self.tree.sharing.in_namespace(node.namespace)
        return []

    def _root(self, node: Node) -> Wire:
        nothing = {
            "created_at": None, "modified_at": None, "description": "", "size": 0,
            "path_collection": {"total_count": 0, "entries": []}, "parent": None,
            "trashed_at": None, "purged_at": None, "content_created_at": None,
            "content_modified_at": None, "shared_link": None, "folder_upload_email": None,
            "item_status": "active", "has_collaborations": False,
        }  # fmt: skip
        nobody = {"type": "user", "id": "", "name": "", "login": ""}
        owner = self.users.of(self.company.people[node.namespace]).mini
        return (
            dict(_ROOT) | nothing | {"created_by": nobody, "modified_by": owner, "owned_by": owner}
        )

    def _above(self, node: Node, person: int) -> list[Wire]:
        """The folders above as somebody sees them who may know only the item itself."""
        known = [above for above in self.tree.above(node)[1:] if self.tree.sees(person, above)]
        return [dict(_ROOT), *(self.mini(above) for above in known)]

    def _shared_link(self, node: Node, number: int, link: Link) -> Wire:
        sharing, key = self.tree.sharing, ids.link_id(self.seed, number)
        downloads, static = link.downloads, f"https://larkfield.app.box.com/shared/static/{key}"
        return {
            "url": f"https://larkfield.app.box.com/s/{key}",
            "download_url": static if node.kind == "file" and downloads else None,
            "vanity_url": None,
            "vanity_name": None,
            "access": _ACCESS[link.audience],
            "effective_access": _ACCESS[sharing.audience(link, node.namespace)],
            "effective_permission": "can_download" if downloads else "can_preview",
            "unshared_at": stamp(link.expires) if link.expires else None,
            "is_password_enabled": sharing.password(link),
            "permissions": {"can_preview": True, "can_download": downloads, "can_edit": False},
            "download_count": 0,
            "preview_count": 0,
        }
