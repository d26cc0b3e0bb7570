"""Purchase orders: what is late, what comes within three days, what came."""

from __future__ import annotations

from random import Random

from .world import MAKERS, Material, Row, World, day, text

HEADERS, LINES = 800, 2_400
OVERDUE, PART, CLOSED, UNAUDITED = 336, 72, 12, 5  # 14 %, 3 %, lines, headers
HEAD = (
    "POID", "cPOID", "dPODate", "cVenCode", "cDepCode", "cexch_name", "nflat", "iTaxRate",
    "cMaker", "cVerifier", "cAuditDate", "cBusType",
)  # fmt: skip
LINE = (
    "ID", "POID", "cPOID", "ivouchrowno", "cInvCode", "iQuantity", "iUnitPrice", "iTaxPrice",
    "iMoney", "iSum", "dArriveDate", "iReceivedQTY", "iArrQTY", "cbCloser", "cbCloseDate",
)  # fmt: skip


def purchasing(world: World) -> None:
    """Tell orders and the receipts of what came."""
    dice = world.random("purchasing")
    sizes = [1 + number % 5 for number in range(HEADERS)]  # 2,400 lines in all
    dice.shuffle(sizes)
    unaudited = set([n for n, size in enumerate(sizes) if size == 3][:UNAUDITED])
    roles = _roles(dice, LINES - sum(sizes[index] for index in unaudited))
    arriving = iter(world.arriving)
    pool = [
        m for m in world.by("bought", "raw") if not m.stopped and m.code not in world.alerts
    ]  # an alert must have nothing coming
    heads: list[Row] = []
    lines: list[Row] = []
    received: list[Row] = []
    for index, size in enumerate(sizes):
        number, code = index + 1, f"PO25{index + 1:05}"
        audited = index not in unaudited
        ordered = day(-dice.randrange(20, 120))
        vendor = f"V{1 + int(dice.random() ** 2 * 85):03}"
        heads.append((
            number, code, text(ordered), vendor, "02", "人民币", 1, 13, dice.choice(MAKERS),
            MAKERS[1] if audited else None, text(ordered) if audited else None, "普通采购",
        ))  # fmt: skip
        if not audited:
            world.label("PO_Pomain", number, "po_unaudited")
        for row in range(1, size + 1):
            role = roles.pop() if audited else "later"
            material = next(arriving) if role == "arriving" else dice.choice(pool)
            line = _line(dice, len(lines) + 1, number, code, row, material, role)
            lines.append(line)
            if line[11]:
                received.append((line, vendor))
            if role in ("overdue", "part", "closed"):
                world.label("PO_Podetails", line[0], f"po_{role}")
    world.add("PO_Pomain", HEAD, heads)
    world.add("PO_Podetails", LINE, lines)
    _receipts(world, received)


def _roles(dice: Random, count: int) -> list[str]:
    roles = ["overdue"] * OVERDUE + ["part"] * PART + ["closed"] * CLOSED + ["arriving"] * 108
    rest = count - len(roles)
    roles += ["received"] * (rest * 3 // 5) + ["later"] * (rest - rest * 3 // 5)
    dice.shuffle(roles)
    return roles


def _line(
    dice: Random, number: int, order: int, code: str, row: int, material: Material, role: str
) -> Row:
    qty = dice.randrange(2, 60) * 10
    offset = {
        "overdue": lambda: -dice.randrange(1, 25),
        "part": lambda: dice.randrange(4, 20),
        "closed": lambda: dice.randrange(-20, 20),
        "arriving": lambda: dice.randrange(0, 3),
        "received": lambda: -dice.randrange(1, 60),
        "later": lambda: dice.randrange(4, 45),
    }[role]()
    came = {"part": qty * dice.randrange(2, 8) // 10, "received": qty}.get(role, 0)
    total = round(qty * material.cost, 2)
    closer = MAKERS[2] if role == "closed" else None
    return (
        number, order, code, row, material.code, qty, material.cost,
        round(material.cost * 1.13, 4), total, round(total * 1.13, 2), text(day(offset)), came,
        came, closer, text(day(-3)) if closer else None,
    )  # fmt: skip


def _receipts(world: World, received: list[Row]) -> None:
    heads: list[Row] = []
    lines: list[Row] = []
    for number, (line, vendor) in enumerate(received, 1):
        at = line[10] if line[10] < text(day(0)) else text(day(-2))
        heads.append((
            number, 1, "01", "普通采购", "采购订单", "03", at, f"RK25{number:06}", "101", vendor,
            line[2], MAKERS[3], at, MAKERS[3], 0, 0, at,
        ))  # fmt: skip
        lines.append((number, number, line[4], line[11], line[6], 0, line[0], line[2], 0, 0, 1))
    world.add("RdRecord01", (
        "ID", "bRdFlag", "cVouchType", "cBusType", "cSource", "cWhCode", "dDate", "cCode",
        "cRdCode", "cVenCode", "cOrderCode", "cHandler", "dVeriDate", "cMaker", "bTransFlag",
        "bIsSTQc", "dnmaketime",
    ), heads)  # fmt: skip
    world.add("rdrecords01", (
        "AutoID", "ID", "cInvCode", "iQuantity", "iUnitCost", "iFlag", "iPOsID", "cPOID",
        "iMatSettleState", "iBillSettleCount", "irowno",
    ), lines)  # fmt: skip
