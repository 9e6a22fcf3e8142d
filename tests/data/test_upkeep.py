"""Compaction, vacuum and the log: tidy, and nobody is disturbed."""

import os
import time
from datetime import timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable
from made_events import START, at, landed_ids, made_rows

from data import upkeep
from data.delta import DeltaFolder
from data.errors import FileGone
from data.lake import Lake, LakeUnusable, Stream
from data.tables import ACTIVITIES, EVENTS, LANDINGS

HOUR = timedelta(hours=1)


def glob_count(lake: Lake) -> int:
    """What `read_parquet` over everything in the folder counts."""
    found = duckdb.execute(
        "select count(*) from read_parquet($1, hive_partitioning = true)",
        [f"{lake.uri}/events/**/*.parquet"],
    ).fetchone()
    return int(found[0]) if found else 0


def test_maintenance_leaves_one_ordered_file_a_day(lake: Lake, acme: Stream) -> None:
    """After compact and vacuum a day is one file in order of time, and a glob counts each once."""
    for hour in (5, 1, 3):
        lake.land(acme, made_rows(range(hour * 9, hour * 9 + 9), START + hour * HOUR), at())
    lake.land(acme, made_rows(range(900, 909), START + 30 * HOUR), at())
    before = lake.landings()
    assert lake.compact() == 2 + 3
    assert glob_count(lake) == 27 + 36
    assert lake.vacuum() == 3 + 4
    assert glob_count(lake) == 36
    assert len(lake.files("events")) == 2
    times = pq.read_table(lake.files("events")[0], partitioning=None)["event_time"].to_pylist()
    assert times == sorted(times)
    assert lake.landings() == before
    assert (lake.compact(), lake.vacuum()) == (0, 0)


def test_merged_files_stay_small_enough_for_memory(
    lake: Lake, acme: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day of many rows becomes several files, none above the limit, and no row is lost."""
    monkeypatch.setattr(upkeep, "_MOST", 20)
    for number in range(5):
        lake.land(acme, made_rows(range(number * 9, number * 9 + 9)), at())
    assert lake.compact() >= 2
    counts = [pq.read_metadata(path).num_rows for path in lake.files("events")]
    assert sorted(counts) == [9, 18, 18]


def test_ids_are_still_known_after_compaction(lake: Lake, acme: Stream) -> None:
    """What was landed before a compaction is a repeat after it."""
    for number in range(3):
        lake.land(acme, made_rows(range(number, number + 1)), at())
    lake.compact()
    lake.vacuum()
    assert lake.land(acme, made_rows(range(4)), at()).rows == 1


def test_a_writer_that_looked_before_compaction_is_not_disturbed(place: str, acme: Stream) -> None:
    """A handle whose files were compacted and swept meanwhile still lands exactly once."""
    slow, keeper = Lake.open(place), Lake.open(place)
    for number in range(3):
        slow.land(acme, made_rows(range(number, number + 1)), at())
    keeper.compact()
    keeper.vacuum()
    landing = slow.land(acme, made_rows(range(5)), at())
    assert (landing.rows, landing.repeats) == (2, 3)
    assert len(landed_ids(keeper, acme)) == 5


def test_two_compactions_at_once_double_nothing(place: str, acme: Stream) -> None:
    """Of two compactions prepared on one state only one is committed."""
    lake = Lake.open(place)
    for number in range(4):
        lake.land(acme, made_rows(range(number, number + 1)), at())
    first, second = (DeltaFolder(EVENTS, f"{place}/events") for _ in range(2))
    claim, files = second.claim("compact"), second.files().to_pylist()
    assert upkeep.compact(first) == 3
    merged = first.read(first.files()["path"][0].as_py())
    assert merged.num_rows == 4
    assert not second.commit(claim, [], files, same_rows=True)
    assert upkeep.compact(second) == 0
    assert second.files()["num_records"].to_pylist() == [4]


def test_a_swept_file_is_told_apart_from_a_broken_disk(lake: Lake) -> None:
    """Reading a file that is gone says so, for the reader to look again."""
    with pytest.raises(FileGone):
        DeltaFolder(EVENTS, f"{lake.uri}/events").read("app=dropbox/gone.parquet")


def test_vacuum_fences_a_writer_at_work(lake: Lake, acme: Stream) -> None:
    """A file in no commit yet may be swept: its writer then loses the claim and does not commit."""
    lake.land(acme, made_rows(range(1)), at())
    folder = DeltaFolder(EVENTS, f"{lake.uri}/events")
    claim = folder.claim(acme.key)
    rows = pq.read_table(lake.files("events")[0], schema=EVENTS.schema)
    added = folder.write(rows, claim)
    assert lake.vacuum() == 1
    assert not folder.commit(claim, added)
    assert lake.land(acme, made_rows(range(2)), at()).n == claim.n + 1
    assert len(landed_ids(lake, acme)) == 2


def test_vacuum_leaves_the_ledger_to_its_writer(lake: Lake, acme: Stream) -> None:
    """A file on its way into the ledger stays: an empty commit there would claim its landings."""
    lake.land(acme, made_rows(range(1)), at())
    folder = DeltaFolder(LANDINGS, f"{lake.uri}/landings")
    rows = pq.read_table(lake.files("landings")[0], schema=LANDINGS.schema)
    claim = folder.claim("events", folder.claimed("events") + 1)
    (file,) = folder.write(rows, claim)
    assert lake.vacuum() == 0
    assert folder.commit(claim, [file])


def test_half_written_files_go_after_a_day(lake: Lake) -> None:
    """What a killed writer had begun is deleted when nobody can be at it any more."""
    old, new = (Path(lake.uri, "events", f"dropbox.acme.{n}.parquet#1") for n in (1, 2))
    for path in (old, new):
        path.write_bytes(b"PAR1")
    yesterday = time.time() - 90_000
    os.utime(old, (yesterday, yesterday))
    lake.vacuum()
    assert (old.exists(), new.exists()) == (False, True)


def test_vacuum_leaves_what_is_not_ours(lake: Lake, acme: Stream) -> None:
    """Files that are not named as ours are nobody's litter."""
    lake.land(acme, made_rows(range(1)), at())
    theirs = Path(lake.uri, "events", "part-00000-0a1b.c000.snappy.parquet")
    theirs.write_bytes(b"theirs")
    assert lake.vacuum() == 0
    assert theirs.exists()


def test_the_ledger_keeps_its_own_files_few(lake: Lake, acme: Stream) -> None:
    """A lane that lands every minute does not make the ledger slow to read."""
    for number in range(66):
        lake.land(acme, made_rows([]), at(cursor=str(number)))
    assert len(lake.files("landings")) < 5
    assert [landing.cursor for landing in lake.landings()] == [str(n) for n in range(66)]


def test_a_shortened_log_forgets_no_claim(place: str, acme: Stream) -> None:
    """With the log cut behind a checkpoint, all goes on, for handles left far behind too."""
    lake, idle = Lake.open(place), Lake.open(place)
    for table in ("events", "landings"):
        DeltaTable(f"{place}/{table}").alter.set_table_properties(
            {"delta.logRetentionDuration": "interval 0 seconds"}
        )
    for number in range(5):
        lake.land(acme, made_rows(range(number, number + 1)), at())
    lake.vacuum()
    behind = Lake.open(place)  # stands on a checkpoint, and so can go on without the log before
    for _ in range(3):
        lake.land(acme, made_rows([]), at())
    lake.vacuum()
    assert len(list(Path(place, "events", "_delta_log").glob("*.json"))) <= 2
    reopened = Lake.open(place)
    assert [landing.n for landing in reopened.landings()] == list(range(1, 9))
    for number, handle in enumerate((behind, idle, reopened), start=1):
        landing = handle.land(acme, made_rows(range(5 + number)), at())
        assert (landing.n, landing.rows) == (8 + number, 1)
    assert len(reopened.landings()) == len(Lake.open(place).landings()) == 11
    assert len(landed_ids(lake, acme)) == 8


@pytest.mark.parametrize("inside", ["", "lake"])
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, inside: str) -> None:
    """A file where the lake should be, or above it, ends in one sentence with the remedy."""
    (tmp_path / "taken").write_text("a file of somebody")
    with pytest.raises(
        LakeUnusable, match=r"taken.*Not a directory\. Make it writable.*CASBAH_LAKE"
    ):
        Lake.open(str(tmp_path / "taken" / inside))
    assert (tmp_path / "taken").read_text() == "a file of somebody"


