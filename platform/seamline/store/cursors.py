"""Where a list goes on: the last record seen, as an opaque word that is checked when it returns."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Integer, and_, or_

from seamline.problems import Place, Refused
from seamline.text import Text

from .plain import dump
from .types import Day, Exact, Moment

Order = tuple[ColumnElement[Any], bool]  # a column, and whether it falls


def write(sort: Sequence[str], values: Sequence[Any]) -> str:
    """Return the cursor after a record whose sort columns (the id last) hold `values`."""
    text = dump([list(sort), [_out(value) for value in values]])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(cursor: str, sort: Sequence[str], order: Sequence[Order]) -> list[Any]:
    """Return the values in a cursor; raises Refused 400 where it is not of this list and sort."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        spec, values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if spec != list(sort) or len(values) != len(order) or not isinstance(values[-1], str):
            raise ValueError(cursor)
        return [_in(column, value) for (column, _), value in zip(order, values, strict=True)]
    except (ValueError, TypeError, RecursionError, InvalidOperation, binascii.Error) as error:
        raise Refused.one(
            "broken_cursor",
            Text("翻页标记不属于此列表和排序。", "The cursor is not of this list and sort."),
            status=400,
            place=Place("cursor"),
            hint=Text("请从第一页重新开始。", "Start again from the first page."),
        ) from error


def _out(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, str)) else _word(value)


def _word(value: Any) -> str:
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def _in(column: ColumnElement[Any], value: Any) -> Any:
    kind = column.type
    if value is None:
        return None
    if isinstance(kind, Moment):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment
    if isinstance(kind, Day):
        return date.fromisoformat(value)
    if isinstance(kind, Exact):
        return _finite(Decimal(value))
    if isinstance(kind, Boolean) and isinstance(value, bool):
        return value
    if isinstance(kind, Integer) and type(value) is int and abs(value) < 2**63:
        return value
    if not isinstance(kind, (Boolean, Integer)) and isinstance(value, str) and "\0" not in value:
        return value
    raise ValueError(value)


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise ValueError(number)
    return number


def ordering(order: Sequence[Order]) -> list[ColumnElement[Any]]:
    """Return the ORDER BY: what is absent counts as the least on both databases."""
    return [
        column.desc().nulls_last() if falls else column.asc().nulls_first()
        for column, falls in order
    ]


def beyond(order: Sequence[Order], values: Sequence[Any]) -> ColumnElement[bool]:
    """Return the condition of every record that comes after the one with `values`.

    A value may be a parameter; None stands for one that is absent.
    """
    ways: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for (column, falls), value in zip(order, values, strict=True):
        later = _later(column, falls, value)
        if later is not None:
            ways.append(and_(*same, later))
        same.append(column.is_(None) if value is None else column == value)
    return and_(_from_first(order[0], values[0]), or_(*ways))


def _later(column: ColumnElement[Any], falls: bool, value: Any) -> ColumnElement[bool] | None:
    if value is None:
        return None if falls else column.is_not(None)
    return or_(column < value, column.is_(None)) if falls else column > value


def _from_first(order: Order, value: Any) -> ColumnElement[bool]:
    """Return what all later records share, in the form that lets an index start there."""
    column, falls = order
    if value is None:
        return column.is_(None) if falls else or_(column.is_(None), column.is_not(None))
    if not falls:
        return and_(column >= value)
    never_empty = str(column.key).startswith("_") and column.key not in ("_code", "_tracking")
    return and_(column <= value) if never_empty else or_(column <= value, column.is_(None))
