"""Duration: a length of time, to the second."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from seamline.facts import Value
from seamline.metadata import Field
from seamline.text import Text

from . import durations, moments
from .fragments import said
from .kind import Column, Kind, Reading, invalid
from .numbers import ORDERED

UNIT = "hours"
# At least one part, in falling order: 1d2h, 90m.
SCHEMA = {
    "type": "string",
    "pattern": "^-?(?=[0-9])([0-9]{1,5}d)?([0-9]{1,6}h)?([0-9]{1,7}m)?([0-9]{1,9}s)?$",
}


def parse(field: Field, raw: Any, _reading: Reading) -> Value:
    """Read `2h30m`, `1天`, or a number in the field's unit; raise Invalid otherwise."""
    value = durations.read(raw, str(field.settings.get("unit", UNIT)))
    if value < timedelta():
        raise invalid(
            "negative_duration", "时长不得为负。", "A duration must not be negative.", str(raw)[:40]
        )
    return value


def to_text(_field: Field, value: Value) -> str:
    """Return the duration as `1d2h30m`."""
    return moments.duration_text(value) if isinstance(value, timedelta) else ""


def show(_field: Field, value: Value, reading: Reading) -> str:
    """Return the duration as people write it."""
    return moments.show_duration(value, reading.language) if isinstance(value, timedelta) else ""


def dump(_field: Field, value: Value) -> Any:
    """Return the whole seconds that the column holds."""
    return value.days * 86400 + value.seconds if isinstance(value, timedelta) else None


def load(_field: Field, stored: Any) -> Value:
    """Return the duration of stored seconds."""
    return timedelta(seconds=int(stored))


KIND = Kind(
    name="duration",
    title=Text("时长", "Duration"),
    value_type=lambda _field: "duration",
    column=lambda _field: Column("integer"),
    parse=parse,
    to_json=to_text,
    to_text=to_text,
    show=show,
    value_schema=lambda _field: SCHEMA,
    widget="duration",
    icon="clock",
    settings={
        "unit": said(
            "只写数字时的单位。",
            "The unit of a bare number.",
            {"enum": ["minutes", "hours", "days"], "default": UNIT},
        )
    },
    operators=ORDERED,
    dump=dump,
    load=load,
)
