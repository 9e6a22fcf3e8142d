"""Visits of people who did not sign in: what is one, and whose it was, with the reasons."""

import re
from datetime import timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from made_events import START, at, made_rows

from data import catalog, reports
from data.lake import Lake, Stream

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
HOME, CAFE = "198.51.100.7", "192.0.2.99"
NOBODY = {
    "actor_kind": "unauthenticated",
    "authenticated": False,
    "actor_email": None,
    "activity": "open_shared_link",
    "category": "links",
}


def visit(name: str, moment: Any = START, ip: str | None = HOME, **columns: Any) -> pa.Table:
    """One event of somebody who has not signed in."""
    given = {"link_id": "link", "item_id": "shared", "item_owner_email": "bob@acme.example"}
    return made_rows([name], moment, ip=ip, **{**NOBODY, **given, **columns})


def signed_in(name: str, moment: Any, ip: str | None = HOME, **columns: Any) -> pa.Table:
    return made_rows([name], moment, ip=ip, **columns)


def a_fortnight(email: str, ip: str = HOME) -> list[pa.Table]:
    """Somebody's evenings at an address, a week before and a week after START."""
    return [
        signed_in(f"{email} {ip} {n}", START + n * DAY + 5 * MINUTE, ip, actor_email=email)
        for n in range(-7, 8)
    ]


def asked(lake: Lake, **filters: Any) -> list[dict[str, Any]]:
    return reports.run(lake, "unauthenticated_visits", **filters).table.to_pylist()


def test_a_visit_ends_with_a_pause_or_another_link(lake: Lake, acme: Stream) -> None:
    """Events of one address and link with less than 30 minutes between them are one visit."""
    events = [
        visit("1"),
        visit("2", START + 30 * MINUTE, activity="download_file"),
        visit("3", START + 61 * MINUTE),
        visit("4", START, link_id="other"),
        visit("5", START, client="mobile"),
        visit("6", START, ip="2001:db8:1:2::7"),
        visit("7", START + MINUTE, ip="2001:db8:1:2:ffff::8"),
        visit("8", START, ip="2001:db8:1:3::7"),
    ]
    lake.land(acme, pa.concat_tables(events), at())
    found = catalog.sql(lake, "from visits()").to_pylist()
    assert sorted((row["visit"], row["events"]) for row in found) == [
        ("1", 2), ("3", 1), ("4", 1), ("5", 1), ("6", 2), ("8", 1)
    ]  # fmt: skip
    assert {row["network"] for row in found} == {HOME, "2001:db8:1:2", "2001:db8:1:3"}
    assert sum(row["events"] for row in asked(lake)) == 8


def test_who_signs_in_there_before_and_after_was_it(lake: Lake, acme: Stream) -> None:
    """One member uses the address and comes to the item a little later: it was she, and why."""
    rows = [
        visit("v"),
        *a_fortnight("ann@acme.example"),
        signed_in("b", START - 12 * MINUTE),
        signed_in("a", START + 3 * MINUTE, item_id="shared"),
    ]
    lake.land(acme, pa.concat_tables(rows), at())
    (row,) = asked(lake)
    assert (row["verdict"], row["member"]) == ("likely_member", "ann@acme.example")
    assert row["probability"] > 0.9
    for words in (
        "ann@acme.example: at this address 12 min before and 3 min after",
        "came to the item signed in 3 min after",
        "; one member uses this address",
    ):
        assert words in row["evidence"]
    assert (row["seen_before"], row["seen_after"], row["people"]) == (12, 3, 1)


def test_where_nobody_of_ours_was_ever_seen_it_was_an_outsider(lake: Lake, acme: Stream) -> None:
    """An address that no member signs in from makes an outsider likely, and names nobody."""
    rows = [visit("v", ip=CAFE), *a_fortnight("ann@acme.example")]
    lake.land(acme, pa.concat_tables(rows), at())
    (row,) = asked(lake)
    assert (row["verdict"], row["member"]) == ("likely_outsider", None)
    assert row["probability"] == row["outsider"] > 0.9
    assert row["evidence"].startswith("no member signed in at this address within a week")
    assert "ann@acme.example" not in row["evidence"].partition("likeliest of ours ")[0]


def test_in_a_crowd_the_report_does_not_guess(lake: Lake, acme: Stream) -> None:
    """Twenty members use the address and nothing points to one of them: no one is named."""
    crowd = [table for n in range(20) for table in a_fortnight(f"m{n}@acme.example")]
    lake.land(acme, pa.concat_tables([visit("v"), *crowd]), at())
    (row,) = asked(lake)
    assert row["verdict"] != "likely_member"
    assert row["candidate_probability"] < 0.5
    assert row["of_ours"] > 0.5
    assert "20 members use this address" in row["evidence"]


