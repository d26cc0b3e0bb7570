"""Turns a checked condition into SQL that is true exactly where running it gives true.

SQL's own AND, OR and comparisons are three-valued as ours are, so what is written stays plain:
A span of time has been made edges of before (`node.moored`): a database has no clock of ours.
`not` is pushed down to the leaves (`not (a < b)` becomes `a >= b`), columns stand bare and an
index on them can be used. Only rows of a sub-table need care, because EXISTS knows no unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, FromClause, and_, false, or_, select, true

from seamline.conditions.node import (
    OPPOSITE,
    And,
    Compare,
    Constant,
    Fixed,
    Given,
    Member,
    Node,
    Not,
    Or,
    Rows,
    Truth,
    Var,
)

from .leaves import (
    Keyed,
    among,
    bare,
    between_facts,
    has_word,
    keyed_among,
    present,
    related,
)

Columns: TypeAlias = Mapping[str, "ColumnElement[Any] | Keyed"]
Test: TypeAlias = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Child:
    """The table of a sub-table's rows: how a row is joined to its record, and its columns."""

    table: FromClause
    joined: ColumnElement[bool]
    columns: Columns
    children: Mapping[str, Child] = field(default_factory=dict)


def where(node: Node, columns: Columns, children: Mapping[str, Child] | None = None) -> Test:
    """Return `node` as a WHERE clause: true exactly where `evaluate` gives True.

    `columns` gives the column of each name (`Keyed` for a reference kept as an id), `children`
    the rows of each sub-table. Raises KeyError for a name that neither gives.
    """
    return _holds(node, True, columns, children or {})


def _holds(node: Node, wanted: bool, columns: Columns, children: Mapping[str, Child]) -> Test:
    """Return SQL that is true exactly where `node` evaluates to `wanted`; else false or NULL."""
    match node:
        case Fixed(value):
            return true() if value is wanted else false()
        case Truth(var):
            return _truth(var, wanted, columns, children)
        case Compare():
            return _compare(node, wanted, columns)
        case Member():
            return _member(node, wanted, columns)
        case Not(part):
            return _holds(part, not wanted, columns, children)
        case And(parts):
            held = [_holds(part, wanted, columns, children) for part in parts]
            return and_(*held) if wanted else or_(*held)
        case Or(parts):
            held = [_holds(part, wanted, columns, children) for part in parts]
            return or_(*held) if wanted else and_(*held)
        case Rows():
            return _rows(node, wanted, children)
    raise TypeError(f"not a condition: {node!r}")


def _truth(var: Var, wanted: bool, columns: Columns, children: Mapping[str, Child]) -> Test:
    if var.type != "table":
        return present(columns[var.name], var.type, wanted)
    there = _exists(children[var.name], true())
    return there if wanted else ~there


def _compare(node: Compare, wanted: bool, columns: Columns) -> Test:
    relation = node.relation if wanted else OPPOSITE[node.relation]
    left = columns[node.left.name]
    if isinstance(node.right, Var):
        right = columns[node.right.name]
        return between_facts(relation, (left, node.left.type), (right, node.right.type))
    if isinstance(left, Keyed):
        if relation in ("==", "!="):
            return keyed_among(left, (node.right,), relation == "==")
        left = bare(left)
    return related(relation, left, node.left.type, node.right)


def _member(node: Member, wanted: bool, columns: Columns) -> Test:
    item = node.item
    if isinstance(node.options, Var):
        word = bare(columns[item.name]) if isinstance(item, Var) else _word(item)
        return has_word(bare(columns[node.options.name]), word, wanted)
    if not isinstance(item, Var):
        raise TypeError("a constant among constants is refused by the parser")
    column = columns[item.name]
    if isinstance(column, Keyed):
        return keyed_among(column, node.options, wanted)
    return among(column, item.type, node.options, wanted)


def _word(constant: Constant) -> str | Given:
    return constant if isinstance(constant, Given) else str(constant)


def _rows(node: Rows, wanted: bool, children: Mapping[str, Child]) -> Test:
    child = children[node.table]

    def every(value: bool) -> Test:
        """No row that is anything but `value`: an unknown row breaks it too."""
        holds = _holds(node.part, value, child.columns, child.children)
        return ~_exists(child, holds.is_not(true()))

    def one(value: bool) -> Test:
        return _exists(child, _holds(node.part, value, child.columns, child.children))

    if node.quantifier == "all":
        # As in JsonLogic, `all` of no rows is false.
        anything = _exists(child, true())
        return and_(anything, every(True)) if wanted else or_(~anything, one(False))
    return one(True) if wanted is (node.quantifier == "some") else every(False)


def _exists(child: Child, test: Test) -> Test:
    return (
        select(1)
        .select_from(child.table)
        .where(child.joined, test)
        .correlate_except(child.table)
        .exists()
    )
