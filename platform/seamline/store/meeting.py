"""Which conditions a record meets: asked of the database, which alone sees all of its facts."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, case, select

from seamline.conditions.node import Node

from .assemble import Joins
from .narrowing import narrowed
from .tables import FormTables

AT_ONCE = 500


def meeting(
    connection: Connection,
    tables: FormTables,
    records: Collection[str],
    conditions: Sequence[Node],
) -> dict[str, tuple[bool, ...]]:
    """Return for each record, by its id, which conditions it meets; see `Records.meeting`."""
    found: dict[str, tuple[bool, ...]] = {}
    ids = list(records)
    joins = Joins(tables, tables.main, tables.cells)
    tests = [case((narrowed(joins, node, connection), 1), else_=0) for node in conditions]
    statement = select(tables.main.c["_id"], *tests).select_from(joins.source())
    for start in range(0, len(ids), AT_ONCE):
        part = statement.where(tables.main.c["_id"].in_(ids[start : start + AT_ONCE]))
        for row in connection.execute(part):
            found[row[0]] = tuple(bool(held) for held in row[1:])
    return found


def met(joins: Joins, node: Node, connection: Connection) -> ColumnElement[bool]:
    """Return whether a record meets `node`, as one test that joins nothing to the query around."""
    inner = Joins(joins.tables, joins.tables.main.alias(), joins.cells)
    test = narrowed(inner, node, connection)
    chosen = select(inner.table.c["_id"]).select_from(inner.source()).where(test)
    return joins.table.c["_id"].in_(chosen)
