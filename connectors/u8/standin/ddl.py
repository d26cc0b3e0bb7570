"""The description as statements: tables, indexes and triggers for SQLite, PostgreSQL and T-SQL.

Every identifier is unquoted, as U8 writes it. SQLite and PostgreSQL have no rowversion: triggers
keep one from a single counter row, so that a reader's watermark behaves as on SQL Server. The
same triggers write the journal, by which tests count what was done.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal

from .schema import Column, Index, Table, tables

Dialect = Literal["sqlite", "postgresql", "tsql"]
DIALECTS: tuple[Dialect, ...] = ("sqlite", "postgresql", "tsql")

# What a type of U8 is called elsewhere. A bit is a small number on PostgreSQL: its boolean does
# not compare with 0 and arrives as the text '1' through ODBC.
_POSTGRESQL: Mapping[str, str] = {
    "bit": "smallint",
    "tinyint": "smallint",
    "datetime": "timestamp",
    "float": "double precision",
    "money": "numeric(19, 4)",
    "uniqueidentifier": "varchar(36)",
    "int": "integer",
    "rowversion": "bigint",
}
_SQLITE: Mapping[str, str] = {
    "money": "decimal(19, 4)",
    "uniqueidentifier": "varchar(36)",
    "int": "integer",
    "rowversion": "bigint",
}

_OWN: Mapping[Dialect, tuple[str, ...]] = {
    "sqlite": (
        "CREATE TABLE u8sim_rowversion (v bigint not null)",
        "INSERT INTO u8sim_rowversion (v) VALUES (0)",
        "CREATE TABLE u8sim_truth (table_name nvarchar(40) not null, pk nvarchar(60) not null,"
        " label nvarchar(40) not null)",
        "CREATE TABLE u8sim_state (name nvarchar(40) not null primary key, value nvarchar(400))",
        "CREATE TABLE u8sim_journal (seq integer primary key, table_name nvarchar(40) not null,"
        " pk nvarchar(60) not null, act nvarchar(10) not null)",
        "CREATE TABLE u8sim_unposted (id integer primary key, at datetime not null,"
        " cWhCode nvarchar(10) not null, cInvCode nvarchar(60) not null,"
        " qty decimal(28, 6) not null, document nvarchar(60) not null)",
    ),
    "postgresql": (
        "CREATE TABLE u8sim_rowversion (v bigint not null)",
        "INSERT INTO u8sim_rowversion (v) VALUES (0)",
        "CREATE TABLE u8sim_truth (table_name varchar(40) not null, pk varchar(60) not null,"
        " label varchar(40) not null)",
        "CREATE TABLE u8sim_state (name varchar(40) not null primary key, value varchar(400))",
        "CREATE TABLE u8sim_journal (seq bigint generated always as identity primary key,"
        " table_name varchar(40) not null, pk varchar(60) not null, act varchar(10) not null)",
        "CREATE TABLE u8sim_unposted (id bigint generated always as identity primary key,"
        " at timestamp not null, cWhCode varchar(10) not null, cInvCode varchar(60) not null,"
        " qty numeric(28, 6) not null, document varchar(60) not null)",
    ),
    "tsql": (
        "CREATE VIEW u8sim_rowversion AS SELECT CAST(@@DBTS AS bigint) AS v",
        "CREATE TABLE u8sim_truth (table_name nvarchar(40) not null, pk nvarchar(60) not null,"
        " label nvarchar(40) not null)",
        "CREATE TABLE u8sim_state (name nvarchar(40) not null primary key, value nvarchar(400))",
        "CREATE TABLE u8sim_journal (seq bigint identity primary key,"
        " table_name nvarchar(40) not null, pk nvarchar(60) not null, act nvarchar(10) not null)",
        "CREATE TABLE u8sim_unposted (id bigint identity primary key, at datetime not null,"
        " cWhCode nvarchar(10) not null, cInvCode nvarchar(60) not null,"
        " qty decimal(28, 6) not null, document nvarchar(60) not null)",
    ),
}


def creating(dialect: Dialect) -> Iterator[str]:
    """Yield the statements that make the empty tables, the stand-in's own ones first."""
    yield from _OWN[dialect]
    for table in tables().values():
        yield create_table(table, dialect)


