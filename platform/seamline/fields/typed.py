"""Writing and showing a value by what it is, for fields that take their value from elsewhere."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from seamline.facts import FileRef, GeoPoint, Ref, Value
from seamline.metadata import Field

from . import files, moments, numbers, place, reference
from .kind import Reading


def to_json(field: Field, value: Value) -> Any:
    """Return the JSON value."""
    if value is None or isinstance(value, (bool, str)) or numbers.is_int(value):
        return value
    if isinstance(value, GeoPoint):
        return place.to_json(field, value)
    if isinstance(value, tuple):
        whole = all(isinstance(item, FileRef) for item in value)
        return files.to_json(field, value) if whole and value else list(value)
    return to_text(field, value)


def to_text(field: Field, value: Value) -> str:
    """Return the text of a cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return moments.iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return moments.duration_text(value)
    if isinstance(value, Ref):
        return value.key
    if isinstance(value, GeoPoint):
        return place.to_text(field, value)
    if isinstance(value, tuple):
        words = [item for item in value if isinstance(item, str)]
        return ",".join(words) if len(words) == len(value) else files.to_text(field, value)
    return "" if value is None else numbers.plain(field, value)


def show(field: Field, value: Value, reading: Reading) -> str:
    """Return the value as people read it."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        zh, en = ("是", "Yes") if value else ("否", "No")
        return zh if reading.language == "zh" else en
    if isinstance(value, datetime):
        return moments.show_moment(value, reading)
    if isinstance(value, date):
        return moments.show_date(value, reading.language)
    if isinstance(value, timedelta):
        return moments.show_duration(value, reading.language)
    if isinstance(value, (int, Decimal)):
        return numbers.grouped(value)
    return _show_things(field, value, reading)


def _show_things(field: Field, value: Value, reading: Reading) -> str:
    if isinstance(value, Ref):
        return reference.show(field, value, reading)
    if isinstance(value, GeoPoint):
        return place.show(field, value, reading)
    words = [item for item in value if isinstance(item, str)] if isinstance(value, tuple) else []
    comma = "、" if reading.language == "zh" else ", "
    return comma.join(words) if words else files.show(field, value, reading)
