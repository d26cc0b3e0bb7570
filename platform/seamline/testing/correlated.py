"""Random changes to a trade with correlations, and what matches by trying every combination."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from seamline import clock
from seamline.facts import Record, Ref, Row, Value
from seamline.store import FormTables, Store
from seamline.store.ulid import ulid

# Few parts and shelves, so that much belongs together.
PARTS, SHELVES = 16, ("A", "B", "C", "D", "E", "F", "")
MOST_ALIVE = 30  # records of one form
MATCHED = ("short", "below", "through")


@dataclass
class Trade:
    """Parts, stocks and orders, kept in the tables and, as plain records, in memory.

    `tables` are those of the forms `part`, `stock` and `sales`.
    """

    store: Store
    tables: Mapping[str, FormTables]
    seed: int
    alive: dict[str, dict[str, Record]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self.alive = {form: {} for form in self.tables}
        for number in range(PARTS):
            values: dict[str, Value] = {
                "code": f"P{number}",
                "floor": self._decimal(3),
                "wanted": self._random.random() < 0.7,
            }
            self._insert("part", values)

    def change(self) -> tuple[str, str]:
        """Change one record, create or archive one; return its form and id."""
        form = self._random.choices(("part", "stock", "sales"), (1, 5, 4))[0]
        known = self.alive[form]
        grows = self._random.random() < (0.5 if len(known) < MOST_ALIVE else 0.0)
        if form != "part" and (grows or not known):
            return form, self._insert(form, self._values(form))
        record = self._random.choice(list(known.values()))
        if form != "part" and self._random.random() < 0.15:
            after = replace(record, archived_at=clock.now())
            del known[record.id]
        else:
            after = replace(record, values={**record.values, **self._values(form)})
            if form == "sales" and self._random.random() < 0.2:
                after = replace(after, state="done" if record.state == "open" else "open")
            known[record.id] = after = self._named(after)
        after = replace(after, version=record.version + 1, updated_at=clock.now())
        if after.id in known:
            known[after.id] = after
        with self.store.unit() as unit:
            unit.records.update(self.tables[form], after, record.version)
        return form, record.id

    def _insert(self, form: str, values: dict[str, Value]) -> str:
        at = clock.now()
        state = "open" if form == "sales" else ""
        record = self._named(
            Record(form, ulid(at), "", "", state, "", 1, 1, values, at, "trade", at, "trade")
        )
        with self.store.unit() as unit:
            unit.records.insert(self.tables[form], record)
        self.alive[form][record.id] = record
        return record.id

    def _named(self, record: Record) -> Record:
        """Give every row an id, as the store does."""
        rows: Any = record.values.get("lines")
        if not rows:
            return record
        named = tuple(row if row.id else replace(row, id=ulid(clock.now())) for row in rows)
        return replace(record, values={**record.values, "lines": named})

    def _values(self, form: str) -> dict[str, Value]:
        if form == "part":
            return {"floor": self._decimal(3), "wanted": self._random.random() < 0.7}
        if form == "stock":
            return {
                "part": self._part(),
                "available": self._decimal(2),
                "arriving": self._random.choice((None, None, Decimal(0), Decimal(5))),
                "shelf": self._random.choice(SHELVES) or None,
            }
        lines = tuple(
            Row({
                "part": self._part() if self._random.random() < 0.9 else None,
                "qty": self._random.choice((None, *range(-2, 12))),
            })
            for _ in range(self._random.randrange(4))
        )  # fmt: skip
        return {"shelf": self._random.choice(SHELVES) or None, "lines": lines}

    def _part(self) -> Ref:
        part = self._random.choice(list(self.alive["part"].values()))
        return Ref(str(part.values["code"]), part.id)

    def _decimal(self, places: int) -> Decimal | None:
        if self._random.random() < 0.1:
            return None
        count = self._random.randrange(-(10**places), 10 ** (places + 1))
        return Decimal(count).scaleb(-places)

    def matches(self, rule: str) -> set[str]:
        """Return the keys of what matches, found by looking at every combination of records."""
        return {f"{rule}:{'+'.join(key)}" for key in getattr(self, f"_{rule}")()}

    def _short(self) -> Iterable[tuple[str, ...]]:
        lines = [*self._lines()]
        for stock in self.alive["stock"].values():
            for order, row in lines:
                if stock.values["arriving"] or order.state != "open" or not _same(stock, row):
                    continue
                there, asked = _number(stock, "available"), _number(row, "qty")
                if there is not None and asked is not None and there < asked:
                    yield stock.id, row.id

    def _below(self) -> Iterable[tuple[str, ...]]:
        for stock in self.alive["stock"].values():
            part = self._part_of(stock)
            floor, there = _number(part, "floor"), _number(stock, "available")
            if floor is None or there is None or there > floor:
                continue
            if not part.values["wanted"] and floor <= 100:
                continue
            for order in self.alive["sales"].values():
                shelf = order.values["shelf"]
                if order.state == "open" and shelf and shelf == stock.values["shelf"]:
                    yield stock.id, part.id, order.id

    def _through(self) -> Iterable[tuple[str, ...]]:
        for _, row in self._lines():
            for stock in self.alive["stock"].values():
                if not _same(stock, row):
                    continue
                floor, asked = _number(self._part_of(stock), "floor"), _number(row, "qty")
                if floor is not None and asked is not None and asked > floor:
                    yield row.id, stock.id

    def _part_of(self, stock: Record) -> Record:
        part: Any = stock.values["part"]
        return self.alive["part"][part.id]

    def _lines(self) -> Iterable[tuple[Record, Row]]:
        for order in self.alive["sales"].values():
            rows: Any = order.values["lines"]
            for row in rows or ():
                yield order, row


def _same(stock: Record, row: Row) -> bool:
    mine, theirs = stock.values["part"], row.values["part"]
    return isinstance(theirs, Ref) and isinstance(mine, Ref) and mine.id == theirs.id


def _number(of: Record | Row, name: str) -> Decimal | None:
    value: Any = of.values[name]
    return value if value is None else Decimal(value)
