"""How the leaves of a condition read in SQL, by the type of the value and of its column."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    Text,
    and_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from seamline.conditions.node import Constant, Given, Relation
from seamline.scope import ValueType

Test: TypeAlias = ColumnElement[bool]
Value: TypeAlias = ColumnElement[Any]

_RELATIONS: Mapping[Relation, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_EMPTY_SET = ","  # how a column of words keeps no word at all
# The largest whole number a column holds, in units of its last place.
_MOST_SCALED, _MOST_BIG, _MOST_SMALL = 10**18 - 1, 2**63 - 1, 2**31 - 1


@dataclass(frozen=True, slots=True)
class Keyed:
    """A reference kept as an id, named by people by a key: `id` holds the `target` id whose
    record has `key`. Equality looks the key up once and leaves the id's own index usable."""

    id: Value
    target: Column[Any]
    key: Column[Any]

    def ids_of(self, keys: Iterable[Constant]) -> Any:
        """Return a subquery of the ids that have one of `keys`."""
        table = self.target.table.alias()
        own = table.c[self.target.key], table.c[self.key.key]
        return select(own[0]).where(own[1].in_(list(keys))).correlate_except(table)

    def key_of(self) -> Value:
        """Return the key as an expression."""
        table = self.target.table.alias()
        own = table.c[self.target.key], table.c[self.key.key]
        return select(own[1]).where(own[0] == self.id).correlate_except(table).scalar_subquery()


def bare(column: Value | Keyed) -> Value:
    """Return a column as one expression of its value."""
    return column.key_of() if isinstance(column, Keyed) else column


def present(column: Value | Keyed, type_: ValueType, wanted: bool) -> Test:
    """Return whether a value is there and not false, zero or empty (or the opposite)."""
    if isinstance(column, Keyed):
        column, type_ = column.id, "place"
    empty: Any
    match type_:
        case "text":
            empty = ""
        case "number" | "duration":
            empty = 0
        case "boolean":
            empty = false()
        case "list":
            empty = literal(_EMPTY_SET, Text())
            column = type_coerce(column, Text())
        case "file":
            column, empty = file_count(column), None
        case _:
            empty = None
    there, gone = [column.is_not(None)], [column.is_(None)]
    if empty is not None:
        there.append(column != empty)
        gone.append(column == empty)
    return and_(*there) if wanted else or_(*gone)


def keyed_among(column: Keyed, keys: Iterable[Constant], wanted: bool) -> Test:
    """Return whether a reference names a record with one of `keys` (or with none of them)."""
    ids = column.ids_of(keys)
    return column.id.in_(ids) if wanted else and_(column.id.is_not(None), column.id.not_in(ids))


def has_word(column: Value, word: Value | str | Given, wanted: bool) -> Test:
    """Return whether a column of words holds `word` (or holds it not, neither being missing)."""
    text = type_coerce(column, Text())
    if isinstance(word, str) and "," in word:  # no stored word holds a comma
        return false() if wanted else column.is_not(None)
    if isinstance(word, (str, Given)):
        kept = literal(stored_word(word), Text()) if isinstance(word, str) else _later(word, text)
        spot = _Position(text, kept)
        return spot > 0 if wanted else spot == 0
    whole = literal(",", Text()).concat(type_coerce(word, Text())).concat(literal(",", Text()))
    spot, comma = _Position(text, whole), _Position(word, literal(",", Text()))
    return and_(spot > 0, comma == 0) if wanted else or_(spot == 0, and_(comma > 0, spot > 0))


def stored_word(word: str) -> str:
    """Return a word as it stands within a column of words."""
    return f",{word},"


def _later(given: Given, column: Value) -> Value:
    """Return the parameter by which a value of the column's type is told when the SQL runs."""
    return bindparam(given.name, type_=column.type)


def among(column: Value, type_: ValueType, options: tuple[Constant, ...], wanted: bool) -> Test:
    """Return whether a value is one of `options` (or none of them, and there)."""
    if type_ == "boolean":
        tests = [related("==" if wanted else "!=", column, type_, option) for option in options]
        return or_(*tests) if wanted else and_(*tests)
    if type_ == "file":
        column = file_count(column)
    if len(options) == 1 and isinstance(options[0], Given):
        told = bindparam(options[0].name, type_=column.type, expanding=True)
        return column.in_(told) if wanted else column.not_in(told)
    kept = [found for option in options if (found := bound(column, option)) is not None]
    if not kept:
        return false() if wanted else column.is_not(None)
    return column.in_(kept) if wanted else column.not_in(kept)


