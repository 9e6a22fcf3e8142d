"""The reports: each answers its question as its header says, with how far it can be relied on."""

import inspect
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from made_events import ASKED, START, at, made_rows

from data import catalog, reports
from data.errors import BadQuestion
from data.lake import Lake, Stream
from data.questions import questions

DAY = timedelta(days=1)
OF_EVENTS = ("activity", "activity_per", "unauthenticated_users")
NEEDED = {"who": "ann@acme.example", "which": "id:1"}


def visit(number: int, **columns: Any) -> pa.Table:
    """One event of somebody who has not signed in."""
    nobody = {"actor_kind": "unauthenticated", "authenticated": False, "actor_email": None}
    link = {"activity": "open_shared_link", "category": "links", "ip": "203.0.113.7"}
    return made_rows(range(number, number + 1), **{**nobody, **link, **columns})


def asked(lake: Lake, name: str, **filters: Any) -> list[dict[str, Any]]:
    return reports.run(lake, name, **filters).table.to_pylist()


@pytest.mark.parametrize("name", reports.names())
def test_a_report_is_what_its_header_says(lake: Lake, name: str) -> None:
    """Every report runs, on an empty lake too, with the columns and parameters of its header."""
    question = reports.describe(name)
    answer = reports.run(lake, name, **{need: NEEDED[need] for need in question.needs})
    assert answer.table.schema.names == list(answer.question.columns)
    assert len(answer.table) == 0
    assert answer.notes[0].startswith("Nothing has ")
    keywords = [k for k in inspect.getfullargspec(reports.run).kwonlyargs if k != "on"]
    common = [one for one in question.parameters if one not in {*question.needs, "per"}]
    assert common == keywords
    assert set(answer.question.glance) <= set(answer.question.columns)
    assert all([answer.question.title, answer.question.grain, *answer.question.columns.values()])
    assert "$" not in questions()[name].macro()


@pytest.mark.parametrize("name", reports.names())
def test_a_lake_of_one_app_answers(lake: Lake, name: str) -> None:
    """No report needs the other app, or a scan, or words for the activities."""
    lake.land(Stream("box", "only"), pa.concat_tables([made_rows(range(4)), visit(9)]), at())
    needed = {need: NEEDED[need] for need in reports.describe(name).needs}
    answer = reports.run(lake, name, **needed)
    assert set(answer.table.to_pydict().get("app", [])) <= {"box"}
    with pytest.raises(BadQuestion, match="an app 'dropbox' has landed here; there is box"):
        reports.run(lake, name, app="dropbox", **needed)


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        ({"name": "person"}, "person needs to know who: e-mail address"),
        ({"name": "item"}, "item needs to know which: the vendor's id"),
        ({"name": "activity", "who": "ann"}, "activity has no who; it takes since, until, app"),
        ({"name": "activity_per", "per": "moon"}, "no activity per moon; there is one per day"),
        ({"name": "activity_per", "per": "moon", "since": "2030-01-01"}, "no activity per moon"),
    ],
)
def test_a_parameter_that_is_amiss_is_told_in_one_sentence(
    lake: Lake, acme: Stream, filters: dict[str, str], says: str
) -> None:
    """One that is needed and not given, that the report does not have, or of an unknown word."""
    lake.land(acme, made_rows(range(1)), at())
    with pytest.raises(BadQuestion, match=says):
        reports.run(lake, **filters)


