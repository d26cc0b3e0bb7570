"""What goes wrong with a company database, on demand: each fault as it is met in real ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .ddl import Dialect
from .schema import tables

# A name whose UTF-8 was read as Western European, with a character that fits no code page.
GARBAGE = "ä¸\xadå›½èžºæ “�"
DENIED = "UPDATE permission was denied on the object"


@contextmanager
def locked(connection: Any, dialect: Dialect, table: str) -> Iterator[None]:
    """Hold a table so that nobody else may use it (SQLite: the whole file) until the end."""
    cursor = connection.cursor()
    if dialect == "sqlite":
        cursor.execute("BEGIN EXCLUSIVE")
    elif dialect == "postgresql":
        cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
    else:
        cursor.execute(f"SELECT TOP 1 * FROM {table} WITH (TABLOCKX, HOLDLOCK)").fetchall()
    try:
        yield
    finally:
        if dialect == "sqlite":
            cursor.execute("ROLLBACK")
        else:
            connection.rollback()


def cut_connections(connection: Any, dialect: Dialect) -> int:
    """End every other connection of the database as an administrator does; return how many."""
    cursor = connection.cursor()
    if dialect == "postgresql":
        found = cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
        return int(found[0][0])
    raise ValueError(f"nobody can end connections of {dialect} from outside")


def read_only(connection: Any, dialect: Dialect, login: str = "") -> None:
    """Let a login change nothing; SQLite has none, so there nobody may."""
    cursor = connection.cursor()
    for table in tables().values():
        if dialect != "sqlite":
            cursor.execute(f"GRANT SELECT ON {table.name} TO {login}")
            continue
        for act in ("INSERT", "UPDATE", "DELETE"):
            cursor.execute(
                f"CREATE TRIGGER u8sim_no_{act}_{table.name} BEFORE {act} ON {table.name}"
                f" BEGIN SELECT RAISE(ABORT, '{DENIED}'); END"
            )
    connection.commit()


def take_column(connection: Any, dialect: Dialect, table: str, column: str) -> None:
    """Let a column be missing, as in an older version of U8; its values wait under another name."""
    statement = f"ALTER TABLE {table} RENAME COLUMN {column} TO {column}_gone"
    if dialect == "tsql":
        statement = f"EXEC sp_rename '{table}.{column}', '{column}_gone', 'COLUMN'"
    connection.cursor().execute(statement)
    connection.commit()


def garble(connection: Any, code: str) -> None:
    """Spoil the name of a material as a wrong code page does."""
    connection.cursor().execute(
        "UPDATE Inventory SET cInvName = ? WHERE cInvCode = ?", (GARBAGE, code)
    )
    connection.commit()


def restore_backup(connection: Any, dialect: Dialect, back: int) -> int:
    """Let the rowversions stand as `back` changes ago; return the counter as it is then."""
    cursor = connection.cursor()
    now = int(cursor.execute("SELECT v FROM u8sim_rowversion").fetchall()[0][0])
    then = max(now - back, 1)
    for table in tables().values():
        if not table.version:
            continue
        if dialect == "postgresql":
            cursor.execute(f"ALTER TABLE {table.name} DISABLE TRIGGER u8sim_bump")
        cursor.execute(
            f"UPDATE {table.name} SET {table.version} = {then} WHERE {table.version} > {then}"
        )
        if dialect == "postgresql":
            cursor.execute(f"ALTER TABLE {table.name} ENABLE TRIGGER u8sim_bump")
    cursor.execute(f"UPDATE u8sim_rowversion SET v = {then}")
    connection.commit()
    return then


def repeat_code(connection: Any) -> tuple[int, int]:
    """Give an order the code of one of the year before; return the ids of both."""
    cursor = connection.cursor()
    first = cursor.execute("SELECT MIN(ID) FROM SO_SOMain").fetchall()[0][0]
    last = cursor.execute("SELECT MAX(ID) FROM SO_SOMain").fetchall()[0][0]
    cursor.execute(
        "UPDATE SO_SOMain SET cSOCode = (SELECT cSOCode FROM SO_SOMain o WHERE o.ID = ?)"
        " WHERE ID = ?", (first, last),
    )  # fmt: skip
    connection.commit()
    return int(first), int(last)
