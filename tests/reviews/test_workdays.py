"""Working time: evenings, weekends, holidays and the days that make up for them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from seamline.workdays import Calendar, due

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEK = Calendar(start=time(8, 0), end=time(17, 0))
NATIONAL = Calendar(
    start=time(8, 0),
    end=time(17, 0),
    holidays=frozenset(date(2026, 10, day) for day in range(1, 8)),
    workdays=frozenset({date(2026, 10, 10)}),
)
ROWS = [
    ("2026-11-20 09:00", 2, "2026-11-20 11:00"),
    ("2026-11-20 16:00", 2, "2026-11-23 09:00"),  # Friday evening to Monday morning
    ("2026-11-20 15:00", 2, "2026-11-20 17:00"),  # to the minute
    ("2026-11-21 12:00", 2, "2026-11-23 10:00"),  # asked on a Saturday
    ("2026-11-20 05:00", 2, "2026-11-20 10:00"),  # asked before the day begins
    ("2026-11-20 20:00", 2, "2026-11-23 10:00"),
    ("2026-11-16 08:00", 45, "2026-11-20 17:00"),  # a whole week
]


def at(text: str) -> datetime:
    """Return a local time in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.cap(63)
@pytest.mark.parametrize(("asked", "hours", "expected"), ROWS)
def test_a_span_of_working_time(asked: str, hours: int, expected: str) -> None:
    ends = WEEK.after(at(asked), timedelta(hours=hours), SHANGHAI)
    assert ends == at(expected)


def test_holidays_do_not_count_and_made_up_days_do() -> None:
    ends = NATIONAL.after(at("2026-09-30 16:00"), timedelta(hours=2), SHANGHAI)
    assert ends == at("2026-10-08 09:00")
    ends = NATIONAL.after(at("2026-10-09 16:30"), timedelta(hours=1), SHANGHAI)
    assert ends == at("2026-10-10 08:30")  # a Saturday that is worked


def test_a_zone_that_shifts_its_clock_keeps_the_hours_of_the_day() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    asked = datetime(2026, 3, 27, 16, 0, tzinfo=berlin)
    ends = WEEK.after(asked, timedelta(hours=2), berlin)
    assert ends.astimezone(berlin) == datetime(2026, 3, 30, 9, 0, tzinfo=berlin)


def test_without_a_calendar_the_clock_runs_day_and_night() -> None:
    moment = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
    assert due(None, moment, timedelta(hours=2), SHANGHAI) == moment + timedelta(hours=2)


def test_a_calendar_without_work_says_so() -> None:
    never = Calendar(holidays=frozenset(date(2026, 1, 1) + timedelta(n) for n in range(800)))
    with pytest.raises(ValueError, match="no working time"):
        never.after(at("2026-01-05 09:00"), timedelta(hours=1), SHANGHAI)
