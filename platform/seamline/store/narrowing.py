"""A condition as SQL over a form's tables: what each name in it stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, select

from seamline.conditions.node import (
    And,
    Compare,
    Constant,
    Member,
    Node,
    Not,
    Or,
    Rows,
    Var,
    names,
)
from seamline.conditions.sql import Child, Keyed, where

from .assemble import Joins
from .finding import meanings
from .locked import LOCKED, is_locked

_ROW = "[]."
_ID = " id"  # marks the name of a reference that stands for the id; no author can write it
Ids: TypeAlias = Mapping[Constant, str]


def narrowed(joins: Joins, node: Node, connection: Connection) -> ColumnElement[bool]:
    """Return the SQL condition that holds exactly for the records that `node` is true of.

    Forms that the condition reaches through references are joined to `joins`. Raises KeyError
    for a name that the form does not have: a parsed condition has none.
    """
    node = _by_id(joins, node, connection)
    used = names(node)
    tables = joins.tables.children
    plain = {name for name in used if _ROW not in name and name not in tables}
    children = {
        table: _child(joins, table, {name for name in used if name.startswith(table + _ROW)})
        for table in tables
        if any(name == table or name.startswith(table + _ROW) for name in used)
    }
    return where(node, {name: _column(joins, name) for name in plain}, children)


def _child(joins: Joins, table: str, used: set[str]) -> Child:
    inner = _rows_of(joins, table)
    columns = {name: _column(inner, name) for name in (path.split(_ROW, 1)[1] for path in used)}
    return Child(inner.source(), inner.table.c["_parent"] == joins.table.c["_id"], columns)


def _rows_of(joins: Joins, table: str) -> Joins:
    tables = joins.tables
    return Joins(tables, tables.children[table], tables.child_cells[table])


def _column(joins: Joins, path: str) -> ColumnElement[Any] | Keyed:
    if path.endswith(_ID):
        own: ColumnElement[Any] = joins.table.c[path.removesuffix(_ID)]
        return own
    through, _, field = path.rpartition(".")
    tables, table, cells = joins.tables, joins.table, joins.cells
    if through:
        tables, table = joins.to(through)
        cells = tables.cells
    if field == LOCKED:
        return is_locked(table.c["_id"])
    column: ColumnElement[Any] = table.c[field]
    cell = cells.get(field)
    if cell is None or not cell.target:
        return column
    target = tables.target(cell)
    return Keyed(column, target.main.c["_id"], target.key)


def _by_id(joins: Joins, node: Node, connection: Connection) -> Node:
    """Compare references with ids instead of keys, looked up now.

    A database then sees `customer = '01H...'`, for which it has an index, in the order of the
    list besides, and not a subquery, for which it gives that order up.
    """
    match node:
        case Compare(relation, Var() as left, right) if relation in ("==", "!="):
            if not isinstance(right, Var) and _is_reference(joins, left):
                ids = _ids(joins, left.name, (right,), connection)
                return replace(node, left=_renamed(left), right=ids.get(right, ""))
        case Member(Var() as item, tuple() as options) if _is_reference(joins, item):
            ids = _ids(joins, item.name, options, connection)
            return Member(_renamed(item), tuple(ids.get(option, "") for option in options))
        case And(parts) | Or(parts):
            return replace(node, parts=tuple(_by_id(joins, part, connection) for part in parts))
        case Not(part):
            return Not(_by_id(joins, part, connection))
        case Rows(_, table, part):
            return replace(node, part=_by_id(_rows_of(joins, table), part, connection))
    return node


def _is_reference(joins: Joins, var: Var) -> bool:
    cell = joins.cells.get(var.name)
    return cell is not None and bool(cell.target)


def _renamed(var: Var) -> Var:
    return replace(var, name=var.name + _ID)


def _ids(joins: Joins, field: str, keys: Sequence[Constant], connection: Connection) -> Ids:
    """Return the ids of the records that some keys name; an unknown key has none."""
    target = joins.tables.target(joins.cells[field])
    meant = meanings(target, str(target.key.key), map(str, keys))
    wanted = select(target.key, target.main.c["_id"]).where(target.key.in_(list(meant)))
    return {meant[row[0]]: row[1] for row in connection.execute(wanted)}
