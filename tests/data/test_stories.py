"""The story of one person and of one item: whole, of nobody else, and nothing twice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from made_events import START, VOCABULARY, at, made_rows
from test_visits import HOME, MINUTE, a_fortnight, visit

from data import catalog, reports
from data.lake import Lake, Stream
from data.tables import ACTIVITIES, LISTINGS, PEOPLE

SCANNED = datetime(2026, 11, 20, tzinfo=UTC)


def seen(lake: Lake, stream: Stream, kind: str, person_id: str, email: str) -> None:
    """A scan saw this person."""
    person = {
        "app": stream.app, "connection": stream.connection, "person_id": person_id, "kind": kind,
        "observed_at": SCANNED, "landed_at": SCANNED, "email": email, "raw": "{}",
    }  # fmt: skip
    lake.append(PEOPLE, stream, pa.Table.from_pylist([person], PEOPLE.schema))


def told(lake: Lake, name: str, **of: Any) -> list[dict[str, Any]]:
    return reports.run(lake, name, **of).table.to_pylist()


def test_a_stranger_at_the_same_address_stays_in_the_story(lake: Lake, acme: Stream) -> None:
    """A likely visit stands for its own events only, whatever address they came from."""
    theirs = {"item_owner_email": "ann@acme.example", "link_id": None, "user_agent": "web"}
    home = "2001:db8:1:2::b"
    rows = [
        *a_fortnight("ann@acme.example", home),
        visit("mine 1", START + 3 * MINUTE, home, **theirs),
        visit("mine 2", START + 9 * MINUTE, "2001:db8:1:2::c", **theirs),
        visit("other", START + 6 * MINUTE, home, **theirs | {"item_id": "b", "user_agent": "curl"}),
    ]
    lake.land(acme, pa.concat_tables(rows), at())
    query = "from judged_visits() where behind = 'shared'"
    (visited,) = catalog.sql(lake, query).to_pylist()
    assert (visited["verdict"], visited["events"]) == ("likely_member", 2)
    roles = {
        row["event_id"]: row["role"]
        for row in told(lake, "person", who="ann@acme.example")
        if row["role"] != "did"
    }
    other = "likely (not signed in)", "their link"
    assert roles.pop("mine 1") == "likely (not signed in)"
    assert roles.pop("other") in other
    assert roles == {}


def test_a_person_is_found_by_every_name(lake: Lake, acme: Stream) -> None:
    """An old address, a new one, and the ids of two apps lead to each other."""
    box = Stream("box", "beta")
    seen(lake, acme, "member", "dbid:1", "ann.old@acme.example")
    seen(lake, acme, "member", "dbid:1", "ann@acme.example")
    seen(lake, box, "member", "777", "Ann@acme.example")
    lake.land(box, made_rows(["1"], actor_id="777", actor_email=None), at())
    for who in ("ann.old@acme.example", "ann@acme.example", "dbid:1", "777"):
        assert [row["event_id"] for row in told(lake, "person", who=who)] == ["1"], who


def test_an_id_of_another_app_is_another_name(lake: Lake, acme: Stream) -> None:
    """Two vendors may give two people one id; that makes nobody the other."""
    seen(lake, acme, "member", "7", "ann@acme.example")
    seen(lake, Stream("box", "beta"), "member", "7", "bea@acme.example")
    (names,) = catalog.sql(lake, "from names_of('ann@acme.example')").to_pylist()
    assert set(names["ids"]) == {"7", "ann@acme.example"}
    assert names["emails"] == ["ann@acme.example"]


def test_whoever_a_scan_knows_as_external_is(lake: Lake, acme: Stream) -> None:
    """A member with an address at a public provider makes nobody else there a member."""
    for person_id, kind, email in (
        ("1", "member", "founder@mail.example"),
        ("2", "external", "spy@mail.example"),
        ("3", "member", "no address"),
    ):
        seen(lake, acme, kind, person_id, email)
    rows = [
        made_rows([who], actor_kind="unknown", actor_id=who, actor_email=email)
        for who, email in (("1", "founder@mail.example"), ("2", "spy@mail.example"))
    ]
    rows += [made_rows(["4"], actor_kind="unknown", actor_id="4", actor_email="service")]
    lake.land(acme, pa.concat_tables(rows), at())
    listing = {
        "app": acme.app, "connection": acme.connection, "scan_started_at": SCANNED,
        "branch": "people", "kind": "people", "state": "done", "about": "", "rows": 3, "pages": 1,
        "fetched_at": SCANNED, "landed_at": SCANNED,
    }  # fmt: skip
    lake.append(LISTINGS, acme, pa.Table.from_pylist([listing], LISTINGS.schema))
    kinds = catalog.sql(lake, "select event_id, actor_kind from events order by all").to_pylist()
    assert [row["actor_kind"] for row in kinds] == ["member", "external", "external"]


def test_what_else_lies_in_a_folder_is_another_story(lake: Lake, acme: Stream) -> None:
    """An item goes on under the id that a move gave it, and not as the folder it was put into."""
    words = [
        {**VOCABULARY.to_pylist()[0], "native_type": name, "activity": name, "label": name}
        for name in ("move_file", "add_document_to_folder", "open")
    ]
    lake.learn(pa.Table.from_pylist(words, ACTIVITIES.schema))
    rows = [
        made_rows(["a1"], activity="move_file", item_id="old", item_ids=[["old", "new"]]),
        made_rows(["a2"], activity="open", item_id="new"),
        made_rows(
            ["f"], activity="add_document_to_folder", item_id="new", item_ids=[["new", "dir"]]
        ),
        made_rows(["g"], activity="add_document_to_folder", item_id="b", item_ids=[["b", "dir"]]),
        made_rows(["b"], activity="open", item_id="b"),
    ]
    lake.land(acme, pa.concat_tables(rows), at())
    assert {row["event_id"] for row in told(lake, "item", which="old")} == {"a1", "a2", "f"}
    assert {row["event_id"] for row in told(lake, "item", which="b")} == {"g", "b"}


def test_a_person_is_one_in_whatever_case(lake: Lake, acme: Stream) -> None:
    """Whoever fails as Ann and gets in as ann is told to have got in."""
    word = VOCABULARY.to_pylist()[0] | {"activity": "sign_in", "native_type": "login"}
    word |= {"ocsf_class": 3002, "ocsf_activity": 1}
    lake.learn(pa.Table.from_pylist([word], ACTIVITIES.schema))
    sign_in = {"activity": "sign_in", "category": "sign_in", "ip": HOME}
    tries = [
        made_rows(["1"], outcome="failure", actor_email="Ann@acme.example", **sign_in),
        made_rows(["2"], START + MINUTE, outcome="success", **sign_in),
    ]
    lake.land(acme, pa.concat_tables(tries), at())
    (row,) = told(lake, "sign_in_failures")
    assert row["signed_in_after"] == "ann@acme.example"