def related(relation: Relation, column: Value, type_: ValueType, constant: Constant) -> Test:
    """Return a comparison of a column with a constant of its type."""
    if isinstance(constant, bool):
        same: Test = column == (true() if constant is (relation == "==") else false())
        return same
    if type_ == "file":
        column = file_count(column)
    told = _later(constant, column) if isinstance(constant, Given) else bound(column, constant)
    if told is not None:
        test: Test = _RELATIONS[relation](column, told)
        return test
    return _beyond(relation, column, _number(constant))


def _number(constant: Constant) -> Decimal:
    if isinstance(constant, timedelta):
        return Decimal(constant.days * 86_400 + constant.seconds)
    if isinstance(constant, (int, Decimal)):
        return Decimal(constant)
    raise TypeError(f"{constant!r} is no number")


def _grain(column: Value) -> tuple[int, int] | None:
    """Return decimals and largest count of the last place of a column of numbers, else None."""
    scale = getattr(column.type, "scale", None)
    if isinstance(column.type, Integer):
        return 0, _MOST_BIG if isinstance(column.type, BigInteger) else _MOST_SMALL
    return (scale, _MOST_SCALED) if isinstance(scale, int) else None


def bound(column: Value, constant: Constant) -> Any:
    """Return `constant` as the column can hold it, or None where it holds no such number."""
    if isinstance(constant, bool) or not isinstance(constant, (int, Decimal, timedelta)):
        return constant
    grain, number = _grain(column), _number(constant)
    if grain is None:
        return number
    scaled = number.scaleb(grain[0])
    if scaled != scaled.to_integral_value() or abs(scaled) > grain[1]:
        return None
    return int(number) if isinstance(column.type, Integer) else number


def _beyond(relation: Relation, column: Value, number: Decimal) -> Test:
    """Compare with a number between two that the column can hold, or past the last one."""
    scale, most = _grain(column) or (0, 0)
    if relation in ("==", "!="):
        return false() if relation == "==" else column.is_not(None)
    down = relation in ("<", "<=")
    whole = int(number.scaleb(scale).to_integral_value(ROUND_FLOOR if down else ROUND_CEILING))
    if abs(whole) > most:
        never = (whole < 0) is down
        return false() if never else column.is_not(None)
    nearest = Decimal(whole).scaleb(-scale)
    value = int(nearest) if isinstance(column.type, Integer) else nearest
    return column <= value if down else column >= value


def between_facts(
    relation: Relation,
    left: tuple[Value | Keyed, ValueType],
    right: tuple[Value | Keyed, ValueType],
) -> Test:
    """Return a comparison of two columns, whatever the number of their decimals."""
    one, other = (
        file_count(bare(column)) if type_ == "file" else bare(column)
        for column, type_ in (left, right)
    )
    places = [(_grain(column) or (0, 0))[0] for column in (one, other)]
    if places[0] < places[1]:
        one = _Finer(one, literal(10 ** (places[1] - places[0]), BigInteger()))
    elif places[1] < places[0]:
        other = _Finer(other, literal(10 ** (places[0] - places[1]), BigInteger()))
    test: Test = _RELATIONS[relation](one, other)
    return test


def file_count(column: Value) -> Value:
    """Return the number of files in a column of files; NULL where there is none."""
    return func.nullif(_Length(column), 0, type_=Integer())


class _Position(FunctionElement[int]):
    """Where a text stands within another, counted from 1; 0 where it does not."""

    type = Integer()
    inherit_cache = True
    name = "strpos"


class _Length(FunctionElement[int]):
    """How many items a JSON list has, which is kept as text."""

    type = Integer()
    inherit_cache = True
    name = "json_array_length"


class _Finer(FunctionElement[Any]):
    """A number in units of a finer last place, where numbers are kept as counts of it."""

    inherit_cache = True
    name = "seam_finer"


@compiles(_Position)
def _position(element: _Position, compiler: SQLCompiler, **more: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **more)})"


@compiles(_Position, "sqlite")
def _position_sqlite(element: _Position, compiler: SQLCompiler, **more: Any) -> str:
    return f"instr({compiler.process(element.clauses, **more)})"


@compiles(_Length)
def _length(element: _Length, compiler: SQLCompiler, **more: Any) -> str:
    return f"json_array_length({compiler.process(element.clauses, **more)})"


@compiles(_Length, "postgresql")
def _length_postgresql(element: _Length, compiler: SQLCompiler, **more: Any) -> str:
    return f"json_array_length(({compiler.process(element.clauses, **more)})::json)"


@compiles(_Finer)
def _finer(element: _Finer, compiler: SQLCompiler, **more: Any) -> str:
    return str(compiler.process(list(element.clauses)[0], **more))


@compiles(_Finer, "sqlite")
def _finer_sqlite(element: _Finer, compiler: SQLCompiler, **more: Any) -> str:
    column, times = element.clauses
    return f"({compiler.process(column, **more)} * {compiler.process(times, **more)})"
