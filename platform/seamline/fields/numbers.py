"""Reading and showing numbers: exact, finite, at most 18 digits, never rounded on the way in."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Any

from seamline.facts import Value
from seamline.metadata import Field
from seamline.problems import Place, Problem
from seamline.scope import ValueType
from seamline.text import Text

from .kind import Invalid, invalid, seen

DIGITS = 18  # a scaled value fits 64 bits on every database
ORDERED = ("==", "!=", "<", "<=", ">", ">=", "in")
_LONGEST = 60
_EXACT = Context(prec=40, traps=[Inexact, InvalidOperation])
_QUANTA = tuple(Decimal(1).scaleb(-scale) for scale in range(DIGITS + 1))
_TO_PLAIN = str.maketrans("０１２３４５６７８９．，－＋％￥＄−–　", "0123456789.,-+%¥$-- ")
_SHAPE = re.compile(
    r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,6})?"
)
_PLAIN = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,9})?")


def number(raw: Any, units: Iterable[str] = ()) -> Decimal:
    """Return `raw` (text or a JSON number) as a finite Decimal; raise Invalid otherwise.

    Text may hold full-width digits, thousands separators and one of `units` at either end.
    """
    if isinstance(raw, str):
        return _from_text(raw, units)
    if isinstance(raw, bool) or not isinstance(raw, (int, float, Decimal)):
        raise _not_a_number(raw)
    if isinstance(raw, int):
        if raw.bit_length() > 64:
            raise _too_large(raw)
        return Decimal(raw)
    if not (math.isfinite(raw) if isinstance(raw, float) else raw.is_finite()):
        raise invalid(
            "not_finite",
            f"应为有限的数字，收到 {seen(raw)}。",
            f"Expected a finite number, got {seen(raw)}.",
            raw,
        )
    return Decimal(repr(raw)) if isinstance(raw, float) else raw


def _from_text(raw: str, units: Iterable[str]) -> Decimal:
    if _PLAIN.fullmatch(raw):
        return Decimal(raw)
    if len(raw) > 2 * _LONGEST:
        raise _too_large(raw) if raw[:_LONGEST].isdigit() else _not_a_number(raw)
    text = raw.translate(_TO_PLAIN).strip()
    for unit in units:
        text = text.removesuffix(unit).removeprefix(unit).strip()
    if not _SHAPE.fullmatch(text) or not any(sign.isdigit() for sign in re.split("[eE]", text)[0]):
        raise _not_a_number(raw)
    if len(text) > _LONGEST:
        raise _too_large(raw)
    return Decimal(text.replace(",", ""))


def _not_a_number(raw: Any) -> Invalid:
    hint = None
    if isinstance(raw, str) and re.fullmatch(r"\s*[+-]?[0-9.]+,[0-9]+\s*", raw):
        hint = Text(
            "逗号只作千位分隔，小数点请用“.”。",
            "A comma only separates thousands; write the decimal point as '.'.",
        )
    word = seen(raw)
    return invalid(
        "number_expected",
        f"应为数字，收到“{word}”。",
        f"Expected a number, got '{word}'.",
        raw,
        hint,
    )


def _too_large(raw: Any) -> Invalid:
    return invalid(
        "number_too_large",
        f"数字最多 {DIGITS} 位，收到 {seen(raw)}。",
        f"A number has at most {DIGITS} digits, got {seen(raw)}.",
        raw,
    )


def fit(value: Decimal, scale: int) -> Decimal:
    """Return `value` with exactly `scale` decimals; raise Invalid where that would round it."""
    if value and value.adjusted() >= DIGITS - scale:
        raise _too_large(value)
    try:
        exact = value.quantize(_QUANTA[scale], context=_EXACT)
    except (Inexact, InvalidOperation):
        if scale == 0:
            raise invalid(
                "whole_number_expected",
                f"应为整数，收到 {seen(value)}。",
                f"Expected a whole number, got {seen(value)}.",
                value,
            ) from None
        raise invalid(
            "too_many_decimals",
            f"最多 {scale} 位小数，收到 {seen(value)}。",
            f"At most {scale} decimals, got {seen(value)}.",
            value,
        ) from None
    return exact if exact else abs(exact)


def within(field: Field, value: Decimal) -> Decimal:
    """Return `value` if it lies between the field's `min` and `max`; raise Invalid otherwise."""
    low, high = field.settings.get("min"), field.settings.get("max")
    if low is not None and value < Decimal(str(low)):
        raise invalid(
            "too_small",
            f"不得小于 {low}，收到 {value}。",
            f"Must be at least {low}, got {value}.",
            value,
        )
    if high is not None and value > Decimal(str(high)):
        raise invalid(
            "too_large",
            f"不得大于 {high}，收到 {value}。",
            f"Must be at most {high}, got {value}.",
            value,
        )
    return value


def scale_of(field: Field, default: int = 2) -> int:
    """Return the number of decimals of a field."""
    return int(field.settings.get("scale", default))


def is_number(_field: Field) -> ValueType:
    """Say that conditions and formulas see a number."""
    return "number"


def plain(_field: Field, value: Value) -> str:
    """Return a number as digits with a decimal point, as parse reads it back."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def grouped(value: Value) -> str:
    """Return a number with thousands separators, as people read it."""
    return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}" if is_int(value) else ""


def is_int(value: Value) -> bool:
    """Say whether `value` is a whole number (a truth value is none)."""
    return isinstance(value, int) and not isinstance(value, bool)


def check_bounds(field: Field) -> list[Problem]:
    """Return a problem where `min` is above `max`."""
    low, high = field.settings.get("min"), field.settings.get("max")
    if low is None or high is None or Decimal(str(low)) <= Decimal(str(high)):
        return []
    say = Text(
        f"最小值 {low} 大于最大值 {high}。", f"The minimum {low} is above the maximum {high}."
    )
    return [Problem("bounds_crossed", say, Place("min"), got=seen(str(low)))]


def decimal_schema(scale: int) -> dict[str, Any]:
    """Return the JSON Schema of an exact number: text out, text or a number in."""
    decimals = f"([.][0-9]{{1,{scale}}})?" if scale else ""
    return {
        "anyOf": [
            {"type": "string", "pattern": f"^-?[0-9]{{1,{DIGITS - scale}}}{decimals}$"},
            {"type": "number"},
        ]
    }
