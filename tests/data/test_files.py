"""An answer as Parquet and as a workbook: types stay, and nothing is computed."""

import html
import io
import re
import zipfile
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_events import at, made_rows

from data import reports
from data.errors import BadQuestion
from data.lake import Lake, Stream
from data.reports import Answer, Completeness, files

FORMULAS = ["=1+1", "+1", "-1", "@sum(A1)", "{=1}", "http://192.0.2.66/x", "1e5", "\x1b[31m", ""]
MOMENT = datetime(2026, 11, 2, 9, 0, 0, 500_000, UTC)


def answer(**columns: Any) -> Answer:
    question = reports.describe("drift")
    names = {name: f"what {name} means" for name in columns}
    return Answer(
        type(question)("made", "Made", "one row", (), {}, names, ""),
        {},
        pa.table(columns),
        Completeness(()),
    )


def sheets(book: bytes) -> tuple[str, list[str]]:
    """The XML of the first sheet, and the texts of the workbook."""
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        texts = parts.read("xl/sharedStrings.xml").decode()
        assert "xl/externalLinks" not in parts.namelist()
        assert not [name for name in parts.namelist() if name.endswith(".rels") and "sheet" in name]
        return (
            parts.read("xl/worksheets/sheet1.xml").decode(),
            re.findall(r"<t(?: [^>]*)?>([^<]*)</t>", texts),
        )


def test_parquet_keeps_the_types_and_says_what_they_mean(lake: Lake, acme: Stream) -> None:
    """Days are days, moments know their zone, and each column carries its meaning."""
    lake.land(acme, made_rows(range(5)), at(window_start=MOMENT, done=True))
    given = reports.run(lake, "activity", connection="acme")
    table = pq.read_table(io.BytesIO(files.parquet(given)))
    assert table.equals(given.table)
    assert table.schema.field("day").type == pa.date32()
    assert table.schema.field("last_time").type == pa.timestamp("us", "UTC")
    meanings = given.question.columns
    for field in table.schema:
        assert field.metadata[b"comment"].decode() == meanings[field.name]
    assert b"acme (dropbox)" in table.schema.metadata[b"notes"]
    assert table.schema.metadata[b"asked"] == b'{"connection": "acme"}'


def test_a_workbook_computes_nothing() -> None:
    """Text stays text, whatever it begins with; no formula, no link, nothing that is obeyed."""
    sheet, texts = sheets(files.xlsx(answer(name=FORMULAS)))
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert {*FORMULAS[:-2], r"\x1b[31m"} <= {*texts}
    assert sheet.count('t="s"') == len(FORMULAS)  # the heading, and all but the empty one


def test_a_workbook_has_times_and_numbers_as_such() -> None:
    """Times are UTC, whole numbers stay whole beside missing ones, ids keep their digits."""
    tokyo = timezone(timedelta(hours=9))
    sheet, texts = sheets(
        files.xlsx(
            answer(
                at=pa.array([MOMENT.astimezone(tokyo), None], pa.timestamp("us", "Asia/Tokyo")),
                day=[date(2026, 11, 2), None],
                n=pa.array([7, None], pa.int64()),
                big=[2**62, 1],
                odd=[float("inf"), 0.5],
                many=[["a", "b"], None],
                long=["x" * 40_000, None],
                yes=[True, False],
            )
        )
    )
    values = re.findall(r'<c r="(\w+)"[^>]*><v>([^<]*)</v>', sheet)
    found = dict(values)
    assert float(found["A2"]) == pytest.approx(46328.375005787)  # 2026-11-02 09:00:00.5
    assert (found["B2"], found["C2"], found["E3"], found["H2"]) == ("46328", "7", "0.5", "1")
    assert {"A3", "B3", "C3", "E2", "F3", "G3"} & {*found} == set()
    assert {str(2**62), '["a", "b"]', "are UTC"} <= {*map(html.unescape, texts)}
    assert max(map(len, texts)) == 32_767


def test_a_workbook_says_when_it_has_no_room() -> None:
    """More rows than a sheet has end in a sentence, not in half of them."""
    with pytest.raises(BadQuestion, match=r"ends after 1,048,575 rows.* parquet"):
        files.xlsx(answer(n=range(1_048_576)))
