"""Exact arithmetic over values that may be missing; each operation by the types of its sides."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import (
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Any, TypeAlias

from seamline.scope import ValueType

Operation: TypeAlias = Callable[[Any, Any], Any]

TEXT_LIMIT = 20_000  # characters of any text on the way
# Sixty digits hold the exact product of three full-length numbers; a context of our own, so that
# no other code's settings change a result.
EXACT = Context(
    prec=60, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow]
)
_HALF_UP = Context(prec=60, rounding=ROUND_HALF_UP, traps=[InvalidOperation])
_MICROSECOND = timedelta(microseconds=1)
ZERO = Decimal(0)


def _divide(left: Any, right: Any) -> Decimal | None:
    return EXACT.divide(left, right) if right else None


def _divide_whole(left: Any, right: Any) -> Decimal | None:
    return EXACT.divide_int(left, right) if right else None


def _remainder(left: Any, right: Any) -> Decimal | None:
    return EXACT.remainder(left, right) if right else None


def _microseconds(value: timedelta) -> int:
    return value // _MICROSECOND


def _stretch(value: timedelta, factor: Any) -> timedelta:
    return span(EXACT.multiply(_microseconds(value), factor), 1)


def _stretch_back(factor: Any, value: timedelta) -> timedelta:
    return _stretch(value, factor)


def _shrink(value: timedelta, by: Any) -> timedelta | None:
    return span(EXACT.divide(_microseconds(value), by), 1) if by else None


def _ratio(left: timedelta, right: timedelta) -> Decimal | None:
    below = _microseconds(right)
    return EXACT.divide(_microseconds(left), below) if below else None


def span(amount: Any, microseconds: int) -> timedelta:
    """Return `amount` times so many microseconds as a duration; raise OverflowError if too long."""
    whole = EXACT.multiply(amount, microseconds).to_integral_value(ROUND_HALF_EVEN)
    if whole and whole.adjusted() > 20:
        raise OverflowError
    return timedelta(microseconds=int(whole))


def _whole_days(value: timedelta) -> timedelta:
    days = abs(value) // timedelta(days=1)
    return timedelta(days=days if value >= timedelta() else -days)


def _later_day(day: date, by: timedelta) -> date:
    return day + _whole_days(by)


def _earlier_day(day: date, by: timedelta) -> date:
    return day - _whole_days(by)


def _joined(left: str, right: str) -> str:
    return (left + right)[:TEXT_LIMIT]


# Operator sign -> types of its sides -> type of the result and the operation.
OPERATIONS: Mapping[str, Mapping[tuple[ValueType, ValueType], tuple[ValueType, Operation]]] = {
    "+": {
        ("number", "number"): ("number", EXACT.add),
        ("duration", "duration"): ("duration", operator.add),
        ("date", "duration"): ("date", _later_day),
        ("duration", "date"): ("date", lambda by, day: _later_day(day, by)),
        ("datetime", "duration"): ("datetime", operator.add),
        ("duration", "datetime"): ("datetime", operator.add),
        ("text", "text"): ("text", _joined),
    },
    "-": {
        ("number", "number"): ("number", EXACT.subtract),
        ("duration", "duration"): ("duration", operator.sub),
        ("date", "date"): ("duration", operator.sub),
        ("datetime", "datetime"): ("duration", operator.sub),
        ("date", "duration"): ("date", _earlier_day),
        ("datetime", "duration"): ("datetime", operator.sub),
    },
    "*": {
        ("number", "number"): ("number", EXACT.multiply),
        ("duration", "number"): ("duration", _stretch),
        ("number", "duration"): ("duration", _stretch_back),
    },
    "/": {
        ("number", "number"): ("number", _divide),
        ("duration", "number"): ("duration", _shrink),
        ("duration", "duration"): ("number", _ratio),
    },
    "//": {("number", "number"): ("number", _divide_whole)},
    "%": {("number", "number"): ("number", _remainder)},
}
RELATIONS: Mapping[str, Operation] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
ORDERED: tuple[ValueType, ...] = ("number", "date", "datetime", "duration")


def rounded(value: Any, places: int) -> Decimal:
    """Return a number rounded half up (away from zero at the half) to `places` decimals."""
    return Decimal(value).quantize(Decimal(1).scaleb(-places), context=_HALF_UP)


def magnitude(value: Any) -> Any:
    """Return a number or duration without its sign, every digit kept."""
    return value.copy_abs() if isinstance(value, Decimal) else abs(value)


def days_between(start: date, end: date) -> int:
    """Return the whole days from `start` to `end`, negative where `end` comes first."""
    return _whole_days(end - start).days


def as_text(value: Any) -> str:
    """Return a value as `concat` writes it: numbers without idle zeros, dates as 2026-02-18."""
    if isinstance(value, Decimal):
        plain = format(value, "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value)
