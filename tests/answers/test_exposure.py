"""Exposure joined with use equals what the truth about items and plain Python say together."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from company import Row, Told
from plain import Event

pytestmark = pytest.mark.xdist_group("told")
LINKED = {"open_shared_link", "download_from_shared_link", "copy_from_shared_link"}


def below(items: list[Row], item_id: str) -> int:
    """How many items there are at and below one."""
    children = [row["item_id"] for row in items if row["parent_id"] == item_id]
    return 1 + sum(below(items, child) for child in children)


def open_now(told: Told, app: str) -> dict[str, Row]:
    """The widest link of each item that has one which opens it to anybody, by its address."""
    now = max(event.time for event in told.events)
    return {
        row["link"]["url"]: row
        for row in told.items[app]
        if row["link"]
        and row["enterable"]
        and row["link"]["audience"] != "nobody_else"
        and not _over(row["link"]["expires_at"], now)
    }


def _over(ends: str | None, now: datetime) -> bool:
    return ends is not None and datetime.fromisoformat(ends) <= now


@pytest.mark.parametrize("app", ["dropbox", "box"])
def test_open_links_are_those_of_the_truth(told: Told, app: str) -> None:
    """Each open link with its audience, password, expiry, maker, and how much lies under it."""
    rows = {row["url"]: row for row in told.ask("open_links", app=app)}
    expected = open_now(told, app)
    assert expected.keys() <= rows.keys()
    for url, item in expected.items():
        row, link = rows[url], item["link"]
        assert (row["opens_to"], row["password"]) == (link["audience"], link["password"])
        ends = link["expires_at"] and datetime.fromisoformat(link["expires_at"])
        assert row["expires_at"] == ends
        assert (row["item_id"], row["item_kind"]) == (item["item_id"], item["item_kind"])
        assert row["items"] == below(told.items[app], item["item_id"])
    assert any(row["items"] > 1 for row in rows.values())
    assert all(row["made_by"] for row in rows.values())


def uses_of(told: Told, app: str, names: set[str]) -> list[Event]:
    """Views, downloads and copies that the app says went through a link of these names."""
    return [e for e in told.events if e.app == app and e.is_use and e.link in names]


@pytest.mark.parametrize("app", ["dropbox", "box"])
def test_uses_that_name_their_link(told: Told, app: str) -> None:
    """Where the app names the link: how often, by whom, first and last."""
    some = 0
    for row in told.ask("open_links", app=app):
        uses = uses_of(told, app, {row["url"], row["link_id"]})
        some += len(uses)
        assert row["uses"] - row["by_item"] == len(uses)
        if not row["by_item"]:
            kinds = Counter(use.kind for use in uses)
            assert row["by_visitors"] == kinds["unauthenticated"]
            assert row["by_outsiders"] == kinds["external"]
            assert row["people"] == len({use.named for use in uses} - {None})
            strangers = {use.ip for use in uses if use.kind == "unauthenticated"}
            assert row["addresses"] == len(strangers - {None})
            times = [use.time for use in uses]
            assert row["first_use"] == min(times, default=None)
            assert row["last_use"] == max(times, default=None)
    assert some


def test_uses_that_name_the_item_only(told: Told) -> None:
    """They count for the link that its named owner had then, on the item or nearest above it, and
    that opened to whoever came."""
    above = {row["item_id"]: row["parent_id"] for row in told.items["dropbox"]}
    links = defaultdict(list)
    rows = told.ask("open_links", app="dropbox")
    made_by = {
        row["link_id"]: row["owner_email"]
        for row in told.sql("select link_id, owner_email from links_now where app = 'dropbox'")
    }
    born = {row["link_id"]: row["made_at"] for row in rows}
    # Until when a link may have been wider than to the company alone.
    wider = {row["link_id"]: datetime.min.replace(tzinfo=UTC) for row in rows}
    for row in rows:
        if row["opens_to"] != "internal":
            wider[row["link_id"]] = datetime.max.replace(tzinfo=UTC)
        for event in told.events:
            if event.word["activity"] == "change_shared_link_audience" and (
                event.link in {row["url"], row["link_id"]}
                if event.link
                else (event.item, event.email) == (row["item_id"], made_by[row["link_id"]])
            ):
                wider[row["link_id"]] = max(wider[row["link_id"]], event.time)
    for row in rows:
        links[row["item_id"]].append(row["link_id"])
    expected: Counter[str] = Counter()
    for event in told.events:
        loose = event.word["activity"] in LINKED or (
            event.kind == "unauthenticated" and event.word["category"] == "files"
        )
        if event.app == "dropbox" and event.is_use and event.link is None and loose:
            chain, at = [], event.item
            while at:
                chain.append(at)
                at = above.get(at)
            found = [
                (step, link)
                for step, item in enumerate(chain)
                for link in links[item]
                if born[link] is None or born[link] <= event.time
                if event.kind != "unauthenticated" or event.time < wider[link]
            ]
            ours = [(step, link) for step, link in found if made_by[link] == event.owner]
            near = ours if event.word["activity"] in LINKED and event.owner else ours or found
            least = min((step for step, _ in near), default=None)
            expected.update(link for step, link in near if step == least)
    assert expected
    assert {r["link_id"]: r["by_item"] for r in rows if r["by_item"]} == dict(expected)


def test_the_real_link_is_mostly_the_one_that_is_guessed(told: Told) -> None:
    """Beside the truth: of uses of Dropbox's links that still open most count, few others."""
    rows = told.ask("open_links", app="dropbox")
    uses = {row["link_id"].rpartition("/")[2]: row["uses"] for row in rows}
    through = {
        f"shared_{what}_{how}"
        for what in ("link", "content")
        for how in ("view", "download", "copy")
    }
    real = Counter(
        row["link_id"]
        for row in told.truth["dropbox"]
        if row["link_id"] in uses and row["native_type"] in through
    )
    assert real
    counted = sum(min(uses[link], n) for link, n in real.items())
    assert counted >= 0.8 * sum(real.values())
    too_many = sum(max(0, n - real[link]) for link, n in uses.items())
    assert too_many <= 0.2 * sum(real.values())