def test_visitors_are_told_by_address_and_link(lake: Lake, acme: Stream) -> None:
    """One address behind one link is one row: when, what, whose, and how often."""
    link = "https://example.com/l/1"
    seen = [
        visit(1, start=START, link_id=link, item_name="b", item_id="2", item_owner_email="o@x"),
        visit(2, start=START + DAY, link_id=link, item_name="a", activity="download_file"),
        visit(3, start=START, link_id="other", client="web"),
        visit(4, start=START, link_id=link, ip="2001:db8::1", country="DE", city="Köln"),
    ]
    lake.land(acme, pa.concat_tables(seen), at())
    rows = asked(lake, "unauthenticated_users")
    assert len(rows) == 3
    first = rows[0]
    assert (first["ip"], first["link"], first["link_owner"]) == ("203.0.113.7", link, "o@x")
    assert (first["first_seen"], first["last_seen"]) == (START, START + DAY)
    assert (first["events"], first["items"], first["item_names"]) == (2, 2, "a, b")
    assert first["activities"] == "download_file, open_shared_link"
    assert (first["known_members"], first["known_emails"]) == (0, None)
    assert {(row["country"], row["city"]) for row in rows} == {(None, None), ("DE", "Köln")}


def test_without_a_link_it_is_told_by_item(lake: Lake, acme: Stream) -> None:
    """Where the app does not name the link, what lies behind it tells the visits apart."""
    items = ["id:1", "id:2", "id:1"]
    lake.land(acme, pa.concat_tables([visit(n, item_id=i) for n, i in enumerate(items)]), at())
    rows = asked(lake, "unauthenticated_users")
    assert sorted(row["events"] for row in rows) == [1, 2]
    assert {row["link"] for row in rows} == {None}


def test_an_address_of_members_is_recognised(lake: Lake, acme: Stream) -> None:
    """Members signed in at the address within 30 days are counted, the last three by name."""
    ours = [
        made_rows([f"in {n}"], START + n * DAY, ip="203.0.113.7", actor_email=f"m{n}@acme.example")
        for n in (-40, -3, -2, -1, 20)
    ]
    strangers = [
        made_rows(["x"], ip="203.0.113.7", actor_kind="external", actor_email="x@else.example"),
        made_rows(["y"], ip="203.0.113.7", authenticated=False, actor_email="failed@acme.example"),
        made_rows(["z"], ip="203.0.113.8", actor_email="elsewhere@acme.example"),
    ]
    lake.land(acme, pa.concat_tables([visit(1, start=START), *ours, *strangers]), at())
    (row,) = asked(lake, "unauthenticated_users", since=START, until=START + DAY)
    assert row["known_members"] == 4
    assert row["known_emails"] == "m20@acme.example, m-1@acme.example, m-2@acme.example"
    assert row["known_last_seen"] == START + 20 * DAY
    (row,) = asked(lake, "unauthenticated_users")
    assert row["known_members"] == 5


def test_only_who_did_not_sign_in_is_unauthenticated(lake: Lake, acme: Stream) -> None:
    """A failed sign-in or an unknown actor is no visitor; an upload to a file request is one."""
    lake.land(
        acme,
        pa.concat_tables(
            [
                made_rows(["a"], authenticated=False, activity="fail_sign_in"),
                made_rows(["b"], actor_kind="unknown", authenticated=None, actor_email=None),
                visit(1, activity="receive_file_request_upload", link_id="request 1"),
            ]
        ),
        at(),
    )
    assert [row["link"] for row in asked(lake, "unauthenticated_users")] == ["request 1"]


def test_activity_counts_by_day_and_person(lake: Lake, acme: Stream) -> None:
    """Events and items are counted by UTC day, activity, person, app and connection."""
    lake.land(
        acme,
        pa.concat_tables(
            [
                made_rows(range(3), item_id=["1", "2", "1"]),
                made_rows(["next"], start=datetime(2026, 11, 3, tzinfo=UTC), actor_email=None),
                visit(9),
            ]
        ),
        at(),
    )
    rows = asked(lake, "activity")
    assert [(row["day"], row["person"], row["events"], row["items"]) for row in rows] == [
        (date(2026, 11, 3), "(member)", 1, 1),
        (date(2026, 11, 2), "ann@acme.example", 3, 2),
        (date(2026, 11, 2), "(unauthenticated)", 1, 1),
    ]
    assert rows[1]["first_time"] == START
    assert rows[1]["last_time"] == START + timedelta(seconds=2)


