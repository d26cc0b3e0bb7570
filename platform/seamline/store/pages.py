"""Lists: one page by cursor, all of it as a stream, rows of sub-tables added in one query."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, cast, func, or_, select

from seamline.conditions.node import Node
from seamline.facts import Record, Row, Value
from seamline.problems import Place, Problem, Refused, did_you_mean, shorten
from seamline.text import Text

from . import cursors
from .assemble import Assembly, Joins, record_of, system_columns
from .cursors import Order
from .finding import contains
from .narrowing import narrowed
from .tables import SYSTEM, FormTables
from .types import storable, words

PAGE = 50
MOST = 1_000
STREAMED = 500  # records read at once by a stream


@dataclass(frozen=True, slots=True)
class Query:
    """Which records of a form: a condition, searched words, sort (`-` falls), page.

    `within` is a second condition, by which the access layer narrows the first. `archived` takes
    archived records in as well. `fields` limits what is read (None: every field, no sub-table);
    naming a sub-table adds its rows.
    """

    where: Node | None = None
    search: str = ""
    sort: tuple[str, ...] = ()
    limit: int = PAGE
    cursor: str | None = None
    archived: bool = False
    total: bool = True
    fields: tuple[str, ...] | None = None
    within: Node | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `total` counts every match (None where it was not asked for)."""

    rows: tuple[Record, ...]
    total: int | None
    cursor: str | None


def page(connection: Connection, tables: FormTables, query: Query) -> Page:
    """Return one page; see `Records.page`."""
    sort = query.sort or tables.form.list.sort
    joins = Joins(tables, tables.main, tables.cells)
    wanted = tuple(_narrow(joins, query, connection))
    total = _count(connection, joins, wanted) if query.total else None
    order = _order(joins, sort)
    fields = tables.cells if query.fields is None else _known(tables, query.fields)
    if query.cursor:
        wanted += (cursors.beyond(order, cursors.read(query.cursor, sort, order)),)
    limit = max(1, min(query.limit, MOST))
    chosen = _chosen(joins, order, wanted, limit + 1)
    assembly = Assembly(joins, fields, len(SYSTEM))
    found = connection.execute(_statement(joins, assembly, order, chosen)).all()
    records = [record_of(tables.form.id, row, assembly.values(row)) for row in found[:limit]]
    records = _with_rows(connection, tables, query.fields or (), records)
    more = None
    if len(found) > limit:
        more = cursors.write(sort, found[limit - 1][assembly.end :])
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


def _chosen(
    joins: Joins, order: Sequence[Order], wanted: Sequence[ColumnElement[bool]], limit: int
) -> Select[Any]:
    """Select the ids of one page alone: an index may answer that without reading a record."""
    return (
        select(joins.table.c["_id"])
        .select_from(joins.source())
        .where(*wanted)
        .order_by(*cursors.ordering(order))
        .limit(limit)
        .correlate(None)
    )


def _statement(
    joins: Joins, assembly: Assembly, order: Sequence[Order], chosen: Select[Any]
) -> Select[Any]:
    return (
        select(
            *system_columns(joins.table),
            *assembly.columns,
            *(column.label(f"sort_{place}") for place, (column, _) in enumerate(order)),
        )
        .select_from(joins.source())
        .where(joins.table.c["_id"].in_(chosen))
        .order_by(*cursors.ordering(order))
    )


def _count(connection: Connection, joins: Joins, wanted: Sequence[ColumnElement[bool]]) -> int:
    statement = select(func.count()).select_from(joins.source()).where(*wanted)
    return int(connection.execute(statement).scalar_one())


def counts(
    connection: Connection, tables: FormTables, queries: Sequence[Query], most: int
) -> list[int]:
    """Return how many records match each query; see `Records.counts`."""
    counted = []
    for query in queries:
        joins = Joins(tables, tables.main, tables.cells)
        wanted = tuple(_narrow(joins, query, connection))
        some = select(joins.table.c["_id"]).select_from(joins.source()).where(*wanted).limit(most)
        counted.append(select(func.count()).select_from(some.subquery()).scalar_subquery())
    if not counted:
        return []
    return [int(count) for count in connection.execute(select(*counted)).one()]


def _narrow(joins: Joins, query: Query, connection: Connection) -> Iterator[ColumnElement[bool]]:
    if not query.archived:
        yield joins.table.c["_archived_at"].is_(None)
    for node in (query.where, query.within):
        if node is not None:
            yield narrowed(joins, node, connection)
    for word in query.search.split() if storable(query.search) else ("\ufffd",):
        yield or_(*_holding(joins, word))


def _holding(joins: Joins, word: str) -> Iterator[ColumnElement[bool]]:
    """Yield where a search looks for a word: code, key, name and the searched fields."""
    tables, table = joins.tables, joins.table
    names = ("_code", tables.form.key, tables.form.name, *tables.form.list.search)
    for name in dict.fromkeys(name for name in names if name):
        cell = tables.cells.get(name)
        if cell is None:
            if name in SYSTEM:
                yield contains([table.c[name]], word)
        elif cell.target:
            target = tables.target(cell)
            shown = [column for column in (target.key, target.name) if column is not None]
            found = select(target.main.c["_id"]).where(contains(shown, word))
            yield table.c[name].in_(found)
        elif cell.shape.type == "text":
            yield contains([table.c[name]], word)
        elif cell.shape.type == "integer":
            yield contains([cast(table.c[name], words())], word)


def _order(joins: Joins, sort: Sequence[str]) -> list[Order]:
    """Return the columns to sort by, the id last; raises Refused 400 for an unknown one."""
    order: list[Order] = []
    for name in sort:
        field, falls = name.lstrip("-"), name.startswith("-")
        cell = joins.cells.get(field)
        if cell is not None and cell.target:
            target, alias = joins.to(field)
            order.append((alias.c[target.key.key], falls))
        elif field in SYSTEM or (cell is not None and cell.shape.type not in ("json", "set")):
            order.append((joins.table.c[field], falls))
        else:
            raise _unknown(joins.tables, field, "sort")
    order.append((joins.table.c["_id"], bool(order) and order[-1][1]))
    return order


def _known(tables: FormTables, fields: Collection[str]) -> list[str]:
    for field in fields:
        if field not in tables.cells and field not in tables.children and field not in SYSTEM:
            raise _unknown(tables, field, "fields")
    return [field for field in fields if field in tables.cells]


def _unknown(tables: FormTables, field: str, where: str) -> Refused:
    problem = Problem(
        "unknown_field",
        Text(
            f"不能按“{shorten(field)}”排序或显示。",
            f"The list cannot be sorted by or show '{shorten(field)}'.",
        ),
        Place(where),
        did_you_mean(field, [*tables.cells, *SYSTEM]),
        shorten(field),
    )
    return Refused((problem,), 400)


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
