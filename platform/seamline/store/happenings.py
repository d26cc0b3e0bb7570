"""Entries of the journal that a measure counts, with some fields of the records they are about."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, func, select

from seamline.conditions.node import Node
from seamline.conditions.sql import Keyed

from .assemble import Joins
from .narrowing import column_of, narrowed
from .platform_tables import DECISIONS, EVENTS
from .tables import FormTables

KEYS_AT_ONCE = 500
READ_AT_ONCE = 2_000
REFUSED = "refused"
_NONE: Mapping[str, Any] = MappingProxyType({})
_OWN = ("record", "tracking", "at", "actor", "via", "body")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: of one of `steps` (`sales_order.create`) or of a `kind`, under a condition.

    `refused` takes in submissions that a rule has stopped. `facts` reads what the verdict saw.
    `fields` are names of the record (`customer`, `customer.region`) that are read along.
    """

    steps: tuple[str, ...] = ()
    kind: str = ""
    where: Node | None = None
    refused: bool = False
    via: tuple[str, ...] = ()
    facts: bool = False
    fields: tuple[str, ...] = ()


class Body(Mapping[str, Any]):
    """What an entry tells; it is read where somebody asks, of most entries nobody does."""

    __slots__ = ("_read", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._read: Mapping[str, Any] | None = None

    def __getitem__(self, name: str) -> Any:
        """Return what it tells of a name."""
        return self._whole()[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Return what it tells of a name; what does not even hold the word is not read."""
        if self._read is None and f'"{name}"' not in self._text:
            return default
        return self._whole().get(name, default)

    def __iter__(self) -> Iterator[str]:
        """Return the names of what it tells."""
        return iter(self._whole())

    def __len__(self) -> int:
        """Return how much it tells."""
        return len(self._whole())

    def _whole(self) -> Mapping[str, Any]:
        if self._read is None:
            self._read = msgspec.json.decode(self._text)
        return self._read


class Found(NamedTuple):
    """One entry; `values` are the fields asked for, `facts` the stored JSON of its verdict."""

    seq: int
    record: str
    tracking: str
    at: datetime
    actor: str
    via: str
    body: Mapping[str, Any]
    values: Mapping[str, Any]
    facts: str | None


class Happenings:
    """Reads entries of the journal by what they are about, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def between(
        self,
        tables: FormTables,
        wanted: Wanted,
        since: datetime,
        until: datetime,
        ordered: bool = True,
    ) -> Iterator[Found]:
        """Yield the entries of a form from one moment until before another.

        They come in their order, unless who only counts them can do without.
        """
        made = (EVENTS.c.at >= since, EVENTS.c.at < until)
        yield from self._found(tables, wanted, *made, ordered=ordered)

    def of_keys(
        self,
        tables: FormTables,
        wanted: Wanted,
        keys: Collection[str],
        by: Literal["record", "tracking"],
    ) -> Iterator[Found]:
        """Yield every entry about some records, or under some tracking codes."""
        for there in _there(keys, by):
            yield from self._found(tables, wanted, *there, by_keys=True)

    def _found(
        self,
        tables: FormTables,
        wanted: Wanted,
        *which: ColumnElement[bool],
        by_keys: bool = False,
        ordered: bool = True,
    ) -> Iterator[Found]:
        statement = self._statement(tables, wanted, by_keys).where(*which)
        if ordered:
            # Not by the bare number: SQLite would then walk the whole journal in its order.
            statement = statement.order_by(EVENTS.c.seq + 0)
        rows = self._connection.execute(statement, execution_options={"yield_per": READ_AT_ONCE})
        for row in chain.from_iterable(rows.partitions(READ_AT_ONCE)):
            values = dict(zip(wanted.fields, row[8:], strict=True)) if wanted.fields else _NONE
            seq, record, tracking, at, actor, via, body, facts = row[:8]
            yield Found(seq, record, tracking, at, actor, via, Body(body), values, facts)

    def count(self, tables: FormTables, wanted: Wanted, since: datetime, until: datetime) -> int:
        """Return how many entries of a form there are from one moment until before another."""
        made = (EVENTS.c.at >= since, EVENTS.c.at < until)
        found = self._statement(tables, wanted).where(*made).subquery()
        counted = select(func.count()).select_from(found)
        return int(self._connection.execute(counted).scalar_one())

    def firsts(
        self,
        tables: FormTables,
        wanted: Wanted,
        keys: Collection[str],
        by: Literal["record", "tracking"],
    ) -> Iterator[tuple[str, datetime]]:
        """Yield when each of some records, or tracking codes, first had such an entry."""
        for there in _there(keys, by):
            found = self._statement(tables, wanted, by_keys=True).where(*there).subquery()
            first = select(found.c[by], func.min(found.c.at)).group_by(found.c[by])
            yield from ((key, at) for key, at in self._connection.execute(first))

    def _statement(self, tables: FormTables, wanted: Wanted, by_keys: bool = False) -> Select[Any]:
        joins = Joins(tables, tables.main, tables.cells)
        columns = [_value(joins, name) for name in wanted.fields]
        conditions = [EVENTS.c.form == tables.form.id, *_kinds(wanted, by_keys)]
        if wanted.where is not None:
            conditions.append(narrowed(joins, wanted.where, self._connection))
        source: Any = EVENTS
        if wanted.where is not None or columns:
            source = source.outerjoin(tables.main, tables.main.c["_id"] == EVENTS.c.record)
            source = joins.onto(source)
        facts: Any = EVENTS.c.decision
        if wanted.facts:
            source = source.outerjoin(DECISIONS, DECISIONS.c.id == EVENTS.c.decision)
            facts = DECISIONS.c.facts
        own = (EVENTS.c[name] for name in ("seq", *_OWN))
        return select(*own, facts, *columns).select_from(source).where(*conditions)


def _there(
    keys: Collection[str], by: Literal["record", "tracking"]
) -> Iterator[tuple[ColumnElement[bool], ...]]:
    """Yield the conditions for some keys at a time."""
    listed = sorted(keys)
    for start in range(0, len(listed), KEYS_AT_ONCE):
        part = listed[start : start + KEYS_AT_ONCE]
        # The partial index over tracking codes serves only who says that they are there.
        yield EVENTS.c[by].in_(part), EVENTS.c[by] != ""


def _kinds(wanted: Wanted, by_keys: bool) -> Iterator[ColumnElement[bool]]:
    """Yield what an entry has to be; `by_keys` keeps SQLite from looking through all of a step."""
    step: Any = func.coalesce(EVENTS.c.step, "") if by_keys else EVENTS.c.step
    kind: Any = func.coalesce(EVENTS.c.kind, "") if by_keys else EVENTS.c.kind
    if wanted.steps:
        yield step.in_(wanted.steps)
    if wanted.kind:
        yield kind == wanted.kind
    else:
        # Entries that only tell of a step (a review's verdict, a lock) are no step of their own.
        own = ("created", "changed", "stepped", "archived", "restored")
        yield kind.in_((*own, REFUSED) if wanted.refused else own)
    if wanted.via:
        yield EVENTS.c.via.in_(wanted.via)


def _value(joins: Joins, name: str) -> ColumnElement[Any]:
    """Return the column of a name as people know its value: of a reference, the key it shows."""
    column = column_of(joins, name)
    if not isinstance(column, Keyed):
        return column
    tables, alias = joins.to(name)
    key: ColumnElement[Any] = alias.c[tables.key.key]
    return key
