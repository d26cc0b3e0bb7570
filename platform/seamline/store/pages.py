"""Lists: one page by cursor, all of it as a stream, rows of sub-tables added in one query."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from seamline.facts import Record, Row, Value

from .assemble import Assembly, Joins, record_of
from .plans import Query as Query, planned
from .tables import FormTables

MOST = 1_000
STREAMED = 500  # records read at once by a stream


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `total` counts every match (None where it was not asked for)."""

    rows: tuple[Record, ...]
    total: int | None
    cursor: str | None


def page(connection: Connection, tables: FormTables, query: Query) -> Page:
    """Return one page; see `Records.page`."""
    plan, values = planned(connection, tables, query)
    limit = max(1, min(query.limit, MOST))
    found = plan.rows(connection, values, query.cursor, limit + 1)
    form, assembled = tables.form.id, plan.assembly.values
    records = [record_of(form, row, assembled(row)) for row in found[:limit]]
    records = _with_rows(connection, tables, query.fields or (), records)
    more = plan.cursor(found[limit - 1]) if len(found) > limit else None
    total = None
    if query.total:
        whole = more is None and query.cursor is None  # this page shows every match there is
        total = len(records) if whole else plan.count(connection, values)
    return Page(tuple(records), total, more)


def stream(connection: Connection, tables: FormTables, query: Query) -> Iterator[Record]:
    """Yield every match whole; see `Records.stream`."""
    fields = query.fields or (*tables.cells, *tables.children)
    part = replace(query, fields=fields, limit=STREAMED, total=False, cursor=None)
    while True:
        found = page(connection, tables, part)
        yield from found.rows
        if found.cursor is None:
            return
        part = replace(part, cursor=found.cursor)


def counts(
    connection: Connection, tables: FormTables, queries: Sequence[Query], most: int
) -> list[int]:
    """Return how many records match each query; see `Records.counts`."""
    plans = (planned(connection, tables, query) for query in queries)
    return [plan.count(connection, values, most) for plan, values in plans]


def _with_rows(
    connection: Connection, tables: FormTables, fields: Collection[str], records: list[Record]
) -> list[Record]:
    wanted = [field for field in fields if field in tables.children]
    if not wanted:
        return records
    values = {record.id: dict(record.values) for record in records}
    for table in wanted:
        add_rows(connection, tables, table, values)
    return [replace(record, values=values[record.id]) for record in records]


def add_rows(
    connection: Connection,
    tables: FormTables,
    table: str,
    records: dict[str, dict[str, Value]],
) -> None:
    """Add the rows of a sub-table to the values of the records given by id."""
    statement, assembly = _rows(tables, table)
    rows: dict[str, list[Row]] = {record: [] for record in records}
    for row in connection.execute(statement, {"parents": list(records)}):
        rows[row[1]].append(Row(assembly.values(row), row[0]))
    for record, found in rows.items():
        records[record][table] = tuple(found)


def _rows(tables: FormTables, table: str) -> tuple[Select[Any], Assembly]:
    kept: tuple[Select[Any], Assembly] | None = tables.memory.get(f"rows {table}")
    if kept is None:
        child = tables.children[table]
        joins = Joins(tables, child, tables.child_cells[table])
        assembly = Assembly(joins, tables.child_cells[table], 2)
        statement = (
            select(child.c["_id"], child.c["_parent"], *assembly.columns)
            .select_from(joins.source())
            .where(child.c["_parent"].in_(bindparam("parents", expanding=True)))
            .order_by(child.c["_parent"], child.c["_position"])
        )
        kept = tables.memory[f"rows {table}"] = statement, assembly
    return kept
