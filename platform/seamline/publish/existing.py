"""What the database has: tables, columns, sound indexes, and what was archived earlier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, text

from seamline.store import Store
from seamline.store.platform_tables import ARCHIVED

_COLUMNS = {
    "sqlite": (
        "SELECT m.name, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c "
        "WHERE m.type = 'table' AND substr(m.name, 1, 2) = 'f_'"
    ),
    "postgresql": (
        "SELECT t.relname, a.attname FROM pg_class AS t JOIN pg_attribute AS a "
        "ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped "
        "WHERE t.relkind IN ('r', 'p') AND t.relnamespace = current_schema()::regnamespace "
        "AND left(t.relname, 2) = 'f_'"
    ),
}
_INDEXES = {
    "sqlite": (
        "SELECT tbl_name, name, 1 FROM sqlite_master WHERE type = 'index' "
        "AND substr(tbl_name, 1, 2) = 'f_' AND sql IS NOT NULL"
    ),
    "postgresql": (
        "SELECT t.relname, i.relname, x.indisvalid FROM pg_index AS x "
        "JOIN pg_class AS t ON t.oid = x.indrelid JOIN pg_class AS i ON i.oid = x.indexrelid "
        "WHERE t.relnamespace = current_schema()::regnamespace "
        "AND left(t.relname, 2) = 'f_' AND NOT x.indisprimary"
    ),
}


@dataclass(frozen=True, slots=True)
class Existing:
    """The tables of forms in a database.

    `archived` maps (table, column) to what the column holds, (table, "") to a whole table;
    `broken` names indexes that PostgreSQL began and never finished.
    """

    tables: Mapping[str, frozenset[str]]
    indexes: Mapping[str, frozenset[str]]
    broken: frozenset[str]
    archived: Mapping[tuple[str, str], str]
    version: int


def look(store: Store) -> Existing:
    """Read the state of the database in one short transaction."""
    with store.reading() as unit:
        connection = unit.connection
        found = connection.execute(text(_INDEXES[store.dialect]))
        indexes = [(str(row[0]), str(row[1]), bool(row[2])) for row in found]
        kept = select(ARCHIVED.c.table_name, ARCHIVED.c.column_name, ARCHIVED.c.shape)
        return Existing(
            tables=_gathered(connection, _COLUMNS[store.dialect]),
            indexes=_sound(indexes),
            broken=frozenset(row[1] for row in indexes if not row[2]),
            archived={(row[0], row[1]): row[2] for row in connection.execute(kept)},
            version=unit.catalog_version(),
        )


def _gathered(connection: Connection, statement: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for table, column in connection.execute(text(statement)):
        found.setdefault(table, set()).add(column)
    return {table: frozenset(columns) for table, columns in found.items()}


def _sound(rows: Sequence[tuple[str, str, bool]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for table, index, valid in rows:
        if valid:
            found.setdefault(table, set()).add(index)
    return {table: frozenset(indexes) for table, indexes in found.items()}


def count(store: Store, table: str, condition: str = "") -> int:
    """Return how many rows of a table there are, or of those that a condition holds for."""
    asked = f"SELECT count(*) FROM {quote(table)}" + (f" WHERE {condition}" if condition else "")
    with store.reading() as unit:
        return int(unit.connection.execute(text(asked)).scalar_one())


def repeated(store: Store, table: str, columns: tuple[str, ...]) -> list[str]:
    """Return up to three values that stand in more than one row, shown as text."""
    names = ", ".join(quote(column) for column in columns)
    filled = " AND ".join(f"{quote(column)} IS NOT NULL" for column in columns)
    asked = (
        f"SELECT {names} FROM {quote(table)} WHERE {filled} "
        f"GROUP BY {names} HAVING count(*) > 1 LIMIT 3"
    )
    with store.reading() as unit:
        return [str(row[-1]) for row in unit.connection.execute(text(asked))]


def quote(name: str) -> str:
    """Return a table or column name as SQL; ids hold no quotation marks."""
    return f'"{name}"'
