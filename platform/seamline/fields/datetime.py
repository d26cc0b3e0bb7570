"""Date and time: a moment, kept in UTC, read and shown in the reader's zone."""

from __future__ import annotations

import datetime as calendar
from typing import Any

from seamline.facts import Value
from seamline.metadata import Field
from seamline.text import Text

from . import moments
from .date import EARLIEST, LATEST
from .kind import Column, Kind, Reading
from .numbers import ORDERED


def parse(field: Field, raw: Any, reading: Reading) -> Value:
    """Read a moment; without an offset it is read in the reader's zone. Raise Invalid otherwise."""
    moment = moments.read_moment(raw, reading.zone)
    kept: calendar.datetime = moments.within(field.settings, moment, reading, moments=True)
    return kept


def to_text(_field: Field, value: Value) -> str:
    """Return the moment in UTC, ending in `Z`."""
    return moments.iso(value) if isinstance(value, calendar.datetime) else ""


def show(_field: Field, value: Value, reading: Reading) -> str:
    """Return the moment in the reader's zone."""
    return moments.show_moment(value, reading) if isinstance(value, calendar.datetime) else ""


KIND = Kind(
    name="datetime",
    title=Text("日期时间", "Date and time"),
    value_type=lambda _field: "datetime",
    column=lambda _field: Column("datetime"),
    parse=parse,
    to_json=to_text,
    to_text=to_text,
    show=show,
    value_schema=lambda _field: {"type": "string", "format": "date-time"},
    widget="datetime",
    icon="clock",
    settings={"min": EARLIEST, "max": LATEST},
    operators=ORDERED,
    check=lambda field: moments.check_bounds(field.settings, moments=True),
)
