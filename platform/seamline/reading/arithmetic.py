"""Quantity times price is amount, and the amounts make the total: figures bear one another out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import permutations

from .found import Found, Item, written

CENT = Decimal("0.01")


def agree(quantity: Decimal, price: Decimal, amount: Decimal) -> bool:
    """Say whether quantity times price is the amount, as far as it is rounded."""
    if amount == 0 or quantity <= 0 or price <= 0:
        return False
    return abs(quantity * price - amount) <= max(CENT, quantity * Decimal("0.00006"))


def cents(value: Decimal) -> Decimal:
    """Return an amount in whole cents."""
    return value.quantize(CENT, ROUND_HALF_UP)


def proven(item: Item) -> Item:
    """Return an item with the figures that bear one another out marked, misread ones set right."""
    trio = [item.get(role) for role in ("quantity", "unit_price", "amount")]
    if any(one is None for one in trio):
        return _inferred(item)
    quantity, price, amount = (one for one in trio if one is not None)
    tried = agreeing(quantity, price, amount)
    if tried is not None:
        named = zip(("quantity", "unit_price", "amount"), tried, strict=True)
        return {**item, **{role: one.with_reasons("product") for role, one in named}}
    return {
        role: one.with_reasons("contradicted")
        if role in ("quantity", "unit_price", "amount")
        else one
        for role, one in item.items()
    }


def _inferred(item: Item) -> Item:
    """Return an item with the one figure that is missing, where the other two give it exactly."""
    amount = item.get("amount")
    for missing, given, places in (("quantity", "unit_price", 2), ("unit_price", "quantity", 4)):
        other = item.get(given)
        if missing in item or amount is None or other is None or Decimal(other.value) <= 0:
            continue
        exact = Decimal(amount.value) / Decimal(other.value)
        value = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        if value > 0 and agree(value, Decimal(other.value), Decimal(amount.value)):
            return {**item, missing: Found(written(value), (), 0.4, frozenset({"inferred"}))}
    return item


def agreeing(quantity: Found, price: Found, amount: Found) -> tuple[Found, Found, Found] | None:
    """Return three figures in the first reading in which they multiply, if there is one."""
    for tried in _readings(quantity, price, amount):
        if agree(*(Decimal(one.value) for one in tried)):
            return tried
    return None


def _readings(quantity: Found, price: Found, amount: Found) -> Iterable[tuple[Found, Found, Found]]:
    for q in _alternatives(quantity):
        for p in _alternatives(price):
            for a in _alternatives(amount):
                yield q, p, a


def _alternatives(found: Found) -> list[Found]:
    return [
        found,
        *(Found(v, found.words, found.weight, found.reasons, (found.value,)) for v in found.others),
    ]


Figures = Sequence[Sequence[Found | None]]  # rows of columns


def triple(table: Figures, hints: Sequence[str]) -> tuple[int, int, int, int] | None:
    """Return the columns of quantity, price and amount by what multiplies, and in how many rows.

    `hints` are the roles that the headings gave; they decide where several would do, and which of
    two factors is the quantity.
    """
    count = len(table[0]) if table else 0
    best: tuple[float, tuple[int, int, int, int]] | None = None
    for q, p, a in permutations(range(count), 3):
        hits = sum(fits(row[q], row[p], row[a]) for row in table)
        if hits == 0:
            continue
        worth = hits * 10.0
        worth += sum(
            3.0
            for n, role in ((q, "quantity"), (p, "unit_price"), (a, "amount"))
            if hints[n] == role
        )
        worth -= sum(4.0 for n in (q, p, a) if hints[n] in ("index", "tax_rate", "tax"))
        worth += sum(0.5 for row in table if _whole(row[q])) / len(table)
        worth += 0.4 if q < p else 0.0
        worth += 0.3 if p < a else 0.0
        if best is None or worth > best[0]:
            best = (worth, (q, p, a, hits))
    return best[1] if best else None


def fits(q: Found | None, p: Found | None, a: Found | None) -> bool:
    """Say whether three figures of a row multiply, one of them being no mere 1."""
    if q is None or p is None or a is None:
        return False
    values = Decimal(q.value), Decimal(p.value), Decimal(a.value)
    if values[1] == 1 or values[0] == 1:
        return False
    return agree(*values)


def _whole(found: Found | None) -> bool:
    return found is not None and Decimal(found.value) == int(Decimal(found.value))


def summed(items: Iterable[Item]) -> Decimal | None:
    """Return the sum of all amounts; None where one is missing."""
    total = Decimal(0)
    for item in items:
        if "amount" in item:
            total += Decimal(item["amount"].value)
        elif "quantity" in item and "unit_price" in item:
            total += cents(Decimal(item["quantity"].value) * Decimal(item["unit_price"].value))
        else:
            return None
    return total


def as_found(value: Decimal, *reasons: str) -> Found:
    """Return a number that was reckoned and stands nowhere."""
    return Found(written(value), (), 0.5, frozenset(reasons))
