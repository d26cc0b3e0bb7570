"""How a list is read: its statements, built once per shape and run with the values of each list."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    cast,
    false,
    func,
    or_,
    select,
)

from seamline.conditions.node import Node
from seamline.problems import Place, Problem, Refused, did_you_mean, shorten
from seamline.text import Text

from . import cursors
from .assemble import Assembly, Joins, system_columns
from .cursors import Order
from .finding import contains
from .lifting import Lifting
from .narrowing import by_id, holding
from .patterns import pattern
from .tables import SYSTEM, FormTables
from .types import storable, words

PAGE = 50
SHAPES_KEPT = 256  # of one form; what is asked for seldom is built again


@dataclass(frozen=True, slots=True)
class Query:
    """Which records of a form: a condition, searched words, sort (`-` falls), page.

    `within` is a second condition, by which the access layer narrows the first, and `guards` say
    of some names under which condition a search may look at them. `archived` takes archived
    records in as well. `fields` limits what is read (None: every field, no sub-table); naming a
    sub-table adds its rows.
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
    guards: tuple[tuple[str, Node], ...] = ()


@dataclass(frozen=True, slots=True)
class _Shape:
    """Everything of a query that is no value."""

    where: tuple[Node, ...]
    words: int
    archived: bool
    sort: tuple[str, ...]
    fields: tuple[str, ...] | None
    guards: tuple[tuple[str, Node], ...] = ()


def planned(
    connection: Connection, tables: FormTables, query: Query
) -> tuple[Plan, dict[str, Any]]:
    """Return the plan of a query's shape, and the values to run it with."""
    lifting = Lifting(tables)
    found = [
        lifting.of(by_id(tables, tables.cells, node, connection))
        for node in (query.where, query.within)
        if node is not None
    ]
    asked = query.search.split() if storable(query.search) else ["\ufffd"]
    values = lifting.values
    for place, word in enumerate(asked):
        values[f"word_{place}"] = pattern(word)
    sort = query.sort or tables.form.list.sort
    guards = tuple(
        (name, lifting.of(by_id(tables, tables.cells, node, connection)))
        for name, node in (query.guards if asked else ())
    )
    shape = _Shape(tuple(found), len(asked), query.archived, tuple(sort), query.fields, guards)
    plans = tables.memory.get("plans")
    if plans is None:
        plans = tables.memory["plans"] = lru_cache(SHAPES_KEPT)(lambda shape: Plan(tables, shape))
    return plans(shape), values


class Plan:
    """The statements of one shape of list."""

    def __init__(self, tables: FormTables, shape: _Shape) -> None:
        joins = Joins(tables, tables.main, tables.cells)
        self._wanted = tuple(_narrow(joins, shape))
        self._count = select(func.count()).select_from(joins.source()).where(*self._wanted)
        some = select(joins.table.c["_id"]).select_from(joins.source()).where(*self._wanted)
        some = some.limit(bindparam("most", type_=Integer()))
        self._count_some = select(func.count()).select_from(some.subquery())
        self._sort = shape.sort
        self._order = _order(joins, shape.sort)
        self._sorted = joins.source()
        fields = tuple(tables.cells) if shape.fields is None else _known(tables, shape.fields)
        self.assembly = Assembly(joins, fields, len(SYSTEM))
        self._joins = joins
        self._pages: dict[tuple[bool, ...], Select[Any]] = {}

    def count(
        self, connection: Connection, values: Mapping[str, Any], most: int | None = None
    ) -> int:
        """Return how many records match, none counted beyond `most`."""
        if most is None:
            return int(connection.execute(self._count, values).scalar_one())
        return int(connection.execute(self._count_some, {**values, "most": most}).scalar_one())

    def rows(
        self, connection: Connection, values: Mapping[str, Any], cursor: str | None, limit: int
    ) -> Sequence[Row[Any]]:
        """Return the first rows, or those after a cursor; raises Refused 400 for a broken one."""
        asked = {**values, "most": limit}
        after: list[Any] = []
        if cursor:
            after = cursors.read(cursor, self._sort, self._order)
            asked |= {f"after_{place}": value for place, value in enumerate(after)}
        return connection.execute(self._page([value is not None for value in after]), asked).all()

    def cursor(self, row: Row[Any]) -> str:
        """Return where the list goes on after a row."""
        return cursors.write(self._sort, row[self.assembly.end :])

    def _page(self, there: Sequence[bool]) -> Select[Any]:
        """Return the statement of a page; after a cursor it depends on which values are there."""
        known = self._pages.get(tuple(there))
        if known is None:
            wanted = self._wanted
            if there:
                wanted += (cursors.beyond(self._order, _after(self._order, there)),)
            known = self._pages[tuple(there)] = self._statement(self._chosen(wanted))
        return known

    def _chosen(self, wanted: Sequence[ColumnElement[bool]]) -> Select[Any]:
        """Select the ids of one page alone: an index may answer that without reading a record."""
        return (
            select(self._joins.table.c["_id"])
            .select_from(self._sorted)
            .where(*wanted)
            .order_by(*cursors.ordering(self._order))
            .limit(bindparam("most", type_=Integer()))
            .correlate(None)
        )

    def _statement(self, chosen: Select[Any]) -> Select[Any]:
        return (
            select(
                *system_columns(self._joins.table),
                *self.assembly.columns,
                *(column.label(f"sort_{place}") for place, (column, _) in enumerate(self._order)),
            )
            .select_from(self._joins.source())
            .where(self._joins.table.c["_id"].in_(chosen))
            .order_by(*cursors.ordering(self._order))
        )


def _after(order: Sequence[Order], there: Sequence[bool]) -> list[ColumnElement[Any] | None]:
    return [
        bindparam(f"after_{place}", type_=column.type) if known else None
        for place, ((column, _), known) in enumerate(zip(order, there, strict=True))
    ]


def _narrow(joins: Joins, shape: _Shape) -> Iterator[ColumnElement[bool]]:
    if not shape.archived:
        yield joins.table.c["_archived_at"].is_(None)
    for node in shape.where:
        yield holding(joins, node)
    for place in range(shape.words):
        word = bindparam(f"word_{place}", type_=words())
        yield or_(false(), *_searched(joins, word, dict(shape.guards)))


def _searched(
    joins: Joins, word: ColumnElement[str], guards: Mapping[str, Node]
) -> Iterator[ColumnElement[bool]]:
    """Yield where a search looks for a word: code, key, name and the searched fields."""
    form = joins.tables.form
    names = ("_code", form.key, form.name, *form.list.search)
    for name in dict.fromkeys(name for name in names if name):
        for test in _containing(joins, name, word):
            yield and_(holding(joins, guards[name]), test) if name in guards else test


def _containing(joins: Joins, name: str, word: ColumnElement[str]) -> Iterator[ColumnElement[bool]]:
    tables, table = joins.tables, joins.table
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