def test_a_read_only_file_system_is_named() -> None:
    """Where nobody can make a folder, not even root, the sentence says where."""
    with pytest.raises(LakeUnusable, match="/proc/lake/events"):
        Lake.open("/proc/lake")


def test_an_address_of_no_known_kind_is_named() -> None:
    """A wrong kind of address is refused with the kinds that there are."""
    with pytest.raises(LakeUnusable, match="nowhere"):
        Lake.open("nowhere://bucket/lake")


def test_half_a_table_is_healed_or_named(tmp_path: Path) -> None:
    """An empty log, left by a death in the creation, is filled; a broken one is refused."""
    log = tmp_path / "lake" / "events" / "_delta_log"
    log.mkdir(parents=True)
    Lake.open(str(tmp_path / "lake"))
    (log / "00000000000000000000.json").write_text('{"commitInfo": {')
    with pytest.raises(LakeUnusable, match="events"):
        Lake.open(str(tmp_path / "lake"))


def test_somebody_elses_table_is_refused(tmp_path: Path) -> None:
    """Parquet without a log, or a Delta table of other columns, is not taken over."""
    headless = tmp_path / "a" / "events" / "x"
    headless.mkdir(parents=True)
    (headless / "data.parquet").write_bytes(b"theirs")
    with pytest.raises(LakeUnusable, match="without a Delta log"):
        Lake.open(str(tmp_path / "a"))
    DeltaTable.create(tmp_path / "b" / "events", ACTIVITIES.schema)
    with pytest.raises(LakeUnusable, match="another table"):
        Lake.open(str(tmp_path / "b"))
    assert not (headless.parent / "_delta_log").exists()


def test_a_copy_that_lost_its_links_is_linked_again(place: str, acme: Stream) -> None:
    """The log lies beside the table; where the link to it was lost on the way, it is made anew."""
    Lake.open(place).land(acme, made_rows(range(3)), at())
    for link in Path(place).glob("*/_delta_log"):
        link.unlink()
    assert Lake.open(place).land(acme, made_rows(range(4)), at()).rows == 1
