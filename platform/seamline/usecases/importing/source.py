"""Opens a file of rows by what it is, not by what it is called."""

from __future__ import annotations

from typing import IO

from seamline.usecases import spreadsheets
from seamline.usecases.spreadsheets import Line, Table, read_workbook, unreadable

from . import delimited
from .delimited import read_delimited

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def read_table(stream: IO[bytes], name: str) -> Table:
    """Read an .xlsx, .csv or .csv.gz file.

    Raises Refused: 413 beyond the limits, 422 damaged, another format, no or doubtful headers.
    """
    table = read_workbook(stream, name) if _zipped(stream, name) else read_delimited(stream, name)
    twice = sorted({word for word in table.headers if word and table.headers.count(word) > 1})
    if twice:
        listed = ", ".join(twice[:5])
        raise unreadable(
            name,
            f"表头有重复的列名：{listed}。请改名后再导入。",
            f"The header row names a column twice: {listed}. Rename one of them.",
        )
    if not any(table.headers):
        raise unreadable(name, "文件没有表头。", "The file has no header row.")
    return table


def read_first(stream: IO[bytes], name: str, most: int) -> list[Line]:
    """Read the first rows of such a file, none of them taken for a header; raises Refused."""
    read = spreadsheets.first_rows if _zipped(stream, name) else delimited.first_rows
    return read(stream, name, most)


def _zipped(stream: IO[bytes], name: str) -> bool:
    """Say whether a file is a workbook of today; one of the old kind is refused."""
    stream.seek(0)
    start = stream.read(4)
    if start == _OLD_EXCEL:
        raise unreadable(
            name,
            "这是旧版 .xls 文件；请在 Excel 中另存为 .xlsx。",
            "This is an old .xls file; save it as .xlsx in Excel.",
        )
    return start == _ZIP
