"""Excel workbooks written: rows for an export, templates for an import.

Whoever writes one imports this when doing so, because the library takes a tenth of a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import IO, Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from .spreadsheets import ROWS, TEMPLATE_MARK, Cell, TemplateColumn

_HEAD = PatternFill("solid", fgColor="FFDCE6F1")
_EXAMPLE = Font(italic=True, color="FF7F7F7F")


def write_rows(
    stream: IO[bytes], title: str, rows: Iterable[Sequence[Cell]], stamp: str = ""
) -> int:
    """Write rows as the one sheet of a workbook, the first row as its header; return their count.

    Text is stored as text, never as a formula. `stamp` stands at the head of every printed page.
    """
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_title(title))
    sheet.freeze_panes = "A2"
    if stamp:
        sheet.oddHeader.center.text = stamp.replace("&", "&&")
        sheet.oddHeader.center.size = 28
    count = 0
    for row in rows:
        sheet.append([_written(sheet, value, head=count == 0) for value in row])
        count += 1
    book.save(stream)
    return count


def _written(sheet: Any, value: Cell, head: bool = False) -> Any:
    if isinstance(value, Decimal) and len(value.as_tuple().digits) > 15:
        value = format(value, "f")  # a number cell would keep 15 digits only
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)
    cell: Any = WriteOnlyCell(sheet)
    cell.value = _clean(value)
    if isinstance(value, str):
        cell.data_type = "s"
    if head:
        cell.font = Font(bold=True)
        cell.fill = _HEAD
    return cell


def _clean(value: Cell) -> Cell:
    return ILLEGAL_CHARACTERS_RE.sub(" ", value) if isinstance(value, str) else value


def _sheet_title(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31].strip() or "Sheet"


def write_template(
    stream: IO[bytes],
    titles: tuple[str, str],
    columns: Sequence[TemplateColumn],
    explained: Sequence[str],
) -> None:
    """Write an import template: headers, an example row, drop-downs, a sheet that explains.

    `titles` names both sheets, `explained` heads the second one.
    """
    book = openpyxl.Workbook()
    book.properties.keywords = TEMPLATE_MARK
    sheet = book.active
    assert sheet is not None
    sheet.title = _sheet_title(titles[0])
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, 1):
        _text_cell(sheet, 1, number, column.header, Font(bold=True), _HEAD)
        _text_cell(sheet, 2, number, column.example, _EXAMPLE)
        width = max(12, min(40, 2 * len(column.header) + 2))
        sheet.column_dimensions[get_column_letter(number)].width = width
    about = book.create_sheet(_sheet_title(titles[1]))
    about.freeze_panes = "A2"
    for number, word in enumerate(explained, 1):
        _text_cell(about, 1, number, word, Font(bold=True), _HEAD)
        about.column_dimensions[get_column_letter(number)].width = 24
    for row, column in enumerate(columns, 2):
        for number, word in enumerate(column.explained, 1):
            _text_cell(about, row, number, word).alignment = Alignment(wrap_text=True)
    _drop_downs(book, sheet, columns)
    book.save(stream)


def _text_cell(
    sheet: Any, row: int, column: int, word: str, font: Font | None = None, fill: Any = None
) -> Any:
    cell = sheet.cell(row, column, _clean(word))
    cell.data_type = "s"
    if font is not None:
        cell.font = font
    if fill is not None:
        cell.fill = fill
    return cell


def _drop_downs(book: Any, sheet: Any, columns: Sequence[TemplateColumn]) -> None:
    """Offer the choices of each column; they stand on a hidden sheet, which has no length limit."""
    if not any(column.choices for column in columns):
        return
    lists = book.create_sheet("lists")
    lists.sheet_state = "hidden"
    for number, column in enumerate(columns, 1):
        if not column.choices:
            continue
        letter = get_column_letter(number)
        for row, word in enumerate(column.choices, 1):
            _text_cell(lists, row, number, word)
        offer = DataValidation(
            type="list",
            formula1=f"lists!${letter}$1:${letter}${len(column.choices)}",
            allow_blank=True,
        )
        sheet.add_data_validation(offer)
        offer.add(f"{letter}2:{letter}{ROWS}")
