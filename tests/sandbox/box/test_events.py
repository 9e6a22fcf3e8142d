"""The two enterprise streams of the Box stand-in: complete, awkward, and true."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from sandbox.client import Client

WANTED = ("COLLABORATION_INVITE", "NEW_USER")
STREAMS = ("admin_logs", "admin_logs_streaming")
Page = dict[str, Any]


def entries(pages: Iterable[Page]) -> list[dict[str, Any]]:
    return [event for page in pages for event in page["entries"]]


def ids(events: Iterable[dict[str, Any]]) -> Counter[str]:
    return Counter(event["event_id"] for event in events)


def moment(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(event["created_at"])


def test_both_streams_tell_the_same_events(own_box: Client) -> None:
    """Once everything is visible, each stream has every event of the truth; admin_logs once."""
    own_box.clock(quiet=True, advance_seconds=120)
    truth = {row["event_id"] for row in own_box.truth("box")}
    history = ids(entries(own_box.stream("admin_logs")))
    live = ids(entries(own_box.stream("admin_logs_streaming")))
    assert set(history) == set(live) == truth
    assert len(truth) >= 2_500
    assert set(history.values()) == {1}
    assert set(live.values()) > {1}


def test_the_history_is_in_the_order_of_time(box: Client) -> None:
    """admin_logs is chronological, the live stream is not."""
    times = {kind: [moment(e) for e in entries(box.stream(kind))] for kind in STREAMS}
    assert times["admin_logs"] == sorted(times["admin_logs"])
    assert times["admin_logs_streaming"] != sorted(times["admin_logs_streaming"])


def test_positions_are_large_numbers_or_text(box: Client) -> None:
    """Above 2**53, now a number and now text; pages may be short; an empty history page says 0."""
    for kind in STREAMS:
        pages = list(box.stream(kind, limit=50))
        positions = [page["next_stream_position"] for page in pages]
        assert {type(position) for position in positions} == {str, int}
        assert all(int(position) > 2**53 for position in positions[:-1])
        assert any(len(page["entries"]) < 50 for page in pages[:-2])
        assert all(page["chunk_size"] == len(page["entries"]) <= 50 for page in pages)
        assert (int(positions[-1]) == 0) == (kind == "admin_logs")


@pytest.mark.parametrize("kind", STREAMS)
def test_an_event_is_seen_a_little_later(own_box: Client, kind: str) -> None:
    """The stream shows an event within 20 seconds, admin_logs 5 to 20 seconds after that."""
    seen = {row["event_id"]: row["visible_at"] for row in own_box.truth("box")}
    shown = ids(entries(own_box.stream(kind, limit=500)))
    now = datetime.fromisoformat(own_box.clock()["now"])
    missing = [datetime.fromisoformat(seen[each]) for each in seen.keys() - shown.keys()]
    assert bool(missing) == (kind == "admin_logs")
    assert all(now - timedelta(seconds=20) <= at <= now for at in missing)


def test_now_is_where_the_stream_goes_on(own_box: Client) -> None:
    """`now` gives an empty page and the position from which everything new is read."""
    page = own_box.get("events", stream_type=STREAMS[1], stream_position="now").json()
    assert page["entries"] == []
    before = {row["event_id"] for row in own_box.truth("box")}
    own_box.clock(advance_seconds=1_800)
    own_box.clock(quiet=True)
    new = {row["event_id"] for row in own_box.truth("box")} - before
    assert new
    read = ids(entries(own_box.stream(STREAMS[1], page["next_stream_position"])))
    assert new <= set(read)


def test_the_stream_keeps_a_fortnight(own_box: Client) -> None:
    """Position 0 and a position older than 14 days both begin with the oldest that is left."""
    first = own_box.get("events", stream_type=STREAMS[1], limit=5).json()
    own_box.clock(quiet=True, advance_seconds=86_400 * 8)
    own_box.sign_in(app="box")
    now = datetime.fromisoformat(own_box.clock()["now"])
    for position in (0, first["next_stream_position"]):
        kept = entries(own_box.stream(STREAMS[1], position))
        assert 0 < len(ids(kept)) < 2_500
        assert min(map(moment, kept)) >= now - timedelta(days=14, seconds=60)
    assert len(entries(own_box.stream("admin_logs"))) >= 2_500


def test_windows_leave_out_their_bounds(box: Client) -> None:
    """created_after and created_before share out the history, seconds of the bounds apart."""
    events = entries(box.stream("admin_logs"))
    middle = moment(events[len(events) // 2])
    text = middle.isoformat()
    early = entries(box.stream("admin_logs", created_before=text))
    late = entries(box.stream("admin_logs", created_after=text))
    at = [event for event in events if moment(event) == middle]
    assert at
    assert early + at + late == events


def test_types_can_be_chosen(box: Client) -> None:
    """event_type takes a list, in both streams."""
    for kind in STREAMS:
        chosen = entries(box.stream(kind, limit=9, event_type=",".join(WANTED)))
        told = [row for row in box.truth("box") if row["native_type"] in WANTED]
        assert ids(chosen).keys() == {row["event_id"] for row in told}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"limit": 501}, "limit"),
        ({"stream_position": "north"}, "stream_position"),
        ({"created_after": "yesterday"}, "created_after"),
        ({"created_after": "2026-11-01T00:00:00"}, "created_after"),
        ({"stream_type": "everything"}, "stream_type"),
    ],
)
def test_wrong_parameters_are_named(box: Client, query: dict[str, Any], name: str) -> None:
    """A wrong parameter is 400 with its name."""
    refused = box.get("events", **{"stream_type": "admin_logs", **query})
    assert refused.status_code == 400
    assert refused.json()["context_info"]["errors"][0]["name"] == name


def test_events_come_in_all_their_shapes(box: Client) -> None:
    """Every form of source and of the members beyond the specification is there."""
    events = entries(box.stream("admin_logs"))
    sources = [event["source"] or {} for event in events]
    for member in ("item_id", "folder_id", "user_email", "group_id", "login", "app_item_type"):
        assert any(member in source for source in sources), member
    assert any(event["source"] is None for event in events)
    assert len({event["event_type"] for event in events}) > 70
    assert {type(event["additional_details"]) for event in events} == {dict, str, type(None)}
    assert any(event.get("created_by", 0) is None for event in events)
    assert any(event.get("action_by") for event in events)
    assert any(event.get("accessible_by") for event in events)
    assert any(event["ip_address"] == "Unknown IP" for event in events)
    assert {event["session_id"] is None for event in events} == {True, False}


def test_user_2_is_unauthenticated_where_the_type_says_so(box: Client) -> None:
    """Visitors are user 2 with a link and an address; so are failed sign-ins and alerts."""
    truth = {row["event_id"]: row["authenticated"] for row in box.truth("box")}
    nobody = [
        event
        for event in entries(box.stream("admin_logs"))
        if (event["created_by"] or {}).get("id") == "2"
    ]
    known: dict[str, set[bool | None]] = {}
    for event in nobody:
        known.setdefault(event["event_type"], set()).add(truth[event["event_id"]])
    assert {"PREVIEW", "DOWNLOAD", "UPLOAD", "FAILED_LOGIN", "SHIELD_ALERT"} <= known.keys()
    assert all(len(answers) == 1 for answers in known.values())
    assert known["PREVIEW"] == known["UPLOAD"] == known["FAILED_LOGIN"] == {False}
    assert known["SHIELD_ALERT"] == {None}
    assert any("shared_link_id" in str(event["additional_details"]) for event in nobody)
    assert any("login" not in event["created_by"] for event in nobody)


def test_the_two_apps_have_days_of_their_own(box: Client) -> None:
    """The same people do other things at Box than at Dropbox, and each of them is known to both."""
    rows = {app: box.truth(app) for app in ("box", "dropbox")}
    people = {
        app: {row["who"]["email"] for row in rows[app] if row["who"]["kind"] == "member"}
        for app in rows
    }
    assert len(people["box"] & people["dropbox"]) > 10
    times = {app: [row["event_time"] for row in rows[app]] for app in rows}
    assert times["box"] != times["dropbox"]


def test_repeats_and_disorder_can_be_made_worse(own_box: Client) -> None:
    """With both faults half of the stream comes again and its order is lost, but nothing is."""
    own_box.clock(quiet=True, advance_seconds=120)
    calm = entries(own_box.stream("admin_logs_streaming"))
    own_box.faults(repeats=True, disorder=True)
    wild = entries(own_box.stream("admin_logs_streaming"))
    assert set(ids(wild)) == set(ids(calm))

    def back(events: list[dict[str, Any]]) -> timedelta:
        steps = [moment(a) - moment(b) for a, b in pairwise(events)]
        return sum((step for step in steps if step > timedelta()), timedelta())

    assert len(wild) - len(ids(wild)) > 3 * (len(calm) - len(ids(calm)))
    assert back(wild) > 5 * back(calm)


def test_strange_events_come_into_both_streams(own_box: Client) -> None:
    """Unknown types and hostile strings are events like others, and the truth knows them."""
    own_box.clock(quiet=True, advance_seconds=120)
    own_box.faults(unknown_types={"count": 30}, hostile={"count": 60})
    own_box.clock(advance_seconds=120)
    truth = {row["event_id"] for row in own_box.truth("box")}
    for kind in STREAMS:
        events = entries(own_box.stream(kind))
        assert set(ids(events)) == truth
        text = json.dumps(events)
        assert "QUANTUM_SHARE_0" in text
        assert "drop table" in text
        assert any("created_by" not in event for event in events)


def test_late_events_land_behind_a_reader(own_box: Client) -> None:
    """With `late`, admin_logs lets events in before those that it has shown already."""
    own_box.faults(late={"share": 0.5, "seconds": 1_200})
    own_box.clock(advance_seconds=1_700)
    first = entries(own_box.stream("admin_logs"))
    own_box.clock(quiet=True, advance_seconds=1_700)
    second = entries(own_box.stream("admin_logs"))
    new = [event for event in second if event["event_id"] not in ids(first)]
    assert any(moment(event) < moment(first[-1]) for event in new)


def test_throttling_has_boxs_shape(own_box: Client) -> None:
    """429 is JSON of Box's kind with retry-after, at the token endpoint too."""
    own_box.faults(throttle={"share": 1, "retry_after": 7})
    form = {"grant_type": "refresh_token", "client_id": "casbah-box-demo-key"}
    for busy in (own_box.get("users/me"), own_box.trade(**form)):
        assert (busy.status_code, busy.headers["retry-after"]) == (429, "7")
        assert busy.json()["code"] == "rate_limit_exceeded"


