"""Takes the constants out of a condition, so that conditions of one shape share their SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, FromClause

from seamline.conditions.node import (
    And,
    Compare,
    Constant,
    Given,
    Member,
    Node,
    Not,
    Or,
    Rows,
    Var,
)
from seamline.conditions.sql import bound, stored_word

from .narrowing import ID
from .shapes import Cell
from .tables import SYSTEM, FormTables

# Types whose SQL is the same for every constant (of numbers as far as the column can hold it).
_LIFTED = frozenset({"text", "number", "date", "datetime", "duration"})


@dataclass(slots=True)
class Lifting:
    """Lifts the constants of conditions over one form: `values` is what was lifted, by name.

    What stays is part of the shape: yes and no, numbers of files, and numbers that a column
    cannot hold, whose comparison reads otherwise.
    """

    tables: FormTables
    values: dict[str, Any] = field(default_factory=dict)

    def of(self, node: Node) -> Node:
        """Return the shape of a condition that `by_id` has seen."""
        return self._lifted(node, _Own(self.tables, self.tables.main, self.tables.cells))

    def _lifted(self, node: Node, own: _Own) -> Node:
        match node:
            case Compare(_, left, right) if not isinstance(right, Var):
                column = own.column(left)
                kept = None if column is None else bound(column, right)
                return node if kept is None else replace(node, right=self._given(kept))
            case Member(Var() as item, tuple() as options):
                return self._among(node, own.column(item), options)
            case Member(str() as item, Var()):
                return node if "," in item else replace(node, item=self._given(stored_word(item)))
            case And(parts) | Or(parts):
                return replace(node, parts=tuple([self._lifted(part, own) for part in parts]))
            case Not(part):
                return Not(self._lifted(part, own))
            case Rows(_, table, part):
                return replace(node, part=self._lifted(part, own.rows(table)))
        return node

    def _among(
        self, node: Member, column: ColumnElement[Any] | None, options: tuple[Constant, ...]
    ) -> Node:
        if column is None:
            return node
        kept = [found for option in options if (found := bound(column, option)) is not None]
        return replace(node, options=(self._given(kept),)) if kept else node

    def _given(self, value: object) -> Given:
        name = f"given_{len(self.values)}"
        self.values[name] = value
        return Given(name)


@dataclass(frozen=True, slots=True)
class _Own:
    """Where the names of a condition are looked up: a form, or the rows of one sub-table."""

    tables: FormTables
    table: FromClause
    cells: Mapping[str, Cell]

    def rows(self, table: str) -> _Own:
        """Return where names within the rows of a sub-table are looked up."""
        return _Own(self.tables, self.tables.children[table], self.tables.child_cells[table])

    def column(self, var: Var) -> ColumnElement[Any] | None:
        """Return the column that a constant is compared with; None where it stays as it is."""
        if var.name.endswith(ID):
            return self.table.c[var.name.removesuffix(ID)]
        through, _, name = var.name.rpartition(".")
        table, cells = self.table, self.cells
        for step in through.split(".") if through else ():
            target = self.tables.target(cells[step])
            table, cells = target.main, target.cells
        cell = cells.get(name)
        if var.type not in _LIFTED or (cell is None and name not in SYSTEM):
            return None
        return None if cell is not None and cell.target else table.c[name]
