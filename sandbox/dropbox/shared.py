"""Sharing: links, and who is in which folder or was given which file.

https://www.dropbox.com/developers/documentation/http/documentation#sharing
"""

from typing import TYPE_CHECKING, Any

from sandbox.cabinet import FILE
from sandbox.cast import HOME, SHARED
from sandbox.dropbox import wire
from sandbox.dropbox.items import find
from sandbox.dropbox.paging import Place, brief_page
from sandbox.dropbox.shares import Linked
from sandbox.dropbox.tree import ROOT

if TYPE_CHECKING:
    from sandbox.dropbox.api import Call

_LINKS_AT_ONCE = 200
Wire = dict[str, Any]


def list_shared_links(call: "Call") -> bytes:
    """The links of the member for whom the call is made, or those of everybody to an admin's path.

    Without a path they are those to what lies under the root that the call stands in.
    """
    if call.argument["cursor"] is not None:
        place = Place.of(call, "links", "reset")
    else:
        about = {"path": call.argument["path"] or None, "direct": call.argument["direct_only"]}
        place = Place("links", about, _LINKS_AT_ONCE)
    with call.side.still():
        links = [linked for linked in _links(call, place.about) if linked.order >= place.offset]
        shown = links[: place.limit]
        answer: Wire = {"links": [call.side.directory.shares.link(linked) for linked in shown]}
    answer["has_more"] = len(links) > len(shown)
    if answer["has_more"]:
        read = {**vars(place), "offset": shown[-1].order + 1}
        answer["cursor"] = call.side.seal.close(read)
    return wire.encode(answer)


def list_shared_folders(call: "Call") -> bytes:
    """The shared folders that the member can open."""
    return _shared_folders(call, Place("shared", {}, call.argument["limit"]))


def list_shared_folders_continue(call: "Call") -> bytes:
    """The next shared folders."""
    return _shared_folders(call, Place.of(call, "shared"))


def get_folder_metadata(call: "Call") -> bytes:
    """One shared folder as the member sees it."""
    directory, wanted = call.side.directory, call.argument["shared_folder_id"]
    with call.side.still():
        number = directory.tree.number(wanted)
        if number is None or number == ROOT or directory.world.namespaces[number].kind == HOME:
            raise wire.route_error("invalid_id")
        return wire.encode(directory.shares.shared_folder(number, _member(call)))


def list_folder_members(call: "Call") -> bytes:
    """Who is in a shared folder: users, groups, invited addresses."""
    about = {"folder": call.argument["shared_folder_id"]}
    return _folder_members(call, Place("people", about, call.argument["limit"]), "invalid_id")


def list_folder_members_continue(call: "Call") -> bytes:
    """The next people of a shared folder."""
    return _folder_members(call, Place.of(call, "people"), "access_error", "invalid_id")


def list_file_members(call: "Call") -> bytes:
    """Who can open a file, by itself or by its folder."""
    wanted = call.argument
    about = {"file": wanted["file"], "inherited": wanted["include_inherited"]}
    return wire.encode(_file_members(call, Place("file people", about, wanted["limit"])))


def list_file_members_batch(call: "Call") -> bytes:
    """The same for many files at once, who were given the files by themselves."""
    answers: list[Wire] = []
    for file in call.argument["files"]:
        about = {"file": file, "inherited": False}
        try:
            members = _file_members(call, Place("file people", about, call.argument["limit"]))
        except wire.CallError:
            error: Wire = {".tag": "access_error", "access_error": {".tag": "invalid_file"}}
            answers.append({"file": file, "result": error})
            continue
        count = sum(len(members[kind]) for kind in ("users", "groups", "invitees"))
        result = {".tag": "result", "members": members, "member_count": count}
        answers.append({"file": file, "result": result})
    return wire.encode(answers)


def list_file_members_continue(call: "Call") -> bytes:
    """The next people of a file."""
    return wire.encode(_file_members(call, Place.of(call, "file people")))


def _links(call: "Call", about: Wire) -> list[Linked]:
    directory, owner = call.side.directory, None if call.as_admin else _member(call)
    if about["path"] is None:
        mine = directory.shares.links(owner=_member(call))
        return [linked for linked in mine if _lies_here(call, linked.namespace)]
    found = find(call, about["path"])
    if found is None:
        raise wire.route_error("path", "not_found")
    if found.namespace == ROOT:
        return []
    number, spot, path = found.namespace, found.spot, ""
    if spot is not None:
        path = directory.tree.path(number, spot)
    if spot is not None and spot.kind == FILE:
        links = list(directory.shares.links(owner=owner, file=spot.number))
    else:
        links = list(directory.shares.links(owner=owner, folder=(number, path)))
    while path and not about["direct"]:
        path = path.rpartition("/")[0]
        links += directory.shares.links(owner=owner, folder=(number, path))
    return links


def _lies_here(call: "Call", namespace: int) -> bool:
    """Whether a namespace lies under the root that the call stands in."""
    directory = call.side.directory
    here = directory.tree.number(call.root or "")
    if here is None or here in {ROOT, namespace}:
        return here is not None
    kinds = (directory.world.namespaces[here].kind, directory.world.namespaces[namespace].kind)
    return kinds == (HOME, SHARED)


def _shared_folders(call: "Call", place: Place) -> bytes:
    with call.side.still():
        folders = call.side.directory.shares.shared_folders(_member(call))
    return wire.encode(brief_page(call, place, folders, "entries"))


def _folder_members(call: "Call", place: Place, *unknown: str) -> bytes:
    with call.side.still():
        number = call.side.directory.tree.number(place.about["folder"])
        people = None if number is None else call.side.directory.shares.folder_members(number)
    if people is None:
        raise wire.route_error(*unknown)
    return wire.encode(_people(call, place, people))


def _file_members(call: "Call", place: Place) -> Wire:
    about = place.about
    with call.side.still():
        found = find(call, about["file"])
        if found is None or found.spot is None or found.spot.kind != FILE:
            raise wire.route_error("access_error", "invalid_file")
        people = call.side.directory.shares.file_members(
            found.spot.number, inherited=about["inherited"]
        )
    return _people(call, place, people)


def _people(call: "Call", place: Place, people: Wire) -> Wire:
    """Groups and invitees come with the first page."""
    rest: Wire = people if place.offset == 0 else {"groups": [], "invitees": []}
    users = brief_page(call, place, people["users"], "users")
    return {**users, "groups": rest["groups"], "invitees": rest["invitees"]}


def _member(call: "Call") -> int:
    return call.side.directory.number_of(call.member["profile"]["team_member_id"])
