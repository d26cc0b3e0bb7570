"""Periods of a measure: days, ISO weeks, months, quarters, years, in the workspace's zone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from seamline.clock import moment
from seamline.conditions.span import calendar_days
from seamline.metadata.measure import Period

_WORDS: Mapping[Period, re.Pattern[str]] = {
    "day": re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII),
    "week": re.compile(r"(\d{4})-W(\d{2})", re.ASCII),
    "month": re.compile(r"(\d{4})-(\d{2})", re.ASCII),
    "quarter": re.compile(r"(\d{4})-Q([1-4])", re.ASCII),
    "year": re.compile(r"(\d{4})", re.ASCII),
}
_MONTHS: Mapping[Period, int] = {"month": 1, "quarter": 3}


@dataclass(frozen=True, slots=True)
class Span:
    """One period: its word (`2026-01`), its first day, the day after its last; both as moments."""

    word: str
    first: date
    after: date
    since: datetime
    until: datetime

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.after - self.first).days


def span_of(kind: Period, first: date, zone: tzinfo) -> Span:
    """Return the period of a kind that begins on `first`."""
    after = _days(kind, first)[1] + timedelta(days=1)
    return Span(_word(kind, first), first, after, moment(first, zone), moment(after, zone))


def of_day(kind: Period, day: date, zone: tzinfo) -> Span:
    """Return the period that `day` lies in."""
    return span_of(kind, _days(kind, day)[0], zone)


def ending(kind: Period, day: date, count: int, zone: tzinfo) -> tuple[Span, ...]:
    """Return the `count` periods up to the one that `day` lies in, oldest first."""
    spans = [of_day(kind, day, zone)]
    while len(spans) < count and spans[-1].first.year > 1:
        spans.append(of_day(kind, spans[-1].first - timedelta(days=1), zone))
    return tuple(reversed(spans))


def parsed(kind: Period, word: str, zone: tzinfo) -> Span | None:
    """Return the period that a word such as `2025-10` names; None where it names none."""
    found = _WORDS[kind].fullmatch(word)
    if found is None:
        return None
    numbers = [int(part) for part in found.groups()]
    try:
        match kind:
            case "day":
                return span_of(kind, date(*numbers), zone)
            case "week":
                return span_of(kind, date.fromisocalendar(numbers[0], numbers[1], 1), zone)
            case "year":
                return span_of(kind, date(numbers[0], 1, 1), zone)
        return span_of(kind, date(numbers[0], (numbers[1] - 1) * _MONTHS[kind] + 1, 1), zone)
    except (ValueError, OverflowError):
        return None


def _days(kind: Period, day: date) -> tuple[date, date]:
    return calendar_days("today" if kind == "day" else f"this {kind}", day)


def _word(kind: Period, first: date) -> str:
    match kind:
        case "day":
            return first.isoformat()
        case "week":
            year, week, _ = first.isocalendar()
            return f"{year}-W{week:02}"
        case "month":
            return f"{first.year}-{first.month:02}"
        case "quarter":
            return f"{first.year}-Q{(first.month + 2) // 3}"
    return str(first.year)
