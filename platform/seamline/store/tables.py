"""A form as tables: one for the form, one for each of its sub-tables."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table

from seamline.metadata import Field, Form

from .indexes import IndexSpec, child_indexes, main_indexes
from .names import column_name, key_name, table_name
from .shapes import Cell, cell_of, column_type
from .types import Moment, RecordId, words

SYSTEM = (
    "_id", "_code", "_tracking", "_state", "_held", "_revision", "_version",
    "_created_at", "_created_by", "_updated_at", "_updated_by", "_archived_at",
)  # fmt: skip
_FAMILIES_KEPT = 8  # catalogs whose tables stay built: the current one and those being planned


class FormTables:
    """The tables of one form, and how its fields are kept in them.

    `cells` and `child_cells` list the stored fields; `key` is the column by which others refer
    to a record, `name` the one shown beside it, if any.
    """

    def __init__(self, form: Form, family: Family) -> None:
        self.form = form
        self._family = family
        self._metadata = MetaData()
        self.cells = _cells(form.fields, form.fields, family.forms)
        self.child_cells = {
            field.id: _cells(field.fields, (*field.fields, *form.fields), family.forms)
            for field in form.fields
            if field.kind == "table"
        }
        main = table_name(form.id)
        self._stubs(main)
        self.main = Table(
            main, self._metadata, *_system_columns(), *_field_columns(self.cells, main)
        )
        self.children = {
            table: self._child(table, cells) for table, cells in self.child_cells.items()
        }

    def _child(self, table: str, cells: Mapping[str, Cell]) -> Table:
        name = table_name(self.form.id, table)
        parent = ForeignKey(
            f"{self.main.name}._id", name=key_name(name, "_parent"), ondelete="CASCADE"
        )
        return Table(
            name,
            self._metadata,
            Column("_id", words(), primary_key=True),
            Column("_parent", RecordId(), parent, nullable=False),
            Column("_position", Integer, nullable=False),
            *_field_columns(cells, name),
        )

    def _stubs(self, main: str) -> None:
        """Name the tables referred to, as far as a foreign key needs them."""
        cells = [*self.cells.values(), *(c for t in self.child_cells.values() for c in t.values())]
        for target in {table_name(cell.target) for cell in cells if cell.target} - {main}:
            Table(target, self._metadata, Column("_id", words(), primary_key=True))

    @cached_property
    def indexes(self) -> tuple[IndexSpec, ...]:
        """Every index the metadata asks for, of the form's table and its sub-tables."""
        found = list(main_indexes(self.form, self.main.name, self.cells))
        for table, child in self.children.items():
            found.extend(child_indexes(child.name, self.child_cells[table]))
        return tuple(found)

    @cached_property
    def key(self) -> Column[Any]:
        """The column whose value names a record: its key field, else its code, else its id."""
        if self.form.key is not None and self.form.key in self.cells:
            return self.main.c[self.form.key]
        return self.main.c["_code" if self.form.code is not None else "_id"]

    @cached_property
    def name(self) -> Column[Any] | None:
        """The column shown beside the key, where the form names one that is a plain value."""
        cell = self.cells.get(self.form.name or "")
        if cell is None or cell.target or cell.shape.type in ("json", "set"):
            return None
        return self.main.c[cell.field.id]

    def target(self, cell: Cell) -> FormTables:
        """Return the tables of the form that a reference points at."""
        return self._family.tables(cell.target)

    @cached_property
    def memory(self) -> dict[Any, Any]:
        """Whatever a reader of these tables builds once and uses for every record."""
        return {}


class Family:
    """The forms of one catalog, and their tables as they are asked for."""

    def __init__(self, forms: Mapping[str, Form]) -> None:
        self.forms = forms
        self._built: dict[str, FormTables] = {}
        self._lock = threading.RLock()

    def tables(self, form: str) -> FormTables:
        """Return the tables of `form`; raises KeyError where the catalog has no such form."""
        wanted = self.forms[form]
        built = self._built.get(form)
        if built is not None and built.form is wanted:
            return built
        with self._lock:
            built = self._built[form] = FormTables(wanted, self)
        return built


_families: OrderedDict[int, Family] = OrderedDict()
_families_lock = threading.Lock()


def tables_for(form: Form, forms: Mapping[str, Form]) -> FormTables:
    """Return the tables of `form`, whose references lead to other forms of `forms`.

    The same mapping always gives the same tables, so that statements are compiled once.
    """
    with _families_lock:
        family = _families.get(id(forms))
        if family is None or family.forms is not forms:
            family = _families[id(forms)] = Family(forms)
        _families.move_to_end(id(forms))
        while len(_families) > _FAMILIES_KEPT:
            _families.popitem(last=False)
    if forms.get(form.id) is form:
        return family.tables(form.id)
    return FormTables(form, family)


def _cells(
    fields: Sequence[Field], beside: Sequence[Field], forms: Mapping[str, Form]
) -> dict[str, Cell]:
    cells = ((field.id, cell_of(field, beside, forms)) for field in fields)
    return {name: cell for name, cell in cells if cell is not None}


def _system_columns() -> list[Column[Any]]:
    return [
        Column("_id", words(), primary_key=True),
        Column("_code", words()),
        Column("_tracking", words()),
        Column("_state", words(), nullable=False),
        Column("_held", words(), nullable=False),
        Column("_revision", Integer, nullable=False),
        Column("_version", Integer, nullable=False),
        Column("_created_at", Moment(), nullable=False),
        Column("_created_by", words(), nullable=False),
        Column("_updated_at", Moment(), nullable=False),
        Column("_updated_by", words(), nullable=False),
        Column("_archived_at", Moment()),
    ]


def _field_columns(cells: Mapping[str, Cell], table: str) -> list[Column[Any]]:
    columns: list[Column[Any]] = []
    for name, cell in cells.items():
        stored = column_name(name)
        points: list[ForeignKey] = []
        if cell.target:
            target = f"{table_name(cell.target)}._id"
            points.append(ForeignKey(target, name=key_name(table, stored)))
        columns.append(Column(stored, column_type(cell.shape), *points, key=name))
    return columns
