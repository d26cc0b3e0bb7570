"""A condition as SQL over a form's tables: what each name in it stands for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from seamline.conditions.node import Node, names
from seamline.conditions.sql import Child, Keyed, where

from .assemble import Joins

_ROW = "[]."


def narrowed(joins: Joins, node: Node) -> ColumnElement[bool]:
    """Return the SQL condition that holds exactly for the records that `node` is true of.

    Forms that the condition reaches through references are joined to `joins`. Raises KeyError
    for a name that the form does not have: a parsed condition has none.
    """
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
    rows = joins.tables.children[table]
    inner = Joins(joins.tables, rows, joins.tables.child_cells[table])
    columns = {name: _column(inner, name) for name in (path.split(_ROW, 1)[1] for path in used)}
    return Child(inner.source(), rows.c["_parent"] == joins.table.c["_id"], columns)


def _column(joins: Joins, path: str) -> ColumnElement[Any] | Keyed:
    through, _, field = path.rpartition(".")
    tables, table, cells = joins.tables, joins.table, joins.cells
    if through:
        tables, table = joins.to(through)
        cells = tables.cells
    column: ColumnElement[Any] = table.c[field]
    cell = cells.get(field)
    if cell is None or not cell.target:
        return column
    target = tables.target(cell)
    return Keyed(column, target.main.c["_id"], target.key)
