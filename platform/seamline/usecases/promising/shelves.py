"""Some items as they are now: every promise there is against everything that comes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal

from seamline.promising import LEAD, Claim, Pool, Shelf, Supply
from seamline.promising.available import Standing, standing
from seamline.store import KeptPart, Unit


class Shelves:
    """Some items as they are now: every promise there is against everything that comes."""

    def __init__(self, unit: Unit, pool: Pool, items: Collection[str], today: date) -> None:
        self._found = pool.stocked(unit, items, today)
        self._today = today
        self._how: dict[tuple[str, int], Standing] = {}
        self._free: dict[str, Decimal] = {}
        promised: dict[str, list[KeptPart]] = {}
        for one in unit.promises.of_items(pool.id, items):
            promised.setdefault(one.item, []).append(one)
        for item in items:
            self._walk(item, promised.get(item, []))

    def _walk(self, item: str, promised: Sequence[KeptPart]) -> None:
        supplies = self._found.supplies.get(item, [])
        first = self._found.claims.get(item, [])
        claims = [*first, *(Claim(one.day, one.qty, one.source == LEAD) for one in promised)]
        ways = standing(self._today, supplies, claims)[len(first) :]
        for one, how in zip(promised, ways, strict=True):
            self._how[one.line, one.part] = how
        shelf = Shelf.of(self._today, supplies, claims)
        self._free[item] = sum(
            (one.qty for one in shelf.free if one.day <= self._today), Decimal(0)
        )

    def how(self, part: KeptPart) -> Standing:
        """Return how one part stands."""
        return self._how[part.line, part.part]

    def stock(self, item: str) -> Decimal:
        """Return what is on the shelf."""
        return self._found.stock.get(item, Decimal(0))

    def free(self, item: str) -> Decimal:
        """Return what nobody was promised of it."""
        return self._free[item]

    def as_of(self, item: str) -> datetime | None:
        """Return how old the oldest of its figures is."""
        return self._found.as_of.get(item)

    def late(self, item: str) -> Sequence[Supply]:
        """Return the arrivals that are overdue."""
        return self._found.late.get(item, [])
