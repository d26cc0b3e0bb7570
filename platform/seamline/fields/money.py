"""Money: an exact amount in one currency."""

from __future__ import annotations

from typing import Any

from seamline.facts import Value
from seamline.metadata import Field
from seamline.text import Text

from . import numbers
from .fragments import MAX, MIN, said, scale
from .kind import Column, Kind, Reading

SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}


def currency_of(field: Field) -> str:
    """Return the field's currency code; empty where the package's own applies."""
    return str(field.settings.get("currency", ""))


def parse(field: Field, raw: Any, _reading: Reading) -> Value:
    """Read an exact amount, with or without its currency sign; raise Invalid otherwise."""
    code = currency_of(field)
    signs = (code, SYMBOLS.get(code, "")) if code else ("¥", "元")
    value = numbers.number(raw, (*signs, "元") if code == "CNY" else signs)
    return numbers.within(field, numbers.fit(value, numbers.scale_of(field)))


def show(field: Field, value: Value, _reading: Reading) -> str:
    """Return the amount with its currency sign: `¥1,234.50`, `CHF 10.00`, `-$3.00`."""
    code = currency_of(field)
    shown = numbers.grouped(value)
    sign = SYMBOLS.get(code, f"{code} " if code else "")
    return f"-{sign}{shown[1:]}" if shown.startswith("-") else f"{sign}{shown}"


KIND = Kind(
    name="money",
    title=Text("金额", "Money"),
    value_type=numbers.is_number,
    column=lambda field: Column("decimal", scale=numbers.scale_of(field)),
    parse=parse,
    to_json=numbers.plain,
    to_text=numbers.plain,
    show=show,
    value_schema=lambda field: numbers.decimal_schema(numbers.scale_of(field)),
    widget="money",
    icon="banknote",
    settings={
        "currency": said(
            "币种代码(ISO 4217)；不写则用配置包的币种。",
            "Currency code (ISO 4217); the package's own where not given.",
            {"type": "string", "pattern": "^[A-Z]{3}$"},
        ),
        "scale": scale(2),
        "min": MIN,
        "max": MAX,
    },
    operators=numbers.ORDERED,
    check=numbers.check_bounds,
)
