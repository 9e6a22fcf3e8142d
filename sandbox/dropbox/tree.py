"""Files, folders and shared links as the API shows them now, in wire shape (files.stone)."""

from typing import Any

from sandbox.cast import HOME, TEAM, Namespace, opaque
from sandbox.company import Company
from sandbox.dropbox.assets import REQUEST_FOLDER, folder_id, request_path
from sandbox.dropbox.details import AUDIENCE, VISIBILITY
from sandbox.dropbox.forms import iso, url
from sandbox.links import PASSWORD, Link
from sandbox.shelf import file_id, name_of, path_of, size_of
from sandbox.world import World

Wire = dict[str, Any]


class Tree:
    """What lies where. `root` is the id of the team's root, which holds the team folders."""

    def __init__(self, company: Company, world: World, root: str) -> None:
        self.company, self.world, self.root = company, world, root

    def number(self, namespace: str) -> int | None:
        """The number of the namespace with that id."""
        return next((n.index for n in self.world.namespaces if n.id == namespace), None)

    def list_folder(self, namespace: str, path: str, recursive: bool) -> list[Wire] | None:
        """Entries under `path`, folders first; None if there is no such folder."""
        entries = self._entries(namespace)
        if entries is None:
            return None
        under = path.lower().rstrip("/")
        if under and not any(e[".tag"] == "folder" and e["path_lower"] == under for e in entries):
            return None
        return [
            entry
            for entry in entries
            if entry["path_lower"].startswith(f"{under}/")
            and (recursive or "/" not in entry["path_lower"][len(under) + 1 :])
        ]

    def metadata(self, namespace: str, path: str) -> Wire | None:
        """The entry at a path, or with an id."""
        wanted = path.lower().rstrip("/")
        for entry in self._entries(namespace) or []:
            if wanted == entry["path_lower"] or path == entry["id"]:
                return entry
        return None

    def shared_links(self, owner: int) -> list[Wire]:
        """The links that a member made and did not remove."""
        return [
            self._link(link)
            for link in list(self.world.links.all)
            if link.owner == owner and not link.ended and not self.world.shelf.gone[link.file]
        ]

    def _entries(self, namespace: str) -> list[Wire] | None:
        if namespace == self.root:
            return [
                self._folder(n.id, f"/{n.name}", n.id)
                for n in list(self.world.namespaces)
                if n.kind == TEAM
            ]
        number = self.number(namespace)
        if number is None:
            return None
        about = self.world.namespaces[number]
        requests = [
            r for r in list(self.world.desk.requests) if r.namespace == number and not r.ended
        ]
        folders = {f for f in about.folders if f}
        folders |= {f.rpartition("/")[0] for f in folders if f.count("/") > 1}
        folders |= {request_path(r.title) for r in requests}
        folders |= {REQUEST_FOLDER} if requests else set()
        return [self._folder(number, path) for path in sorted(folders)] + [
            self._file(about, file) for file in list(self.world.alive[number])
        ]

    def _folder(self, number: int | str, path: str, shared: str | None = None) -> Wire:
        entry: Wire = {
            ".tag": "folder",
            "name": path.rpartition("/")[2],
            "path_lower": path.lower(),
            "path_display": path,
            "id": folder_id(self.company.seed, number, path),
        }
        if shared is not None:
            entry["shared_folder_id"] = shared
            entry["sharing_info"] = {
                "read_only": False,
                "shared_folder_id": shared,
                "traverse_only": False,
                "no_access": False,
            }
        return entry

    def _file(self, namespace: Namespace, file: int) -> Wire:
        shelf, seed = self.world.shelf, self.company.seed
        version = shelf.version(file)
        path = path_of(seed, namespace, file, version)
        entry: Wire = {
            ".tag": "file",
            "name": name_of(seed, file, version),
            "path_lower": path.lower(),
            "path_display": path,
            "id": file_id(seed, file),
            **self._content(file),
            "is_downloadable": True,
            "content_hash": opaque(48, seed, file, shelf.touched[file]).encode().hex()[:64],
            "has_explicit_shared_members": False,
        }
        if namespace.kind != HOME:
            maker = self.company.people[max(0, shelf.maker[file])]
            entry["sharing_info"] = {
                "read_only": False,
                "parent_shared_folder_id": namespace.id,
                "modified_by": maker.account_id,
            }
        return entry

    def _content(self, file: int) -> Wire:
        shelf = self.world.shelf
        touched = shelf.touched[file]
        return {
            "client_modified": iso(touched),
            "server_modified": iso(touched),
            "rev": f"{0x5F000000 + touched:x}{file:08x}",
            "size": size_of(self.company.seed, file),
        }

    def _link(self, link: Link) -> Wire:
        world, seed = self.world, self.company.seed
        namespace = world.namespaces[world.shelf.namespace[link.file]]
        version = world.shelf.version(link.file)
        path = path_of(seed, namespace, link.file, version)
        owner = self.company.people[link.owner]
        team = {"id": self.company.team_id, "name": self.company.name}
        shown = path if namespace.kind == HOME else f"/{namespace.name}{path}"
        entry: Wire = {
            ".tag": "file",
            "url": url(link.key),
            "id": file_id(seed, link.file),
            "name": name_of(seed, link.file, version),
            "path_lower": shown.lower(),
            "link_permissions": self._permissions(link),
            "team_member_info": {
                "team_info": team,
                "display_name": owner.name,
                "member_id": owner.member_id,
            },
            "content_owner_team_info": team,
            **self._content(link.file),
        }
        if link.expires:
            entry["expires"] = iso(link.expires)
        return entry

    def _permissions(self, link: Link) -> Wire:
        """Some links carry effective_audience instead of resolved_visibility, as live ones do."""
        permissions: Wire = {
            "requested_visibility": {".tag": VISIBILITY[link.audience]},
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
            "require_password": link.audience == PASSWORD,
        }
        if link.made % 3:
            permissions["resolved_visibility"] = {".tag": VISIBILITY[link.audience]}
        else:
            permissions["effective_audience"] = {".tag": AUDIENCE[link.audience]}
        return permissions
