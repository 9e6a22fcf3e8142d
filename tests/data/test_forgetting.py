"""Forgetting one connection: every byte of it goes, whatever others do meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from made_events import at, landed_ids, made_rows

from data import forgetting, upkeep
from data.delta import DeltaFolder, File
from data.inventory import Inventory, Seen
from data.lake import Lake, Stream
from data.tables import EVENTS

BETA = Stream("box", "beta")
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def files_of(place: str, connection: str) -> list[Path]:
    return [path for path in Path(place).rglob("*") if f"connection={connection}" in path.parts]


def filled(place: str, *streams: Stream) -> Lake:
    """A lake with events, a scan's step and an old version of both for each stream."""
    lake = Lake.open(place)
    step: dict[str, Any] = {
        "branch": "b", "kind": "tree", "state": "done", "about": "{}", "rows": 1, "pages": 1,
    }  # fmt: skip
    for stream in streams:
        for number in range(4):
            lake.land(stream, made_rows(range(number, number + 2)), at(cursor=str(number)))
            Inventory(lake, stream).record(NOW, Seen(steps=[step]))
    lake.compact()
    return lake


def test_every_byte_of_it_goes(place: str, acme: Stream) -> None:
    """Rows, positions, scans, old versions and what a killed writer left; others keep theirs."""
    lake = filled(place, acme, BETA)
    (half,) = {path.parent for path in files_of(place, "acme") if "events" in path.parts[-4:-3]}
    (half / "dropbox.acme.9.0123456789ab.parquet#1").write_bytes(b"PAR1")
    kept, before = landed_ids(lake, BETA), lake.landings(BETA)
    assert forgetting.streams(lake, "acme") == [acme]
    held = {it.table: (it.rows, it.files) for it in forgetting.holdings(lake, acme)}
    assert held["events"] == (5, 1)
    assert held["landings"] == (4, 1)
    assert sum(it.bytes for it in forgetting.holdings(lake, acme)) > 1000

    forgetting.forget(lake, acme)
    assert files_of(place, "acme") == []
    assert forgetting.streams(lake, "acme") == []
    assert lake.landings(acme) == []
    assert (landed_ids(lake, BETA), lake.landings(BETA)) == (kept, before)
    forgetting.forget(lake, acme)  # there is nothing left to be done


def test_the_name_serves_anew(place: str, acme: Stream) -> None:
    """A claim is never used twice, so what lands under the name later lands exactly once."""
    lake = filled(place, acme)
    last = lake.landings(acme)[-1].n
    forgetting.forget(lake, acme)
    other = Lake.open(place)
    landing = other.land(acme, made_rows(range(3)), at(cursor="new"))
    assert (landing.n, landing.rows, landing.repeats) == (last + 1, 3, 0)
    assert [one.cursor for one in Lake.open(place).landings(acme)] == ["new"]
    assert lake.land(acme, made_rows(range(4)), at()).rows == 1


def test_others_land_meanwhile(place: str, acme: Stream) -> None:
    """Connections that land at the same moment lose nothing, and the ledger has all of it."""
    lake = filled(place, acme, BETA)

    def land(number: int) -> None:
        Lake.open(place).land(BETA, made_rows(range(100 + number, 101 + number)), at())

    with ThreadPoolExecutor(3) as threads:
        work = [threads.submit(land, number) for number in range(6)]
        work.append(threads.submit(forgetting.forget, Lake.open(place), acme))
        for done in work:
            done.result()
    assert files_of(place, "acme") == []
    lake.vacuum()
    assert len(landed_ids(lake, BETA)) == 5 + 6
    assert len(lake.landings(BETA)) == 4 + 6
    assert lake.landings(acme) == []


def test_a_compaction_brings_nothing_back(
    place: str, acme: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may end while rows are being forgotten, or have merged them before: they do not return."""
    lake = filled(place, acme)
    for number in (9, 10):
        lake.land(acme, made_rows(range(number, number + 1)), at())
    slow = DeltaFolder(EVENTS, f"{place}/events")
    claim, files = slow.claim(upkeep.COMPACTION), slow.files().to_pylist()
    merged = slow.write(slow.rows(files), claim)
    look, compacted = DeltaFolder.files_of, []

    def compacted_meanwhile(folder: DeltaFolder, **partition: object) -> list[File]:
        found = look(folder, **partition)
        if folder.table is EVENTS and found and not compacted:
            compacted.append(upkeep.compact(DeltaFolder(EVENTS, folder.uri)))
        return found

    monkeypatch.setattr(DeltaFolder, "files_of", compacted_meanwhile)
    forgetting.forget(lake, acme)
    assert compacted == [2]
    assert not slow.commit(claim, merged, files, same_rows=True)
    slow.discard(merged)
    lake.refresh()
    assert lake.files("events") == []
    assert files_of(place, "acme") == []


def test_killed_in_the_middle_it_can_be_done_again(
    place: str, acme: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Positions go before rows: connected anew in between, all is read again and lands once."""
    lake = filled(place, acme)
    steps: list[str] = []

    class Died(BaseException):
        pass

    def dying(folder: DeltaFolder, stream: Stream) -> None:
        if folder.table is EVENTS:
            raise Died
        steps.append(folder.table.name)
        whole(folder, stream)

    whole = forgetting._forget
    monkeypatch.setattr(forgetting, "_forget", dying)
    with pytest.raises(Died):
        forgetting.forget(lake, acme)
    monkeypatch.setattr(forgetting, "_forget", whole)
    assert steps[-1] == "landings"
    again = Lake.open(place)
    assert again.landings(acme) == []
    assert again.land(acme, made_rows(range(6)), at()).rows == 1
    again.vacuum()
    assert len(landed_ids(again, acme)) == 6
    forgetting.forget(again, acme)
    assert files_of(place, "acme") == []
