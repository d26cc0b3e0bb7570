"""Names of tables, columns and indexes in the database, derived from ids that never change."""

from __future__ import annotations

import hashlib

LONGEST = 55  # PostgreSQL cuts at 63; indexes add to the name of their table
# Columns that PostgreSQL has in every table.
_TAKEN = frozenset({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"})


def table_name(form: str, table: str = "") -> str:
    """Return the table of a form, or of its sub-table `table`.

    A name that is too long, or that another form and sub-table could also lead to, ends in a
    digest of both ids.
    """
    name = f"f_{form}__{table}" if table else f"f_{form}"
    if len(name) > LONGEST or "__" in form or form.endswith("_"):
        return f"{name[: LONGEST - 9]}_{digest(f'{form}.{table}')}"
    return name


def column_name(field: str) -> str:
    """Return the column of a field: its id, except where the database has such a column itself."""
    return f"_f_{field}" if field in _TAKEN else field


def key_name(table: str, column: str) -> str:
    """Return the name of the foreign key of a column."""
    return f"fk_{table[:42]}_{digest(f'{table}.{column}')}"


def index_name(table: str, columns: tuple[str, ...], unique: bool, partial: bool) -> str:
    """Return a short name that is the same for the same columns on every run and database."""
    kind = "ux" if unique else "ix"
    return f"{kind}_{table[:42]}_{digest(f'{table}({columns}){unique}{partial}')}"


def digest(text: str) -> str:
    """Return eight hexadecimal digits that stand for `text`."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
