"""Sales orders as rows of U8, and the numbers its documents have reached."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from .world import MAKERS, Line, Order, Row, World, text

HEAD = (
    "ID", "cSOCode", "dDate", "cSTCode", "cBusType", "cCusCode", "cCusName", "cDepCode",
    "cPersonCode", "cexch_name", "iExchRate", "iTaxRate", "cMemo", "iStatus", "cMaker",
    "cVerifier", "dverifydate", "cChanger", "cChangeVerifier", "dChangeVerifyDate", "cCloser",
    "dclosedate", "dcreatesystime", "cDefine1", "cDefine11",
)  # fmt: skip
LINE = (
    "AutoID", "iSOsID", "ID", "cSOCode", "iRowNo", "cInvCode", "cInvName", "iQuantity",
    "iQuotedPrice", "iTaxUnitPrice", "iUnitPrice", "iMoney", "iTax", "iSum", "iTaxRate",
    "dPreDate", "dPreMoDate", "iFHQuantity", "iKPQuantity", "foutquantity", "iPreKeepQuantity",
    "cSCloser", "dbclosedate",
)  # fmt: skip
UNAUDITED_HOURS = 9  # what came on the last evening nobody has audited yet


def booking(world: World) -> None:
    """Write orders and lines, and the counters that U8 numbers the next ones from."""
    world.add("SO_SOMain", HEAD, (_head(world, order) for order in world.orders))
    world.add("SO_SODetails", LINE, (row for order in world.orders for row in _lines(order)))
    counters = (("Somain", len(world.orders), world.lines), ("Pomain", 800, 2_400))
    world.add(
        "UA_Identity", ("cAcc_Id", "cVouchType", "iFatherId", "iChildId"),
        (("999", kind, head, line) for kind, head, line in counters),
    )  # fmt: skip
    world.add(
        "VoucherHistory", ("AutoId", "CardNumber", "cSeed", "cNumber"),
        ((1, "17", "202511", str(len(world.orders))), (2, "88", "2025", "800")),
    )  # fmt: skip


def _head(world: World, order: Order) -> Row:
    customer = world.customers[order.customer]
    maker = MAKERS[order.id % len(MAKERS)]
    verified = text(order.at) if order.verified else None
    changed = text(order.changed) if order.changed else None
    closed = text(order.closed) if order.closed else None
    return (
        order.id, order.code, _day(order.at), "01", "普通销售", customer.code, customer.name, "01",
        f"P{order.id % 24:03}", "人民币", 1, 13, order.memo or None, 1 if verified else 0, maker,
        MAKERS[0] if verified else None, verified, maker if changed else None,
        MAKERS[0] if changed else None, changed, MAKERS[4] if closed else None, closed,
        text(order.at), order.po, order.agreement or None,
    )  # fmt: skip


def _lines(order: Order) -> Iterator[Row]:
    closer = MAKERS[4] if order.closed else None
    closed = text(order.closed) if order.closed else None
    for line in order.lines:
        total = round(line.qty * line.price, 2)
        net = round(total / 1.13, 2)
        due = text(line.due)
        yield (
            line.id, line.id, order.id, order.code, line.row, line.material.code,
            line.material.name, line.qty, line.material.price, line.price,
            round(line.price / 1.13, 6), net, round(total - net, 2), total, 13, due, due,
            line.shipped, line.invoiced, line.shipped, _kept(line), closer, closed,
        )  # fmt: skip


def _kept(line: Line) -> int:
    """Return what is reserved for a line: one open line in twenty has half of it kept."""
    return line.qty // 2 if line.order.open and line.id % 20 == 0 else 0


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d} 00:00:00"
