"""Twelve kinds of risk in the orders that run: each order that has one is labelled, no other is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random

from .world import Line, Order, World, day, text

DOUBLES = 40
# How many running orders get what only happens by mistake.
TIGHT, CHEAP, HUGE, UNAGREED, STOPPED_GOODS, STOPPED_BUYERS = 60, 30, 20, 45, 12, 6
OVERDUE_BUYERS = 8
HUGE_FROM = 20_000


def risks(world: World) -> None:
    """Put risks into running orders, then label every order that has one."""
    dice = world.random("risks")
    running = [one for one in world.orders if one.open and one.at >= day(-30)]
    quiet = [
        one
        for one in running
        if not world.customers[one.customer].standing and not world.customers[one.customer].stopped
    ]
    chosen = iter(dice.sample(quiet, min(len(quiet) // 2, 213)))
    share = 1 if len(running) > 2_000 else 8
    for count, put in (
        (TIGHT, _tight), (CHEAP, _cheap), (HUGE, _huge), (UNAGREED, _unagreed),
    ):  # fmt: skip
        for _ in range(max(count // share, 2)):
            put(next(chosen))
    _stopped_goods(world, dice, [next(chosen) for _ in range(max(STOPPED_GOODS // share, 2))])
    _stopped_buyers(world, dice, [next(chosen) for _ in range(max(STOPPED_BUYERS // share, 2))])
    _doubles(world, dice)
    often = sorted(
        (one for one in world.customers[12:] if not one.standing and not one.stopped),
        key=lambda one: -len(one.orders),
    )
    world.overdue = {one.code for one in often[3 : 3 + OVERDUE_BUYERS]}
    _label(world)


def _tight(order: Order) -> None:
    line = order.lines[0]
    line.due = order.at.replace(hour=0, minute=0, second=0) + timedelta(line.material.lead - 1)


def _cheap(order: Order) -> None:
    order.lines[-1].price = round(order.lines[-1].material.cost * 0.9, 2)


def _huge(order: Order) -> None:
    order.lines[0].qty *= HUGE_FROM // 20
    order.lines[0].shipped = order.lines[0].invoiced = 0


def _unagreed(order: Order) -> None:
    order.agreement = ""


def _stopped_goods(world: World, dice: Random, orders: list[Order]) -> None:
    stopped = [one for one in world.materials if one.stopped]
    for order in orders:
        line = order.lines[0]
        line.material = dice.choice(stopped)
        line.price = line.material.price
        line.due = order.at.replace(hour=0, minute=0, second=0) + timedelta(line.material.lead + 9)


def _stopped_buyers(world: World, dice: Random, orders: list[Order]) -> None:
    stopped = [index for index, one in enumerate(world.customers) if one.stopped]
    for order in orders:
        world.customers[order.customer].orders.remove(order)
        order.customer = dice.choice(stopped)
        world.customers[order.customer].orders.append(order)


def _doubles(world: World, dice: Random) -> None:
    """Let some orders have come twice: the same customer's number within three days."""
    by_customer = [one.orders for one in world.customers if len(one.orders) > 1]
    pairs = [
        (first, second)
        for orders in by_customer
        for first, second in zip(orders[::2], orders[1::2], strict=False)
        if second.at - first.at < timedelta(3)
    ]
    for first, second in dice.sample(pairs, min(DOUBLES, len(pairs))):
        second.po = first.po
        world.label("SO_SOMain", second.id, "double_entry")


def _label(world: World) -> None:
    """Judge every running order of the last month by what was decided about the company."""
    twice = {pk for table, pk, label in world.truth if label == "double_entry"}
    kinds: tuple[tuple[str, Callable[[Order], bool]], ...] = (
        ("credit_exceeded", lambda o: world.customers[o.customer].standing == "over"),
        ("customer_stopped", lambda o: bool(world.customers[o.customer].stopped)),
        ("material_stopped", _any(lambda line: bool(line.material.stopped))),
        ("stock_below_line", _any(lambda line: line.material.code in world.alerts)),
        ("due_tight", _any(_too_soon)),
        ("bom_missing", _any(lambda line: line.material.code in world.unbuildable)),
        ("bom_overlap", _any(lambda line: line.material.code in world.overlapping)),
        ("price_below_cost", _any(lambda line: line.price < line.material.cost)),
        ("duplicate_po", lambda o: str(o.id) in twice),
        ("agreement_missing", lambda o: not o.agreement),
        ("receivable_overdue", lambda o: world.customers[o.customer].code in world.overdue),
        ("quantity_outlier", _any(lambda line: line.qty >= HUGE_FROM)),
    )
    for order in world.orders:
        if order.open and order.at >= day(-30):
            for kind, has in kinds:
                if has(order):
                    world.label("SO_SOMain", order.id, f"risk:{kind}")


def _any(has: Callable[[Line], bool]) -> Callable[[Order], bool]:
    return lambda order: any(has(line) for line in order.lines)


def _too_soon(line: Line) -> bool:
    at = line.order.at.replace(hour=0, minute=0, second=0)
    return text(line.due) < text(at + timedelta(line.material.lead))