@pytest.mark.parametrize("name", OF_EVENTS)
def test_filters_choose_span_app_and_connection(lake: Lake, name: str) -> None:
    """since is included and until is not, days are UTC days, and a filter of null is none."""
    for connection in ("acme", "beta"):
        visits = [visit(n, start=START + n * DAY) for n in range(4)]
        lake.land(Stream("dropbox", connection), pa.concat_tables(visits), at())

    def events(**filters: Any) -> int:
        return sum(row["events"] for row in asked(lake, name, **filters))

    assert events() == 8
    assert events(since=START + DAY) == 6
    assert events(since=START + DAY + timedelta(microseconds=1)) == 4
    assert events(until=START + DAY) == 2
    assert events(since="2026-11-03", until="2026-11-04") == 2
    assert events(since=date(2026, 11, 4), connection="beta") == 2
    assert events(since="2026-11-04T01:00:00+02:00", until="2026-11-04T10:00:00") == 2
    for stranger in ({"app": "box"}, {"connection": "nobody"}, {"connection": "' or true --"}):
        with pytest.raises(BadQuestion, match="has landed here"):
            events(**stranger)


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        ({"name": "nope"}, "no report 'nope'; the reports are activity, activity_per,"),
        ({"since": "2026-02-30"}, "since '2026-02-30' is no time: write a day as 2026-11-22"),
        ({"until": "yesterday"}, "until 'yesterday' is no time"),
        ({"since": "0001-01-01T00:00+05:00"}, "is no time"),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "it begins: give a later until"),
        ({"since": "2026-11-02", "until": "2026-11-02"}, "it begins: give a later until"),
    ],
)
def test_a_bad_question_is_told_in_one_sentence(
    lake: Lake, filters: dict[str, str], says: str
) -> None:
    """An unknown report, an impossible time, a span without length: each says what is wrong."""
    with pytest.raises(BadQuestion, match=says):
        reports.run(lake, **({"name": "activity"} | filters))


def test_an_answer_says_how_far_it_goes(lake: Lake, acme: Stream) -> None:
    """Each connection has a watermark: what is complete over both lanes, and what is not."""
    days = [START + n * DAY for n in range(5)]
    for number, done in [(3, True), (2, True), (1, False), (0, True)]:
        window = {"window_start": days[number], "window_end": days[number + 1]}
        lake.land(acme, made_rows([]), at("history", done=done, **window))
    other = Stream("dropbox", "beta")
    lake.land(other, made_rows([]), at(window_start=START, fetched_at=START))
    assert reports.run(lake, "activity").notes == [
        "acme (dropbox): read from 2026-11-02 09:00:00 to 2026-11-03 09:00:00,"
        " 2026-11-04 09:00:00 to 2026-11-06 09:00:00,"
        " not yet all of 2026-11-03 09:00:00 to 2026-11-04 09:00:00, nothing live yet (UTC);"
        " late events may still come",
        "beta (dropbox): nothing read whole, nothing live yet (UTC)",
    ]
    lake.land(
        acme, made_rows([]), at("history", done=True, window_start=days[1], window_end=days[2])
    )
    for done, asked in ((True, ASKED), (False, ASKED + DAY)):
        lake.land(acme, made_rows([]), at(window_start=days[4], done=done, fetched_at=asked))
    assert reports.run(lake, "activity", connection="acme").notes == [
        "acme (dropbox): read from 2026-11-02 09:00:00 to 2026-11-20 12:00:00 (UTC);"
        " late events may still come"
    ]


