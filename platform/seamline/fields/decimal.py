"""Decimal: an exact number with a fixed number of decimals, and a unit."""

from __future__ import annotations

from typing import Any

from seamline.facts import Value
from seamline.metadata import Field
from seamline.text import Text

from . import numbers
from .fragments import MAX, MIN, UNIT, scale, text_of
from .kind import Column, Kind, Reading


def units_of(field: Field) -> tuple[str, ...]:
    """Return the words that may stand after a typed number."""
    unit = field.settings.get("unit")
    if unit is None:
        return ()
    words = text_of(unit)
    return (words.zh, words.en)


def parse(field: Field, raw: Any, _reading: Reading) -> Value:
    """Read an exact number within its bounds; raise Invalid otherwise (it is never rounded)."""
    value = numbers.number(raw, units_of(field))
    return numbers.within(field, numbers.fit(value, numbers.scale_of(field)))


def with_unit(field: Field, value: Value, reading: Reading) -> str:
    """Return a number with thousands separators and its unit."""
    unit = field.settings.get("unit")
    shown = numbers.grouped(value)
    return shown if unit is None else f"{shown} {text_of(unit).in_(reading.language)}"


KIND = Kind(
    name="decimal",
    title=Text("小数", "Decimal"),
    value_type=numbers.is_number,
    column=lambda field: Column("decimal", scale=numbers.scale_of(field)),
    parse=parse,
    to_json=numbers.plain,
    to_text=numbers.plain,
    show=with_unit,
    value_schema=lambda field: numbers.decimal_schema(numbers.scale_of(field)),
    widget="number",
    icon="gauge",
    settings={"scale": scale(2), "min": MIN, "max": MAX, "unit": UNIT},
    operators=numbers.ORDERED,
    check=numbers.check_bounds,
)
