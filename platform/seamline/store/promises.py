"""What was promised and is still to be delivered: parts of lines, each taken from a day on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, update

from .flows import ITEMS_AT_ONCE, Amount, Flow
from .platform_tables import CHAIN, PROMISES


@dataclass(frozen=True, slots=True)
class KeptPart:
    """One part of what a line was promised: `qty` of an item, to be had on `day`.

    `line` is the id of the row, else of the record; `pool` the promise it is made under. `source`
    says where it was to come from then (`stock`, `arrival`, `lead`), with the record that arrives.
    """

    line: str
    part: int
    pool: str
    form: str
    record: str
    item: str
    qty: Decimal
    day: date
    source: str
    source_form: str
    source_record: str
    source_code: str
    at: datetime


_FIELDS = tuple(column.name for column in PROMISES.columns)
_SELECT = select(*PROMISES.columns)
_ITEMS = PROMISES.c.item.in_(bindparam("items", expanding=True))
_OF_ITEMS = _SELECT.where(_ITEMS, PROMISES.c.pool == bindparam("of_pool")).order_by(
    PROMISES.c.at, PROMISES.c.line, PROMISES.c.part
)
_OF_RECORD = _SELECT.where(PROMISES.c.record == bindparam("of")).order_by(
    PROMISES.c.line, PROMISES.c.part
)
_OF_LINES = _OF_RECORD.where(PROMISES.c.line.in_(bindparam("lines", expanding=True)))
_TAKEN = (
    select(PROMISES.c.item, PROMISES.c.day, func.sum(PROMISES.c.qty))
    .where(_ITEMS, PROMISES.c.pool == bindparam("of_pool"))
    .group_by(PROMISES.c.item, PROMISES.c.day)
)
_TAKEN_BY_OTHERS = _TAKEN.where(PROMISES.c.line.not_in(bindparam("lines", expanding=True)))
_DROP = delete(PROMISES).where(PROMISES.c.line.in_(bindparam("lines", expanding=True)))
_MOVE = update(PROMISES).where(PROMISES.c.line == bindparam("before"))
_HOLD = select(CHAIN.c.id).where(CHAIN.c.id == 1).with_for_update()


class Promises:
    """The promises of every pool, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def hold(self) -> None:
        """Let nobody else promise anything until this transaction ends (SQLite: one writer).

        It is the head of the journal that is held, which every write takes before it ends: with a
        lock for each item beside it, two transactions could wait for one another.
        """
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(_HOLD)

    def amounts(self, flow: Flow, items: Collection[str]) -> Iterator[Amount]:
        """Yield what a kind of records adds to some items, or takes from them."""
        return flow.amounts(self._connection, items)

    def taken(
        self, pool: str, items: Collection[str], but: Collection[str] = ()
    ) -> Iterator[tuple[str, date, Decimal]]:
        """Yield what is taken of some items: item, day, amount; the lines `but` do not count."""
        statement = _TAKEN_BY_OTHERS if but else _TAKEN
        for values in _parts(items):
            asked: dict[str, Any] = {"items": values, "of_pool": pool}
            if but:
                asked["lines"] = list(but)
            yield from self._connection.execute(statement, asked)

    def of_items(self, pool: str, items: Collection[str]) -> Iterator[KeptPart]:
        """Yield every part promised of some items, the first promised first."""
        for values in _parts(items):
            yield from self._read(_OF_ITEMS, {"items": values, "of_pool": pool})

    def of_record(self, record: str, lines: Collection[str] | None = None) -> tuple[KeptPart, ...]:
        """Return what the lines of a record were promised, or some of them."""
        if lines is None:
            return tuple(self._read(_OF_RECORD, {"of": record}))
        found: list[KeptPart] = []
        for values in _parts(lines):
            found += self._read(_OF_LINES, {"of": record, "lines": values})
        return tuple(found)

    def records(self, pools: Collection[str] | None = None) -> list[tuple[str, str]]:
        """Return every (form, record) that takes something, of some pools where they are named."""
        wanted = select(PROMISES.c.form, PROMISES.c.record).distinct()
        if pools is not None:
            wanted = wanted.where(PROMISES.c.pool.in_(pools))
        rows = self._connection.execute(wanted.order_by(PROMISES.c.record))
        return [(form, record) for form, record in rows]

    def add(self, parts: Iterable[KeptPart]) -> None:
        """Keep what was promised."""
        rows = [{name: getattr(part, name) for name in _FIELDS} for part in parts]
        if rows:
            self._connection.execute(insert(PROMISES), rows)

    def drop(self, lines: Collection[str]) -> None:
        """Give back what some lines were promised."""
        for values in _parts(lines):
            self._connection.execute(_DROP, {"lines": values})

    def move(self, lines: Mapping[str, str]) -> None:
        """Let what lines were promised belong to others: rows that were sent anew as they were."""
        for before, now in lines.items():
            self._connection.execute(_MOVE.values(line=now), {"before": before})

    def _read(self, statement: Select[Any], values: Mapping[str, Any]) -> Iterator[KeptPart]:
        for row in self._connection.execute(statement, dict(values)):
            yield KeptPart(*row)


def _parts(words: Collection[str]) -> Iterator[list[str]]:
    listed = list(words)
    for start in range(0, len(listed), ITEMS_AT_ONCE):
        yield listed[start : start + ITEMS_AT_ONCE]
