"""Excel workbooks read, safe against hostile files."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import IO, Any, TypeAlias

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


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """One column of a template: header, example, the words to choose from, its explanation."""

    header: str
    example: str
    choices: tuple[str, ...]
    explained: tuple[str, ...]


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
                plain = _load(stream)
            for line in _lines(book, plain, name, len(headers)):
                if line.number > first.number:
                    yield line

    return Table(name, headers, rows, template)


def first_rows(stream: IO[bytes], name: str, most: int) -> list[Line]:
    """Return the first rows that hold something, whatever they are; raises Refused 413, 422."""
    _check_archive(stream, name)
    with _opened(stream, name) as book:
        return list(islice(_lines(book, None, name, COLUMNS), most))


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
        "文件不是可读的 .xlsx 工作簿；请在 Excel 中另存为 .xlsx 再试。",
        "The file is not a readable .xlsx workbook; save it again as .xlsx and retry.",
    )


@contextmanager
def _quiet() -> Iterator[None]:
    # openpyxl warns of styles and extensions that it skips; none of them touches a value.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _load(stream: IO[bytes], data_only: bool = False) -> Any:
    # The library takes a tenth of a second to load: who starts a server need not wait for it.
    from openpyxl import load_workbook

    return load_workbook(stream, read_only=True, data_only=data_only)


@contextmanager
def _opened(stream: IO[bytes], name: str) -> Iterator[Any]:
    stream.seek(0)
    try:
        with _quiet():
            book = _load(stream, data_only=True)
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
