"""What the database refuses, said in the words of the form."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from seamline.problems import Place, Problem, Refused
from seamline.text import Text

from .tables import FormTables


def clash(tables: FormTables, error: IntegrityError) -> Refused | IntegrityError:
    """Return the refusal that names the field whose value is taken.

    Returns `error` itself where it is no question of a unique value: then the fault is ours.
    """
    said = str(error.orig)
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    for index in tables.indexes:
        if not index.unique:
            continue
        columns = ", ".join(f"{index.table}.{name}" for name in index.columns)
        if constraint == index.name or f"UNIQUE constraint failed: {columns}" in said:
            return _taken(tables, index.table, index.columns[-1])
    return error


def _taken(tables: FormTables, table: str, column: str) -> Refused:
    path, label = column, Text("记录编码", "The record's code")
    for name, child in tables.children.items():
        if child.name == table:
            path, label = f"{name}.{column}", tables.child_cells[name][column].field.label
    if table == tables.main.name and column in tables.cells:
        label = tables.cells[column].field.label
    problem = Problem(
        "not_unique",
        Text(
            f"“{label.zh}”的值已被另一条记录使用。", f"{label.en}: another record has this value."
        ),
        Place(path),
        Text("请换一个值，或修改已有记录。", "Choose another, or change that record."),
    )
    return Refused((problem,), 409)
