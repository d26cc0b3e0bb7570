"""Every formula against a story reckoned by hand, on both databases."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from seamline import clock
from seamline.facts import Actor
from seamline.measures import FORMULAS, ending, of_day, parsed
from seamline.problems import Refused
from seamline.usecases.measure import each, measured
from seamline.workdays import Calendar

ADMIN = Actor("operator", "operator", ("administrator",))
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 10, 12, tzinfo=ZONE)
# measure: for January, February and March the figure, the cases, those not measured, the groups.
EXPECTED = {
    "repair_hours": [
        ("34", 2, 0, {"blue": "64", "red": "4"}),
        ("510.99", 2, 0, {"blue": "949.98", "red": "72"}),
        (None, 0, 0, {}),
    ],
    "working_hours": [("3", 2, 0, {}), (None, None, 0, {}), (None, 0, 0, {})],
    "first_visit": [("0.04", 1, 0, {}), (None, 0, 0, {}), (None, 0, 0, {})],
    "in_time": [
        ("50", 2, 0, {"blue": "0", "red": "100"}),
        ("33.33", 3, 0, {"blue": "0", "red": "50"}),
        (None, 0, 0, {}),
    ],
    "dear_caught": [(None, 0, 0, {}), ("100", 2, 0, {}), (None, 0, 0, {})],
    "visits_per_ticket": [("0.25", 4, 0, {}), ("1", 1, 0, {}), ("0", 1, 0, {})],
    "cost": [
        ("450", 3, 1, {"blue": "300", "red": "150"}),
        ("2000", 1, 0, {"red": "2000"}),
        ("7", 1, 0, {"blue": "7"}),
    ],
}


def rounded(value: Decimal | None) -> str | None:
    return None if value is None else format(round(value, 2).normalize(), "f")


@pytest.mark.cap(84, 85, 86, 88)
@pytest.mark.parametrize("name", EXPECTED)
def test_a_formula_finds_what_is_reckoned_by_hand(desk, name):
    with clock.frozen(NOW):
        found = measured(desk, ADMIN, name, 3)
    assert [point.period for point in found.points] == ["2026-01", "2026-02", "2026-03"]
    assert [point.running for point in found.points] == [False, False, True]
    for point, (value, count, missing, parts) in zip(found.points, EXPECTED[name], strict=True):
        if count is None:
            continue
        sample = point.sample
        assert (rounded(sample.value), sample.count, sample.missing) == (value, count, missing)
        assert {group: rounded(part.value) for group, part in sample.parts.items()} == parts


def test_every_kind_of_formula_is_tried(desk):
    used = {one.formula for one in desk.catalogs.current().measures.values()}
    assert used == set(FORMULAS)


def test_what_happens_at_the_edge_of_a_month_falls_where_the_zone_says(desk):
    """The ticket finished at 23:59 of the last day counts for February, in Shanghai."""
    with clock.frozen(NOW):
        found = measured(desk, ADMIN, "in_time", 3)
    assert found.points[1].sample.count == 3


def test_weeks_are_counted_per_day(desk):
    with clock.frozen(datetime(2026, 1, 20, 12, tzinfo=ZONE)):
        found = measured(desk, ADMIN, "finished_a_day", 3)
    assert [point.period for point in found.points] == ["2026-W02", "2026-W03", "2026-W04"]
    assert [rounded(point.sample.value) for point in found.points] == ["0.14", "0.14", "0"]


@pytest.mark.cap(69)
def test_a_measure_without_periods_is_that_of_the_present(desk):
    with clock.frozen(NOW):
        found = measured(desk, ADMIN, "rules_on", 3)
    assert len(found.points) == 1
    assert found.achieved is not None and found.achieved.sample.value == 100


@pytest.mark.cap(87)
def test_achieved_is_the_last_period_that_is_over_and_has_a_figure(desk):
    with clock.frozen(NOW):
        told = {one.measure.id: one for one in each(desk, ADMIN)}
    assert set(told) == set(desk.catalogs.current().measures)
    assert told["in_time"].achieved.period == "2026-02"
    assert told["in_time"].baseline == 61 and told["in_time"].frozen is None
    assert told["first_visit"].achieved.period == "2026-01"
    assert "进入‘完成’" in told["repair_hours"].method.zh
    assert told["repair_hours"].method.en.startswith("Mean hours from Ticket: Create to Ticket")


@pytest.mark.parametrize("periods", [0, 61])
def test_a_number_of_periods_out_of_reach_is_refused(desk, periods):
    with pytest.raises(Refused) as refused:
        measured(desk, ADMIN, "cost", periods)
    assert refused.value.status == 400


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_periods_touch_and_read_back(day):
    for kind in ("day", "week", "month", "quarter", "year"):
        span = of_day(kind, day, ZONE)
        assert span.first <= day < span.after
        assert parsed(kind, span.word, ZONE) == span
        before, last = ending(kind, day, 2, ZONE)
        assert last == span and before.after == span.first and before.until == span.since


@pytest.mark.parametrize("word", ["2026-13", "2026-W54", "2026-1", "x", "2026-02-30", "", "0000"])
def test_what_is_no_period_is_none(word):
    assert all(parsed(kind, word, ZONE) is None for kind in ("day", "week", "month", "year"))


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 1)),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 1)),
)
def test_working_time_is_what_the_clock_of_due_times_counts(one, other):
    calendar = Calendar(
        holidays=frozenset({date(2026, 1, 28)}), workdays=frozenset({date(2026, 1, 31)})
    )
    since, until = (moment.replace(tzinfo=ZONE) for moment in sorted((one, other)))
    spent = calendar.between(since, until, ZONE)
    if spent:
        assert calendar.after(since, spent, ZONE) <= until
        assert calendar.between(since, calendar.after(since, spent, ZONE), ZONE) == spent
