"""Entries of the journal that a measure counts, with some fields of the records they are about."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, select

from seamline.conditions.node import Node
from seamline.conditions.sql import Keyed

from . import plain
from .assemble import Joins
from .narrowing import column_of, narrowed
from .platform_tables import DECISIONS, EVENTS
from .tables import FormTables

KEYS_AT_ONCE = 500
_READ_AT_ONCE = 2_000
REFUSED = "refused"


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


@dataclass(frozen=True, slots=True)
class Found:
    """One entry; `values` are the fields asked for, `facts` the stored JSON of its verdict."""

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
        self, tables: FormTables, wanted: Wanted, since: datetime, until: datetime
    ) -> Iterator[Found]:
        """Yield the entries of a form from one moment until before another, in their order."""
        made = (EVENTS.c.at >= since, EVENTS.c.at < until)
        yield from self._found(tables, wanted, *made)

    def of_keys(
        self,
        tables: FormTables,
        wanted: Wanted,
        keys: Collection[str],
        by: Literal["record", "tracking"],
    ) -> Iterator[Found]:
        """Yield every entry about some records, or under some tracking codes."""
        listed = sorted(keys)
        for start in range(0, len(listed), KEYS_AT_ONCE):
            part = listed[start : start + KEYS_AT_ONCE]
            # The partial index over tracking codes serves only who says that they are there.
            there = (EVENTS.c[by].in_(part), EVENTS.c[by] != "")
            yield from self._found(tables, wanted, *there)

    def _found(
        self, tables: FormTables, wanted: Wanted, *which: ColumnElement[bool]
    ) -> Iterator[Found]:
        statement = self._statement(tables, wanted).where(*which).order_by(EVENTS.c.seq)
        rows = self._connection.execute(statement, execution_options={"yield_per": _READ_AT_ONCE})
        for row in rows:
            values = dict(zip(wanted.fields, row[7:], strict=True))
            record, tracking, at, actor, via, body, facts = row[:7]
            yield Found(record, tracking, at, actor, via, plain.load(body), values, facts)

    def _statement(self, tables: FormTables, wanted: Wanted) -> Select[Any]:
        joins = Joins(tables, tables.main, tables.cells)
        columns = [_value(joins, name) for name in wanted.fields]
        conditions = [EVENTS.c.form == tables.form.id, *_kinds(wanted)]
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
        own = (EVENTS.c[name] for name in ("record", "tracking", "at", "actor", "via", "body"))
        return select(*own, facts, *columns).select_from(source).where(*conditions)


def _kinds(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.steps:
        yield EVENTS.c.step.in_(wanted.steps)
    if wanted.kind:
        yield EVENTS.c.kind == wanted.kind
    else:
        # Entries that only tell of a step (a review's verdict, a lock) are no step of their own.
        own = ("created", "changed", "stepped", "archived", "restored")
        yield EVENTS.c.kind.in_((*own, REFUSED) if wanted.refused else own)
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
