"""An answer as a file for other programs: Parquet with its types, a workbook for Excel."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import BadQuestion
from data.reports import Answer
from data.reports.render import records, visible

# https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
_ROWS, _LETTERS = 1_048_576, 32_767
# Excel computes with doubles, and shows no more than 15 digits of a number.
_EXACT = 10**15
# A text stays a text, whatever it begins with.
_TEXT_ONLY = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def rows(table: pa.Table) -> bytes:
    """Rows as Parquet, with their types. Raises BadQuestion for a type that Parquet lacks."""
    out = io.BytesIO()
    try:
        pq.write_table(table, out, compression="zstd")
    except pa.ArrowNotImplementedError as error:
        raise BadQuestion(f"Parquet cannot hold this: {error}; cast it, or say csv.") from error
    return out.getvalue()


def parquet(answer: Answer) -> bytes:
    """The rows with their types; each column has its meaning, the file how far to trust it."""
    meanings = answer.question.columns
    fields = [
        field.with_metadata({"comment": meanings[field.name]}) for field in answer.table.schema
    ]
    about = {
        "title": answer.title,
        "grain": answer.question.grain,
        "asked": json.dumps(_asked(answer)),
        "notes": json.dumps(answer.notes),
    }
    return rows(answer.table.cast(pa.schema(fields, about)))


def xlsx(answer: Answer) -> bytes:
    """A workbook: the rows on one sheet, what they mean and how far to trust them on another.

    Excel knows no time zones: times are UTC, as the second sheet says.

    Raises:
        BadQuestion: there are more rows than a sheet has.
    """
    import pandas as pd  # noqa: PLC0415 - takes half a second, which no other form needs

    if len(answer.table) >= _ROWS:
        raise BadQuestion(
            f"An Excel sheet ends after {_ROWS - 1:,} rows, and these are {len(answer.table):,}:"
            " narrow the span, or write parquet or csv."
        )
    # An object for each cell: pandas would make floats of whole numbers where some are missing.
    frame = pd.DataFrame(
        [[_cell(value) for value in row.values()] for row in _rows(answer.table)],
        columns=answer.table.schema.names,
        dtype=object,
    )
    about = [
        ("report", answer.title),
        ("one row is", answer.question.grain),
        *([("rule", answer.question.rule)] if answer.question.rule else []),
        ("times", "are UTC"),
        *(("how far to trust it", note) for note in answer.notes),
        *((f"asked: {name}", value) for name, value in _asked(answer).items()),
        *((f"column: {name}", meaning) for name, meaning in answer.question.columns.items()),
    ]
    out = io.BytesIO()
    with pd.ExcelWriter(
        out,
        engine="xlsxwriter",
        datetime_format="yyyy-mm-dd hh:mm:ss",
        date_format="yyyy-mm-dd",
        engine_kwargs={"options": _TEXT_ONLY},
    ) as book:
        frame.to_excel(book, sheet_name=answer.question.name[:31], index=False, freeze_panes=(1, 0))
        told = pd.DataFrame([[_cell(a), _cell(b)] for a, b in about], columns=["about", "is"])
        told.to_excel(book, sheet_name="about", index=False)
        for sheet in book.sheets.values():
            sheet.autofit(300)
    return out.getvalue()


def _asked(answer: Answer) -> dict[str, str]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else str(value)
        for name, value in answer.filters.items()
        if value is not None
    }


def _rows(table: pa.Table) -> list[dict[str, Any]]:
    """The rows with times as objects, and all else as in JSON."""
    times = [f.name for f in table.schema if pa.types.is_temporal(f.type)]
    kept = table.select(times).to_pylist() if times else [{}] * len(table)
    return [plain | moments for plain, moments in zip(records(table), kept, strict=True)]


def _cell(value: Any) -> Any:
    match value:
        case bool() | None | float():
            return value
        case datetime():
            return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        case date():
            return value
        case int():
            return value if abs(value) < _EXACT else str(value)
        case dict() | list():
            value = json.dumps(value, ensure_ascii=False)
    text = visible(str(value))
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"
