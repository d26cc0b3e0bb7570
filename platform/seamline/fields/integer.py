"""Integer: a whole number."""

from __future__ import annotations

from typing import Any

from seamline.facts import Value
from seamline.metadata import Field
from seamline.text import Text

from . import numbers
from .decimal import units_of, with_unit
from .fragments import MAX, MIN, UNIT
from .kind import Column, Kind, Reading


def parse(field: Field, raw: Any, _reading: Reading) -> Value:
    """Read a whole number within its bounds; raise Invalid otherwise."""
    value = numbers.fit(numbers.number(raw, units_of(field)), 0)
    return int(numbers.within(field, value))


def value_schema(field: Field) -> dict[str, Any]:
    """Return the JSON Schema of the value."""
    most = 10**numbers.DIGITS - 1
    return {
        "type": "integer",
        "minimum": field.settings.get("min", -most),
        "maximum": field.settings.get("max", most),
    }


KIND = Kind(
    name="integer",
    title=Text("整数", "Integer"),
    value_type=numbers.is_number,
    column=lambda _field: Column("integer"),
    parse=parse,
    to_json=lambda _field, value: value,
    to_text=numbers.plain,
    show=with_unit,
    value_schema=value_schema,
    widget="number",
    icon="gauge",
    settings={"min": MIN, "max": MAX, "unit": UNIT},
    operators=numbers.ORDERED,
    check=numbers.check_bounds,
)
