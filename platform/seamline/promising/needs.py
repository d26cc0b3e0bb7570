"""What the lines of a record need, and which of them go on needing what they needed before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from seamline.facts import Ref, Row, Value
from seamline.metadata import PromiseLine

# What is promised is kept with so many decimals: needs are rounded up to it, supplies down.
PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Need:
    """What one line asks for: two lines that need the same are promised the same."""

    item: str
    qty: Decimal
    wanted: date | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A line that keeps its promise: where it stands now, and the earlier row that had it."""

    place: int
    earlier: Row


def rows_of(line: PromiseLine, values: Mapping[str, Value], record: str = "") -> list[Row]:
    """Return the lines of a record: the rows of its sub-table, or itself as the one row."""
    if not line.table:
        return [Row(values, record)]
    rows = values.get(line.table)
    return [row for row in rows if isinstance(row, Row)] if isinstance(rows, tuple) else []


def need_of(line: PromiseLine, row: Row, values: Mapping[str, Value]) -> Need | None:
    """Return what a line of a record with `values` needs; None where it is not filled in."""
    item, qty = row.values.get(line.item), row.values.get(line.qty)
    if line.item not in row.values:
        item = values.get(line.item)  # one item for all rows of the record
    if not isinstance(item, Ref) or not item.id or not isinstance(qty, (Decimal, int)) or qty <= 0:
        return None
    days = (row.values.get(name) or values.get(name) for name in line.wanted)
    wanted = next((day for day in days if isinstance(day, date)), None)
    return Need(item.id, Decimal(qty).quantize(PLACES, ROUND_CEILING).normalize(), wanted)


def matched(
    line: PromiseLine,
    earlier: Sequence[tuple[Row, Need | None]],
    now: Sequence[tuple[Row, Need | None]],
) -> list[Kept]:
    """Return the lines that need what they needed and have a day: the same row, else its equal."""
    left = {row.id: (row, need) for row, need in earlier if need and row.values.get(line.into)}
    ids = {row.id for row, _ in earlier}
    kept: list[Kept] = []
    for by_id in (True, False):
        done = {one.place for one in kept}
        for place, (row, need) in enumerate(now):
            if place in done or need is None or (row.id in ids) is not by_id:
                continue
            word = row.id if by_id else _equal(need, left)
            if word in left and left[word][1] == need:
                kept.append(Kept(place, left.pop(word)[0]))
    return kept


def _equal(need: Need, left: Mapping[str, tuple[Row, Need | None]]) -> str:
    return next((word for word, (_, other) in left.items() if other == need), "")


def filled(line: PromiseLine, row: Row, day: Value, reason: Value) -> Row:
    """Return a line that tells what it was promised."""
    told: dict[str, Value] = {line.into: day}
    if line.reason:
        told[line.reason] = reason
    return Row({**row.values, **told}, row.id)


def told_by(line: PromiseLine, row: Row) -> tuple[Value, Value]:
    """Return what a line tells of its promise: the day and the reason."""
    return row.values.get(line.into), row.values.get(line.reason) if line.reason else None
