"""Stock in warehouses so that exactly the materials meant to be short are short."""

from __future__ import annotations

from random import Random

from .archives import WAREHOUSES
from .materials import ALERTS, ARRIVING, AT_LINE
from .world import Material, World

# How many materials lie in one, two, three and four warehouses: 4,700 rows in all.
SPREAD = ((1, 500), (2, 660), (3, 480), (4, 360))
NEGATIVE, FROZEN, RESERVED = 8, 40, 60
COUNTING = tuple(code for code, _, counts, _, _ in WAREHOUSES if counts)
ASIDE = tuple(code for code, _, counts, _, _ in WAREHOUSES if not counts)
COLUMNS = (
    "AutoID", "cWhCode", "cInvCode", "ItemId", "cBatch", "cVMIVenCode", "iSoType", "iSodid",
    "iQuantity", "fOutQuantity", "fInQuantity", "fTransInQuantity", "fTransOutQuantity",
    "fStopQuantity", "fDisableQuantity", "bStopFlag", "BGSPSTOP", "cCheckState", "ipeqty",
    "ipenum",
)  # fmt: skip
ON_HAND, OUT, IN, MOVING_IN, MOVING_OUT, STOPPED = 8, 9, 10, 11, 12, 13


def stock(world: World) -> None:
    """Tell the stock: what each material shall have available is decided first, then spread."""
    dice = world.random("stock")
    wanted = _wanted(world, dice)
    counts = [count for count, times in SPREAD for _ in range(times)]
    dice.shuffle(counts)
    rows: list[list[object]] = []
    for material, count in zip(world.materials, counts, strict=True):
        rows += _spread(dice, material, count, wanted[material.code])
    _oddities(world, dice, rows)
    for number, row in enumerate(rows, 1):
        row[0] = number
    world.add("CurrentStock", COLUMNS, (tuple(row) for row in rows))


def _wanted(world: World, dice: Random) -> dict[str, int]:
    """Return what each material has available, and remember which are short."""
    safe = [one for one in world.materials if one.safety]
    bought = [one for one in safe if one.group in ("bought", "raw")]
    world.arriving = dice.sample(bought, ARRIVING)
    taken = {one.code for one in world.arriving}
    left = [one for one in safe if one.code not in taken]
    short = dice.sample(left, ALERTS + AT_LINE)
    alerts, at_line = short[:ALERTS], short[ALERTS:]
    world.alerts = {one.code for one in alerts}
    wanted = {
        one.code: (one.safety * 13 // 10 + dice.randrange(1, 900))
        if one.safety
        else dice.randrange(0, 600)
        for one in world.materials
    }
    for label, ones in (("stock_alert", alerts), ("stock_arriving", world.arriving)):
        for one in ones:
            wanted[one.code] = dice.randrange(0, one.safety * 13 // 10)
            world.label("Inventory", one.code, label)
    for one in at_line:
        wanted[one.code] = one.safety * 13 // 10
        world.label("Inventory", one.code, "stock_at_line")
    return wanted


def _spread(dice: Random, material: Material, count: int, available: int) -> list[list[object]]:
    """Return rows whose available quantities add up; what lies aside does not count."""
    houses = dice.sample(COUNTING, count)
    if count > 1 and dice.random() < 0.15:
        houses[-1] = ASIDE[0]
    counting = [house for house in houses if house in COUNTING]
    rows = []
    left = available
    for house in houses:
        out, coming, moving_in, moving_out = (
            dice.randrange(0, 40) if dice.random() < 0.3 else 0 for _ in range(4)
        )
        share = dice.randrange(0, 50) if house not in COUNTING else 0
        if house in COUNTING:
            share = left if house == counting[-1] else left // len(counting)
            left -= share
        on_hand = share + out + moving_out - coming - moving_in
        if on_hand < 0:  # only the oddities below are to be negative
            coming, moving_in, on_hand = 0, 0, share + out + moving_out
        rows.append([
            0, house, material.code, material.number, "", "", 0, None, on_hand, out, coming,
            moving_in, moving_out, 0, share if house in ASIDE else 0, 0, 0, "", 0, 0,
        ])  # fmt: skip
    return rows


def _oddities(world: World, dice: Random, rows: list[list[object]]) -> None:
    """Freeze some stock, take some below nothing and reserve some, with nobody's sum changed."""
    pairs = [
        (first, second)
        for first, second in zip(rows, rows[1:], strict=False)
        if first[2] == second[2] and first[1] in COUNTING and second[1] in COUNTING
    ]
    for first, second in _apart(dice.sample(pairs, NEGATIVE * 4), NEGATIVE):
        shift = _number(first[ON_HAND]) + dice.randrange(1, 30)
        first[ON_HAND] = _number(first[ON_HAND]) - shift
        second[ON_HAND] = _number(second[ON_HAND]) + shift
        world.label("CurrentStock", f"{first[1]}/{first[2]}", "negative")
    whole = [row for row in rows if row[1] in COUNTING and _number(row[ON_HAND]) > 0]
    for row in dice.sample(whole, FROZEN):
        frozen = dice.randrange(1, 50)
        row[ON_HAND], row[STOPPED] = _number(row[ON_HAND]) + frozen, frozen
        row[15] = 1
        world.label("CurrentStock", f"{row[1]}/{row[2]}", "frozen")
    wanted = {
        line.material.code: line for order in world.orders if order.open for line in order.lines
    }
    for row in dice.sample([row for row in whole if row[2] in wanted], RESERVED):
        row[6], row[7] = 1, str(wanted[str(row[2])].id)


def _apart(
    pairs: list[tuple[list[object], list[object]]], count: int
) -> list[tuple[list[object], list[object]]]:
    """Return `count` pairs of which no two share a material."""
    found: dict[object, tuple[list[object], list[object]]] = {}
    for pair in pairs:
        found.setdefault(pair[0][2], pair)
    return list(found.values())[:count]


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value
