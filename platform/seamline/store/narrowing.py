"""A condition as SQL over a form's tables: what each name in it stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, bindparam, select

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
from .shapes import Cell
from .tables import FormTables

_ROW = "[]."
ID = " id"  # marks the name of a reference that stands for the id; no author can write it
Ids: TypeAlias = Mapping[Constant, str]
Cells: TypeAlias = Mapping[str, Cell]


def narrowed(joins: Joins, node: Node, connection: Connection) -> ColumnElement[bool]:
    """Return the SQL condition that holds exactly for the records that `node` is true of now.

    Forms that the condition reaches through references are joined to `joins`. Raises KeyError
    for a name that the form does not have: a parsed condition has none.
    """
    return holding(joins, by_id(joins.tables, joins.cells, node, connection))


def holding(joins: Joins, node: Node) -> ColumnElement[bool]:
    """Return the SQL condition of a node that `by_id` has seen."""
    used = names(node)
    tables = joins.tables.children
    plain = {name for name in used if _ROW not in name and name not in tables}
    children = {
        table: _child(joins, table, {name for name in used if name.startswith(table + _ROW)})
        for table in tables
        if any(name == table or name.startswith(table + _ROW) for name in used)
    }
    return where(node, {name: column_of(joins, name) for name in plain}, children)


def _child(joins: Joins, table: str, used: set[str]) -> Child:
    inner = _rows_of(joins, table)
    columns = {name: column_of(inner, name) for name in (path.split(_ROW, 1)[1] for path in used)}
    return Child(inner.source(), inner.table.c["_parent"] == joins.table.c["_id"], columns)


def _rows_of(joins: Joins, table: str) -> Joins:
    tables = joins.tables
    return Joins(tables, tables.children[table], tables.child_cells[table])


def column_of(joins: Joins, path: str) -> ColumnElement[Any] | Keyed:
    """Return what a name stands for: a column, or a reference whose key is looked up."""
    if path.endswith(ID):
        own: ColumnElement[Any] = joins.table.c[path.removesuffix(ID)]
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


def by_id(tables: FormTables, cells: Cells, node: Node, connection: Connection) -> Node:
    """Compare references with ids instead of keys, looked up now.

    A database then sees `customer = '01H...'`, for which it has an index, in the order of the
    list besides, and not a subquery, for which it gives that order up.
    """
    match node:
        case Compare(relation, Var() as left, right) if relation in ("==", "!="):
            if not isinstance(right, Var) and _is_reference(cells, left):
                ids = _ids(tables, cells[left.name], (right,), connection)
                return replace(node, left=_renamed(left), right=ids.get(right, ""))
        case Member(Var() as item, tuple() as options) if _is_reference(cells, item):
            ids = _ids(tables, cells[item.name], options, connection)
            return Member(_renamed(item), tuple(ids.get(option, "") for option in options))
        case And(parts) | Or(parts):
            known = tuple(by_id(tables, cells, part, connection) for part in parts)
            return replace(node, parts=known)
        case Not(part):
            return Not(by_id(tables, cells, part, connection))
        case Rows(_, table, part):
            inner = by_id(tables, tables.child_cells[table], part, connection)
            return replace(node, part=inner)
    return node


def _is_reference(cells: Cells, var: Var) -> bool:
    cell = cells.get(var.name)
    return cell is not None and bool(cell.target)


def _renamed(var: Var) -> Var:
    return replace(var, name=var.name + ID)


def _ids(tables: FormTables, cell: Cell, keys: Sequence[Constant], connection: Connection) -> Ids:
    """Return the ids of the records that some keys name; an unknown key has none."""
    target = tables.target(cell)
    meant = meanings(target, str(target.key.key), map(str, keys))
    wanted = target.memory.get("ids")
    if wanted is None:
        among = target.key.in_(bindparam("keys", expanding=True))
        wanted = target.memory["ids"] = select(target.key, target.main.c["_id"]).where(among)
    return {meant[row[0]]: row[1] for row in connection.execute(wanted, {"keys": list(meant)})}
