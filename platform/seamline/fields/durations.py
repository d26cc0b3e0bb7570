"""Reading durations, to the second; a day is 24 hours."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from seamline.text import Text

from .kind import Invalid, invalid, seen
from .moments import clean
from .numbers import fit, number

_LONGEST = 60
_UNITS = {
    "d": 86400, "天": 86400, "日": 86400, "days": 86400, "day": 86400,
    "h": 3600, "小时": 3600, "时": 3600, "hours": 3600, "hour": 3600,
    "m": 60, "分钟": 60, "分": 60, "min": 60, "minutes": 60, "minute": 60,
    "s": 1, "秒": 1, "seconds": 1, "second": 1,
}  # fmt: skip
UNIT_SECONDS = {"minutes": 60, "hours": 3600, "days": 86400}
_PART = re.compile(r"([0-9]{1,9}) *([a-z]+|天|日|小时|时|分钟|分|秒) *")
_LONGEST_SECONDS = 36_525 * 86400  # a hundred years


def read(raw: Any, unit: str) -> timedelta:
    """Return a duration from `2h30m`, `1天`, or a number in `unit`; raise Invalid otherwise."""
    if isinstance(raw, timedelta):
        return _bounded(raw.days * 86400 + raw.seconds, raw)
    words = clean(raw).lower() if isinstance(raw, str) and len(raw) <= _LONGEST else raw
    seconds = _words(words) if isinstance(words, str) else None
    if seconds is not None:
        return _bounded(seconds, raw)
    try:
        amount = fit(number(words), 6)
    except Invalid:
        raise _not_a_duration(raw) from None
    exact = amount * UNIT_SECONDS[unit]
    if exact != exact.to_integral_value():
        raise _not_a_duration(raw)
    return _bounded(int(exact), raw)


def _words(text: str) -> int | None:
    sign, rest, total = 1, text, 0
    if text.startswith("-"):
        sign, rest = -1, text[1:]
    if not rest or rest[-1].isdigit():
        return None
    while rest:
        part = _PART.match(rest)
        if part is None or part[2] not in _UNITS:
            return None
        total += int(part[1]) * _UNITS[part[2]]
        rest = rest[part.end() :]
    return sign * total


def _bounded(seconds: int, raw: Any) -> timedelta:
    if abs(seconds) > _LONGEST_SECONDS:
        raise _too_long(raw)
    return timedelta(seconds=seconds)


def _too_long(raw: Any) -> Invalid:
    return invalid(
        "duration_too_long",
        f"时长不得超过一百年，收到“{seen(raw)}”。",
        f"A duration is at most a hundred years, got '{seen(raw)}'.",
        raw,
    )


def _not_a_duration(raw: Any) -> Invalid:
    word = seen(raw)
    return invalid(
        "duration_expected",
        f"应为时长(精确到秒)，收到“{word}”。",
        f"Expected a duration, to the second, got '{word}'.",
        raw,
        Text("请写成 2h30m、3d 或 90m。", "Write it like 2h30m, 3d or 90m."),
    )
