"""Spans of time in a clause: an operator, a number with its unit or a period, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from seamline.conditions.span import (
    COUNTED,
    DAY_UNITS,
    EVERY_WAY,
    MOST_COUNT,
    NOW_WORD,
    PERIODS,
    UNITS,
    WAYS,
    Span,
    Unit,
    Way,
    read_span,
)
from seamline.conditions.span_words import PERIOD_WORDS, UNIT_WORDS
from seamline.problems import Problem, Refused
from seamline.scope import ValueType
from seamline.text import Language, Text

MARK = "falls "
# Operators with a number and a unit, and those with a period of the calendar.
COUNTING: Mapping[str, Text] = {
    f"{MARK}in last": Text("在过去…内", "is in the last …"),
    f"{MARK}in next": Text("在未来…内", "is in the next …"),
    f"{MARK}before last": Text("早于…之前", "is more than … ago"),
    f"{MARK}since last": Text("不早于…之前", "is no more than … ago"),
    f"{MARK}until next": Text("不晚于…之后", "is no later than in …"),
    f"{MARK}after next": Text("晚于…之后", "is later than in …"),
}
CALENDAR: Mapping[str, Text] = {
    f"{MARK}in": Text("是某天或某个周期", "is a day or period"),
    f"{MARK}before": Text("早于某天或某个周期", "is before a day or period"),
    f"{MARK}since": Text("不早于某天或某个周期", "is not before a day or period"),
    f"{MARK}until": Text("不晚于某天或某个周期", "is not after a day or period"),
    f"{MARK}after": Text("晚于某天或某个周期", "is after a day or period"),
}
OPERATORS: Mapping[str, Text] = {**COUNTING, **CALENDAR}
GROUPS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (Text("从现在算起", "Counted from now"), tuple(COUNTING)),
    (Text("按日历", "By the calendar"), tuple(CALENDAR)),
)
DATED: tuple[ValueType, ...] = ("date", "datetime")
_NOW = Text("现在", "now")
_BEGIN = 7


@dataclass(frozen=True, slots=True)
class Said:
    """A span as a clause shows it: its operator, the number or period, the unit."""

    word: str
    value: str
    unit: str = ""


def said(data: Any) -> Said | None:
    """Return what a written span shows as; None where it is none."""
    span = read_span(data) if isinstance(data, str) else None
    if span is None:
        return None
    if span.count:
        return Said(f"{MARK}{span.way} {span.period}", str(span.count), span.unit)
    return Said(f"{MARK}{span.way}", span.period)


def written(word: str, value: str, unit: str, kind: ValueType) -> str:
    """Return the span that a clause says; what was left over from another operator gives way.

    Raises Refused for a number that is none, or too large.
    """
    way, _, counted = word.removeprefix(MARK).partition(" ")
    if counted in COUNTED:
        units = units_of(kind)
        fitting = unit if unit in units else "d"
        count = _count(value, bool(unit))
        return str(Span(cast(Way, way), counted, count, cast(Unit, fitting)))
    period = value if value in periods_of(kind, way) else "today"
    return str(Span(cast(Way, way), period))


def _count(value: str, asked: bool) -> int:
    """Return the number; `asked` says that one was typed and not left over from a value."""
    word = value.strip()
    if word.isascii() and word.isdecimal() and 1 <= int(word) <= MOST_COUNT:
        return int(word)
    if not asked:
        return _BEGIN
    say = Text("应为 1 到 {most} 的整数，收到“{got}”。",
               "Expected a whole number from 1 to {most}, got '{got}'.")  # fmt: skip
    raise Refused((Problem("number_expected", say.fill(most=str(MOST_COUNT), got=word[:40])),))


def units_of(kind: ValueType) -> tuple[str, ...]:
    """Return the units that fit: a date is counted in days and weeks."""
    return DAY_UNITS if kind == "date" else tuple(UNITS)


def periods_of(kind: ValueType, way: str) -> tuple[str, ...]:
    """Return the periods that fit; only a moment can be before or after now."""
    now = (NOW_WORD,) if kind == "datetime" and way in WAYS[NOW_WORD] else ()
    return (*now, *PERIODS) if way in EVERY_WAY else ()


def unit_labels(kind: ValueType, language: Language) -> dict[str, str]:
    """Return what the units are called."""
    return {unit: UNIT_WORDS[unit][1].in_(language) for unit in units_of(kind)}


def period_labels(kind: ValueType, word: str, language: Language) -> dict[str, str]:
    """Return what the periods are called that fit an operator."""
    known = {**PERIOD_WORDS, NOW_WORD: _NOW}
    way = word.removeprefix(MARK)
    return {period: known[period].in_(language) for period in periods_of(kind, way)}
