"""Computed: what a formula over the record's other fields gives."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from seamline.facts import Value
from seamline.metadata import Field
from seamline.scope import ValueType
from seamline.text import Text

from . import boolean, date, datetime, decimal, duration, durations, long_text, money, numbers
from .fragments import UNIT, said, scale
from .kind import Column, Kind, Reading

TEXT_LENGTH = 2000
FORMULA_LENGTH = 1000
_ROUNDING = Context(prec=60, rounding=ROUND_HALF_UP)
# Result type -> the kind whose column, reading and showing it borrows.
RESULTS: Mapping[str, Kind] = {
    "number": decimal.KIND,
    "text": long_text.KIND,
    "date": date.KIND,
    "datetime": datetime.KIND,
    "boolean": boolean.KIND,
    "duration": duration.KIND,
}


def like(field: Field) -> Kind:
    """Return the kind that the field's result is like."""
    return RESULTS[field.settings.get("result", "number")]


def value_type(field: Field) -> ValueType:
    """Return the type of the result."""
    return like(field).value_type(field)


def column(field: Field) -> Column:
    """Return the column of the result."""
    borrowed = like(field)
    return Column("text", length=TEXT_LENGTH) if _is_text(field) else borrowed.column(field)


def parse(field: Field, raw: Any, reading: Reading) -> Value:
    """Read a result back from its text or JSON; raise Invalid otherwise."""
    if like(field) is duration.KIND:  # a difference may be negative
        return durations.read(raw, duration.UNIT)
    return like(field).parse(field, raw, reading)


def fit(field: Field, value: Value) -> Value:
    """Return a formula's result as the field keeps it, numbers rounded half up; raise Invalid
    where it is too large."""
    if isinstance(value, (Decimal, int)) and not isinstance(value, bool):
        whole = Decimal(value)
        places = numbers.scale_of(field)
        if whole and whole.adjusted() < numbers.DIGITS - places:
            whole = whole.quantize(Decimal(1).scaleb(-places), context=_ROUNDING)
        return numbers.fit(whole, places)
    if isinstance(value, str):
        return value[:TEXT_LENGTH]
    return value


def show(field: Field, value: Value, reading: Reading) -> str:
    """Return the result as people read it, with its currency or unit."""
    if field.settings.get("currency"):
        return money.show(field, value, reading)
    return like(field).show(field, value, reading)


def value_schema(field: Field) -> dict[str, Any]:
    """Return the JSON Schema of the result."""
    return {**like(field).value_schema(field), "readOnly": True}


def dump(field: Field, value: Value) -> Any:
    """Return what the column of the result holds."""
    to_column = like(field).dump
    return value if to_column is None else to_column(field, value)


def load(field: Field, stored: Any) -> Value:
    """Return the result that the column holds."""
    from_column = like(field).load
    value: Value = stored if from_column is None else from_column(field, stored)
    return value


def _is_text(field: Field) -> bool:
    return like(field) is long_text.KIND


KIND = Kind(
    name="computed",
    title=Text("计算值", "Computed value"),
    value_type=value_type,
    column=column,
    parse=parse,
    to_json=lambda field, value: like(field).to_json(field, value),
    to_text=lambda field, value: like(field).to_text(field, value),
    show=show,
    value_schema=value_schema,
    widget="shown",
    icon="component",
    settings={
        "formula": said(
            "公式，如 qty * unit_price 或 sum(lines.amount)。",
            "The formula, such as qty * unit_price or sum(lines.amount).",
            {"type": "string", "minLength": 1, "maxLength": FORMULA_LENGTH, "format": "formula"},
        ),
        "result": said(
            "结果的类型。", "Type of the result.", {"enum": list(RESULTS), "default": "number"}
        ),
        "scale": scale(2),
        "unit": UNIT,
        "currency": money.KIND.settings["currency"],
    },
    settings_required=("formula",),
    operators=numbers.ORDERED,
    written=False,
    dump=dump,
    load=load,
)
