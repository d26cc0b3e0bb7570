"""Reading and showing dates and moments; showing durations."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from seamline import clock
from seamline.problems import Place, Problem
from seamline.text import Text

from .kind import Invalid, Reading, invalid, seen
from .words import half_width

FIRST_YEAR = 1900  # an earlier year is a slip of the keyboard; 9999-12-31 means "for ever"
_DAY = r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?"
_DATE = re.compile(_DAY)
_MOMENT = re.compile(
    _DAY
    + r"(?:[ T]*([0-9]{1,2})[:时]([0-9]{1,2})(?:[:分]([0-9]{1,2})?(?:[.]([0-9]{1,9}))?[秒分]?)?)?"
    r" ?(Z|z|[+-][0-9]{2}:?[0-9]{2})?"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONGEST = 60
# What people and defaults may write instead of a date or a moment.
_TODAY, _NOW = ("today", "今天"), ("now", "现在")


def read_date(raw: Any, zone: tzinfo | None = None) -> date:
    """Return a calendar date from ISO, `2026/2/18`, `2026年2月18日`, or `today` in `zone`.

    Raises Invalid for anything else.
    """
    if raw in _TODAY:
        return clock.today(zone or UTC)
    if isinstance(raw, datetime):
        raw = raw.date() if raw.time() == time() else raw.isoformat()
    if isinstance(raw, date):
        _check_year(raw, raw)
        return raw
    found = _DATE.fullmatch(clean(raw)) if isinstance(raw, str) and len(raw) <= _LONGEST else None
    if found is None:
        raise _not_a_date(raw)
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise _not_a_date(raw) from None
    _check_year(day, raw)
    return day


def read_moment(raw: Any, zone: tzinfo | None) -> datetime:
    """Return an aware moment in UTC; text without an offset is read in `zone`; `now` is now.

    Raises Invalid for anything else.
    """
    if raw in _NOW:
        return clock.now()
    if isinstance(raw, datetime):
        return _utc(raw, raw, zone)
    found = _MOMENT.fullmatch(clean(raw)) if isinstance(raw, str) and len(raw) <= _LONGEST else None
    if found is None:
        raise _not_a_moment(raw)
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    try:
        moment = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
            int(((fraction or "") + "000000")[:6]),
        )  # fmt: skip
        if offset:
            sign = -1 if offset[0] == "-" else 1
            hours, minutes = (int(offset[1:3]), int(offset[-2:])) if len(offset) > 1 else (0, 0)
            shift = timedelta(hours=hours, minutes=minutes)
            if minutes > 59 or hours > 15:
                raise ValueError
            moment = (moment - sign * shift).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise _not_a_moment(raw) from None
    return _utc(moment, raw, zone)


def _utc(moment: datetime, raw: Any, zone: tzinfo | None) -> datetime:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone or UTC)
    try:
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _not_a_moment(raw) from None
    _check_year(moment, raw)
    return moment


def _check_year(value: date, raw: Any) -> None:
    if value.year >= FIRST_YEAR:
        return
    raise invalid(
        "year_out_of_range",
        f"年份应在 {FIRST_YEAR} 至 9999 之间，收到 {value.year}。",
        f"The year must lie between {FIRST_YEAR} and 9999, got {value.year}.",
        raw,
    )


def clean(raw: str) -> str:
    """Return typed text with plain digits and signs, without blanks around it."""
    return half_width(raw).strip()


def _not_a_date(raw: Any) -> Invalid:
    word = seen(raw)
    return invalid(
        "date_expected",
        f"应为存在的日期，收到“{word}”。",
        f"Expected a date that exists, got '{word}'.",
        raw,
        Text("请写成 2026-02-18。", "Write it like 2026-02-18."),
    )


def _not_a_moment(raw: Any) -> Invalid:
    word = seen(raw)
    return invalid(
        "datetime_expected",
        f"应为存在的日期和时间，收到“{word}”。",
        f"Expected a date and time that exist, got '{word}'.",
        raw,
        Text("请写成 2026-02-18 14:30。", "Write it like 2026-02-18 14:30."),
    )


def bound(word: Any, reading: Reading, *, moments: bool) -> date | datetime:
    """Return a `min` or `max` setting (ISO text, a date, or `today`) as a value to compare with."""
    zone = reading.zone or UTC
    if not moments:
        return clock.today(zone) if word == "today" else read_date(word)
    if word == "today":
        return clock.moment(clock.today(zone), zone)
    return read_moment(word, zone)


def within(settings: Any, value: date, reading: Reading, *, moments: bool = False) -> Any:
    """Return `value` if it lies between `min` and `max` of `settings`; raise Invalid otherwise."""
    low, high = settings.get("min"), settings.get("max")
    if low is not None and value < bound(low, reading, moments=moments):
        zh, word = _day_word(low), _as_typed(value, reading)
        raise invalid(
            "too_early",
            f"不得早于{zh}，收到 {word}。",
            f"Must not be before {low}, got {word}.",
            word,
        )
    if high is not None and value > _end(bound(high, reading, moments=moments), high):
        zh, word = _day_word(high), _as_typed(value, reading)
        raise invalid(
            "too_late",
            f"不得晚于{zh}，收到 {word}。",
            f"Must not be after {high}, got {word}.",
            word,
        )
    return value


def _day_word(word: Any) -> str:
    return "今天" if word == "today" else str(word)


def _as_typed(value: date, reading: Reading) -> str:
    """Return a date or a moment as its writer knows it: in the reader's zone, to the minute."""
    if isinstance(value, datetime):
        return f"{value.astimezone(reading.zone or UTC):%Y-%m-%d %H:%M}"
    return value.isoformat()


