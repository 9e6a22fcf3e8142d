"""Files, folders, mounts and links as the API writes them (files.stone, sharing.stone)."""

from typing import Any, Final

from sandbox import links as link_words
from sandbox.cast import HOME, opaque
from sandbox.dropbox.assets import folder_id
from sandbox.dropbox.details import AUDIENCE, VISIBILITY
from sandbox.dropbox.forms import iso, url
from sandbox.links import Link
from sandbox.sharing import NOBODY_ELSE, Sharing
from sandbox.shelf import file_id, name_of, path_of, size_of
from sandbox.world import World

Wire = dict[str, Any]

_AUDIENCE: Final = {**AUDIENCE, NOBODY_ELSE: "members"}
_RESOLVED: Final = {**VISIBILITY, NOBODY_ELSE: "shared_folder_only"}


class Entries:
    """Writes what is in a world. A `prefix` is the path of the mount that was come through."""

    def __init__(self, world: World, sharing: Sharing) -> None:
        self.world, self.sharing = world, sharing
        self.company, self.seed = world.company, world.seed

    def folder(self, number: int, path: str, prefix: str = "") -> Wire:
        """A folder inside a namespace."""
        entry = self._folder(number, path, prefix + path)
        namespace = self.world.namespaces[number]
        if namespace.kind != HOME:
            entry["parent_shared_folder_id"] = namespace.id
            entry["sharing_info"] = {
                "read_only": False,
                "parent_shared_folder_id": namespace.id,
                "traverse_only": False,
                "no_access": False,
            }
        return entry

    def mount(self, number: int, shown: str) -> Wire:
        """A namespace as a folder of another one."""
        entry, shared = self._folder(number, "/", shown), self.world.namespaces[number].id
        entry["shared_folder_id"] = shared
        entry["sharing_info"] = {
            "read_only": False,
            "shared_folder_id": shared,
            "traverse_only": False,
            "no_access": False,
        }
        return entry

    def file(self, file: int, prefix: str = "", *, members: bool = False) -> Wire:
        """A file; with `members` it says whether it was given to somebody by itself."""
        shelf = self.world.shelf
        namespace, version = self.world.namespaces[shelf.namespace[file]], shelf.version(file)
        path = prefix + path_of(self.seed, namespace, file, version)
        entry: Wire = {
            ".tag": "file",
            "name": name_of(self.seed, file, version),
            "path_lower": path.lower(),
            "path_display": path,
            "id": file_id(self.seed, file),
            **self._content(file),
            "is_downloadable": True,
            "content_hash": opaque(48, self.seed, file, shelf.touched[file]).encode().hex()[:64],
        }
        if members:
            entry["has_explicit_shared_members"] = bool(self.sharing.on_file(file))
        if namespace.kind != HOME:
            maker = self.company.people[max(0, shelf.maker[file])]
            entry["sharing_info"] = {
                "read_only": False,
                "parent_shared_folder_id": namespace.id,
                "modified_by": maker.account_id,
            }
        return entry

    def file_link(self, link: Link) -> Wire:
        """A link to a file."""
        namespace = self.world.shelf.namespace[link.file]
        entry = self.file(link.file)
        path = self.shown(namespace, entry["path_display"])
        told = {".tag": "file", "id": entry["id"], "name": entry["name"], "url": url(link.key)}
        return told | self._link(link, namespace, path) | self._content(link.file)

    def folder_link(self, link: Link, namespace: int, path: str) -> Wire:
        """A link to a folder, or (with the path "") to a whole namespace."""
        shown = self.shown(namespace, path)
        told = {
            ".tag": "folder",
            "id": folder_id(self.seed, namespace, path or "/"),
            "name": shown.rpartition("/")[2],
            "url": f"https://www.dropbox.com/scl/fo/{link.key}?dl=0",
        }
        return told | self._link(link, namespace, shown)

    def shown(self, number: int, path: str) -> str:
        """The path as its owner sees it, who mounts folders under their own names."""
        namespace = self.world.namespaces[number]
        return path if namespace.kind == HOME else f"/{namespace.name}{path}"

    def _folder(self, number: int, path: str, shown: str) -> Wire:
        return {
            ".tag": "folder",
            "name": shown.rpartition("/")[2],
            "path_lower": shown.lower(),
            "path_display": shown,
            "id": folder_id(self.seed, number, path),
        }

    def _content(self, file: int) -> Wire:
        touched = self.world.shelf.touched[file]
        return {
            "client_modified": iso(touched),
            "server_modified": iso(touched),
            "rev": f"{0x5F000000 + touched:x}{file:08x}",
            "size": size_of(self.seed, file),
        }

    def _link(self, link: Link, namespace: int, shown: str) -> Wire:
        owner = self.company.people[link.owner]
        team = {"id": self.company.team_id, "name": self.company.name}
        entry: Wire = {
            "path_lower": shown.lower(),
            "link_permissions": self._permissions(link, namespace),
            "team_member_info": {
                "team_info": team,
                "display_name": owner.name,
                "member_id": owner.member_id,
            },
            "content_owner_team_info": team,
        }
        if link.expires:
            entry["expires"] = iso(link.expires)
        return entry

    def _permissions(self, link: Link, namespace: int) -> Wire:
        """Some links carry effective_audience instead of resolved_visibility, as live ones do."""
        audience = self.sharing.audience(link, namespace)
        password = self.sharing.password(link)
        permissions: Wire = {
            "can_revoke": True,
            "visibility_policies": [],
            "can_set_expiry": True,
            "can_remove_expiry": True,
            "allow_download": link.downloads,
            "can_allow_download": True,
            "can_disallow_download": True,
            "allow_comments": True,
            "team_restricts_comments": False,
            "link_access_level": {".tag": "viewer"},
            "require_password": password,
        }
        if link.made % 3:
            both = audience == link_words.TEAM_ONLY and password
            tag = "team_and_password" if both else _RESOLVED[audience]
            permissions["resolved_visibility"] = {".tag": tag}
            permissions["requested_visibility"] = {".tag": VISIBILITY[link.audience]}
        else:
            permissions["effective_audience"] = {".tag": _AUDIENCE[audience]}
        return permissions
