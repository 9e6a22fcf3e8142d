"""The truth about people and items: complete, consistent, and changed by what happens."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from sandbox.client import Client
from sandbox.names import DEPARTMENTS

Row = dict[str, Any]
APPS = ("dropbox", "box")
RANKS = ("private", "internal", "external", "public")
EXPOSURES = {"public": "public", "internal": "internal", "nobody_else": "private"}


@pytest.fixture
def still(own: Client) -> Client:
    """A sandbox of its own whose time stands."""
    own.clock(now="2026-11-02T09:05:00Z", pause=True)
    return own


def by_id(client: Client, app: str) -> dict[str, Row]:
    """The items; no id is there twice."""
    rows = client.inventory("items", app)
    items = {row["item_id"]: row for row in rows}
    assert len(items) == len(rows)
    return items


@pytest.mark.parametrize("app", APPS)
def test_every_item_is_as_exposed_as_its_folder(client: Client, app: str) -> None:
    """Items form trees, nothing is less exposed than the folder it lies in, all words occur."""
    items = by_id(client, app)
    for item in items.values():
        above = items.get(item["parent_id"])
        assert (above is None) == (item["parent_id"] is None)
        if above is not None:
            assert above["root_id"] == item["root_id"]
            assert above["owner_email"] == item["owner_email"]
            assert RANKS.index(item["exposure"]) >= RANKS.index(above["exposure"])
    assert set(Counter(item["exposure"] for item in items.values())) == set(RANKS)
    kinds = {"file", "folder"} if app == "dropbox" else {"file", "folder", "web_link"}
    assert {item["item_kind"] for item in items.values()} == kinds


@pytest.mark.parametrize("app", APPS)
def test_the_link_that_opens_widest_is_told(client: Client, app: str) -> None:
    """A link that has not expired exposes its item; one that has does not."""
    items, hidden = by_id(client, app), 0
    for item in items.values():
        link, above = item["link"], items.get(item["parent_id"])
        if link is None:
            continue
        rank = RANKS.index(item["exposure"])
        if link["expires_at"] is None or link["expires_at"] > "2026-11-02T09:05":
            assert rank >= RANKS.index(EXPOSURES[link["audience"]])
        elif above is None or above["exposure"] != "public":
            assert item["exposure"] != "public"
            hidden += link["audience"] == "public"
    assert hidden


@pytest.mark.parametrize("app", APPS)
def test_no_link_expires_near_the_hour_of_birth(client: Client, app: str) -> None:
    """Whoever looks minutes after the truth was told still sees the same links open."""
    born = datetime.fromisoformat(client.http.get("/sandbox").json()["born"])
    links = [item["link"] for item in client.inventory("items", app) if item["link"]]
    ends = [datetime.fromisoformat(link["expires_at"]) for link in links if link["expires_at"]]
    assert len(ends) > 5
    assert {(end - born) % timedelta(days=1) for end in ends} == {timedelta(hours=12)}


@pytest.mark.parametrize("app", APPS)
def test_people_are_members_and_who_was_let_in(client: Client, app: str) -> None:
    """Members of every status, outsiders with an account, addresses that were invited."""
    people = client.inventory("people", app)
    assert len({person["person_id"] for person in people}) == len(people)
    kinds = Counter(person["kind"] for person in people)
    assert set(kinds) == {"member", "external", "invited"}
    assert kinds["member"] == (20 if app == "dropbox" else 18)
    admins = [person["email"] for person in people if person["admin"]]
    assert len(admins) == (4 if app == "dropbox" else 2)
    for person in people:
        ours = person["email"].endswith("@larkfield.example")
        assert ours == (person["kind"] == "member")
        assert (person["person_id"] == person["email"]) == (person["kind"] == "invited")


@pytest.mark.parametrize("app", APPS)
def test_a_link_exposes_and_its_end_hides(still: Client, app: str) -> None:
    """A private file with a link is as exposed as that says, until it is removed."""
    items = by_id(still, app)
    files = [
        number
        for number, item in items.items()
        if item["item_kind"] == "file" and item["exposure"] == "private" and not item["link"]
    ][:60:4]
    for file in files:
        still.happen("link_create", file, app=app)
    linked = by_id(still, app)
    worked = [file for file in files if linked[file]["link"] is not None]
    assert len(worked) > 5
    for file in worked:
        assert linked[file]["exposure"] == EXPOSURES[linked[file]["link"]["audience"]]
    for file in worked:
        still.happen("link_disable", file, app=app)
    assert all(by_id(still, app)[file] == items[file] for file in files)


@pytest.mark.parametrize("app", APPS)
def test_whoever_is_added_to_a_folder_reaches_what_is_in_it(still: Client, app: str) -> None:
    """Invite an outsider to a folder, and all in it is external; delete a file, and it is gone."""
    items = by_id(still, app)
    folder = next(
        number
        for number, item in items.items()
        if item["item_kind"] == "folder"
        and item["parent_id"] is None
        and item["exposure"] == "internal"
        and item["name"] in DEPARTMENTS
    )
    told = still.happen("invite", folder, app=app, delay=0)
    assert told["visible_at"] == "2026-11-02T09:05:00+00:00"
    after = by_id(still, app)
    assert after[folder]["exposure"] == "external"
    inside = [number for number, item in after.items() if item["parent_id"] == folder]
    assert {after[number]["exposure"] for number in inside} <= {"external", "public"}
    invited = {p["email"] for p in still.inventory("people", app) if p["kind"] == "invited"}
    assert invited
    file = next(number for number in inside if after[number]["item_kind"] == "file")
    still.happen("delete", file, app=app)
    assert file not in by_id(still, app)
    still.happen("restore", file, app=app)
    assert by_id(still, app)[file]["root_id"] == after[file]["root_id"]


def test_nobody_is_told_of_an_app_that_is_not_there(client: Client) -> None:
    """Another app has no truth."""
    assert client.inventory("items", "sharepoint") == []
