"""Text files of rows (.csv, .csv.gz): encoding, delimiter and limits found and kept."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import IO

from seamline.problems import Place, Refused
from seamline.text import Text
from seamline.usecases.spreadsheets import (
    COLUMNS,
    FILE_BYTES,
    ROWS,
    UNPACKED_BYTES,
    Cell,
    Line,
    Table,
    unreadable,
)

DELIMITERS = (",", ";", "\t")
ENCODINGS = ("utf-8-sig", "gb18030")
CELL_CHARACTERS = 200_000
_BLOCK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class _Bounded(io.RawIOBase):
    """A readable stream that refuses to give more than the allowed number of bytes."""

    def __init__(self, inner: IO[bytes], name: str) -> None:
        self._inner, self._name, self._given = inner, name, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any writable buffer
        block = self._inner.read(len(buffer))
        self._given += len(block)
        if self._given > UNPACKED_BYTES:
            raise unreadable(
                self._name, "文件解压后过大。", "The file unpacks to more than is allowed.", 413
            )
        buffer[: len(block)] = block
        return len(block)


def read_delimited(stream: IO[bytes], name: str) -> Table:
    """Read a .csv or .csv.gz file in UTF-8, UTF-16 with a mark or GB18030.

    Raises Refused: 413 beyond the limits, 422 unreadable text, no header row.
    """
    encoding, delimiter = _written_as(stream, name)
    first = next(_lines(stream, name, encoding, delimiter), None)
    if first is None:
        raise unreadable(name, "文件没有表头。", "The file has no header row.")
    headers = tuple("" if cell is None else str(cell).strip() for cell in first.cells)

    def rows() -> Iterator[Line]:
        lines = _lines(stream, name, encoding, delimiter)
        next(lines)
        yield from lines

    return Table(name, headers, rows)


def first_rows(stream: IO[bytes], name: str, most: int) -> list[Line]:
    """Return the first rows that hold something, whatever they are; raises Refused 413, 422."""
    encoding, delimiter = _written_as(stream, name)
    return list(islice(_lines(stream, name, encoding, delimiter), most))


def _written_as(stream: IO[bytes], name: str) -> tuple[str, str]:
    """Return the encoding and the delimiter of a file."""
    stream.seek(0, 2)
    if stream.tell() > FILE_BYTES:
        raise unreadable(name, "文件超过 50 MB。", "The file is larger than 50 MB.", 413)
    encoding = _encoding(stream, name)
    return encoding, _delimiter(stream, name, encoding)


def _open(stream: IO[bytes], name: str) -> io.BufferedReader:
    stream.seek(0)
    packed = stream.read(2) == b"\x1f\x8b"
    stream.seek(0)
    inner = gzip.GzipFile(fileobj=stream) if packed else stream
    return io.BufferedReader(_Bounded(inner, name), _BLOCK)  # type: ignore[arg-type]  # a GzipFile reads as IO[bytes]


def _encoding(stream: IO[bytes], name: str) -> str:
    """Return the first encoding in which the whole file is valid text."""
    try:
        start = _open(stream, name).read(4)
        for mark, encoding in _MARKS:
            if start.startswith(mark):
                return encoding
        for encoding in ENCODINGS:
            if _decodes(stream, name, encoding):
                return encoding
    except (OSError, EOFError, zlib.error) as error:
        raise unreadable(name, "压缩文件已损坏。", "The packed file is damaged.") from error
    raise unreadable(
        name,
        "文件既不是 UTF-8 也不是 GB18030 文本；请另存为 UTF-8 CSV。",
        "The file is neither UTF-8 nor GB18030 text; save it as UTF-8 CSV.",
    )


def _decodes(stream: IO[bytes], name: str, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    reader = _open(stream, name)
    try:
        while block := reader.read(_BLOCK):
            if b"\0" in block:
                return False
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _text(stream: IO[bytes], name: str, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(_open(stream, name), encoding=encoding, newline="")


def _delimiter(stream: IO[bytes], name: str, encoding: str) -> str:
    """Return the mark that splits the first line into the most columns; a comma in doubt."""
    line = ""
    for line in _text(stream, name, encoding):
        if line.strip():
            break
    if line.lower().startswith("sep=") and len(line.strip()) == 5:
        return line[4]
    counts = {mark: len(next(csv.reader([line], delimiter=mark), [])) for mark in DELIMITERS}
    return max(DELIMITERS, key=lambda mark: counts[mark])


def _lines(stream: IO[bytes], name: str, encoding: str, delimiter: str) -> Iterator[Line]:
    csv.field_size_limit(CELL_CHARACTERS)
    reader = csv.reader(_text(stream, name, encoding), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, 1):
            if number > ROWS + 1:
                raise unreadable(
                    name, "文件超过 200,000 行。", "The file has more than 200,000 rows.", 413
                )
            if len(row) > COLUMNS:
                raise _broken(name, number, f"{len(row)} > {COLUMNS}")
            if number == 1 and len(row) == 1 and row[0].lower() == f"sep={delimiter}":
                continue
            cells: list[Cell] = [cell if cell.strip() else None for cell in row]
            if any(cell is not None for cell in cells):
                yield Line(number, tuple(cells))
    except csv.Error as error:
        raise _broken(name, number + 1, str(error)) from error
    except (UnicodeDecodeError, OSError, EOFError, zlib.error) as error:
        raise _broken(name, number + 1, "encoding") from error


def _broken(name: str, number: int, why: str) -> Refused:
    return Refused.one(
        "unreadable_row",
        Text(f"第 {number} 行无法读取：{why}。", f"Row {number} cannot be read: {why}."),
        place=Place(file=name, line=number, column=1),
    )
