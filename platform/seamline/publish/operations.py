"""Our changes as Alembic operations, and the SQL they stand for on a database."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations, ops
from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Table, text
from sqlalchemy.schema import SchemaItem

from seamline.store.engine import DialectName
from seamline.store.indexes import IndexSpec

from .existing import quote

IN_USE = "_archived_at IS NULL"


def create_table(
    table: Table, dialect: DialectName
) -> tuple[list[ops.MigrateOperation], list[ops.MigrateOperation]]:
    """Return what makes a table, and what ties it to others once those are there too.

    SQLite cannot add a foreign key later, and need not: it looks for the other table on use.
    """
    if dialect == "sqlite":
        return [ops.CreateTableOp.from_table(table)], []
    items: list[SchemaItem] = [_bare(column) for column in table.columns]
    links: list[ops.MigrateOperation] = []
    for key in sorted(table.foreign_key_constraints, key=lambda key: str(key.name)):
        if "_parent" in key.column_keys:
            target = [element.target_fullname for element in key.elements]
            items.append(ForeignKeyConstraint(["_parent"], target, key.name, ondelete="CASCADE"))
        else:
            links.append(_foreign_key(table, key))
    return [ops.CreateTableOp(table.name, items, _constraints_included=True)], links


def _bare(column: Column[Any]) -> Column[Any]:
    """Return a column without its foreign keys, which are made apart."""
    return Column(
        column.name, column.type, primary_key=column.primary_key, nullable=column.nullable
    )


def _foreign_key(table: Table, key: ForeignKeyConstraint, **more: Any) -> ops.MigrateOperation:
    (element,) = key.elements
    target, _, column = element.target_fullname.rpartition(".")
    (local,) = key.columns
    name = None if key.name is None else str(key.name)
    return ops.CreateForeignKeyOp(name, table.name, target, [local.name], [column], **more)


def add_column(
    table: Table, name: str, dialect: DialectName
) -> tuple[list[ops.MigrateOperation], list[ops.MigrateOperation]]:
    """Return what adds an empty column, and what PostgreSQL does about its reference afterwards.

    Checking the reference of a column that is empty would still read the whole table.
    """
    column: Column[Any] = next(column for column in table.columns if column.name == name)
    keys = [key for key in table.foreign_key_constraints if column in list(key.columns)]
    if dialect == "sqlite":
        points = [ForeignKey(key.elements[0].target_fullname, name=key.name) for key in keys]
        alone = Column(column.name, column.type, *points)
        return [ops.AddColumnOp(table.name, alone, inline_references=True)], []
    made: list[ops.MigrateOperation] = [
        ops.AddColumnOp(table.name, Column(column.name, column.type))
    ]
    made += [_foreign_key(table, key, postgresql_not_valid=True) for key in keys]
    checked = [
        ops.ExecuteSQLOp(
            f"ALTER TABLE {quote(table.name)} VALIDATE CONSTRAINT {quote(str(key.name))}"
        )
        for key in keys
    ]
    return made, list(checked)


def create_index(
    table: Table, spec: IndexSpec, dialect: DialectName, apart: bool
) -> ops.MigrateOperation:
    """Return what makes an index; `apart` makes it without blocking writers (PostgreSQL)."""
    more: dict[str, Any] = {}
    if spec.partial:
        more[f"{dialect}_where"] = text(IN_USE)
    if apart:
        more["postgresql_concurrently"] = True
    columns = [_indexed(table, name, spec, dialect) for name in spec.columns]
    return ops.CreateIndexOp(spec.name, table.name, columns, unique=spec.unique, **more)


def _indexed(table: Table, name: str, spec: IndexSpec, dialect: DialectName) -> Any:
    """Return one column of an index; what is absent counts as the least on both databases."""
    column = table.c[name.lstrip("-")].name
    falls = name.startswith("-")
    if dialect == "postgresql" and spec.partial:
        return text(f"{quote(column)} {'DESC NULLS LAST' if falls else 'NULLS FIRST'}")
    return text(f"{quote(column)} DESC") if falls else column


def drop_index(table: str, name: str, apart: bool) -> ops.MigrateOperation:
    """Return what drops an index; `apart` without blocking writers (PostgreSQL)."""
    more: dict[str, Any] = {"postgresql_concurrently": True} if apart else {}
    return ops.DropIndexOp(name, table, if_exists=True, **more)


def as_sql(operations: Iterable[ops.MigrateOperation], dialect: DialectName) -> str:
    """Return the SQL of some operations, one statement after the other."""
    written = StringIO()
    context = MigrationContext.configure(
        dialect_name=dialect, opts={"as_sql": True, "output_buffer": written}
    )
    runner = Operations(context)
    for operation in operations:
        runner.invoke(operation)
    lines = (line.rstrip() for line in written.getvalue().splitlines())
    return "\n".join(line for line in lines if line)


def run(operations: Iterable[ops.MigrateOperation], connection: Any) -> None:
    """Run operations on a connection, inside whatever transaction it is in."""
    runner = Operations(MigrationContext.configure(connection, opts={"transactional_ddl": True}))
    for operation in operations:
        runner.invoke(operation)
