"""Landing: exactly once, rows and position together, in the declared shape."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable
from made_events import ASKED, START, at, landed_ids, made_rows

from data.lake import Lake, LakeUnusable, Landing, RowsRefused, Stream
from data.tables import EVENTS

DAY = timedelta(days=1)


def ids_of(rows: pa.Table) -> list[str]:
    return sorted(rows["event_id"].to_pylist())


def test_rows_land_with_their_position(lake: Lake, acme: Stream) -> None:
    """A landing tells what was added, from when to when, and gives the cursor back untouched."""
    cursor = 'AAF"\\\n\u202e 7e3'
    window = {"window_start": START, "window_end": START + DAY}
    rows = made_rows(range(3), activity=["unknown", "sign_in", "unknown"])
    landing = lake.land(
        acme, rows, at("history", cursor=cursor, pages=2, done=True, note="reset", **window)
    )
    assert landing == Landing(
        app="dropbox",
        connection="acme",
        n=1,
        lane="history",
        cursor=cursor,
        done=True,
        pages=2,
        rows=3,
        repeats=0,
        unknown=2,
        first_event_time=START,
        last_event_time=START + timedelta(seconds=2),
        fetched_at=ASKED,
        landed_at=landing.landed_at,
        note="reset",
        **window,
    )
    assert lake.landings(acme) == [landing]
    assert landed_ids(lake, acme) == ids_of(rows)


def test_repeats_are_dropped_and_counted(lake: Lake, acme: Stream) -> None:
    """An id that is in the lake or earlier in the batch is dropped, the first row of it is kept."""
    lake.land(acme, made_rows(range(10)), at())
    rows = made_rows(["new", *(f"{n:032x}" for n in range(5)), "new"], item_name=list("abcdefg"))
    landing = lake.land(acme, rows, at())
    assert (landing.rows, landing.repeats) == (1, 6)
    assert len(landed_ids(lake, acme)) == 11
    file = next(path for path in lake.files("events") if ".2." in path)
    assert pq.read_table(file, partitioning=None)["item_name"].to_pylist() == ["a"]


def test_the_same_batch_twice_leaves_the_same_lake(lake: Lake, acme: Stream) -> None:
    """To land a batch again adds no row and no file, and the position still moves."""
    lake.land(acme, made_rows(range(10)), at(cursor="a"))
    files = lake.files("events")
    again = lake.land(acme, made_rows(range(10)), at(cursor="b"))
    assert (again.rows, again.repeats, again.cursor, again.n) == (0, 10, "b", 2)
    assert lake.files("events") == files


def test_a_batch_without_rows_moves_the_position(lake: Lake, acme: Stream) -> None:
    """No new event still is a landing: the cursor and the ledger go on."""
    for cursor in ("a", "b"):
        landing = lake.land(acme, made_rows([]), at(cursor=cursor, done=True))
        assert landing.first_event_time is None
    assert [(one.n, one.cursor) for one in lake.landings()] == [(1, "a"), (2, "b")]


def test_positions_are_the_last_of_each_lane_and_window(lake: Lake, acme: Stream) -> None:
    """Where lanes stand: for each window, and for the live lane, the last landing done and not."""
    window = {"window_start": START, "window_end": START + DAY}
    for lane, done, span in [
        ("live", False, {}),
        ("history", False, window),
        ("live", True, {}),
        ("live", True, {}),
        ("history", True, window),
        ("live", False, {}),
        ("history", False, window | {"window_end": START + 2 * DAY}),
    ]:
        lake.land(acme, made_rows([]), at(lane, done=done, **span))
    assert [landing.n for landing in lake.positions(acme)] == [2, 4, 5, 6, 7]
    assert lake.positions() == [one for one in lake.landings() if one.n not in (1, 3)]
    assert lake.positions(Stream("dropbox", "other")) == []


def test_streams_do_not_see_each_other(lake: Lake) -> None:
    """The same id in two connections is two events, and each counts its own landings."""
    for name in ("a", "b"):
        landing = lake.land(Stream("dropbox", name), made_rows(range(3)), at())
        assert (landing.n, landing.rows) == (1, 3)
    assert [one.connection for one in lake.landings()] == ["a", "b"]
    assert [one.connection for one in lake.landings(Stream("dropbox", "b"))] == ["b"]


def test_days_are_utc_days(lake: Lake, acme: Stream) -> None:
    """A row lies in the folder of its UTC day, whatever the century."""
    times = [
        datetime(1969, 12, 31, 23, 59, 59, 999999, UTC),
        datetime(2026, 11, 2, 23, 59, 59, 999999, UTC),
        datetime(2026, 11, 3, tzinfo=UTC),
    ]
    lake.land(acme, made_rows(range(3), event_time=times), at())
    folders = [path.split("event_date=")[1][:10] for path in lake.files("events")]
    assert folders == ["1969-12-31", "2026-11-02", "2026-11-03"]


def test_late_events_of_a_known_day_are_found_again(lake: Lake, acme: Stream) -> None:
    """An id is looked for wherever its day and time lie, also between rows landed long before."""
    lake.land(acme, made_rows(range(48), step=timedelta(hours=1)), at())
    late = made_rows(range(48, 50), start=START + timedelta(hours=3))
    again = pa.concat_tables([late, made_rows(range(48), step=timedelta(hours=1)).slice(5, 3)])
    assert lake.land(acme, again, at()).repeats == 3
    assert lake.known(acme, again).to_pylist() == [True] * 5
    assert lake.known(Stream("dropbox", "other"), again).to_pylist() == [False] * 5


def test_rows_in_need_are_refused_by_name(lake: Lake, acme: Stream) -> None:
    """Rows that lack what is required are refused with all of it named, and nothing lands."""
    rows = made_rows(range(2))
    lacking = rows.drop_columns(["raw", "activity"]).append_column("surprise", rows["ip"])
    with pytest.raises(RowsRefused, match=r"\['activity', 'raw'\].*\['surprise'\]"):
        lake.land(acme, lacking, at())
    with pytest.raises(RowsRefused, match=r"2 rows.*'event_id': 1, 'category': 2"):
        lake.land(acme, made_rows(range(2), category=None, event_id=["a", None]), at())
    with pytest.raises(RowsRefused, match="another type"):
        lake.land(acme, made_rows(range(2)).set_column(0, "event_id", rows["participants"]), at())
    assert lake.landings() == []


def test_what_an_app_never_tells_is_null(lake: Lake, acme: Stream) -> None:
    """A column that may be null may be missing, and columns come in any order and text width."""
    rows = made_rows(range(2)).drop_columns(["recorded_at", "user_agent", "participants"])
    rows = rows.select(rows.schema.names[::-1])
    at_raw = rows.schema.get_field_index("raw")
    wide = rows.set_column(at_raw, "raw", rows["raw"].cast(pa.large_string()))
    assert lake.land(acme, wide, at()).rows == 2


def test_hostile_text_stays_what_it_was(lake: Lake, acme: Stream) -> None:
    """Names with NUL, quotes, newlines, SQL, markup or ten thousand letters come back the same."""
    names = [
        "a\0b",
        "'); drop table events; --",
        '"\n\r\t',
        "\u202e\u200f🏴‍☠️",
        "../../x",
        "x" * 10_000,
        "",
    ]
    rows = made_rows([f"id {name}" for name in names], item_name=names, link_id=names)
    lake.land(acme, rows, at(cursor=names[0], note=names[1]))
    assert lake.land(acme, rows, at()).repeats == len(names)
    assert landed_ids(lake, acme) == ids_of(rows)
    assert lake.landings()[0].cursor == "a\0b"


@pytest.mark.parametrize("name", ["", "../x", "a/b", "A", "-a", "a b", "a'", "a\n", "a" * 64, "é"])
def test_a_hostile_name_names_no_stream(name: str) -> None:
    """Only small letters, digits and hyphens get into folder names."""
    with pytest.raises(ValueError, match="small letters"):
        Stream("dropbox", name)


def test_the_log_alone_knows_rows_and_position(lake: Lake, acme: Stream) -> None:
    """One commit holds the rows, the transaction (connection, n) and the whole landing."""
    landing = lake.land(acme, made_rows(range(3)), at(cursor="c"))
    log = DeltaTable(f"{lake.uri}/events")
    assert log.version() == landing.n == log.transaction_version("dropbox/acme")
    assert json.loads(log.history(1)[0]["landing"])["cursor"] == "c"
    assert log.count() == 3


def test_files_have_the_declared_columns(lake: Lake, acme: Stream) -> None:
    """Each file holds all columns but the folders', in the declared order and types."""
    lake.land(acme, made_rows(range(3)), at())
    (path,) = lake.files("events")
    assert pq.read_schema(path).equals(EVENTS.stored_schema)
    assert f"/app=dropbox/connection=acme/event_date={date(2026, 11, 2)}/" in path


def test_an_object_store_address_names_a_bucket() -> None:
    """An address without a bucket is refused, and no folder is made of it."""
    with pytest.raises(LakeUnusable, match="names no bucket"):
        Lake.open("s3://")
    assert not Path("s3:").exists()


def test_connections_that_land_at_once_share_one_ledger(lake: Lake) -> None:
    """Each landing of each is entered once, under its own number, whoever enters it."""
    streams = [Stream("dropbox", "acme"), Stream("box", "beta")]

    def land(stream: Stream) -> None:
        mine = Lake.open(lake.uri)
        for number in range(25):
            mine.land(stream, made_rows([f"{stream.key} {number}"]), at(cursor=str(number)))

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(land, streams))
    for stream in streams:
        entered = [(one.n, one.cursor) for one in lake.landings(stream)]
        assert entered == [(number + 1, str(number)) for number in range(25)]