def finishing(dialect: Dialect) -> Iterator[str]:
    """Yield the statements that follow the rows: indexes first, then the triggers."""
    for table in tables().values():
        yield from (_create_index(table, index) for index in table.indexes)
    if dialect == "postgresql":
        yield from _functions()
    for table in tables().values():
        yield from {"sqlite": _sqlite, "postgresql": _postgresql, "tsql": _tsql}[dialect](table)


def create_table(table: Table, dialect: Dialect) -> str:
    """Return the statement that makes one table."""
    lines = [_define(column, dialect) for column in table.columns]
    if table.key:
        lines.append(f"PRIMARY KEY ({', '.join(table.key)})")
    return f"CREATE TABLE {table.name} (\n  " + ",\n  ".join(lines) + "\n)"


def _define(column: Column, dialect: Dialect) -> str:
    words = [column.name, type_in(column, dialect)]
    if column.filled:
        words.append("not null")
    if column.default:
        words.append(f"default {column.default}")
    return " ".join(words)


def type_in(column: Column, dialect: Dialect) -> str:
    """Return the type of a column as a dialect writes it."""
    if dialect == "tsql":
        return column.type
    if dialect == "sqlite":
        return _SQLITE.get(column.kind, column.type)
    written = _POSTGRESQL.get(column.kind, column.type)
    return re.sub(r"^decimal", "numeric", re.sub(r"^nvarchar", "varchar", written))


def _create_index(table: Table, index: Index) -> str:
    unique = "UNIQUE " if index.unique else ""
    return f"CREATE {unique}INDEX {index.name} ON {table.name} ({', '.join(index.columns)})"


def _sqlite(table: Table) -> Iterator[str]:
    bump = (
        "UPDATE u8sim_rowversion SET v = v + 1; "
        f"UPDATE {table.name} SET {table.version} = (SELECT v FROM u8sim_rowversion)"
        " WHERE rowid = NEW.rowid; "
    )
    for act, row in (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD")):
        stands = bump if table.version and act != "delete" else ""
        # Its own step of the version must not count as a second change of the row.
        when = ""
        if table.version and act == "update":
            when = f" WHEN NEW.{table.version} IS OLD.{table.version}"
        yield (
            f"CREATE TRIGGER u8sim_{act}_{table.name} AFTER {act.upper()} ON {table.name}{when} "
            f"BEGIN {stands}INSERT INTO u8sim_journal (table_name, pk, act)"
            f" VALUES ('{table.name}', {row}.{table.identity}, '{act}'); END"
        )


def _functions() -> Iterator[str]:
    # The names of the two columns differ by table, so they are the trigger's arguments.
    yield """CREATE FUNCTION u8sim_bump() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE next bigint;
BEGIN
  UPDATE u8sim_rowversion SET v = v + 1 RETURNING v INTO next;
  RETURN jsonb_populate_record(NEW, jsonb_build_object(lower(TG_ARGV[0]), next));
END $$"""
    yield """CREATE FUNCTION u8sim_note() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stood jsonb := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
BEGIN
  INSERT INTO u8sim_journal (table_name, pk, act)
    VALUES (TG_ARGV[0], stood ->> lower(TG_ARGV[1]), lower(TG_OP));
  RETURN NULL;
END $$"""


def _postgresql(table: Table) -> Iterator[str]:
    if table.version:
        yield (
            f"CREATE TRIGGER u8sim_bump BEFORE INSERT OR UPDATE ON {table.name} FOR EACH ROW"
            f" EXECUTE FUNCTION u8sim_bump('{table.version}')"
        )
    yield (
        f"CREATE TRIGGER u8sim_note AFTER INSERT OR UPDATE OR DELETE ON {table.name} FOR EACH ROW"
        f" EXECUTE FUNCTION u8sim_note('{table.name}', '{table.identity}')"
    )


def _tsql(table: Table) -> Iterator[str]:
    for act, rows in (("insert", "inserted"), ("update", "inserted"), ("delete", "deleted")):
        yield (
            f"CREATE TRIGGER u8sim_{act}_{table.name} ON {table.name} AFTER {act.upper()}"
            " AS SET NOCOUNT ON; INSERT INTO u8sim_journal (table_name, pk, act) SELECT"
            f" '{table.name}', CAST({table.identity} AS nvarchar(60)), '{act}' FROM {rows}"
        )
