"""Date: a calendar day."""

from __future__ import annotations

import datetime as calendar
from typing import Any

from seamline.facts import Value
from seamline.metadata import Field
from seamline.text import Text

from . import moments
from .fragments import said
from .kind import Column, Kind, Reading
from .numbers import ORDERED

BOUND = {
    "anyOf": [{"const": "today"}, {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}"}]
}
EARLIEST = said("最早:ISO 日期或 today。", "Earliest: an ISO date, or today.", BOUND)
LATEST = said("最晚:ISO 日期或 today。", "Latest: an ISO date, or today.", BOUND)


def parse(field: Field, raw: Any, reading: Reading) -> Value:
    """Read a day (ISO, `2026/2/18`, `2026年2月18日`) within its bounds; raise Invalid otherwise."""
    day: calendar.date = moments.within(
        field.settings, moments.read_date(raw, reading.zone), reading
    )
    return day


def to_text(_field: Field, value: Value) -> str:
    """Return the day as `2026-02-18`."""
    return value.isoformat() if isinstance(value, calendar.date) else ""


def show(_field: Field, value: Value, reading: Reading) -> str:
    """Return the day as people write it."""
    return moments.show_date(value, reading.language) if isinstance(value, calendar.date) else ""


KIND = Kind(
    name="date",
    title=Text("日期", "Date"),
    value_type=lambda _field: "date",
    column=lambda _field: Column("date"),
    parse=parse,
    to_json=to_text,
    to_text=to_text,
    show=show,
    value_schema=lambda _field: {"type": "string", "format": "date"},
    widget="date",
    icon="calendar",
    settings={"min": EARLIEST, "max": LATEST},
    operators=ORDERED,
    check=lambda field: moments.check_bounds(field.settings, moments=False),
)
