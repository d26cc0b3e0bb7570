"""One kind of record in a query: a form's, or the rows of one sub-table, and its values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause

from seamline import clock
from seamline.conditions.node import Node, moored, names, timely
from seamline.conditions.sql import where

from .assemble import Joins
from .narrowing import narrowed
from .tables import FormTables


@dataclass(frozen=True, slots=True)
class Side:
    """One kind of record that takes part, under `alias`: a form's, or the rows of one sub-table.

    `names` are read along (`qty`, `customer.credit_line`); `leads` are the references of it whose
    records count as touched. Days of its condition are those of `zone`.
    """

    alias: str
    tables: FormTables
    table: str
    where: Node | None
    names: tuple[str, ...]
    leads: tuple[str, ...] = ()
    zone: tzinfo = UTC


def stands_for_now(side: Side) -> bool:
    """Say whether what is built for a condition holds only now: its ids, its edges of time."""
    return side.where is not None and (timely(side.where) or looks_into_rows(side))


def looks_into_rows(side: Side) -> bool:
    """Say whether a condition looks into sub-tables: ids stand in its SQL then, as of now."""
    tables = side.tables.children if not side.table else {}
    return side.where is not None and any(
        name.partition("[")[0] in tables for name in names(side.where)
    )


class Aliased:
    """One side in a query: its tables under names of their own, so that a form can come twice."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.main: Any = side.tables.main.alias()
        self._record = Joins(side.tables, self.main, side.tables.cells)
        self._row: Joins | None = None
        if side.table:
            child: Any = side.tables.children[side.table].alias()
            self._row = Joins(side.tables, child, side.tables.child_cells[side.table])

    @property
    def key(self) -> ColumnElement[Any]:
        """The id of the row, else of the record."""
        own: ColumnElement[Any] = (self._row or self._record).table.c["_id"]
        return own

    def head(self) -> list[ColumnElement[Any]]:
        """Return the columns that say which record it is."""
        return [self.key, *(self.main.c[name] for name in ("_id", "_code", "_tracking"))]

    def value(self, name: str) -> tuple[ColumnElement[Any], Callable[[Any], Any] | None]:
        """Return the column of a value as conditions see it, and the way to read it."""
        first, _, field = name.partition(".")
        joins = self._holding(first)
        if field:
            tables, table = joins.to(first)
            return _seen(joins, tables, table, f"{first}.{field}", field)
        return _seen(joins, joins.tables, joins.table, first, first, joins.cells)

    def lead(self, reference: str) -> ColumnElement[Any]:
        """Return the column of a reference as the id of its record; a key is the record's own."""
        if self._names_itself(reference):
            own: ColumnElement[Any] = self.main.c["_id"]
            return own
        return self._holding(reference).table.c[reference]

    def target(self, name: str) -> str:
        """Return the form whose record a name stands for; empty for any other value."""
        if self._names_itself(name):
            return self.side.tables.form.id
        cell = self._holding(name).cells.get(name)
        return "" if cell is None else cell.target

    def _names_itself(self, name: str) -> bool:
        """Say whether a name is the key by which references know the record itself."""
        form = self.side.tables.form
        cell = self.side.tables.cells.get(name)
        key = name == form.key and cell is not None and cell.field.required and not cell.target
        return name == "_id" or (key and self._holding(name) is self._record)

    def _holding(self, name: str) -> Joins:
        """Return the row or the record, whichever has the name; a column hides a field."""
        if self._row is not None and name in self._row.cells:
            return self._row
        return self._record

    def wanted(self, connection: Connection) -> Iterator[ColumnElement[bool]]:
        """Yield what the side's own condition and its being in use amount to."""
        yield self.main.c["_archived_at"].is_(None)
        if self.side.where is None:
            return
        node = moored(self.side.where, clock.now().astimezone(self.side.zone))
        if looks_into_rows(self.side):
            yield narrowed(self._record, node, connection)
            return
        columns = {name: self.value(name)[0] for name in names(node)}
        yield where(node, columns)

    def source(self) -> FromClause:
        """Return the joined tables of this side, once every column has been asked for."""
        source = self._record.source()
        if self._row is None:
            return source
        row = self._row
        joined: FromClause = source.join(row.table, row.table.c["_parent"] == self.main.c["_id"])
        return row.onto(joined)


def _seen(
    joins: Joins,
    tables: FormTables,
    table: FromClause,
    path: str,
    field: str,
    cells: Mapping[str, Any] | None = None,
) -> tuple[ColumnElement[Any], Callable[[Any], Any] | None]:
    """Return a field's column, a reference's being the key of the record it names."""
    cell = (tables.cells if cells is None else cells).get(field)
    if cell is not None and cell.target:
        target, named = joins.to(path)
        return named.c[target.key.key], str
    column: ColumnElement[Any] = table.c[field]
    return column, None if cell is None else cell.read