def test_while_it_is_quiet_nothing_happens(own_box: Client) -> None:
    """Quiet stops both apps though time goes on; life goes on after it, without what was missed."""
    assert own_box.clock(quiet=True)["quiet"] is True
    own_box.clock(advance_seconds=60)  # what had happened has become visible
    counts = [len(own_box.truth(app)) for app in ("box", "dropbox")]
    own_box.clock(advance_seconds=7_200)
    assert [len(own_box.truth(app)) for app in ("box", "dropbox")] == counts
    until = own_box.clock(quiet=False)["now"]
    own_box.clock(advance_seconds=3_600)
    for app, count in zip(("box", "dropbox"), counts, strict=True):
        rows = own_box.truth(app)
        assert len(rows) > count
        assert all(row["event_time"] >= until[:19] for row in rows[count:])


def test_events_name_things_as_the_folders_show_them(box: Client) -> None:
    """The last event about a file or folder has the id, name, parent and owner that it has now."""
    last: dict[str, dict[str, Any]] = {}
    for event in entries(box.stream("admin_logs")):
        source = event["source"] or {}
        if "item_id" in source:
            last[source["item_id"]] = source
    kinds: Counter[str] = Counter()
    for source in list(last.values())[-250:]:
        path = f"{source['item_type']}s/{source['item_id']}"
        answer = box.get(path, as_user=source["owned_by"]["id"])
        if answer.status_code == 200:
            now = answer.json()
            assert (now["name"], now["parent"]["id"]) == (
                source["item_name"],
                source["parent"]["id"],
            )
            assert now["owned_by"]["id"] == source["owned_by"]["id"]
        kinds[f"{source['item_type']} {answer.status_code}"] += 1
    assert kinds["file 200"] > 150
    assert kinds["folder 200"] > 1
    assert kinds["file 404"] > 3
    assert set(kinds) <= {"file 200", "folder 200", "file 404", "file 403", "folder 403"}
