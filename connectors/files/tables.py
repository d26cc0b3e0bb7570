"""Rows of Excel and CSV files as texts, by the names in their first row."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from seamline.connector import AskPerson
from seamline.problems import Place, Problem
from seamline.text import Text

MOST_BYTES = 50 * 1024 * 1024
MOST_UNPACKED = 400 * 1024 * 1024
MOST_ROWS = 200_000
ENCODINGS = ("utf-8-sig", "gb18030")
EXCEL = (".xlsx", ".xlsm")


@dataclass(frozen=True, slots=True)
class Table:
    """One file of rows: its columns, and each row with its number in the file."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]


def read_table(name: str, raw: bytes, sheet: str = "") -> Table:
    """Return the rows of a file; raises AskPerson where it is none."""
    lines = _excel(raw, name, sheet) if name.lower().endswith(EXCEL) else _text(raw, name)
    columns: tuple[str, ...] = ()
    rows: list[tuple[int, dict[str, str]]] = []
    for number, cells in lines:
        if not columns:
            columns = tuple(cell.strip() for cell in cells)
            _check_columns(columns, name)
        elif any(cells):
            if len(rows) == MOST_ROWS:
                raise wrong(name, "行数超过 20 万。", "It has more than 200,000 rows.")
            named = zip(columns, cells, strict=False)
            rows.append((number, {column: cell for column, cell in named if column}))
    if not columns:
        raise wrong(name, "没有表头。", "It has no header row.")
    return Table(tuple(column for column in columns if column), tuple(rows))


_MEND = Text("请改正文件后重新放入。", "Mend the file and put it there again.")


def wrong(name: str, zh: str, en: str, hint: Text = _MEND) -> AskPerson:
    """Return the setback of a file that somebody has to mend, which pages have to name."""
    say = Text(f"{name}：{zh}", f"{name}: {en}")
    return AskPerson(Problem("wrong_file", say, Place(file=name), hint))


def _check_columns(columns: Sequence[str], name: str) -> None:
    named = [one for one in columns if one]
    twice = sorted({one for one in named if named.count(one) > 1})
    if twice:
        words = ", ".join(twice)
        raise wrong(name, f"列名重复：{words}。", f"Columns come twice: {words}.")


def _text(raw: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    encodings = ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ENCODINGS
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise wrong(
            name, "既不是 UTF-8 也不是 GB18030 文本。", "It is neither UTF-8 nor GB18030 text."
        )
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise wrong(name, f"表格读不懂：{error}。", f"It cannot be read: {error}.") from None


def _excel(raw: bytes, name: str, sheet: str) -> Iterator[tuple[int, list[str]]]:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST_UNPACKED:
                raise wrong(name, "解压后过大。", "It unpacks to more than is allowed.")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions that are not read
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
            if sheet and sheet not in book.sheetnames:
                names = ", ".join(book.sheetnames)
                raise wrong(
                    name,
                    f"没有工作表“{sheet}”，有：{names}。",
                    f"It has no sheet '{sheet}', but: {names}.",
                )
            chosen = book[sheet] if sheet else book.worksheets[0]
            for number, cells in enumerate(chosen.iter_rows(values_only=True), 1):
                yield number, [_cell(cell) for cell in cells]
            book.close()
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, IndexError):
        raise wrong(name, "不是有效的 Excel 文件。", "It is no valid Excel file.") from None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(value, ".15g")
    return str(value).strip()
