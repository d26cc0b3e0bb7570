"""What a checked condition is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal, TypeAlias

from seamline.scope import ValueType

from .span import Span, edges

Relation = Literal["==", "!=", "<", "<=", ">", ">="]
Quantifier = Literal["some", "all", "none"]


@dataclass(frozen=True, slots=True)
class Given:
    """A constant by name only: SQL that is kept gets its value each time it runs."""

    name: str


Constant: TypeAlias = str | bool | int | Decimal | date | datetime | timedelta | Given

# The relation that says the same with its sides exchanged, and the one that says the opposite.
MIRRORED: dict[Relation, Relation] = {
    "==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<=",
}  # fmt: skip
OPPOSITE: dict[Relation, Relation] = {
    "==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Var:
    """A named fact and its type; inside `some`, `all` and `none` a column of the row."""

    name: str
    type: ValueType


@dataclass(frozen=True, slots=True)
class Fixed:
    """A condition that is always true or always false."""

    value: bool


@dataclass(frozen=True, slots=True)
class Truth:
    """A bare name: true where the fact is there and not false, zero or empty; never unknown."""

    var: Var


@dataclass(frozen=True, slots=True)
class Compare:
    """Two facts, or a fact and a constant of its type (the constant always stands right)."""

    relation: Relation
    left: Var
    right: Var | Constant


@dataclass(frozen=True, slots=True)
class Member:
    """Whether a value is one of some constants, or one of the words of a list-typed fact.

    One `Given` alone among the options stands for all of them.
    """

    item: Var | Constant
    options: tuple[Constant, ...] | Var


@dataclass(frozen=True, slots=True)
class Falls:
    """Whether a date or a moment lies in a span of time, seen from the moment of the check."""

    var: Var
    span: Span


@dataclass(frozen=True, slots=True)
class And:
    """True where every part is true, false where one is false, else unknown."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """True where one part is true, false where every part is false, else unknown."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; unknown stays unknown."""

    part: Node


@dataclass(frozen=True, slots=True)
class Rows:
    """A condition over the rows of a sub-table; a table without rows makes only `none` true."""

    quantifier: Quantifier
    table: str
    part: Node


Node: TypeAlias = Fixed | Truth | Compare | Member | Falls | And | Or | Not | Rows


def names(node: Node) -> frozenset[str]:
    """Return every fact that `node` reads: `qty`, `customer.credit_line`, `lines[].qty`."""
    return frozenset(_names(node, ""))


def names_in_order(node: Node) -> tuple[str, ...]:
    """Return what `names` returns, each once, in the order in which the condition names them."""
    return tuple(dict.fromkeys(_names(node, "")))


def _names(node: Node, prefix: str) -> Iterator[str]:
    match node:
        case Truth(var) | Falls(var):
            yield prefix + var.name
        case Compare(_, left, right) | Member(left, right):
            yield from (prefix + side.name for side in (left, right) if isinstance(side, Var))
        case And(parts) | Or(parts):
            for part in parts:
                yield from _names(part, prefix)
        case Not(part):
            yield from _names(part, prefix)
        case Rows(_, table, part):
            yield prefix + table
            yield from _names(part, f"{prefix}{table}[].")


def timely(node: Node) -> bool:
    """Say whether what `node` comes to depends on when it is asked."""
    match node:
        case Falls():
            return True
        case And(parts) | Or(parts):
            return any(timely(part) for part in parts)
        case Not(part) | Rows(_, _, part):
            return timely(part)
    return False


def moored(node: Node, now: datetime) -> Node:
    """Return `node` as it reads at one moment, `now` being in the zone of the workspace.

    Spans become comparisons with their edges, so that databases and indexes know them.
    """
    match node:
        case Falls(var, span):
            tests = tuple(
                Compare(word, var, edge) for word, edge in edges(span, var.type == "date", now)
            )
            return tests[0] if len(tests) == 1 else And(tests)
        case And(parts) | Or(parts):
            return replace(node, parts=tuple(moored(part, now) for part in parts))
        case Not(part) | Rows(_, _, part):
            return replace(node, part=moored(part, now))
    return node