def test_still_public(told: Told) -> None:
    """Items that visitors opened and that the truth calls public; with counts, in a span too."""
    middle = sorted(event.time for event in told.events)[len(told.events) // 2]
    for since in (None, middle):
        expected = {}
        public = {
            (app, row["item_id"])
            for app, rows in told.items.items()
            for row in rows
            if row["exposure"] == "public" and row["enterable"]
        }
        visits = defaultdict(list)
        for event in told.events:
            if event.kind == "unauthenticated" and event.is_use and event.item:
                visits[event.app, event.item].append(event)
        for key, some in visits.items():
            mine = [event for event in some if since is None or event.time >= since]
            if key in public and mine:
                downloads = sum(event.word["ocsf_activity"] == "2" for event in mine)
                places = {event.ip for event in mine} - {None}
                last = max(event.time for event in mine)
                expected[key] = (len(mine), downloads, len(places), last)
        found = {
            (row["app"], row["item_id"]): (
                row["visits"], row["downloads"], row["addresses"], row["last_visit"],
            )
            for row in told.ask("still_public", since=since)
        }  # fmt: skip
        assert expected
        assert found == expected


def role(event: Event, emails: set[str], ids: set[str]) -> str | None:
    """What somebody has to do with an event."""
    if event.email in emails or event.actor_id in ids:
        return "did (not signed in)" if event.failed else "did"
    if (emails | ids) & set(event.touched):
        return "done to them"
    if event.kind in {"unauthenticated", "external"} and event.owner in emails:
        return "their link"
    return None


LIKELY = "likely (not signed in)"


def of_visit(event: Event, visit: dict[str, Any]) -> bool:
    """Whether an event is one of a visit's."""
    return (
        event.kind == "unauthenticated"
        and (event.app, event.ip, event.link) == (visit["app"], visit["ip"], visit["link"])
        and visit["first_seen"] <= event.time <= visit["last_seen"]
    )


def test_person(told: Told) -> None:
    """All that everybody did, on and off the record, and who came through their links."""
    roles = set()
    every = told.ask("unauthenticated_visits")
    named = [visit for visit in every if visit["verdict"] == "likely_member"]
    for member in told.people["box"][:6]:
        email = member["email"]
        ids = {p["person_id"] for rows in told.people.values() for p in rows if p["email"] == email}
        visits = [v for v in named if v["member"] == email]
        expected = Counter(
            (event.app, event.time, event.label, role(event, {email}, ids))
            for event in told.events
            if role(event, {email}, ids) and not any(of_visit(event, visit) for visit in visits)
        )
        expected.update((v["app"], v["first_seen"], v["activities"], LIKELY) for v in visits)
        rows = told.ask("person", who=email.upper())
        assert Counter((r["app"], r["time"], r["activity"], r["role"]) for r in rows) == expected
        roles |= {row["role"] for row in rows}
    assert roles >= {"did", "their link", LIKELY}


def test_a_person_is_known_by_every_name(told: Told) -> None:
    """The id of one app finds what the person did in the other."""
    member = told.people["box"][0]
    by_email = told.ask("person", who=member["email"])
    assert told.ask("person", who=member["person_id"]) == by_email
    assert {row["app"] for row in by_email} == {"dropbox", "box"}
    day = by_email[len(by_email) // 2]["time"].date()
    some = told.ask("person", who=member["email"], since=day, until=day + timedelta(days=1))
    assert some == [row for row in by_email if row["time"].date() == day]


def test_item(told: Told) -> None:
    """The story of an item has all of its events, and what scans saw of it and its links."""
    there = {(app, row["item_id"]) for app, rows in told.items.items() for row in rows}
    counts = Counter((event.app, event.item) for event in told.events if event.item)
    (app, item_id), n = max(((item, counts[item]) for item in there), key=lambda pair: pair[1])
    rows = told.ask("item", which=item_id)
    assert sum(row["told_by"] == "event" for row in rows) == n
    assert sum(row["told_by"] == "scan" for row in rows) == 1
    assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)
    truth: Any = next(row for row in told.items[app] if row["item_id"] == item_id)
    (scan,) = (row for row in rows if row["told_by"] == "scan")
    assert scan["what"] == "present"
    assert scan["path"].endswith(truth["name"])
    (at,) = told.sql(f"select path, exposure from items_now where item_id = '{item_id}'")  # noqa: S608
    assert (rows[-1]["told_by"], rows[-1]["what"], rows[-1]["path"]) == (
        "now", at["exposure"], at["path"]
    )  # fmt: skip
    assert scan["path"] == at["path"]
    assert {row["event_id"] for row in told.ask("item", which=at["path"])} >= {
        row["event_id"] for row in rows
    }
