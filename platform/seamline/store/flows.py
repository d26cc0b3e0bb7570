"""Amounts of some items out of the tables of any form: what adds to them or takes from them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, bindparam, null, select

from seamline.conditions.node import Node

from .sides import Aliased, Side, looks_into_rows
from .tables import FormTables
from .types import RecordId

ITEMS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of an item, and by which record: `code` is its code or key, `row` the id of its row.

    `day` is when it happens, `as_of` the moment that the figure is of.
    """

    item: str
    qty: Decimal
    day: date | datetime | None
    as_of: date | datetime | None
    record: str
    row: str
    code: str


class Flow:
    """One kind of records whose field `qty` counts for the item that `item` refers to.

    `item` is a reference, or `_id` where the records are the items. Archived records and those
    for which `where` is not true are left out. Built once, asked often.
    """

    def __init__(
        self,
        tables: FormTables,
        table: str,
        item: str,
        qty: str,
        *,
        day: str = "",
        as_of: str = "",
        where: Node | None = None,
    ) -> None:
        self._side = Side("flow", tables, table, where, ())
        self._item, self._qty, self._day, self._as_of = item, qty, day, as_of
        self._kept: Select[Any] | None = None

    def amounts(self, connection: Connection, items: Collection[str]) -> Iterator[Amount]:
        """Yield what there is of some items (ids), in no order; amounts not given are left out."""
        statement = self._kept
        if statement is None:
            statement = self._statement(connection)
            if not looks_into_rows(self._side):
                self._kept = statement
        wanted = list(items)
        for start in range(0, len(wanted), ITEMS_AT_ONCE):
            part = wanted[start : start + ITEMS_AT_ONCE]
            for item, qty, day, as_of, row, record, code, key in connection.execute(
                statement, {"items": part}
            ):
                if qty is not None:
                    yield Amount(
                        item, Decimal(qty), day, as_of, record, row, code or str(key or "")
                    )

    def _statement(self, connection: Connection) -> Select[Any]:
        aliased = Aliased(self._side)
        item = aliased.lead(self._item)
        row, record, code, _tracking = aliased.head()
        key = aliased.main.c[self._side.tables.key.key]
        given = [
            aliased.value(name)[0] if name else null()
            for name in (self._qty, self._day, self._as_of)
        ]
        conditions = list(aliased.wanted(connection))
        return (
            select(item, *given, row, record, code, key)
            .select_from(aliased.source())
            .where(item.in_(bindparam("items", expanding=True, type_=RecordId())), *conditions)
        )
