"""Percent: 12.5 means 12.5 %."""

from __future__ import annotations

from typing import Any

from seamline.facts import Value
from seamline.metadata import Field
from seamline.text import Text

from . import numbers
from .fragments import MAX, MIN, scale
from .kind import Column, Kind, Reading


def parse(field: Field, raw: Any, _reading: Reading) -> Value:
    """Read `12.5` or `12.5%` as 12.5; raise Invalid otherwise."""
    value = numbers.number(raw, ("%",))
    return numbers.within(field, numbers.fit(value, numbers.scale_of(field)))


def show(_field: Field, value: Value, _reading: Reading) -> str:
    """Return the number with its percent sign."""
    return f"{numbers.grouped(value)}%"


KIND = Kind(
    name="percent",
    title=Text("百分比", "Percent"),
    value_type=numbers.is_number,
    column=lambda field: Column("decimal", scale=numbers.scale_of(field)),
    parse=parse,
    to_json=numbers.plain,
    to_text=numbers.plain,
    show=show,
    value_schema=lambda field: numbers.decimal_schema(numbers.scale_of(field)),
    widget="percent",
    icon="percent",
    settings={"scale": scale(2), "min": MIN, "max": MAX},
    operators=numbers.ORDERED,
    check=numbers.check_bounds,
)
