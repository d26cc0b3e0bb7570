"""Spans of time: what may be written, where exactly they begin and end, how they read."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from seamline.conditions.evaluate import compiled
from seamline.conditions.parse import names, parse, timely
from seamline.conditions.span import PERIODS, edges, fits_dates, pattern, read_span
from seamline.conditions.words import Vocabulary, in_words
from seamline.problems import Refused
from seamline.scope import MOMENT, Scope
from seamline.text import Text

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 27, 9, 30, tzinfo=SHANGHAI)  # a Friday
ROW = Scope({"due": "date", "qty": "number"})
SCOPE = Scope({"due": "date", "at": "datetime", "qty": "number", "lines": "table"}, {"lines": ROW})


def falls(name: str, words: str) -> dict[str, object]:
    return {"falls": [{"var": name}, words]}


def holds(document: object, **facts: object) -> bool | None:
    return compiled(parse(document, SCOPE))({MOMENT: NOW, **facts})


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("today", "2026-11-27", "2026-11-27"),
        ("yesterday", "2026-11-26", "2026-11-26"),
        ("tomorrow", "2026-11-28", "2026-11-28"),
        ("last 7d", "2026-11-20", "2026-11-27"),
        ("next 2w", "2026-11-27", "2026-12-11"),
        ("this week", "2026-11-23", "2026-11-29"),
        ("next week", "2026-11-30", "2026-12-06"),
        ("this month", "2026-11-01", "2026-11-30"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("next quarter", "2027-01-01", "2027-03-31"),
        ("this year", "2026-01-01", "2026-12-31"),
    ],
)
def test_days_count_with_both_ends(words: str, first: str, last: str) -> None:
    low, high = date.fromisoformat(first), date.fromisoformat(last)
    for day, inside in ((low, True), (high, True), (low - timedelta(1), False),
                        (high + timedelta(1), False)):  # fmt: skip
        assert holds(falls("due", words), due=day) is inside
    span = words.startswith(("this", "yesterday", "today", "tomorrow")) or " " in words[5:]
    if span and words[-1] not in "dw":
        assert holds(falls("due", f"before {words}"), due=low - timedelta(1)) is True
        assert holds(falls("due", f"since {words}"), due=low) is True
        assert holds(falls("due", f"until {words}"), due=high) is True
        assert holds(falls("due", f"after {words}"), due=high) is False


def test_moments_are_exact_and_end_with_their_last_day() -> None:
    tick = timedelta(microseconds=1)
    early = NOW.astimezone(UTC) - timedelta(days=2)
    assert holds(falls("at", "last 48h"), at=early) is True
    assert holds(falls("at", "last 48h"), at=early - tick) is False
    assert holds(falls("at", "before last 2d"), at=early - tick) is True
    assert holds(falls("at", "last 48h"), at=NOW + tick) is False
    assert holds(falls("at", "before now"), at=NOW - tick) is True
    midnight = datetime(2026, 11, 28, tzinfo=SHANGHAI)
    assert holds(falls("at", "today"), at=midnight - tick) is True
    assert holds(falls("at", "today"), at=midnight) is False
    assert holds(falls("at", "after today"), at=midnight) is True


def test_what_is_missing_is_unknown_and_the_moment_is_asked_of_the_facts() -> None:
    node = parse({"some": [{"var": "lines"}, falls("due", "next 3d")]}, SCOPE)
    assert timely(node) and names(node) == {"lines", "lines[].due"}
    check = compiled(node)
    rows = ({"due": None, "qty": 1}, {"due": date(2026, 11, 30), "qty": 2})
    trace: list = []
    assert check({"lines": rows, MOMENT: NOW}, trace) is True
    assert [(one.path, one.operator, one.right, one.result) for one in trace] == [
        ("lines[2].due", "falls", "next 3d", "true")
    ]
    assert check({"lines": rows[:1], MOMENT: NOW}) is None
    assert check({"lines": rows}) is None  # nobody has said when it is


@pytest.mark.parametrize("zone", ["Africa/Cairo", "America/Havana"])
def test_a_day_without_midnight_begins_where_clocks_were_put_on(zone: str) -> None:
    day = {"Africa/Cairo": date(2026, 4, 24), "America/Havana": date(2026, 3, 8)}[zone]
    now = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone))
    span = read_span("today")
    assert span is not None
    (_, low), (_, high) = edges(span, False, now)
    assert high - low == timedelta(hours=23)
    assert (low - timedelta(microseconds=1)).astimezone(now.tzinfo).date() == day - timedelta(1)
    assert low.astimezone(now.tzinfo).hour == 1


@pytest.mark.parametrize(
    ("document", "code", "hint"),
    [
        (falls("qty", "today"), "condition_type", '"falls"'),
        (falls("due", "last 48h"), "condition_span", "days (d) or weeks (w)"),
        (falls("due", "before now"), "condition_span", "before today"),
        (falls("at", "last 7 days"), "condition_span", "last 7d"),
        (falls("at", "lsat 7d"), "condition_span", "last 7d"),
        (falls("at", "after last 7d"), "condition_span", "before last 7d"),
        (falls("at", "last 0d"), "condition_span", "at most 9999"),
        (falls("at", 7), "condition_span", "For example"),
        ({"falls": [{"var": "at"}]}, "condition_operands", None),
        (falls("duo", "today"), "unknown_name", "due"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_way_to_write_it(document, code, hint) -> None:
    with pytest.raises(Refused) as refused:
        parse(document, SCOPE)
    problem = refused.value.problems[0]
    assert problem.code == code
    assert hint is None or problem.hint is not None and hint in problem.hint.en


@pytest.mark.parametrize("of_dates", [True, False])
def test_the_pattern_for_programs_takes_what_is_read_and_nothing_else(of_dates: bool) -> None:
    known = re.compile(pattern(of_dates))
    for way in ("", "before ", "since ", "until ", "after "):
        for period in (*PERIODS, "now", "last 7d", "next 48h", "last 0d", "next 99999w", "last 5m"):
            span = read_span(way + period)
            reads = span is not None and (fits_dates(span) or not of_dates)
            assert bool(known.fullmatch(way + period)) is reads, way + period


def test_what_is_worked_out_ahead_cannot_ask_for_the_time() -> None:
    with pytest.raises(Refused) as refused:
        parse({"or": [{"var": "qty"}, falls("due", "today")]}, SCOPE, still=True)
    assert [one.code for one in refused.value.problems] == ["condition_moves"]


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        ("next 48h", "交期在未来 48 小时内", "Due is in the next 48 hours"),
        ("last 1d", "交期在过去 1 天内", "Due is in the last 1 day"),
        ("before last 30d", "交期早于 30 天前", "Due is more than 30 days ago"),
        ("until next 3d", "交期不晚于 3 天后", "Due is no later than in 3 days"),
        ("today", "交期是今天", "Due is today"),
        ("since this week", "交期不早于本周", "Due is this week or later"),
        ("before now", "交期已过", "Due is past"),
    ],
)
def test_a_span_reads_as_people_say_it(words: str, zh: str, en: str) -> None:
    said = in_words(parse(falls("at", words), SCOPE), Vocabulary({"at": Text("交期", "Due")}))
    assert (said.zh, said.en) == (zh, en)
