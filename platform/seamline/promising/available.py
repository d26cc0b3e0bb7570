"""Available to promise: what is free of an item, day by day, after everybody who was promised.

Whoever was promised something has it for certain, whatever is asked later: an amount is free from
a day on only where every day from then on still covers all that is taken. It does not matter
which piece goes to whom, so a promise is an amount and a day; where it comes from is told, not
kept apart. What was promised and is not covered any more is owed: the next supply goes to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

STOCK, ARRIVAL, LEAD = "stock", "arrival", "lead"
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a part comes from: `stock`, an `arrival` (with its record) or the `lead` time."""

    kind: str = STOCK
    form: str = ""
    record: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Supply:
    """An amount that is there from a day on."""

    day: date
    qty: Decimal
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class Claim:
    """An amount that is taken on a day; `planned` where it was promised by the lead time."""

    day: date
    qty: Decimal
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """An amount that can be delivered on a day, and where it comes from."""

    day: date
    qty: Decimal
    source: Source


@dataclass(frozen=True, slots=True)
class Promised:
    """The answer for one line: its parts by day; `short` is what nobody can promise."""

    parts: tuple[Part, ...] = ()
    short: Decimal = NOTHING

    @property
    def day(self) -> date | None:
        """The day by which the whole amount can be delivered; None where it cannot."""
        if self.short or not self.parts:
            return None
        return self.parts[-1].day

    def by(self, day: date) -> Decimal:
        """Return how much can be delivered until `day`."""
        return sum((part.qty for part in self.parts if part.day <= day), NOTHING)


@dataclass(slots=True)
class Shelf:
    """What is free of one item as seen on `today`; each line that takes from it leaves less.

    `lead_day` is the day by which more can be had, None where nobody knows.
    """

    today: date
    lead_day: date | None = None
    free: list[Supply] = field(default_factory=list)
    owed: Decimal = NOTHING

    @classmethod
    def of(
        cls,
        today: date,
        supplies: Iterable[Supply],
        claims: Iterable[Claim],
        lead_day: date | None = None,
    ) -> Shelf:
        """Return the shelf after everything that is taken already."""
        shelf = cls(today, lead_day)
        there = sorted(
            (replace(one, day=max(one.day, today)) for one in supplies if one.qty > 0),
            key=lambda one: one.day,
        )
        waiting = sorted(
            (replace(one, day=max(one.day, today)) for one in claims if one.qty > 0),
            key=lambda one: one.day,
        )
        shelf.free, shelf.owed = _after(there, waiting)
        shelf._pay()
        return shelf

    def take(self, qty: Decimal, wanted: date | None = None) -> Promised:
        """Promise an amount for the day wanted (None: as soon as can be), or as early as can be.

        For the day wanted the latest supply goes first, which leaves the rest free for others.
        """
        by = max(wanted or self.today, self.today)
        lead = max(self.lead_day, by) if self.lead_day is not None else None
        parts: list[Part] = []
        left = self._draw(qty, [one for one in reversed(self.free) if one.day <= by], by, parts)
        parts.reverse()
        later = [one for one in self.free if one.day > by and (lead is None or one.day <= lead)]
        left = self._draw(left, later, by, parts)
        if left and lead is not None:
            parts.append(Part(lead, left, Source(LEAD)))
            self.owed += left
            self._pay()
            left = NOTHING
        return Promised(tuple(parts), left)

    def covers(self, claim: Claim) -> Decimal:
        """Take what is there in time for a claim, the latest first; return how much it is."""
        by = max(claim.day, self.today)
        in_time = [one for one in reversed(self.free) if one.day <= by]
        return claim.qty - self._draw(claim.qty, in_time, by, [])

    def next(self, qty: Decimal) -> list[tuple[date, Decimal]]:
        """Take what comes next, whenever it comes: days and amounts."""
        parts: list[Part] = []
        self._draw(qty, list(self.free), self.today, parts)
        return [(part.day, part.qty) for part in parts]

    def _draw(self, qty: Decimal, supplies: list[Supply], by: date, parts: list[Part]) -> Decimal:
        """Take up to `qty` of some supplies in their order; return what is missing."""
        for supply in supplies:
            if qty <= 0:
                break
            taken = min(qty, supply.qty)
            place = self.free.index(supply)
            if taken == supply.qty:
                del self.free[place]
            else:
                self.free[place] = replace(supply, qty=supply.qty - taken)
            parts.append(Part(max(supply.day, by), taken, supply.source))
            qty -= taken
        return qty

    def _pay(self) -> None:
        """Give what is owed the earliest supply: whatever comes goes there first."""
        while self.owed and self.free:
            first = self.free[0]
            paid = min(self.owed, first.qty)
            self.owed -= paid
            if paid == first.qty:
                del self.free[0]
            else:
                self.free[0] = replace(first, qty=first.qty - paid)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a promise stands now: what is covered in time, and when the rest will come.

    `late` holds the amounts that come after their day; `lacking` is what no supply covers.
    """

    day: date
    qty: Decimal
    covered: Decimal
    late: tuple[tuple[date, Decimal], ...] = ()
    lacking: Decimal = NOTHING


def standing(today: date, supplies: Iterable[Supply], claims: Iterable[Claim]) -> list[Standing]:
    """Return how each claim stands, in the order in which they were promised.

    First each takes what comes in time for it, then what is missing is served by what is left,
    whoever was promised first before the others; what is only planned comes after what is not.
    """
    listed = list(claims)
    shelf = Shelf.of(today, supplies, ())
    found: dict[int, Standing] = {}
    for planned in (False, True):
        places = [place for place, one in enumerate(listed) if one.planned is planned]
        in_time = {place: shelf.covers(listed[place]) for place in places}
        for place in places:
            one, covered = listed[place], in_time[place]
            late = tuple(shelf.next(one.qty - covered))
            lacking = one.qty - covered - sum((qty for _, qty in late), NOTHING)
            found[place] = Standing(one.day, one.qty, covered, late, lacking)
    return [found[place] for place in range(len(listed))]


def _after(supplies: list[Supply], claims: list[Claim]) -> tuple[list[Supply], Decimal]:
    """Return what is left of supplies after claims, and what no supply covers in time.

    Backwards, so that each claim takes the latest supply that comes in time for it: the earliest
    serve every claim, the latest only some.
    """
    left: list[Supply] = []
    needed = NOTHING
    for supply in reversed(supplies):
        while claims and claims[-1].day >= supply.day:
            needed += claims.pop().qty
        used = min(needed, supply.qty)
        needed -= used
        if supply.qty > used:
            left.append(replace(supply, qty=supply.qty - used))
    left.reverse()
    return left, needed + sum((claim.qty for claim in claims), NOTHING)
