"""Files and accounts: the routes that work for one member, or for an admin.

https://www.dropbox.com/developers/documentation/http/documentation
"""

import re
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from sandbox.cabinet import Spot
from sandbox.dropbox import wire
from sandbox.dropbox.tree import ROOT, Found, Reading

if TYPE_CHECKING:
    from sandbox.dropbox.api import Call

_MOST_ENTRIES = 2000
_EMPTY_IN_A_ROW = 3
_SHORT, _LONG = 0.08, 0.96  # shares of pages
_IN_NAMESPACE = re.compile(r"ns:(\d+)(/.*)?", re.DOTALL)
_ROOT_IS_NONE = "path: The root folder is unsupported."


def list_folder(call: "Call") -> bytes:
    """What is in a folder; `limit` is approximate."""
    wanted = call.argument
    with call.side.still():
        found = find(call, wanted["path"])
        if found is None:
            raise wire.route_error("path", "not_found")
        reading = call.side.directory.tree.begin(
            found,
            deep=wanted["recursive"],
            mounts=wanted["include_mounted_folders"],
            members=wanted["include_has_explicit_shared_members"],
        )
        if reading is None:
            raise wire.route_error("path", "not_folder")
        return _page(call, reading, wanted["limit"] or _MOST_ENTRIES)


def list_folder_continue(call: "Call") -> bytes:
    """The next entries, and once all are read those that have come since."""
    carried = call.side.seal.open(call.argument["cursor"])
    if carried is None or carried.get("kind") != "entries" or call.visit.struck("reset"):
        raise wire.route_error("reset")
    after, ahead = Spot(*carried["reading"]["after"]), carried["reading"]["ahead"]
    reading = Reading(
        **{**carried["reading"], "after": after, "ahead": tuple((n, path) for n, path in ahead)}
    )
    with call.side.still():
        return _page(call, reading, carried["limit"], carried["empty"])


def get_metadata(call: "Call") -> bytes:
    """One file or folder."""
    wanted = call.argument
    if not wanted["path"].rstrip("/"):
        raise wire.bad_request("files/get_metadata", _ROOT_IS_NONE)
    with call.side.still():
        found = find(call, wanted["path"])
        members = wanted["include_has_explicit_shared_members"]
        entry = found and call.side.directory.tree.entry(found, members=members)
    if entry is None:
        raise wire.route_error("path", "not_found")
    return wire.encode(entry)


def find(call: "Call", path: str) -> Found | None:
    """What a path or id leads to from where the call stands; `ns:ID/path` names the namespace.

    The team's root has in it the home of whoever calls, with all that is mounted there.
    """
    tree, named = call.side.directory.tree, _IN_NAMESPACE.fullmatch(path)
    number = tree.number(named[1] if named else call.root or "")
    if number is None:
        return None
    found = tree.find(number, named[2] or "" if named else path)
    if found is None and number == ROOT:
        root = call.side.root_info(call.member)
        home, home_path = tree.number(root["home_namespace_id"]), root["home_path"]
        inside = path if path.startswith("id:") else _below(home_path, path)
        found = tree.find(home, inside) if home is not None and inside is not None else None
        found = found and replace(found, prefix=home_path + found.prefix)
    return found


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


def _below(folder: str, path: str) -> str | None:
    """The path as it is inside a folder; None if it leads elsewhere."""
    lies = path.lower().startswith((folder + "/").lower()) or path.lower() == folder.lower()
    return path[len(folder) :] if lies else None


def _page(call: "Call", reading: Reading, limit: int, empty: int = 0) -> bytes:
    """Some pages are shorter than asked for, some longer, some empty; only has_more ends a walk."""
    chance = call.visit.chance("length of a page").random()
    if empty < _EMPTY_IN_A_ROW and call.visit.struck("empty_pages"):
        return _answer(call, [], reading, limit, more=True, empty=empty + 1)
    some = max(1, int(limit * 0.7)) if chance < _SHORT else limit + (chance > _LONG)
    entries, after, more = call.side.directory.tree.read(reading, some)
    if reading.namespace != ROOT:
        call.side.stir(call.visit, reading.namespace)
    return _answer(call, entries, after, limit, more=more)


def _answer(
    call: "Call",
    entries: list[dict[str, Any]],
    reading: Reading,
    limit: int,
    *,
    more: bool,
    empty: int = 0,
) -> bytes:
    read = {**asdict(reading), "after": list(reading.after)}
    cursor = call.side.seal.close(
        {"kind": "entries", "reading": read, "limit": limit, "empty": empty}
    )
    return wire.encode({"entries": entries, "cursor": cursor, "has_more": more})
