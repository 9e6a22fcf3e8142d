"""The DuckDB face: right at once, opens only what a filter needs, and reads nothing else."""

import re
from datetime import timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from made_events import START, VOCABULARY, at, made_rows

from data import catalog
from data.lake import Lake, Stream
from data.questions import questions
from data.tables import ACTIVITIES, EVENTS, TABLES


def files_read(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """How many files DuckDB says it opened for a query."""
    plan = connection.execute(f"explain analyze {query}").fetchall()[0][1]
    return sum(map(int, re.findall(r"Total Files Read: (\d+)", plan)))


@pytest.fixture(scope="module")
def two_weeks(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Two connections with a file for each of 14 days; only read."""
    lake = Lake.open(str(tmp_path_factory.mktemp("two") / "weeks"))
    for name in ("acme", "beta"):
        for day in range(14):
            rows = made_rows(range(day * 9, day * 9 + 9), START + timedelta(days=day))
            lake.land(Stream("dropbox", name), rows, at())
    return lake


@pytest.mark.parametrize(
    ("condition", "files"),
    [
        ("true", 28),
        ("connection = 'beta'", 14),
        ("connection = 'nobody'", 0),
        ("event_date = '2026-11-05'", 2),
        ("event_date >= '2026-11-14' and connection = 'acme'", 2),
        ("app = 'box'", 0),
    ],
)
def test_a_filter_opens_only_its_files(two_weeks: Lake, condition: str, files: int) -> None:
    """A filter on app, connection or event_date opens the files of those folders only."""
    with catalog.connect(two_weeks) as connection:
        query = f"select count(event_id) from events where {condition}"  # noqa: S608
        assert files_read(connection, query) == files


def test_reports_open_only_the_days_asked_for(two_weeks: Lake) -> None:
    """A report's since, until and connection open the files of those days only."""
    with catalog.connect(two_weeks) as connection:
        span = "since := '2026-11-04T12:00:00Z', until := '2026-11-06T12:00:00Z'"
        assert files_read(connection, f"from activity({span}, connection := 'beta')") == 3
        assert files_read(connection, f"from activity({span})") == 6


def test_a_session_elsewhere_gets_the_same_answer(two_weeks: Lake) -> None:
    """Days and moments without an offset are meant in UTC, wherever an analyst's DuckDB runs."""
    asked = "from activity(since := '2026-11-04', until := '2026-11-06 09:00') select sum(events)"
    given = asked.replace(":= '2026-11-04'", ":= date '2026-11-04'")
    with duckdb.connect(catalog.publish(two_weeks), read_only=True) as session:
        answers = set()
        for zone in ("UTC", "America/New_York", "Asia/Kathmandu"):
            session.execute(f"set timezone = '{zone}'")
            answers |= {*session.execute(asked).fetchall(), *session.execute(given).fetchall()}
    assert len(answers) == 1


@pytest.mark.parametrize(
    "moment",
    ["'2026-11-06T14:00:00+05:00'", "'2026-11-06 09:00:00Z'", "timestamp '2026-11-06 09:00'"],
)
def test_a_moment_with_an_offset_is_that_moment(two_weeks: Lake, moment: str) -> None:
    """Wherever it is said: in a session of another zone, and in words of a session's own."""
    plain = "select sum(events) from activity(until := {})"
    with duckdb.connect(catalog.publish(two_weeks), read_only=True) as session:
        session.execute("set timezone = 'Asia/Kathmandu'")
        whole, part, told = (
            session.execute(plain.format(until)).fetchone()
            for until in ("'2026-11-07'", "'2026-11-06 09:00'", moment)
        )
    assert whole != part == told


@pytest.mark.parametrize(
    "name",
    [
        "activity_per",
        "administrator_acts",
        "coverage",
        "drift",
        "freshness",
        "sign_in_failures",
        "still_public",
    ],
)
def test_every_scan_of_a_report_opens_only_the_days_asked_for(two_weeks: Lake, name: str) -> None:
    """However often a report reads the events, each time it is of the days and the connection."""
    two_weeks.compact()  # 28 landings; the events have a file a day already
    words = [("sign in", 3002, 1), ("download", 6006, 2)]
    line = VOCABULARY.to_pylist()[0]
    lines = [
        line | {"native_type": name, "ocsf_class": kind, "ocsf_activity": act}
        for name, kind, act in words
    ]
    two_weeks.learn(pa.Table.from_pylist(lines, schema=ACTIVITIES.schema))
    with catalog.connect(two_weeks) as connection:
        span = "since := '2026-11-04T12:00:00Z', until := '2026-11-06T12:00:00Z'"
        query = f"from {name}({span}, connection := 'beta')"
        plan = connection.execute(f"explain analyze {query}").fetchall()[0][1]
        scans = list(map(int, re.findall(r"Total Files Read: (\d+)", plan)))
        assert max(scans) == 3


def test_what_a_day_is_compared_with_is_opened_too(two_weeks: Lake) -> None:
    """Unusual days open the 28 days before; first times all there is before the end."""
    with catalog.connect(two_weeks) as connection:
        span = "since := '2026-11-14', until := '2026-11-15', connection := 'beta'"
        for name in ("unusual_days", "first_time_activities"):
            plan = connection.execute(f"explain analyze from {name}({span})").fetchall()[0][1]
            assert max(map(int, re.findall(r"Total Files Read: (\d+)", plan))) == 14


def test_commits_of_others_are_seen_at_once(place: str, acme: Stream) -> None:
    """A query of one handle sees what another one has just landed, compacted or swept."""
    ours, others = Lake.open(place), Lake.open(place)
    for number in range(3):
        others.land(acme, made_rows(range(number, number + 1)), at())
        found = catalog.sql(ours, "select count(*) as n from events").to_pylist()
        assert found == [{"n": number + 1}]
    others.compact()
    others.vacuum()
    assert len(catalog.sql(ours, "from landings")) == 3


def test_an_empty_lake_answers(lake: Lake) -> None:
    """Before anything has landed every view is there, typed and empty, and so are the macros."""
    for table in TABLES:
        answer = catalog.sql(lake, f"from {table.name}")
        assert (len(answer), answer.schema.names) == (0, table.schema.names)
    assert len(catalog.sql(lake, "from activity()")) == 0


def test_views_have_the_declared_types(lake: Lake) -> None:
    """Columns come in the declared order and types, also from a folder named like a number."""
    empty = catalog.sql(lake, "describe events")
    lake.land(Stream("dropbox", "2026"), made_rows(range(1)), at())
    full = catalog.sql(lake, "describe events")
    assert empty["column_type"] == full["column_type"]
    answer = catalog.sql(lake, "from events")
    assert answer.schema.names == EVENTS.schema.names
    assert answer["event_time"].type == EVENTS.schema.field("event_time").type


def test_no_question_has_what_older_versions_of_duckdb_lack() -> None:
    """The function `if` came after DuckDB 1.4; views and macros are read by whoever has that."""
    for folder in ("reports", "views", "macros"):
        for question in questions(folder).values():
            assert not re.search(r"\bif\(", question.select), question.name


def test_files_of_somebody_else_are_neither_read_nor_deleted(lake: Lake, acme: Stream) -> None:
    """What lies in the lake's folder and is not of the lake is no event, and stays."""
    lake.land(acme, made_rows(range(4)), at())
    (ours,) = lake.files("events")
    theirs = [Path(ours).with_name("mine.parquet"), Path(lake.uri, "notes.txt")]
    theirs[0].write_bytes(Path(ours).read_bytes())
    theirs[1].write_text("not of the lake")
    again = Lake.open(lake.uri)
    again.compact()
    again.vacuum()
    assert catalog.sql(again, "select count(*) as n from events").to_pylist() == [{"n": 4}]
    assert all(path.exists() for path in theirs)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("select 1; select 2", "one select at a time; these are 2"),
        ("select '\udcff'", "not UTF-8"),
        ("", "these are 0"),
        ("drop view events", "not DROP"),
        ("create table t as select 1", "not CREATE"),
        ("copy events to 'evil.csv'", "not COPY"),
        ("explain analyze copy events to 'evil.csv'", "not EXPLAIN"),
        ("attach 'evil.duckdb'", "not ATTACH"),
        ("install httpfs", "not LOAD"),
        ("set enable_external_access = true", "not SET"),
        ("select * from read_text('/etc/passwd')", "Permission Error"),
        ("select * from glob('/etc/*')", "Permission Error"),
        ("selct 1", 'syntax error at or near "selct"'),
        ("select nobody from events", '"nobody" not found in FROM clause! Candidate bindings: '),
        ("from activity(whom := 'x')", "Candidate macros: activity(since := NULL, until"),
        ("select * from query", "query"),
        ("select $x", "parameters: x"),
    ],
)
def test_sql_reads_the_lake_and_no_more(lake: Lake, query: str, says: str) -> None:
    """One select on the lake is answered; all else is refused, in DuckDB's words or in ours."""
    with pytest.raises(ValueError, match=re.escape(says)) as told:
        catalog.sql(lake, query)
    assert "\n" not in str(told.value)
    assert not list(Path(lake.uri).glob("evil*"))


def test_the_vocabulary_is_a_table_for_every_engine(lake: Lake) -> None:
    """The words of the activities lie in the lake; only a change of them writes files."""
    catalog.publish(lake, VOCABULARY)
    (first,) = lake.files("activities")
    catalog.publish(lake, VOCABULARY)
    assert lake.files("activities") == [first]
    other = VOCABULARY.set_column(3, "label", pa.array(["Add file"]))
    catalog.publish(lake, other)
    assert catalog.sql(lake, "select label from activities").to_pylist() == [{"label": "Add file"}]
    assert lake.vacuum() == 1
