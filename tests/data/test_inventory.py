"""What scans have seen: the newest observation counts, and what comes next follows from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from made_events import at, made_rows

from data import catalog, reports
from data.inventory import Inventory, Seen
from data.lake import Lake, Stream

BEGAN = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LATER = BEGAN + timedelta(hours=1)
MINUTE = timedelta(minutes=1)
OUTSIDER = {"kind": "external", "email": "o@else.example", "external": True}
COLLEAGUE = {"kind": "member", "email": "b@acme.example", "external": False}


def item(number: str, parent: str | None = None, **parts: Any) -> dict[str, Any]:
    given = {
        "item_id": number, "observed_at": LATER, "lane": "walk", "state": "present",
        "item_kind": "file", "name": f"n{number}", "parent_id": parent, "root_id": "7",
        "owner_kind": "person", "owner_id": "7", "people": [],
    }  # fmt: skip
    return given | parts


def link(number: str, of: str, **parts: Any) -> dict[str, Any]:
    given = {
        "link_id": number, "item_id": of, "observed_at": LATER, "state": "present",
        "opens_to": "public", "audience": "open", "owner_id": "7", "raw": "{}",
    }  # fmt: skip
    return given | parts


def step(branch: str, state: str, **parts: Any) -> dict[str, Any]:
    return {
        "branch": branch, "kind": "tree", "state": state, "about": "", "rows": 0, "pages": 0
    } | parts  # fmt: skip


@pytest.fixture
def inventory(lake: Lake, acme: Stream) -> Inventory:
    """Of a connection whose first scan has begun."""
    made = Inventory(lake, acme)
    begin(made, BEGAN)
    words = {
        "label": "", "category": "files", "ocsf_class": 6006, "ocsf_activity": 1, "app": "dropbox"
    }  # fmt: skip
    lake.learn(
        pa.Table.from_pylist(
            [
                words | {"native_type": "file_edit", "activity": "e", "modifies_item": True},
                words | {"native_type": "file_preview", "activity": "p", "modifies_item": False},
            ]
        )
    )
    return made


def begin(inventory: Inventory, moment: datetime) -> None:
    inventory.record(moment, Seen(steps=[step("", "begun", kind="scan")]))


def end(inventory: Inventory, moment: datetime) -> None:
    inventory.record(moment, Seen(steps=[step("", "done", kind="scan")]))


def now(inventory: Inventory) -> dict[str, dict[str, Any]]:
    rows = catalog.ask(inventory.lake, "from items_now").to_pylist()
    return {row["item_id"]: row for row in rows}


def change(inventory: Inventory, number: str, when: datetime, **columns: Any) -> None:
    """Land an event about an item."""
    given = {
        "native_type": "file_edit", "item_kind": "file", "item_ids": [[number]], "raw": "{}"
    }  # fmt: skip
    rows = made_rows([f"{number} {when} {columns}"], when, **{**given, **columns})
    inventory.lake.land(inventory.stream, rows, at())


def test_a_folders_exposure_is_that_of_what_lies_in_it(inventory: Inventory) -> None:
    """An item is as exposed as itself and every folder above it, and it says which one does it."""
    items = [
        item("1", people=[COLLEAGUE]),
        item("2", "1", people=[OUTSIDER]),
        item("3", "2"),
        item("4", "1"),
        item("5"),
        item("6", owner_kind="team", owner_id=None),
    ]
    inventory.record(BEGAN, Seen(items=items, links=[link("a", "3", password=True)]))
    found = now(inventory)
    assert {number: row["exposure"] for number, row in found.items()} == {
        "1": "internal", "2": "external", "3": "public", "4": "internal", "5": "private",
        "6": "internal",
    }  # fmt: skip
    assert [found[n]["exposed_by"] for n in "12345"] == ["1", "2", "3", "1", None]
    assert found["3"]["path"] == "/n1/n2/n3"
    assert found["3"]["link_password"] is True
    assert found["3"]["outsiders"] == ["o@else.example"]
    assert found["6"]["owner"] == "(the team)"


@pytest.mark.parametrize(
    ("parts", "exposure"),
    [
        ({}, "public"),
        ({"expires_at": datetime.now(UTC) + timedelta(days=9)}, "public"),
        ({"expires_at": BEGAN}, "private"),
        ({"opens_to": "internal"}, "internal"),
        ({"opens_to": "nobody_else"}, "private"),
        ({"opens_to": "unknown"}, "public"),
    ],
)
def test_a_link_counts_as_it_takes_effect(
    parts: dict[str, Any], exposure: str, inventory: Inventory
) -> None:
    """Its effective audience decides, until it expires; an unknown one may well be everybody."""
    inventory.record(BEGAN, Seen(items=[item("1")], links=[link("a", "1", **parts)]))
    found = now(inventory)["1"]
    assert found["exposure"] == exposure
    assert found["link_audience"] == (None if exposure == "private" else "open")


def test_a_span_hides_nothing_of_which_no_time_is_told(inventory: Inventory) -> None:
    """Of what the app does not say when it changed, an open folder is among those of any span."""
    items = [item("1", item_kind="folder"), item("2", modified_at=BEGAN - timedelta(days=90))]
    links = [link("a", "1"), link("b", "2")]
    inventory.record(BEGAN, Seen(items=items, links=links))
    for name, wanted in (("exposed_items", 1), ("exposure", 1)):
        rows = reports.run(inventory.lake, name, since=BEGAN - timedelta(days=2)).table.to_pylist()
        assert sum(row.get("items", 1) for row in rows) == wanted


def test_the_newest_observation_counts(inventory: Inventory) -> None:
    """Seen again elsewhere it has moved; deleted it is gone, with all that lies in it."""
    inventory.record(BEGAN, Seen(items=[item("1"), item("2", "1"), item("3", "2"), item("9")]))
    moved = item("3", "9", observed_at=LATER + MINUTE)
    gone = item("1", state="deleted", observed_at=LATER + MINUTE)
    inventory.record(BEGAN, Seen(items=[moved, gone]))
    found = now(inventory)
    assert found.keys() == {"3", "9"}
    assert found["3"]["path"] == "/n9/n3"


def test_a_link_that_is_told_no_more_has_ended(inventory: Inventory) -> None:
    """When all links of an item are told, its others are gone, and those of other items stay."""
    links = [link("a", "1"), link("b", "1"), link("c", "2")]
    inventory.record(BEGAN, Seen(items=[item("1"), item("2")], links=links))
    again = [link("a", "1", observed_at=LATER + MINUTE)]
    inventory.record(BEGAN, Seen(links=again, all_links_of=["1"]))
    assert open_links(inventory) == ["a", "c"]


def test_a_link_that_a_whole_scan_does_not_meet_has_ended(inventory: Inventory) -> None:
    """But not one of a person, or in a tree, that the scan was not let into."""
    links = [
        link("a", "1"), link("b", "1", observed_at=LATER + 2 * MINUTE),
        link("c", "2", owner_id="8"), link("d", "3", owner_id=None),
    ]  # fmt: skip
    items = [item("1"), item("2"), item("3", root_id="9")]
    inventory.record(BEGAN, Seen(items=items, links=links))
    second = LATER + MINUTE
    steps = [step(who, "refused", person_id=who, reason="suspended") for who in ("8", "9")]
    inventory.record(second, Seen(steps=steps))
    inventory.end_unseen_links(second)
    assert open_links(inventory) == ["b", "c", "d"]


def open_links(inventory: Inventory) -> list[str]:
    rows = catalog.ask(inventory.lake, "from links_now order by link_id").to_pylist()
    return [row["link_id"] for row in rows]


def test_what_changed_after_it_was_seen_is_touched(inventory: Inventory) -> None:
    """The newest change first, each item once; what is merely looked at waits for the walk."""
    inventory.record(BEGAN, Seen(items=[item("1"), item("2"), item("3")]))
    for second in range(100):
        change(inventory, "1", LATER + timedelta(seconds=second))
    change(inventory, "new", LATER + 9 * MINUTE)
    change(inventory, "2", LATER + MINUTE, native_type="file_preview")
    change(inventory, "doc", LATER + MINUTE, item_kind="paper_document")
    change(inventory, "3", LATER - 10 * MINUTE)
    touched = inventory.touched()
    assert [row["item_id"] for row in touched] == ["new", "1"]
    assert touched[1]["changed_at"] == LATER + timedelta(seconds=99)
    assert [row["root_id"] for row in touched] == [None, "7"]


def test_every_item_of_a_change_is_touched(inventory: Inventory) -> None:
    """A copy names the file that there was and the one that there is now."""
    change(inventory, "both", LATER, item_ids=[["1", "2"]])
    assert {row["item_id"] for row in inventory.touched()} == {"1", "2"}


def test_once_looked_at_it_is_not_touched(inventory: Inventory) -> None:
    """Present or deleted, an observation made after the event had landed answers it."""
    change(inventory, "1", LATER)
    change(inventory, "2", LATER)
    seen = datetime.now(UTC)
    looked = [
        item("1", lane="touched", observed_at=seen, touched_at=LATER),
        item("2", lane="touched", observed_at=seen, touched_at=LATER, state="deleted"),
    ]
    inventory.record(BEGAN, Seen(items=looked))
    assert inventory.touched() == []
    (row,) = reports.run(inventory.lake, "rescans").table.to_pylist()
    assert row["items"] == 2
    assert row["p50_seconds"] == pytest.approx((seen - LATER).total_seconds(), abs=0.1)


def test_changes_from_before_the_scan_are_the_walks(inventory: Inventory) -> None:
    """Of 60 days of history nothing is touched; after a whole scan, nothing from before it."""
    change(inventory, "old", BEGAN - timedelta(days=9))
    change(inventory, "1", BEGAN + MINUTE)
    assert [row["item_id"] for row in inventory.touched()] == ["1"]
    second = BEGAN + timedelta(hours=12)
    begin(inventory, second)
    assert [row["item_id"] for row in inventory.touched()] == ["1"]
    end(inventory, second)
    assert inventory.touched() == []


def test_a_scan_goes_on_where_it_stood(inventory: Inventory) -> None:
    """Branches that were found and not read to their end are left, with their newest cursor."""
    steps = [
        step("a", "found"), step("b", "found", about="{}", person_id="7"), step("c", "found"),
        step("a", "done"),
    ]  # fmt: skip
    inventory.record(BEGAN, Seen(steps=steps))
    inventory.record(BEGAN, Seen(steps=[step("b", "begun", cursor="1", rows=5)]))
    inventory.record(BEGAN, Seen(steps=[step("b", "begun", cursor="2", rows=6)]))
    inventory.record(BEGAN, Seen(steps=[step("c", "refused", reason="an administrator's")]))
    places = {row["branch"]: (row["closed"], row["cursor"]) for row in inventory.branches(BEGAN)}
    assert places == {"a": (True, None), "b": (False, "2"), "c": (True, None)}
    (scan,) = inventory.scans()
    assert (scan.open, scan.closed, scan.seen, scan.done) == (1, 2, 11, False)
    end(inventory, BEGAN)
    assert inventory.scans()[0].done


def test_what_a_scan_did_not_meet_is_looked_for(inventory: Inventory) -> None:
    """Items said to be there and not seen since the scan began, but those of a closed tree."""
    rows = [
        item("1"), item("2", state="deleted"), item("3", root_id="8"),
        item("4", observed_at=LATER + 2 * MINUTE),
    ]  # fmt: skip
    inventory.record(BEGAN, Seen(items=rows))
    second = LATER + MINUTE
    refused = step("tree:8", "refused", person_id="8", reason="an administrator's")
    inventory.record(second, Seen(steps=[refused]))
    assert [row["item_id"] for row in inventory.unseen(second)] == ["1"]


def test_whose_files_were_not_scanned_is_told(inventory: Inventory) -> None:
    """The person, with the reason, until a scan can read them."""
    person = {"person_id": "8", "observed_at": LATER, "kind": "member", "raw": "{}"}
    refused = step("tree:8", "refused", person_id="8", reason="owner is an administrator")
    inventory.record(BEGAN, Seen(people=[person | {"email": "x@acme.example"}], steps=[refused]))
    answer = reports.run(inventory.lake, "not_scanned")
    (row,) = answer.table.to_pylist()
    assert (row["person"], row["reason"]) == ("x@acme.example", "owner is an administrator")
    assert "1 could not be read, see not_scanned" in answer.notes[0]
    (known,) = catalog.ask(inventory.lake, "from people_now").to_pylist()
    assert known["not_scanned"] == "owner is an administrator"
    begin(inventory, BEGAN + timedelta(days=1))
    assert len(reports.run(inventory.lake, "not_scanned").table) == 0


def test_who_acted_is_decided_by_the_people_we_know(inventory: Inventory) -> None:
    """Where an app names a person and not whose: members by id or address, others are external."""
    member = {"person_id": "7", "observed_at": LATER, "kind": "member", "raw": "{}"}
    listed = step("members", "done", kind="people", fetched_at=LATER)
    people = [member | {"email": "ann@acme.example"}]
    inventory.record(BEGAN, Seen(people=people, steps=[listed]))
    signed_in = {"actor_kind": "unknown", "authenticated": True}
    for number, address, when in (
        ("7", "ann@acme.example", BEGAN), ("1", "left@ACME.example", BEGAN),
        ("2", "x@else.example", BEGAN), ("3", "new@else.example", LATER + MINUTE),
    ):  # fmt: skip
        change(inventory, number, when, actor_id=number, actor_email=address, **signed_in)
    change(inventory, "4", BEGAN, actor_id="4", actor_kind="unknown", authenticated=None)
    rows = catalog.ask(inventory.lake, "select actor_id, actor_kind, external from events")
    assert {row["actor_id"]: (row["actor_kind"], row["external"]) for row in rows.to_pylist()} == {
        "7": ("member", None), "1": ("member", None), "2": ("external", True),
        "3": ("unknown", None), "4": ("unknown", None),
    }  # fmt: skip
