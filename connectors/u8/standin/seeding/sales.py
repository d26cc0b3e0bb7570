"""Thirteen months of sales orders: a steady year, then the month in which they quadruple."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta
from random import Random

from .archives import OEMS
from .world import REFERENCE, Customer, Line, Material, Order, World

MONTHS = [(2024, 11), (2024, 12)] + [(2025, month) for month in range(1, 12)]
SURGE = (2025, 11)
SHARE = 0.58  # of the orders come from the car makers
CANCELLED, CHANGED = 0.012, 0.005
# How many lines an order has: 3.6 on average, never more than 12.
SIZES = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
WEIGHTS = (156, 190, 200, 170, 116, 75, 43, 24, 14, 8, 5, 4)
HOURS = (8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19)
BUSY = (6, 10, 11, 8, 4, 7, 10, 10, 8, 6, 4, 3)


def sales(world: World) -> None:
    """Tell who ordered what and how far it went; risks may still change it."""
    dice = world.random("sales")
    buyers = _buyers(world.customers)
    goods = [one for one in world.by("finished") if not one.stopped]
    number = 0
    for year, month in MONTHS:
        count = world.sizes.surge if (year, month) == SURGE else world.sizes.usual
        moments = _moments(dice, year, month, count)
        for at, index in zip(moments, _choose(dice, buyers, count), strict=True):
            number += 1
            world.orders.append(_order(dice, number, at, index, world, goods))
    _mark(world, dice)


def _buyers(customers: list[Customer]) -> tuple[list[int], list[float]]:
    """Return who orders and how often: twelve take 58 %, the others by Zipf's law."""
    makers = [SHARE / OEMS * (1.6 - 0.1 * rank) for rank in range(OEMS)]
    makers = [share * SHARE / sum(makers) for share in makers]
    others = [0.0 if one.stopped else 1 / (rank + 3) for rank, one in enumerate(customers[OEMS:])]
    scale = (1 - SHARE) / sum(others)
    return list(range(len(customers))), makers + [share * scale for share in others]


def _choose(dice: Random, buyers: tuple[list[int], list[float]], count: int) -> list[int]:
    """Return who placed `count` orders, the makers' share exact."""
    indexes, weights = buyers
    of_makers = round(count * SHARE)
    chosen = dice.choices(indexes[:OEMS], weights[:OEMS], k=of_makers)
    chosen += dice.choices(indexes[OEMS:], weights[OEMS:], k=count - of_makers)
    dice.shuffle(chosen)
    return chosen


def _moments(dice: Random, year: int, month: int, count: int) -> list[datetime]:
    """Return when orders came: working hours, most on Mondays."""
    days = [datetime(year, month, n) for n in range(1, monthrange(year, month)[1] + 1)]
    weights = [(1.9, 1.2, 1.1, 1.0, 1.0, 0.35, 0.1)[one.weekday()] for one in days]
    chosen = dice.choices(days, weights, k=count)
    hours = dice.choices(HOURS, BUSY, k=count)
    return sorted(
        one + timedelta(hours=hour, minutes=dice.randrange(60), seconds=dice.randrange(60))
        for one, hour in zip(chosen, hours, strict=True)
    )


def _order(
    dice: Random, number: int, at: datetime, index: int, world: World, goods: list[Material]
) -> Order:
    customer = world.customers[index]
    order = Order(
        number, f"SO{at:%y%m}{number:06}", at, index, f"PO{index:03}-{number:06}",
        f"JSXY-{at:%Y}-{index:04}",
    )  # fmt: skip
    shipped = _shipped(dice, at)
    for row in range(1, dice.choices(SIZES, WEIGHTS)[0] + 1):
        material = goods[int(dice.random() ** 1.6 * len(goods))]
        qty = dice.choice((20, 50, 100, 200, 500))
        due = datetime(at.year, at.month, at.day) + timedelta(material.lead + dice.randrange(2, 25))
        world.lines += 1
        line = Line(world.lines, order, row, material, qty, material.price, due)
        if shipped:
            line.shipped = qty
            line.invoiced = qty if dice.random() < 0.97 else 0
        elif at.month == SURGE[1] and at.year == SURGE[0] and dice.random() < 0.12:
            line.shipped = qty // 2
        order.lines.append(line)
    if shipped:
        order.closed = min(max(line.due for line in order.lines), REFERENCE - timedelta(hours=2))
    customer.orders.append(order)
    return order


def _shipped(dice: Random, at: datetime) -> bool:
    """Return whether an order is done: old ones are, one in four of the last month is."""
    age = (REFERENCE - at).days
    return age > 60 or dice.random() < (0.85 if age > 30 else 0.25)


def _mark(world: World, dice: Random) -> None:
    """Cancel some orders and change some after they were audited."""
    count = len(world.orders)
    chosen = dice.sample(world.orders, round(count * CANCELLED) + round(count * CHANGED))
    for order in chosen[: round(count * CANCELLED)]:
        order.closed, order.memo = order.at + timedelta(days=2), "客户取消"
        for line in order.lines:
            line.shipped = line.invoiced = 0
        world.label("SO_SOMain", order.id, "cancelled")
    for order in chosen[round(count * CANCELLED) :]:
        order.changed = order.at + timedelta(days=1, hours=3)
        world.label("SO_SOMain", order.id, "changed_after_audit")
