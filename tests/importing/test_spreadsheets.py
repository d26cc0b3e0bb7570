"""Excel files: values as a person sees them, hostile files refused."""

from __future__ import annotations

import datetime as calendar
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest

from seamline.problems import Refused
from seamline.usecases import spreadsheets
from seamline.usecases.importing.source import read_table
from seamline.usecases.spreadsheets import BrokenCell, Cell, read_workbook


def book_with(cells: dict[str, object], formats: dict[str, str] | None = None) -> io.BytesIO:
    """Return a workbook of some cells as a stream."""
    book = openpyxl.Workbook()
    for place, value in cells.items():
        book.active[place] = value
    for place, shown in (formats or {}).items():
        book.active[place].number_format = shown
    stream = io.BytesIO()
    book.save(stream)
    return stream


CELLS: list[tuple[object, str, Cell]] = [
    (0.1 + 0.2, "General", Decimal("0.3")),
    (3.0, "General", 3),
    (0.125, "0.0%", Decimal("12.5")),
    (7, "00000", "00007"),
    (1234567.5, "#,##0.00", Decimal("1234567.5")),
    (1e300, "General", int(Decimal("1e300"))),
    (True, "General", True),
    (calendar.datetime(2027, 3, 1), "yyyy-mm-dd", calendar.datetime(2027, 3, 1)),
    ("  kept  ", "General", "  kept  "),
    ("   ", "General", None),
]


@pytest.mark.parametrize(("value", "shown", "wanted"), CELLS, ids=range(len(CELLS)))
def test_cells(value: object, shown: str, wanted: Cell) -> None:
    stream = book_with({"A1": "x", "B1": "y", "A2": "row", "B2": value}, {"B2": shown})
    cells = next(read_workbook(stream, "x.xlsx").rows()).cells
    assert (cells[1] if len(cells) > 1 else None) == wanted


def test_rows_keep_their_numbers_and_gaps_are_no_rows() -> None:
    stream = book_with({"A3": "head", "A5": 1, "A100": 2, "ZZ101": "beyond the headers"})
    table = read_workbook(stream, "x.xlsx")
    assert (table.headers, [line.number for line in table.rows()]) == (("head",), [5, 100])
    assert [line.number for line in table.rows()] == [5, 100]  # from the start again


def test_an_error_value_is_a_broken_cell() -> None:
    stream = book_with({"A1": "x", "A2": "#N/A"})
    cell = next(read_workbook(stream, "x.xlsx").rows()).cells[0]
    assert isinstance(cell, BrokenCell)


def repacked(stream: io.BytesIO, name: str, content: bytes) -> io.BytesIO:
    """Return the archive with one part replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out


LIMIT = 1_000_000
SHEET = "xl/worksheets/sheet1.xml"
HOSTILE = [
    (SHEET, bytes(LIMIT + 1), 413),
    (SHEET, b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet/>', 422),
    (SHEET, b"<worksheet><sheetData><row", 422),
    ("xl/workbook.xml", b"<workbook", 422),
    ("xl/styles.xml", b"nothing", 422),
]


@pytest.mark.parametrize(("part", "content", "status"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_and_damaged_files(
    part: str, content: bytes, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreadsheets, "UNPACKED_BYTES", LIMIT)
    stream = repacked(book_with({"A1": "x", "A2": 1}), part, content)
    with pytest.raises(Refused) as refused:
        list(read_table(stream, "x.xlsx").rows())
    assert refused.value.status == status
    assert refused.value.problems[0].code == "unreadable_file"


def test_a_file_with_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "ROWS", 3)
    stream = book_with({f"A{n}": n for n in range(1, 7)})
    with pytest.raises(Refused) as refused:
        list(read_workbook(stream, "x.xlsx").rows())
    assert refused.value.status == 413