def _end(moment: date, word: Any) -> date:
    """Return the last moment of the day that `word` names without a time."""
    if isinstance(moment, datetime) and (word == "today" or len(str(word)) <= len("2026-02-18")):
        return moment + timedelta(days=1, microseconds=-1)
    return moment


def check_bounds(settings: Any, *, moments: bool) -> list[Problem]:
    """Return the problems of `min` and `max`: unreadable, or crossed."""
    problems: list[Problem] = []
    ends: list[date] = []
    for key in ("min", "max"):
        word = settings.get(key)
        if word is None or word == "today":
            continue
        try:
            ends.append(bound(word, Reading(), moments=moments))
        except Invalid as error:
            problems.append(error.problem.at(Place(key)))
    if len(ends) == 2 and ends[0] > ends[1]:
        say = Text("最早日期晚于最晚日期。", "The earliest date is after the latest.")
        problems.append(Problem("bounds_crossed", say, Place("min"), got=seen(settings["min"])))
    return problems


def iso(moment: datetime) -> str:
    """Return a moment as UTC text ending in `Z`."""
    # In a zone the two moments of an hour that a clock shows twice would be one and the same key.
    return _iso(moment if moment.tzinfo is UTC else moment.astimezone(UTC))


@lru_cache(1_000)  # many records tell of the same moment
def _iso(moment: datetime) -> str:
    return f"{moment.isoformat()[:-6]}Z"  # without its `+00:00`


def show_date(day: date, language: str) -> str:
    """Return a date as people write it: `2026年2月18日`, `18 Feb 2026`."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def show_moment(moment: datetime, reading: Reading) -> str:
    """Return a moment in the reader's zone, to the minute."""
    try:
        local = moment.astimezone(reading.zone or UTC)
    except OverflowError:  # the last hours of the year 9999
        local = moment
    return f"{show_date(local, reading.language)} {local:%H:%M}"


def duration_text(value: timedelta) -> str:
    """Return a duration as `1d2h30m15s`, `0m` for none."""
    return _joined(value, ("d", "h", "m", "s"), "0m")


def show_duration(value: timedelta, language: str) -> str:
    """Return a duration as people write it: `2小时30分钟`, `2 h 30 min`."""
    if language == "zh":
        return _joined(value, ("天", "小时", "分钟", "秒"), "0分钟")
    return _joined(value, (" d ", " h ", " min ", " s "), "0 min").strip()


def _joined(value: timedelta, units: tuple[str, str, str, str], none: str) -> str:
    total = abs(value.days * 86400 + value.seconds)
    parts = (total // 86400, total // 3600 % 24, total // 60 % 60, total % 60)
    words = "".join(f"{amount}{unit}" for amount, unit in zip(parts, units, strict=True) if amount)
    return ("-" if value < timedelta() else "") + words if words else none
