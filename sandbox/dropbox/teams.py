"""The team's own routes: information, features, members, groups, namespaces.

https://www.dropbox.com/developers/documentation/http/teams
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.dropbox import wire
from sandbox.dropbox.paging import Place, page

if TYPE_CHECKING:
    from sandbox.dropbox.api import Call

Member = Mapping[str, Any]


def get_info(call: "Call") -> bytes:
    """Name, licences, policies."""
    return wire.encode(call.side.directory.team())


def get_authenticated_admin(call: "Call") -> bytes:
    """The profile of the admin who linked the app; roles are not in it."""
    member = call.side.directory.member(call.caller.grant.team_member_id)
    if member is None:
        raise wire.route_error("mapping_not_found")
    return wire.encode({"admin_profile": member["profile"]})


def get_features(call: "Call") -> bytes:
    """What the plan offers; without file events those categories of the log stay empty."""
    values: dict[str, dict[str, Any]] = {
        "upload_api_rate_limit": {".tag": "unlimited"},
        "has_team_shared_dropbox": _says("has_team_shared_dropbox", True),
        "has_team_file_events": _says("enabled", call.caller.app.file_events),
        "has_team_selective_sync": _says("has_team_selective_sync", True),
        "has_distinct_member_homes": _says("has_distinct_member_homes", True),
    }
    features = call.argument["features"]
    if not features:
        raise wire.route_error("empty_features_list")
    answers = [
        {".tag": name, name: values[name]} if name in values else {".tag": "other"}
        for name in features
    ]
    return wire.encode({"values": answers})


def list_members(call: "Call") -> bytes:
    """Members with the role tier of the first version of this route."""
    return _members(call, Place("members", {"removed": _removed(call)}, call.argument["limit"]))


def list_members_continue(call: "Call") -> bytes:
    """The next members, with role tiers."""
    return _members(call, Place.of(call, "members"))


def list_members_v2(call: "Call") -> bytes:
    """Members with the list of their roles."""
    return _members(call, Place("members_v2", {"removed": _removed(call)}, call.argument["limit"]))


def list_members_continue_v2(call: "Call") -> bytes:
    """The next members, with roles."""
    return _members(call, Place.of(call, "members_v2"))


def get_member_info(call: "Call") -> bytes:
    """Members by id or e-mail, with role tiers."""
    return wire.encode([_found(call, selector, _tier) for selector in call.argument["members"]])


def get_member_info_v2(call: "Call") -> bytes:
    """Members by id or e-mail, with roles."""
    found = [_found(call, selector, _roles) for selector in call.argument["members"]]
    return wire.encode({"members_info": found})


def list_groups(call: "Call") -> bytes:
    """The groups of the team."""
    return _groups(call, Place("groups", {}, call.argument["limit"]))


def list_groups_continue(call: "Call") -> bytes:
    """The next groups."""
    return _groups(call, Place.of(call, "groups"))


def list_namespaces(call: "Call") -> bytes:
    """Team folders, shared folders, member folders. `limit` is deprecated and ignored."""
    return _namespaces(call, Place("namespaces", {}, 1000))


def list_namespaces_continue(call: "Call") -> bytes:
    """The next namespaces."""
    return _namespaces(call, Place.of(call, "namespaces"))


def _members(call: "Call", place: Place) -> bytes:
    shape = _roles if place.kind == "members_v2" else _tier
    members = [
        shape(member)
        for member in call.side.directory.members()
        if place.about["removed"] or member["profile"]["status"][".tag"] != "removed"
    ]
    return wire.encode(page(call, place, members, "members"))


def _groups(call: "Call", place: Place) -> bytes:
    return wire.encode(page(call, place, call.side.directory.groups(), "groups"))


def _namespaces(call: "Call", place: Place) -> bytes:
    return wire.encode(page(call, place, call.side.directory.namespaces(), "namespaces"))


def _removed(call: "Call") -> bool:
    wanted: bool = call.argument["include_removed"]
    return wanted


def _tier(member: Member) -> dict[str, Any]:
    return {"profile": member["profile"], "role": member["role"]}


def _roles(member: Member) -> dict[str, Any]:
    return {"profile": member["profile"], "roles": member["roles"]}


def _found(call: "Call", selector: tuple[str, str], shape: Any) -> dict[str, Any]:
    field, wanted = selector
    for member in call.side.directory.members():
        if member["profile"].get(field) == wanted:
            return {".tag": "member_info", **shape(member)}
    return {".tag": "id_not_found", "id_not_found": wanted}


def _says(name: str, value: bool) -> dict[str, Any]:
    return {".tag": name, name: value}
