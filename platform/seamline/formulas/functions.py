"""The functions of formulas: what each is called with, gives, and does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from typing import Any

from seamline import clock
from seamline.scope import ValueType
from seamline.text import Text

from .arithmetic import (
    EXACT,
    ORDERED,
    TEXT_LIMIT,
    ZERO,
    as_text,
    days_between,
    magnitude,
    span,
)
from .piece import Facts, Run

# Facts that the caller may give: what day and moment it is for the reader.
TODAY, NOW = "_today", "_now"
_DAY, _HOUR = 86_400_000_000, 3_600_000_000  # microseconds


@dataclass(frozen=True, slots=True)
class Function:
    """One function: how it is written, how many arguments it takes, and what it makes of them.

    `result` gives the type for the types of the arguments, None where they do not fit. `build`
    makes the closure of the arguments' closures. `over_rows` holds for the functions that go
    through a sub-table when their one argument names its columns; `fold` is what they do then
    with the values that are not missing.
    """

    name: str
    usage: str
    say: Text
    least: int
    most: int
    result: Callable[[Sequence[ValueType]], ValueType | None]
    build: Callable[[Sequence[Run]], Run] | None = None
    fold: Callable[[list[Any]], Any] | None = None

    @property
    def over_rows(self) -> bool:
        """Say whether the function can go through the rows of a sub-table."""
        return self.fold is not None


def _one_of(*types: ValueType) -> Callable[[Sequence[ValueType]], ValueType | None]:
    """Take arguments that all have the same one of `types`, and give that type."""

    def result(given: Sequence[ValueType]) -> ValueType | None:
        return given[0] if given[0] in types and all(one == given[0] for one in given) else None

    return result


def _to(
    type_: ValueType, *accepted: tuple[ValueType, ...]
) -> Callable[[Sequence[ValueType]], ValueType | None]:
    """Take exactly one of the `accepted` lists of types, and give `type_`."""
    return lambda given: type_ if tuple(given) in accepted else None


def _all_there(compute: Callable[..., Any]) -> Callable[[Sequence[Run]], Run]:
    """Make a closure that computes only where no argument is missing."""

    def build(arguments: Sequence[Run]) -> Run:
        def run(facts: Facts, row: Facts) -> Any:
            values = [argument(facts, row) for argument in arguments]
            return None if None in values else compute(*values)

        return run

    return build


def _coalesce(arguments: Sequence[Run]) -> Run:
    def run(facts: Facts, row: Facts) -> Any:
        for argument in arguments:
            value = argument(facts, row)
            if value is not None:
                return value
        return None

    return run


def _concat(arguments: Sequence[Run]) -> Run:
    def run(facts: Facts, row: Facts) -> Any:
        values = [argument(facts, row) for argument in arguments]
        there = [as_text(value) for value in values if value is not None]
        return "".join(there)[:TEXT_LIMIT] if there else None

    return run


def _today(_arguments: Sequence[Run]) -> Run:
    return lambda facts, row: facts.get(TODAY) or clock.today(UTC)


def _now(_arguments: Sequence[Run]) -> Run:
    return lambda facts, row: facts.get(NOW) or clock.now()


def _sum(values: list[Any]) -> Any:
    if not values:
        return ZERO
    total = values[0]
    add = type(total).__add__ if not isinstance(total, (int, Decimal)) else EXACT.add
    for value in values[1:]:
        total = add(total, value)
    return total


def _average(values: list[Any]) -> Any:
    if not values:
        return None
    total = _sum(values)
    if isinstance(total, (int, Decimal)):
        return EXACT.divide(total, len(values))
    return total / len(values)


def _least(values: list[Any]) -> Any:
    return min(values) if values else None


def _most(values: list[Any]) -> Any:
    return max(values) if values else None


_PLAIN: tuple[ValueType, ...] = (
    "number", "text", "boolean", "date", "datetime", "duration",
)  # fmt: skip
_TABLE = (
    Function(
        "sum", "sum(lines.amount)",
        Text("各行之和，缺值的行不计，没有行为 0。", "Sum over rows; none is 0."),
        1, 1, _one_of("number"), fold=_sum,
    ),
    Function(
        "count", "count(lines)",
        Text("行数；count(lines.qty) 数有值的行。", "Rows; count(lines.qty): with a value."),
        1, 1, lambda given: "number", fold=len,
    ),
    Function(
        "avg", "avg(lines.price)",
        Text("各行平均，缺值的行不计。", "Average over rows; missing ones are skipped."),
        1, 1, _one_of("number", "duration"), fold=_average,
    ),
    Function(
        "min", "min(lines.due) / min(a, b)",
        Text("各行或各参数中最小的。", "The smallest of the rows, or of the arguments."),
        1, 20, _one_of(*ORDERED), _all_there(min), _least,
    ),
    Function(
        "max", "max(lines.due) / max(a, b)",
        Text("各行或各参数中最大的。", "The largest of the rows, or of the arguments."),
        1, 20, _one_of(*ORDERED), _all_there(max), _most,
    ),
    Function(
        "abs", "abs(a - b)",
        Text("绝对值。", "The value without its sign."),
        1, 1, _one_of("number", "duration"), _all_there(magnitude),
    ),
    Function(
        "round", "round(price * 1.13, 2)",
        Text("四舍五入到给定的小数位数。", "Rounded half up to the number of decimals."),
        1, 2, _to("number", ("number",), ("number", "number")),
    ),
    Function(
        "coalesce", "coalesce(discount, 0)",
        Text("第一个不缺的值。", "The first value that is not missing."),
        2, 20, _one_of(*_PLAIN), _coalesce,
    ),
    Function(
        "days", "due_date + days(3)",
        Text("若干天的时长。", "A duration of so many days."),
        1, 1, _to("duration", ("number",)), _all_there(lambda n: span(n, _DAY)),
    ),
    Function(
        "hours", "start + hours(8)",
        Text("若干小时的时长。", "A duration of so many hours."),
        1, 1, _to("duration", ("number",)), _all_there(lambda n: span(n, _HOUR)),
    ),
    Function(
        "days_between", "days_between(today(), due_date)",
        Text("从前者到后者的整天数。", "Whole days from the first to the second."),
        2, 2, _to("number", ("date", "date"), ("datetime", "datetime")), _all_there(days_between),
    ),
    Function(
        "concat", 'concat(code, "-", name)',
        Text("连成文本，缺的部分略去。", "Joined to one text; missing parts are left out."),
        1, 20, lambda given: "text" if all(one in _PLAIN for one in given) else None, _concat,
    ),
    Function(
        "today", "today()",
        Text("保存时的日期。", "The date when the record is saved."),
        0, 0, lambda given: "date", _today,
    ),
    Function(
        "now", "now()",
        Text("保存时的时刻。", "The moment when the record is saved."),
        0, 0, lambda given: "datetime", _now,
    ),
)  # fmt: skip
FUNCTIONS: Mapping[str, Function] = {function.name: function for function in _TABLE}
