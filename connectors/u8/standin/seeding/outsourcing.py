"""Outsourcing orders for heat treatment: what is due in two days and not begun, what is late."""

from __future__ import annotations

from random import Random

from .archives import TREATERS
from .world import MAKERS, World, day, text

ORDERS = 300
DUE_SOON, LATE, PART, DONE = 40, 20, 3, 200
SHARES = (150, 90, 60)  # 50, 30 and 20 %
ON_TIME = 0.61
HEAD = (
    "MOID", "cCode", "dDate", "cVenCode", "cDepCode", "cexch_name", "nflat", "iTaxRate", "cMaker",
    "cVerifier", "dVerifyDate", "cCloser", "dCloseDate", "cState", "cBusType", "iVTid",
)  # fmt: skip
LINE = (
    "MODetailsID", "MOID", "iVouchRowNo", "cInvCode", "iQuantity", "iTaxPrice", "iSum",
    "dStartDate", "dArriveDate", "iReceivedQTY", "iArrQTY", "iMaterialSendQty", "BomID", "csocode",
    "cbCloser", "dbCloseDate",
)  # fmt: skip
MATERIAL = (
    "MOMaterialsID", "MoDetailsID", "MOID", "cInvCode", "iQuantity", "iSendQTY", "dRequiredDate",
    "fBaseQtyN", "fBaseQtyD", "iWIPtype", "cWhCode",
)  # fmt: skip


def outsourcing(world: World) -> None:
    """Tell three hundred orders with three treaters, of one line each."""
    dice = world.random("outsourcing")
    roles = ["due_48h_not_started"] * DUE_SOON + ["late"] * LATE + ["part_received"] * PART
    on_time = round(DONE * ON_TIME)
    roles += ["on_time"] * on_time + ["was_late"] * (DONE - on_time)
    roles += ["running"] * (ORDERS - len(roles))
    vendors = [
        code for (code, _), share in zip(TREATERS, SHARES, strict=True) for _ in range(share)
    ]
    dice.shuffle(roles)
    dice.shuffle(vendors)
    running = [one for one in world.orders if one.open]
    for number, (role, vendor) in enumerate(zip(roles, vendors, strict=True), 1):
        _order(world, dice, number, role, vendor, dice.choice(running).code)


def _order(
    world: World, dice: Random, number: int, role: str, vendor: str, sales_order: str
) -> None:
    material = dice.choice(world.by("treated"))
    blank = dice.choice(world.by("semi"))
    qty = dice.randrange(2, 40) * 10
    due, closed = _dates(dice, role)
    start = due - 8 if role != "due_48h_not_started" else due - 1
    sent = 0 if role == "due_48h_not_started" else qty
    came = {"part_received": qty // 2, "on_time": qty, "was_late": qty}.get(role, 0)
    closer = MAKERS[2] if closed is not None else None
    at = text(day(closed)) if closed is not None else None
    ordered = text(day(due - 14))
    world.add("OM_MOMain", HEAD, [(
        number, f"WW25{number:05}", ordered, vendor, "03", "人民币", 1, 13, MAKERS[2], MAKERS[0],
        ordered, closer, at, 2 if closer else 1, "委外加工", 0,
    )])  # fmt: skip
    world.add("OM_MODetails", LINE, [(
        number, number, 1, material.code, qty, material.cost, round(qty * material.cost, 2),
        text(day(start)), text(day(due)), came, came, sent, None, sales_order, closer, at,
    )])  # fmt: skip
    world.add("OM_MOMaterials", MATERIAL, [(
        number, number, number, blank.code, qty, sent, text(day(start)), 1, 1, 3, "08",
    )])  # fmt: skip
    if role in ("due_48h_not_started", "late", "part_received"):
        world.label("OM_MODetails", number, f"om_{role}")


def _dates(dice: Random, role: str) -> tuple[float, float | None]:
    """Return when a line is due and, where it is done, when it was; in days of the reference."""
    if role == "due_48h_not_started":
        return dice.randrange(1, 49) / 24, None
    if role == "late":
        return -float(dice.randrange(1, 9)), None
    if role in ("part_received", "running"):
        return float(dice.randrange(4, 20)), None
    due = -float(dice.randrange(6, 150))
    return due, due - dice.randrange(0, 3) if role == "on_time" else due + dice.randrange(1, 6)