def test_the_maker_of_a_link_is_found_in_a_crowd(lake: Lake, acme: Stream) -> None:
    """Who made the link a moment ago is the likeliest to look at it, even in an office."""
    crowd = [table for n in range(20) for table in a_fortnight(f"m{n}@acme.example")]
    made = signed_in("made", START - 2 * MINUTE, actor_email="bob@acme.example", item_id="shared")
    lake.land(acme, pa.concat_tables([visit("v"), made, *crowd]), at())
    (row,) = asked(lake)
    assert (row["candidate"], row["made_link"]) == ("bob@acme.example", True)
    assert "owns the link or item and was at it 2 min before" in row["evidence"]


def test_a_typed_address_is_evidence_either_way(lake: Lake, acme: Stream) -> None:
    """Whoever hands in a file types an address: a member's speaks for her, another against us."""
    typed = [
        visit(name, START + n * 60 * MINUTE, details=f'{{"submitter_email":"{email}"}}')
        for n, (name, email) in enumerate((("a", "Ann@acme.example"), ("b", "eve@else.example")))
    ]
    lake.land(acme, pa.concat_tables([*typed, *a_fortnight("ann@acme.example")]), at())
    rows = {row["visit"]: row for row in asked(lake)}
    assert rows["a"]["member"] == "ann@acme.example"
    assert "whose address the visitor typed" in rows["a"]["evidence"]
    assert rows["b"]["outsider"] > rows["a"]["outsider"]
    assert "the visitor typed eve@else.example" in rows["b"]["evidence"]


def test_where_no_address_is_told_nobody_was_there(lake: Lake, acme: Stream) -> None:
    """Two events without an address did not come from the same one, nor from another."""
    typed = '{"submitter_email": "ann@acme.example"}'
    rows = [
        *a_fortnight("ann@acme.example"),
        signed_in("ann", START + 8 * MINUTE, None, actor_email="ann@acme.example"),
        visit("v", START + 10 * MINUTE, None, details=typed),
    ]
    lake.land(acme, pa.concat_tables(rows), at())
    (row,) = asked(lake)
    assert (row["candidate"], row["seen_before"], row["seen_after"]) == (
        "ann@acme.example", None, None
    )  # fmt: skip
    assert "the app tells no address" in row["evidence"]
    assert "at this address" not in row["evidence"]
    assert "at another address" not in row["evidence"]


def test_hostile_details_are_no_evidence(lake: Lake, acme: Stream) -> None:
    """Details that are cut short or say strange things do not break the answer."""
    strange = ['{"submitter_email":', '{"submitter_email":[1]}', '{"submitter_email":null}']
    rows = [visit(str(n), link_id=str(n), details=text) for n, text in enumerate(strange)]
    lake.land(acme, pa.concat_tables([*rows, visit("x", ip="not an address ::::: at all")]), at())
    assert len(asked(lake)) == 4


def test_a_filter_changes_no_verdict(lake: Lake, acme: Stream) -> None:
    """What is asked for decides which visits are told, not what is said of them."""
    other = Stream("dropbox", "beta")
    rows = [visit("v"), visit("w", START + 3 * DAY), *a_fortnight("ann@acme.example")]
    lake.land(acme, pa.concat_tables(rows), at())
    lake.land(other, pa.concat_tables([visit("v"), *a_fortnight("cid@beta.example")]), at())
    whole = {(row["connection"], row["visit"]): row for row in asked(lake)}
    (alone,) = asked(lake, since=START, until=START + DAY, connection="acme")
    assert alone == whole["acme", "v"]
    assert whole["beta", "v"]["member"] == "cid@beta.example"
    assert len(whole) == 3


def test_what_comes_later_that_day_counts(lake: Lake, acme: Stream) -> None:
    """A span that ends in the middle of a day gives the verdicts that the whole day gives."""
    hour = 60 * MINUTE
    rows = [*a_fortnight("ann@acme.example"), visit("morning", START - hour)]
    for n in range(3):  # while she is at another address, others come from her home
        rows += [
            signed_in(f"away{n}{m}", START + (n + 3) * hour + m * MINUTE, CAFE) for m in (0, 9)
        ]
        rows += [visit(f"guest{n}", START + (n + 3) * hour + 5 * MINUTE, link_id=f"{n}")]
    lake.land(acme, pa.concat_tables(rows), at())
    (whole,) = [row for row in asked(lake) if row["visit"] == "morning"]
    (part,) = asked(lake, until=START + hour)
    assert "while its members were elsewhere" in whole["evidence"]
    assert part == whole


