"""What a set of packages wants of the database: tables and columns, each by its id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Table

from seamline.access import condition_names
from seamline.metadata import Field, Form, Package, Role
from seamline.store import FormTables, tables_for
from seamline.store.indexes import IndexSpec, row_indexes
from seamline.store.shapes import Cell
from seamline.text import Text


@dataclass(frozen=True, slots=True)
class WantedColumn:
    """A stored field: the name of its column, and what the column must hold."""

    name: str
    cell: Cell
    signature: str
    words: Text

    @property
    def field(self) -> Field:
        """The field as its author wrote it."""
        return self.cell.field


@dataclass(frozen=True, slots=True)
class WantedTable:
    """The table of a form or of one of its sub-tables (`child` is then its field)."""

    table: Table
    form: Form
    tables: FormTables
    child: str
    words: Text
    columns: Mapping[str, WantedColumn]
    indexes: Mapping[str, IndexSpec] = field(default_factory=dict)


def forms_of(packages: Sequence[Package]) -> dict[str, Form]:
    """Return every form of the packages by id."""
    return {form.id: form for package in packages for form in package.forms}


def roles_of(packages: Sequence[Package]) -> tuple[Role, ...]:
    """Return every role of the packages."""
    return tuple(role for package in packages for role in package.roles)


def wanted(forms: Mapping[str, Form], roles: Sequence[Role] = ()) -> dict[str, WantedTable]:
    """Return every table that the forms want, by its name; `roles` ask for indexes of their own."""
    found: dict[str, WantedTable] = {}
    for form in forms.values():
        tables = tables_for(form, forms)
        main = _table(form, tables, "", form.title, tables.cells)
        names = condition_names(roles, form, forms)
        more = row_indexes(form, tables.main.name, tables.cells, names)
        indexes = {**main.indexes, **{spec.name: spec for spec in more}}
        found[tables.main.name] = replace(main, indexes=indexes)
        for child, cells in tables.child_cells.items():
            label = next(field.label for field in form.fields if field.id == child)
            words = joined(form.title, label)
            found[tables.children[child].name] = _table(form, tables, child, words, cells)
    return found


def _table(
    form: Form, tables: FormTables, child: str, words: Text, cells: Mapping[str, Cell]
) -> WantedTable:
    table = tables.children[child] if child else tables.main
    columns = {}
    for name, cell in cells.items():
        column = WantedColumn(
            table.c[name].name, cell, cell.signature(), joined(words, cell.field.label)
        )
        columns[column.name] = column
    indexes = {spec.name: spec for spec in tables.indexes if spec.table == table.name}
    return WantedTable(table, form, tables, child, words, columns, indexes)


def joined(first: Text, second: Text) -> Text:
    """Return two labels as one: `Sales order · Due date`."""
    return Text(f"{first.zh} · {second.zh}", f"{first.en} · {second.en}")
