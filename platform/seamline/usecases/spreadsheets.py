"""Excel workbooks read and written: the only door to openpyxl, safe against hostile files."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import IO, Any, TypeAlias

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from seamline.problems import Place, Refused
from seamline.text import Text

FILE_BYTES = 50 * 1024 * 1024
UNPACKED_BYTES = 400 * 1024 * 1024  # a real sheet of 200,000 rows unpacks to about 150 MB
PARTS = 2_000
ROWS = 200_000
COLUMNS = 400
CELL_CHARACTERS = 32_767  # what Excel itself can hold in one cell
TEMPLATE_MARK = "seamline-template"
_CHUNK = 500
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")


class BrokenCell(str):
    """A cell without a usable value: an Excel error such as #N/A, or a formula never computed."""


Cell: TypeAlias = "str | int | bool | Decimal | date | time | timedelta | None"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file: its number as a spreadsheet shows it, and its cells."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A file of rows under one header row; `rows` starts from the first row at each call.

    `template` is true for a workbook that this product made, whose second row is an example.
    """

    name: str
    headers: tuple[str, ...]
    rows: Callable[[], Iterator[Line]]
    template: bool = False


def unreadable(name: str, zh: str, en: str, status: int = 422) -> Refused:
    """Return the refusal of a file as a whole."""
    return Refused.one("unreadable_file", Text(zh, en), status=status, place=Place(file=name))


def read_workbook(stream: IO[bytes], name: str) -> Table:
    """Read the first sheet of an .xlsx file by its stored values, row by row.

    Raises Refused: 413 beyond the limits, 422 damaged, no header row.
    """
    formulas = _check_archive(stream, name)
    with _opened(stream, name) as book:
        template = TEMPLATE_MARK in (book.properties.keywords or "")
        first = next(_lines(book, None, name, COLUMNS), None)
    if first is None:
        raise unreadable(name, "文件没有表头。", "The file has no header row.")
    headers = tuple("" if cell is None else str(cell).strip() for cell in first.cells)

    def rows() -> Iterator[Line]:
        with _opened(stream, name) as book:
            plain = None
            if formulas:
                stream.seek(0)
                plain = openpyxl.load_workbook(stream, read_only=True)
            for line in _lines(book, plain, name, len(headers)):
                if line.number > first.number:
                    yield line

    return Table(name, headers, rows, template)


def _check_archive(stream: IO[bytes], name: str) -> bool:
    """Refuse a hostile or damaged archive; return whether a sheet holds formulas."""
    stream.seek(0, 2)
    if stream.tell() > FILE_BYTES:
        raise unreadable(name, "文件超过 50 MB。", "The file is larger than 50 MB.", 413)
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED_BYTES:
                raise unreadable(
                    name, "文件解压后过大。", "The file unpacks to more than is allowed.", 413
                )
            formulas = False
            for part in parts:
                if part.filename.endswith(".xml"):
                    formulas |= _scan(archive, part, name)
            return formulas
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise _damaged(name) from error


def _scan(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> bool:
    """Look through one part: entity declarations are refused, formulas reported."""
    sheet = part.filename.startswith("xl/worksheets/")
    tail = b""
    with archive.open(part) as xml:
        start = xml.read(1 << 16)
        if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
            raise unreadable(
                name,
                "文件含有不允许的 XML 声明。",
                "The file holds an XML declaration not allowed.",
            )
        block = start
        while sheet and block:
            if _FORMULA.search(tail + block):
                return True
            tail = block[-8:]
            block = xml.read(1 << 20)
    return False


def _damaged(name: str) -> Refused:
    return unreadable(
        name,
        "文件不是可读的 .xlsx 工作簿;请在 Excel 中另存为 .xlsx 再试。",
        "The file is not a readable .xlsx workbook; save it again as .xlsx and retry.",
    )


@contextmanager
def _quiet() -> Iterator[None]:
    # openpyxl warns of styles and extensions that it skips; none of them touches a value.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _opened(stream: IO[bytes], name: str) -> Iterator[Any]:
    stream.seek(0)
    try:
        with _quiet():
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever a damaged part makes it stumble over
        raise _damaged(name) from error
    try:
        yield book
    finally:
        book.close()


def _lines(book: Any, plain: Any | None, name: str, width: int) -> Iterator[Line]:
    """Yield the rows that hold something; `plain` is the same book read for its formulas."""
    rows = _cells(book, name, width)
    formulas = _cells(plain, name, width) if plain is not None else None
    filled = 0
    for number, row in enumerate(rows, 1):
        cells = [_value(cell) for cell in row]
        if formulas is not None:
            for at, cell in enumerate(next(formulas, ())):
                if cell.data_type == "f" and at < len(cells) and cells[at] is None:
                    cells[at] = BrokenCell(str(cell.value))
        while cells and cells[-1] is None:
            cells.pop()
        if not cells:
            continue
        filled += 1
        if filled > ROWS + 1:
            raise unreadable(
                name, "文件超过 200,000 行。", "The file has more than 200,000 rows.", 413
            )
        yield Line(number, tuple(cells))


def _cells(book: Any, name: str, width: int) -> Iterator[Sequence[Any]]:
    """Yield the cells of the first sheet, `width` to a row, at most as far down as Excel goes."""
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size is not to be believed
        rows = sheet.iter_rows(max_col=width, max_row=1_048_576)
        while True:
            with _quiet():
                chunk = list(islice(rows, _CHUNK))
            if not chunk:
                return
            yield from chunk
    except Refused:
        raise
    except Exception as error:  # as above: a damaged sheet may raise anything
        raise _damaged(name) from error


def _value(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "e":
        return BrokenCell(str(value))
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _number(value, cell.number_format or "")
    if isinstance(value, (bool, date, time, timedelta)):
        return value
    return str(value)


def _number(value: int | float, shown: str) -> Cell:
    """Return a number as a person sees it: `12.5%` as 12.5, `00123` with its zeros."""
    # Excel keeps 15 significant digits; what lies beyond is the noise of binary fractions.
    exact = Decimal(f"{value:.15g}" if isinstance(value, float) else value)
    if "%" in shown:
        exact *= 100
    if exact == exact.to_integral_value():
        whole = int(exact)
        if re.fullmatch(r"0{2,}", shown):
            return str(whole).zfill(len(shown))
        return whole
    return exact.normalize()


# ---- writing ----------------------------------------------------------------------------------

_HEAD = PatternFill("solid", fgColor="FFDCE6F1")
_EXAMPLE = Font(italic=True, color="FF7F7F7F")


def write_rows(stream: IO[bytes], title: str, rows: Iterable[Sequence[Cell]]) -> int:
    """Write rows as the one sheet of a workbook, the first row as its header; return their count.

    Text is stored as text, never as a formula.
    """
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_title(title))
    sheet.freeze_panes = "A2"
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


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """One column of a template: header, example, the words to choose from, its explanation."""

    header: str
    example: str
    choices: tuple[str, ...]
    explained: tuple[str, ...]


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
