"""Spans of time seen from a moment: `last 7d`, `next 48h`, `before last 30d`, `this week`.

A date is compared with whole days of the workspace's zone, a date and time with exact moments.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal, TypeAlias, cast

from seamline.clock import moment

Way = Literal["in", "before", "since", "until", "after"]
Relation = Literal["<", "<=", ">", ">="]
Unit = Literal["m", "h", "d", "w"]
# One side of a span: the relation that a value inside it has to the edge, and the edge.
Edge: TypeAlias = tuple[Relation, date | datetime]

MOST_COUNT = 9_999
COUNTED = ("last", "next")
UNITS: Mapping[Unit, timedelta] = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
DAY_UNITS: tuple[Unit, ...] = ("d", "w")  # those that a date can be counted in
DAYS: Mapping[str, int] = {"yesterday": -1, "today": 0, "tomorrow": 1}
_STEPS: Mapping[str, int] = {"last": -1, "this": 0, "next": 1}
_CALENDAR = ("week", "month", "quarter", "year")
PERIODS: tuple[str, ...] = (
    "today", "yesterday", "tomorrow",
    *(f"{step} {unit}" for unit in _CALENDAR for step in ("this", "last", "next")),
)  # fmt: skip
NOW_WORD = "now"
# Which ways say something of what: from seven days ago on, not up to seven days ago.
WAYS: Mapping[str, tuple[Way, ...]] = {
    "last": ("in", "before", "since"),
    "next": ("in", "until", "after"),
    NOW_WORD: ("before", "since", "until", "after"),
}
EVERY_WAY: tuple[Way, ...] = ("in", "before", "since", "until", "after")
_WORDS = re.compile(
    rf"(?:(?P<way>before|since|until|after) )?"
    rf"(?:(?P<counted>last|next) (?P<count>[1-9][0-9]{{0,3}})(?P<unit>[mhdw])"
    rf"|(?P<period>{NOW_WORD}|{'|'.join(PERIODS)}))",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Span:
    """A span: `way` is the side of the `period` that counts, `in` for the period itself.

    A period is `last` or `next` with `count` units, `now`, or one of `PERIODS`.
    """

    way: Way
    period: str
    count: int = 0
    unit: Unit = "d"

    def __str__(self) -> str:
        """Return it as it is written."""
        words = f"{self.period} {self.count}{self.unit}" if self.count else self.period
        return words if self.way == "in" else f"{self.way} {words}"


def read_span(words: str) -> Span | None:
    """Return the span that some words say, None where they say none."""
    found = _WORDS.fullmatch(words)
    if found is None:
        return None
    way = cast(Way, found["way"] or "in")
    period = found["counted"] or found["period"]
    if way not in WAYS.get(period, EVERY_WAY):
        return None
    if found["counted"] is None:
        return Span(way, period)
    return Span(way, period, int(found["count"]), cast(Unit, found["unit"]))


def pattern(of_dates: bool) -> str:
    """Return the regular expression of the spans that a date, or a moment, can be asked about."""
    count = f"[1-9][0-9]{{0,3}}[{''.join(DAY_UNITS if of_dates else UNITS)}]"
    ways = [_sides(WAYS[word]) + f"{word} {count}" for word in COUNTED]
    ways.append(_sides(EVERY_WAY) + f"({'|'.join(PERIODS)})")
    if not of_dates:
        ways.append(f"({'|'.join(WAYS[NOW_WORD])}) {NOW_WORD}")
    return f"^({'|'.join(ways)})$"


def _sides(ways: tuple[Way, ...]) -> str:
    return f"(({'|'.join(way for way in ways if way != 'in')}) )?"


def fits_dates(span: Span) -> bool:
    """Say whether a date can be asked: it knows no hours, and no `now`."""
    return span.period != NOW_WORD and (not span.count or span.unit in DAY_UNITS)


def edges(span: Span, of_dates: bool, now: datetime) -> tuple[Edge, ...]:
    """Return the edges of a span at `now`, a moment in the zone of the workspace.

    Days count with both ends, exact moments too; a period of the calendar begins at the midnight
    of its first day and ends before the midnight after its last.
    """
    if span.period == NOW_WORD:
        at = now.astimezone(UTC)
        return _side(span.way, at, at, True)
    if span.count:
        here = now.date() if of_dates else now.astimezone(UTC)
        there = here + span.count * UNITS[span.unit] * (-1 if span.period == "last" else 1)
        return _side(span.way, min(here, there), max(here, there), True)
    first, last = calendar_days(span.period, now.date())
    if of_dates:
        return _side(span.way, first, last, True)
    zone = now.tzinfo or UTC
    return _side(span.way, moment(first, zone), moment(last + timedelta(1), zone), False)


def _side(way: Way, low: date, high: date, closed: bool) -> tuple[Edge, ...]:
    within: Edge = ("<=" if closed else "<", high)
    match way:
        case "in":
            return (">=", low), within
        case "before":
            return (("<", low),)
        case "since":
            return ((">=", low),)
        case "until":
            return (within,)
        case "after":
            return ((">" if closed else ">=", high),)


def calendar_days(period: str, today: date) -> tuple[date, date]:
    """Return the first and the last day of a period of the calendar; weeks begin on Monday."""
    if period in DAYS:
        day = today + timedelta(DAYS[period])
        return day, day
    step, _, unit = period.partition(" ")
    steps = _STEPS[step]
    if unit == "week":
        first = today - timedelta(today.weekday()) + timedelta(weeks=steps)
        return first, first + timedelta(6)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    begun = (today.year * 12 + today.month - 1) // months * months + steps * months
    return _first_of(begun), _first_of(begun + months) - timedelta(1)


def _first_of(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)
