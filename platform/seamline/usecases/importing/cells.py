"""Turns what a cell holds into what a field kind reads, and guards text against formulas."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from seamline.metadata import ColumnMap, Field
from seamline.problems import Problem, shorten
from seamline.text import Text
from seamline.usecases.spreadsheets import BrokenCell, Cell

_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_RISKY = re.compile(r"'*[=+\-@\t\r]")
_MIDNIGHT = re.compile(r"[ T]00:00(:00(\.0+)?)?$")
_COMPACT_DATE = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)", re.ASCII)

Raw = str | int | Decimal | bool | None


def guarded(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: a quote is put before = + - @."""
    return f"'{text}" if _RISKY.match(text) else text


def unguarded(text: str) -> str:
    """Return text as it was before `guarded`."""
    return text[1:] if _GUARDED.match(text) else text


def shown(cell: Cell) -> str:
    """Return a cell as a person saw it in the file, shortened, for a message."""
    if cell is None:
        return ""
    return shorten(cell if isinstance(cell, str) else str(raw_text(cell)))


def broken(cell: Cell) -> Problem | None:
    """Return the problem of a cell that holds an Excel error instead of a value."""
    if not isinstance(cell, BrokenCell):
        return None
    word = shorten(cell)
    if cell.startswith("="):
        return Problem(
            "formula_without_value",
            Text(f"公式“{word}”没有保存计算结果。", f"The formula '{word}' has no stored result."),
            hint=Text(
                "请在 Excel 中打开、计算并保存后再导入。",
                "Open and save the file in Excel, then import it.",
            ),
            got=word,
        )
    return Problem(
        "formula_error",
        Text(f"单元格是错误值 {word}。", f"The cell holds the error {word}."),
        hint=Text("请先改正公式。", "Correct its formula first."),
        got=word,
    )


def raw_of(field: Field, column: ColumnMap, cell: Cell) -> Raw:
    """Return what the field's kind is to read; None for an empty cell."""
    if cell is None:
        return None
    if column.values:
        word = str(raw_text(cell)).strip()
        if word in column.values:
            return column.values[word] or None
    if isinstance(cell, str):
        text = unguarded(cell)
        return _date_text(text.strip()) if field.kind == "date" else text
    if isinstance(cell, bool):
        return cell if field.kind == "boolean" else raw_text(cell)
    if isinstance(cell, (int, Decimal)) and field.kind in _NUMERIC:
        return cell
    if isinstance(cell, datetime) and field.kind == "date" and cell.time() == time():
        return cell.date().isoformat()
    text = str(raw_text(cell))
    return _date_text(text) if field.kind == "date" else text


_NUMERIC = ("integer", "decimal", "money", "percent", "duration")


def raw_text(cell: Cell) -> str:
    """Return a cell as text: numbers without an exponent, dates as ISO."""
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case Decimal():
            return format(cell, "f")
        case datetime():
            return cell.isoformat(" ")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return f"{cell.days * 86400 + cell.seconds}s"
        case _:
            return str(cell)


def _date_text(text: str) -> str:
    """Return a day without the midnight that databases write behind it; `20260218` as ISO."""
    text = _MIDNIGHT.sub("", text)
    compact = _COMPACT_DATE.fullmatch(text)
    return "-".join(compact.groups()) if compact else text
