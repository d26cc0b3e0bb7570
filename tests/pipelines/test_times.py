"""When pipelines are due: spans of working time counted backwards, slots of schedules."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from seamline.pipelines import TRIGGERS
from seamline.pipelines.triggers.schedule import Almanac
from seamline.workdays import Calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEK = Calendar(start=time(8), end=time(17))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
SPANS = st.integers(1, 200).map(lambda hours: timedelta(hours=hours))
SCHEDULE = TRIGGERS["schedule"]


@given(MOMENTS, SPANS)
def test_what_is_counted_back_is_the_working_time_that_is_left(moment, span):
    begun = WEEK.before(moment, span, SHANGHAI)
    assert WEEK.between(begun, moment, SHANGHAI) == span
    assert WEEK.between(begun - timedelta(minutes=1), moment, SHANGHAI) >= span


def test_a_calendar_without_work_is_said_to_have_none():
    with pytest.raises(ValueError, match="no working time"):
        Calendar(days=()).before(datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=1), UTC)


@given(MOMENTS, st.lists(st.integers(1, 4000), min_size=1, max_size=8))
def test_each_slot_comes_once_however_often_somebody_looks(begin, looks):
    asked = SCHEDULE.read({"every": "15s"})
    almanac = Almanac(SHANGHAI, None)
    since, seen = begin, []
    for seconds in looks:
        until = since + timedelta(seconds=seconds)
        seen += SCHEDULE.slots(asked, since, until, almanac)
        since = until
    whole = SCHEDULE.slots(asked, begin, since, almanac)  # of very many the newest
    assert seen[-len(whole) :] == whole
    assert all(b - a == timedelta(seconds=15) for a, b in zip(seen, seen[1:], strict=False))


def test_times_of_day_are_those_of_the_workspace_on_its_working_days():
    asked = SCHEDULE.read({"at": ["08:00", "16:30"], "working": True})
    almanac = Almanac(SHANGHAI, WEEK)
    friday = datetime(2026, 11, 26, 23, 59, tzinfo=UTC)  # 07:59 there
    slots = SCHEDULE.slots(asked, friday, friday + timedelta(days=4), almanac)
    there = [slot.astimezone(SHANGHAI).strftime("%a %H:%M") for slot in slots]
    assert there == ["Fri 08:00", "Fri 16:30", "Mon 08:00", "Mon 16:30"]
