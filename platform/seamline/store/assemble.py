"""From rows of a result to values, prepared once per form and used for every row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, null

from seamline.facts import Record, Ref, Value

from .shapes import Cell
from .tables import SYSTEM, FormTables


class Joins:
    """The forms that a select over one table reaches through its references, each joined once."""

    def __init__(self, tables: FormTables, table: FromClause, cells: Mapping[str, Cell]) -> None:
        self.tables = tables
        self.table: FromClause = table
        self.cells = cells
        self._aliases: dict[str, tuple[FormTables, FromClause]] = {}
        self._links: list[tuple[FromClause, ColumnElement[bool]]] = []

    def to(self, path: str) -> tuple[FormTables, FromClause]:
        """Return the form that a reference leads to, and its joined table.

        `path` is a reference field, or one of the form reached by another: `customer.region`.
        """
        joined = self._aliases.get(path)
        if joined is None:
            through, _, field = path.rpartition(".")
            if through:
                tables, parent = self.to(through)
                start: ColumnElement[Any] = parent.c[field]
                target = tables.target(tables.cells[field])
            else:
                start = self.table.c[field]
                target = self.tables.target(self.cells[field])
            alias = target.main.alias()
            joined = self._aliases[path] = target, alias
            self._links.append((alias, alias.c["_id"] == start))
        return joined

    def source(self) -> FromClause:
        """Return the table with every form reached so far."""
        return self.onto(self.table)

    def onto(self, source: FromClause) -> FromClause:
        """Return `source`, which holds the table, with every form reached so far."""
        for alias, link in self._links:
            source = source.outerjoin(alias, link)
        return source


class Assembly:
    """The columns of some fields in a select, and the way from a row back to their values."""

    def __init__(self, joins: Joins, fields: Iterable[str], start: int) -> None:
        self.columns: list[ColumnElement[Any]] = []
        self._plain: list[tuple[str, int, Callable[[Any], Any] | None]] = []
        self._references: list[tuple[str, int]] = []
        for field in fields:
            cell = joins.cells[field]
            place = start + len(self.columns)
            self.columns.append(joins.table.c[field])
            if cell.target:
                self._references.append((field, place))
                self.columns.extend(face(*joins.to(field)))
            else:
                self._plain.append((field, place, cell.read))
        self.end = start + len(self.columns)

    def values(self, row: Sequence[Any]) -> dict[str, Value]:
        """Return the values of one row, None for what is absent."""
        values: dict[str, Value] = {}
        for field, place, read in self._plain:
            value = row[place]
            values[field] = value if read is None or value is None else read(value)
        for field, place in self._references:
            values[field] = ref_of(row[place], row[place + 1], row[place + 2])
        return values


def face(tables: FormTables, alias: FromClause) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Return the columns by which a record shows itself: its key, and its name or nothing."""
    key = alias.c[tables.key.key]
    return key, null() if tables.name is None else alias.c[tables.name.key]


def ref_of(record: str | None, key: object, label: object) -> Ref | None:
    """Return a reference from its three columns; None where there is none."""
    if record is None:
        return None
    return Ref(str(record if key is None else key), record, "" if label is None else str(label))


def record_of(form: str, row: Sequence[Any], values: dict[str, Value]) -> Record:
    """Return a record from a row that starts with the system columns."""
    return Record(
        form=form,
        id=row[0],
        code=row[1] or "",
        tracking=row[2] or "",
        state=row[3],
        held=row[4],
        revision=row[5],
        version=row[6],
        created_at=row[7],
        created_by=row[8],
        updated_at=row[9],
        updated_by=row[10],
        archived_at=row[11],
        values=values,
    )


def system_columns(table: FromClause) -> list[ColumnElement[Any]]:
    """Return the platform's own columns, in the order `record_of` expects."""
    return [table.c[name] for name in SYSTEM]