def test_the_score_is_the_sum_of_the_evidence(lake: Lake, acme: Stream) -> None:
    """Every weight has its column, and with these anybody can compute the score again."""
    lake.land(acme, pa.concat_tables([visit("v"), *a_fortnight("ann@acme.example")]), at())
    weights = catalog.sql(lake, "from visit_weights").to_pylist()
    assert all(row["meaning"] for row in weights)
    rows = catalog.sql(lake, "from visit_evidence()").to_pylist()
    assert sorted(row["explanation"] for row in rows) == ["member", "outsider", "somebody"]
    for row in rows:
        parts = [row[w["evidence"]] * w["weight"] for w in weights if w["explains"] != "verdict"]
        assert row["score"] == pytest.approx(sum(parts))


@pytest.mark.parametrize("filters", ["", "since := '2026-11-02'"])
def test_no_event_is_compared_with_each(lake: Lake, acme: Stream, filters: str) -> None:
    """However few rows DuckDB expects, and with its own settings, it finds events by keys."""
    lake.land(acme, pa.concat_tables([visit("v"), *a_fortnight("ann@acme.example")]), at())
    with duckdb.connect(str(catalog.publish(lake)), read_only=True) as connection:
        query = f"explain select * from unauthenticated_visits({filters})"  # noqa: S608
        plan = connection.execute(query).fetchall()[0][1]
    for slow in ("ASOF", "NESTED_LOOP", "BLOCKWISE", "PIECEWISE", "IE_JOIN"):
        assert slow not in plan


def test_who_is_named_does_not_change(lake: Lake, acme: Stream) -> None:
    """Of two members for whom the same speaks, the first by name is told, every time."""
    both = [*a_fortnight("bea@acme.example"), *a_fortnight("ann@acme.example")]
    lake.land(acme, pa.concat_tables([visit("v"), *both]), at())
    rows = [asked(lake)[0] for _ in range(5)]
    assert {row["candidate"] for row in rows} == {"ann@acme.example"}
    assert all(row == rows[0] for row in rows)


def test_chances_of_a_visit_add_up(lake: Lake, acme: Stream) -> None:
    """The explanations share one probability, and one row of each visit is the likeliest."""
    rows = [visit("v"), visit("w", ip=CAFE), *a_fortnight("ann@acme.example")]
    lake.land(acme, pa.concat_tables(rows), at())
    found = catalog.sql(
        lake,
        "select sum(probability) as chances, count(*) filter (where likeliest) as told"
        " from visit_evidence() group by visit",
    ).to_pylist()
    assert [round(row["chances"], 9) for row in found] == [1, 1]
    assert [row["told"] for row in found] == [1, 1]


def test_whoever_was_last_seen_on_another_day_counts(lake: Lake, acme: Stream) -> None:
    """Minutes reach over days: to the last act before and the first act after, at the address."""
    ann = {"actor_email": "ann@acme.example"}
    rows = [
        visit("v"),
        signed_in("a", START - 2 * DAY, **ann),
        signed_in("b", START - 3 * DAY, **ann),
        signed_in("c", START + 5 * DAY, **ann),
        signed_in("d", START - 40 * MINUTE, CAFE, **ann),
    ]
    lake.land(acme, pa.concat_tables(rows), at())
    (row,) = [r for r in catalog.sql(lake, "from visit_evidence()").to_pylist() if r["member"]]
    assert (row["before"], row["after"]) == (2 * 1440, 5 * 1440)
    assert (row["any_before"], row["any_after"]) == (40, 5 * 1440)
    assert (row["elsewhere_before"], row["stays"], row["home_week"]) == (1, 1, 1)


def test_only_the_days_around_are_read(lake: Lake, acme: Stream) -> None:
    """A span opens the files of its days and of the fortnights around it, of one connection."""
    for day in range(-30, 31, 5):
        name = str(day)
        lake.land(acme, pa.concat_tables([visit(name, START + day * DAY)]), at())
        lake.land(Stream("dropbox", "beta"), visit(name, START + day * DAY), at())
    with catalog.connect(lake) as connection:
        span = "since := '2026-11-02', until := '2026-11-03', connection := 'acme'"
        query = f"explain analyze select * from unauthenticated_visits({span})"  # noqa: S608
        plan = connection.execute(query).fetchall()[0][1]
    read = list(map(int, re.findall(r"Total Files Read: (\d+)", plan)))
    assert max(read) <= 6
