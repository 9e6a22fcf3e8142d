"""Files, sharing and accounts: the routes that work for one member, or for an admin.

https://www.dropbox.com/developers/documentation/http/documentation
"""

import re
from typing import TYPE_CHECKING, Any

from sandbox.dropbox import wire
from sandbox.dropbox.paging import Place, brief_page, page

if TYPE_CHECKING:
    from sandbox.dropbox.api import Call

_MOST_ENTRIES = 2000
_LINKS_AT_ONCE = 200
_IN_NAMESPACE = re.compile(r"ns:(\d+)(/.*)?", re.DOTALL)


def list_folder(call: "Call") -> bytes:
    """What is in a folder; `limit` is approximate."""
    wanted = call.argument
    namespace, path = _place(call, wanted["path"])
    about = {"namespace": namespace, "path": path, "recursive": wanted["recursive"]}
    return _entries(call, Place("entries", about, wanted["limit"] or _MOST_ENTRIES))


def list_folder_continue(call: "Call") -> bytes:
    """The next entries."""
    return _entries(call, Place.of(call, "entries", "reset"))


def get_metadata(call: "Call") -> bytes:
    """One file or folder."""
    entry = call.side.directory.metadata(*_place(call, call.argument["path"]))
    if entry is None:
        raise wire.route_error("path", "not_found")
    return wire.encode(entry)


def list_shared_links(call: "Call") -> bytes:
    """The links of the member for whom the call is made."""
    if call.argument["cursor"] is not None:
        place = Place.of(call, "links", "reset")
    else:
        place = Place("links", {"path": call.argument["path"]}, _LINKS_AT_ONCE)
    path = place.about["path"]
    links = [
        link
        for link in call.side.directory.shared_links(_member_id(call))
        if path in {None, "", link.get("path_lower"), link.get("id")}
    ]
    answer = page(call, place, links, "links")
    if not answer["has_more"]:
        del answer["cursor"]
    return wire.encode(answer)


def list_shared_folders(call: "Call") -> bytes:
    """The shared folders that the member can open."""
    return _shared_folders(call, Place("shared", {}, call.argument["limit"]))


def list_shared_folders_continue(call: "Call") -> bytes:
    """The next shared folders."""
    return _shared_folders(call, Place.of(call, "shared"))


def list_folder_members(call: "Call") -> bytes:
    """Who is in a shared folder: users, groups, invited addresses."""
    about = {"folder": call.argument["shared_folder_id"]}
    return _folder_members(call, Place("people", about, call.argument["limit"]))


def list_folder_members_continue(call: "Call") -> bytes:
    """The next people of a shared folder."""
    return _folder_members(call, Place.of(call, "people"))


def get_current_account(call: "Call") -> bytes:
    """The account for which the call is made."""
    profile, team = call.member["profile"], call.side.directory.team()
    return wire.encode(
        {
            "account_id": profile["account_id"],
            "name": profile["name"],
            "email": profile["email"],
            "email_verified": profile["email_verified"],
            "disabled": False,
            "locale": "en",
            "referral_link": "https://www.dropbox.com/referrals/none",
            "is_paired": False,
            "account_type": {".tag": "business"},
            "root_info": call.side.root_info(call.member),
            "country": "US",
            "team": {
                "id": team["team_id"],
                "name": team["name"],
                "sharing_policies": team["policies"]["sharing"],
                "office_addin_policy": team["policies"]["office_addin"],
                "top_level_content_policy": team["policies"]["top_level_content_policy"],
            },
            "team_member_id": profile["team_member_id"],
        }
    )


def revoke_token(call: "Call") -> bytes:
    """End the grant with all its tokens."""
    call.side.access.revoke(call.caller.grant)
    return b"null"


def echo(call: "Call") -> bytes:
    """`check/user` and `check/app`: say it again."""
    return wire.encode({"result": call.argument["query"]})


def _entries(call: "Call", place: Place) -> bytes:
    about = place.about
    entries = call.side.directory.list_folder(about["namespace"], about["path"], about["recursive"])
    if entries is None:
        raise wire.route_error("path", "not_found")
    return wire.encode(page(call, place, entries, "entries"))


def _place(call: "Call", path: str) -> tuple[str, str]:
    """Namespace and path in it; `ns:ID/path` names the namespace itself."""
    named = _IN_NAMESPACE.fullmatch(path)
    if named is None:
        return call.root or "", path
    if not call.side.has_namespace(named[1]):
        raise wire.route_error("path", "not_found")
    return named[1], named[2] or ""


def _shared_folders(call: "Call", place: Place) -> bytes:
    folders = call.side.directory.shared_folders(_member_id(call))
    return wire.encode(brief_page(call, place, folders, "entries"))


def _folder_members(call: "Call", place: Place) -> bytes:
    people = call.side.directory.folder_members(place.about["folder"])
    if people is None:
        raise wire.route_error("invalid_id")
    users = brief_page(call, place, people["users"], "users")
    # Groups and invitees come with the first page.
    rest: dict[str, Any] = people if place.offset == 0 else {"groups": [], "invitees": []}
    return wire.encode({**users, "groups": rest["groups"], "invitees": rest["invitees"]})


def _member_id(call: "Call") -> str:
    member_id: str = call.member["profile"]["team_member_id"]
    return member_id
