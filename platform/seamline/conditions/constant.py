"""Reads the constants of a condition as the type of the fact beside them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from seamline.problems import shorten
from seamline.scope import ValueType
from seamline.text import Text

from .node import Constant

STRING_LIMIT = 1_000
DIGIT_LIMIT = 18
_TOO_BIG = 10**DIGIT_LIMIT
_UNIT = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_DURATION = re.compile(r"(?:\d{1,9}[wdhms]){1,5}", re.ASCII)
_PART = re.compile(r"(\d+)([wdhms])", re.ASCII)
_UNSTORED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # in no text field
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

TYPE_WORDS: Mapping[ValueType, Text] = {
    "text": Text("文字", "text"),
    "number": Text("数字", "a number"),
    "boolean": Text("是/否", "yes/no"),
    "date": Text("日期", "a date"),
    "datetime": Text("日期时间", "a date and time"),
    "duration": Text("时长", "a duration"),
    "list": Text("多选列表", "a list of words"),
    "table": Text("子表", "a sub-table"),
    "file": Text("文件", "a file field (its number of files)"),
    "place": Text("地点", "a place"),
}

# How a constant of each type is written, as the mending act of a refused one.
WRITTEN: Mapping[ValueType, Text] = {
    "text": Text('请写成带引号的文字，如 "V2.0"。', 'Write a quoted text, like "V2.0".'),
    "number": Text(
        f"请写成不带引号的数字(最多 {DIGIT_LIMIT} 位)，如 12.5。",
        f"Write a number without quotes (at most {DIGIT_LIMIT} digits), like 12.5.",
    ),
    "boolean": Text("请写 true 或 false(不带引号)。", "Write true or false, without quotes."),
    "date": Text('请写成 "2026-03-31"。', 'Write "2026-03-31".'),
    "datetime": Text(
        '请写成带时区的 "2026-03-31T08:00:00+08:00"。',
        'Write it with its zone: "2026-03-31T08:00:00+08:00".',
    ),
    "duration": Text('请写成 "30m"、"2h" 或 "1d12h"。', 'Write "30m", "2h" or "1d12h".'),
    "file": Text("请写文件数量，如 2。", "Write a number of files, like 2."),
}


def read_constant(raw: Any, type_: ValueType) -> Constant | None:
    """Return `raw` (a JSON scalar) as a value of `type_`, or None where it is not one."""
    reader = _READERS.get(type_)
    return None if reader is None else reader(raw)


def shown(raw: Any) -> str:
    """Return `raw` for a message: short, and safe for values of any size, depth or digits."""
    if raw is None:
        return "null"
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, str):
        return f'"{shown_word(raw)}"'
    if isinstance(raw, int) and abs(raw) >= _TOO_BIG:
        return f"…({DIGIT_LIMIT}+ digits)"
    if isinstance(raw, (int, float, Decimal)):
        return shorten(str(raw))
    if isinstance(raw, Mapping):
        return "{" + ", ".join(shown_word(key) for _, key in zip(range(3), raw, strict=False)) + "}"
    if isinstance(raw, (list, tuple)):
        return f"[…{len(raw)}]"
    return type(raw).__name__


def shown_word(raw: Any) -> str:
    """Return an operator or name for a message, without quotes where it is text."""
    if not isinstance(raw, str):
        return shown(raw)
    return shorten(raw).encode("utf-8", "replace").decode()


def _text(raw: Any) -> str | None:
    if not isinstance(raw, str) or not raw or len(raw) > STRING_LIMIT or _UNSTORED.search(raw):
        return None
    return unicodedata.normalize("NFC", raw)


def _number(raw: Any) -> Decimal | int | None:
    if isinstance(raw, bool) or not isinstance(raw, (int, float, Decimal)):
        return None
    if isinstance(raw, int):
        return raw if abs(raw) < _TOO_BIG else None
    exact = Decimal(repr(raw)) if isinstance(raw, float) else raw
    if not exact.is_finite():
        return None
    if exact and not -DIGIT_LIMIT <= exact.adjusted() < DIGIT_LIMIT:
        return None
    return exact if len(exact.as_tuple().digits) <= DIGIT_LIMIT else None


def _boolean(raw: Any) -> bool | None:
    return raw if isinstance(raw, bool) else None


def _date(raw: Any) -> date | None:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    if not isinstance(raw, str) or not _DATE.fullmatch(raw):
        return None
    try:
        return date.fromisoformat(raw)
    except ValueError:
        return None


def _datetime(raw: Any) -> datetime | None:
    if isinstance(raw, str) and 16 < len(raw) <= 40:
        try:
            raw = datetime.fromisoformat(raw)
        except ValueError:
            return None
    if not isinstance(raw, datetime) or raw.tzinfo is None:
        return None
    try:
        return raw.astimezone(UTC)
    except OverflowError:
        return None


def _duration(raw: Any) -> timedelta | None:
    if isinstance(raw, timedelta):
        return raw
    if not isinstance(raw, str) or not _DURATION.fullmatch(raw):
        return None
    parts = _PART.findall(raw)
    units = {_UNIT[unit]: int(number) for number, unit in parts}
    if len(units) < len(parts):
        return None
    try:
        return timedelta(**units)
    except OverflowError:
        return None


_READERS: Mapping[ValueType, Callable[[Any], Constant | None]] = {
    "text": _text,
    "number": _number,
    "file": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "duration": _duration,
}
