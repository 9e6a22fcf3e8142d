"""What links come to: who can open them, how they are known, and what they open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.inventory import Link

LINKS = "sharing/list_shared_links"
URL = "https://www.dropbox.com/scl/fi/k3y/plan.pdf?rlkey=s3cret&dl=0"


def link(url: str = URL, tag: str = "file", **permissions: Any) -> dict[str, Any]:
    about = {"can_revoke": True, "requested_visibility": {".tag": "public"}} | permissions
    return {".tag": tag, "url": url, "id": "id:x", "name": "n", "link_permissions": about}


def links(made: Any) -> list[Link]:
    """All links of the only member."""
    (members,) = made.dropbox.branches()
    found = next(iter(made.dropbox.listing(members))).found
    branch = next(branch for branch in found if branch.kind == "links")
    listings = list(made.dropbox.listing(branch))
    return [each for listing in listings for each in listing.links]


@pytest.mark.parametrize(
    ("tag", "opens_to", "password"),
    [
        ("public", "public", None),
        ("password", "public", True),
        ("team", "internal", None),
        ("team_only", "internal", None),
        ("team_and_password", "internal", True),
        ("members", "nobody_else", None),
        ("no_one", "nobody_else", None),
        ("only_you", "nobody_else", None),
        ("shared_folder_only", "nobody_else", None),
        ("whoever_pays", "unknown", None),
    ],
)
@pytest.mark.parametrize("told_by", ["effective_audience", "resolved_visibility"])
def test_only_what_takes_effect_counts(
    team: Callable[..., Any], told_by: str, tag: str, opens_to: str, password: bool | None
) -> None:
    """Either field may carry it; what was merely requested opens nothing."""
    (seen,) = links(team({LINKS: {"links": [link(**{told_by: {".tag": tag}})], "has_more": False}}))
    assert (seen.audience, seen.opens_to, seen.password) == (tag, opens_to, password)


def test_what_a_link_lets_do(team: Callable[..., Any]) -> None:
    """Password, expiry, downloads and level are told beside; the member is its owner."""
    full = link(
        require_password=True,
        allow_download=False,
        link_access_level={".tag": "viewer"},
    ) | {"expires": "2026-12-01T00:00:00Z"}
    (seen,) = links(team({LINKS: {"links": [full], "has_more": False}}))
    assert (seen.password, seen.downloads, seen.access) == (True, False, "viewer")
    assert seen.expires_at == datetime(2026, 12, 1, tzinfo=UTC)
    assert (seen.item_id, seen.owner_id, seen.owner_email) == ("id:x", "dbid:bo", "bo@acme.example")
    assert (seen.audience, seen.opens_to) == (None, "unknown")


@pytest.mark.parametrize(
    ("url", "link_id"),
    [
        (URL, "/scl/fi/k3y?rlkey=s3cret"),
        (
            "https://www.dropbox.com/scl/fi/k3y/renamed.pdf?dl=1&rlkey=s3cret",
            "/scl/fi/k3y?rlkey=s3cret",
        ),
        ("https://www.dropbox.com/s/0ld/plan.pdf?dl=0", "/s/0ld"),
        ("https://www.dropbox.com/sh/0ld/s3cret/plan?dl=0", "/sh/0ld"),
        ("https://paper.dropbox.com/doc/x", "/doc/x"),
    ],
)
def test_a_link_keeps_its_id_when_the_item_is_renamed(
    team: Callable[..., Any], url: str, link_id: str
) -> None:
    """The id is what stays of the address."""
    (seen,) = links(team({LINKS: {"links": [link(url)], "has_more": False}}))
    assert (seen.link_id, seen.url) == (link_id, url)


def test_all_pages_of_links_are_read(team: Callable[..., Any]) -> None:
    """The cursor alone asks for more, in the root that the member sees."""
    first = {"links": [link()], "has_more": True, "cursor": "more"}
    made = team({LINKS: [first, {"links": [link("https://x.example/2")], "has_more": False}]})
    assert [seen.link_id for seen in links(made)] == ["/scl/fi/k3y?rlkey=s3cret", "/2"]
    assert [(a, root) for route, a, root in made.calls if route == LINKS] == [
        ({}, "9"),
        ({"cursor": "more"}, "9"),
    ]


@pytest.mark.parametrize(
    ("folder", "item_id"),
    [
        ({"sharing_info": {"shared_folder_id": "2"}}, "ns:2"),
        ({"sharing_info": {"parent_shared_folder_id": "2"}}, "id:x"),
        ({}, "id:x"),
        ("409 path/not_found", "id:x"),
    ],
)
def test_a_link_to_a_shared_folder_opens_the_namespace(
    team: Callable[..., Any], folder: Any, item_id: str
) -> None:
    """A folder is asked whether it mounts one; files are not asked about."""
    page = {"links": [link(), link(tag="folder")], "has_more": False}
    made = team({LINKS: page, "files/get_metadata": folder})
    assert [seen.item_id for seen in links(made)] == ["id:x", item_id]
    assert made.asked("files/get_metadata") == [{"path": "id:x"}]


def test_a_link_to_what_has_no_id_is_kept(team: Callable[..., Any]) -> None:
    """The id of the linked item is optional."""
    bare = {key: value for key, value in link().items() if key != "id"}
    (seen,) = links(team({LINKS: {"links": [bare], "has_more": False}}))
    assert seen.item_id == seen.link_id