def test_a_reconciled_day_is_complete(lake: Lake, acme: Stream) -> None:
    """A day that was read again to its end is whole, whatever became of other walks through it."""
    days = [START + n * DAY for n in range(4)]
    windows = [{"window_start": day, "window_end": day + DAY} for day in days]
    for number, done in [(0, True), (1, False), (2, True)]:
        lake.land(acme, made_rows([]), at("history", done=done, **windows[number]))
    for number, done in [(1, True), (2, False), (3, False)]:
        lake.land(acme, made_rows([]), at("reconcile", done=done, **windows[number]))
    assert reports.run(lake, "activity").notes == [
        "acme (dropbox): read from 2026-11-02 09:00:00 to 2026-11-05 09:00:00, nothing live yet"
        " (UTC); late events may still come"
    ]


def test_what_reconciling_found_is_a_row_a_day(lake: Lake, acme: Stream) -> None:
    """A reading that was killed counts with the one that ended; the next one has its own row."""
    day = START.replace(hour=0)
    window = {"window_start": day, "window_end": day + DAY}
    lake.land(acme, made_rows(range(5)), at("history", done=True, **window))
    assert (lake.count(acme, day.date()), lake.count(acme, (day + DAY).date())) == (5, 0)
    rows = [made_rows(range(6)), made_rows(range(8)), made_rows(range(8))]
    asked = [ASKED, ASKED + DAY, ASKED + 2 * DAY]
    for read, fetched_at, in_log in zip(rows, asked, (None, 8, 8), strict=True):
        counts = {"in_lake": lake.count(acme, day.date()), "in_log": in_log, "done": in_log == 8}
        lake.land(acme, read, at("reconcile", fetched_at=fetched_at, **window, **counts))
    found = catalog.ask(lake, "from reconciled order by reconciled_at").to_pylist()
    parts = ("day", "in_lake", "in_log", "repaired", "complete_since")
    assert [tuple(row[part] for part in parts) for row in found] == [
        (day.date(), 5, 8, 3, asked[0]),
        (day.date(), 8, 8, 0, asked[2]),
    ]


def days_of(lake: Lake, acme: Stream, counts: list[int], **columns: Any) -> None:
    """So many events on each day from the first of November on."""
    begin = datetime(2026, 11, 1, 9, tzinfo=UTC)
    numbers = iter(range(1_000_000))
    rows = [
        made_rows([f"{next(numbers)}" for _ in range(count)], begin + day * DAY, **columns)
        for day, count in enumerate(counts)
    ]
    lake.land(acme, pa.concat_tables(rows), at())


@pytest.mark.parametrize(
    ("counts", "unusual"),
    [
        ([8] * 5 + [24], True),
        ([8] * 5 + [23], False),  # less than three times as many
        ([8] * 4 + [24], False),  # four days tell nothing
        ([5] * 5 + [19], False),  # less than 20
        ([1, 8, 8, 8, 30, 30], False),  # no more than there has been
        ([1, 8, 8, 8, 30, 31], True),
        ([8] * 5 + [0] * 24 + [24], False),  # only four of the days are of the 28 before
        ([8] * 5 + [0] * 23 + [24], True),
    ],
)
def test_an_unusual_day(lake: Lake, acme: Stream, counts: list[int], unusual: bool) -> None:
    """20 events, 3 times the median of 5 active days of the 28 before, and more than their most."""
    days_of(lake, acme, counts)
    found = [row["day"] for row in asked(lake, "unusual_days")]
    assert found == [date(2026, 11, 1) + (len(counts) - 1) * DAY] * unusual


def test_who_changes_what_holds_for_all_acts_as_an_administrator(lake: Lake, acme: Stream) -> None:
    """Whatever the app says of who it was; what an administrator does otherwise is none."""
    rows = [
        made_rows(["1"], actor_kind="unknown", category="admin_settings", activity="change_policy"),
        made_rows(["2"], actor_kind="admin"),
        made_rows(["3"], actor_kind="member"),
    ]
    lake.land(acme, pa.concat_tables(rows), at())
    assert {row["event_id"] for row in asked(lake, "administrator_acts")} == {"1", "2"}
