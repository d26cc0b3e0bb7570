"""Deliveries of the last weeks with their issues, and what came back from closed orders."""

from __future__ import annotations

from .world import MAKERS, Order, Row, World, day, text

SHIPPED_DAYS = 45
AFTER_SALES, DEDUCTIONS = 15, 10
DELIVERY = (
    "DLID", "cDLCode", "cVouchType", "cSTCode", "dDate", "cDepCode", "cCusCode", "cCusName",
    "cSOCode", "cexch_name", "iExchRate", "iTaxRate", "bFirst", "bReturnFlag", "bSettleAll",
    "cMemo", "cMaker", "cVerifier", "dverifydate", "cCloser", "cBusType",
)  # fmt: skip
DELIVERED = (
    "AutoID", "DLID", "iDLsID", "cWhCode", "cInvCode", "iQuantity", "iTaxUnitPrice", "iSum",
    "iSOsID", "cSoCode", "fOutQuantity", "bSettleAll",
)  # fmt: skip
ISSUE = (
    "ID", "bRdFlag", "cVouchType", "cBusType", "cSource", "cWhCode", "dDate", "cCode", "cRdCode",
    "cCusCode", "cDLCode", "cHandler", "dVeriDate", "cMaker", "bTransFlag", "bIsSTQc",
)  # fmt: skip
ISSUED = ("AutoID", "ID", "cInvCode", "iQuantity", "iFlag", "iDLsID", "csocode", "irowno")


def shipping(world: World) -> None:
    """Tell deliveries of orders closed lately, then returns that are still open."""
    dice = world.random("shipping")
    done = [one for one in world.orders if one.closed and not one.memo]
    for order in done:
        if order.closed and order.closed >= day(-SHIPPED_DAYS):
            _deliver(world, order)
    for number, order in enumerate(dice.sample(done, AFTER_SALES + DEDUCTIONS)):
        kind = "after_sale" if number < AFTER_SALES else "quality_deduction"
        _return(world, order, kind)


def _deliver(world: World, order: Order) -> None:
    number = _next(world)
    at = text(order.closed or order.at)
    _head(world, number, order, at, "", MAKERS[3])
    lines = [line for line in order.lines if line.shipped]
    world.add("DispatchLists", DELIVERED, (
        (line.id, number, line.id, "01", line.material.code, line.shipped, line.price,
         round(line.shipped * line.price, 2), line.id, order.code, line.shipped, 1)
        for line in lines
    ))  # fmt: skip
    customer = world.customers[order.customer]
    world.add("rdrecord32", ISSUE, [(
        number, 0, "32", "普通销售", "发货单", "01", at, f"CK25{number:06}", "201", customer.code,
        number, MAKERS[3], at, MAKERS[3], 0, 0,
    )])  # fmt: skip
    world.add("rdrecords32", ISSUED, (
        (line.id, number, line.material.code, line.shipped, 0, line.id, order.code, row)
        for row, line in enumerate(lines, 1)
    ))  # fmt: skip


def _return(world: World, order: Order, kind: str) -> None:
    """Write a document on a closed order that is still to be dealt with."""
    number = _next(world)
    memo = {"after_sale": "售后补单", "quality_deduction": "质量扣款"}[kind]
    _head(world, number, order, text(day(-7)), memo, None)
    line = order.lines[0]
    back = -max(line.shipped // 10, 1) if kind == "after_sale" else 0
    world.add("DispatchLists", DELIVERED, [(
        1_000_000 + number, number, 1_000_000 + number, "06", line.material.code, back,
        line.price, -round(max(line.shipped // 10, 1) * line.price, 2), line.id, order.code, 0, 0,
    )])  # fmt: skip
    world.label("DispatchList", number, kind)


def _head(
    world: World, number: int, order: Order, at: str, memo: str, verifier: str | None
) -> None:
    customer = world.customers[order.customer]
    row: Row = (
        number, f"FH25{number:06}", "05", "01", at, "01", customer.code, customer.name, order.code,
        "人民币", 1, 13, 0, int(bool(memo)), int(not memo), memo or None, MAKERS[3], verifier,
        at if verifier else None, verifier, "普通销售",
    )  # fmt: skip
    world.add("DispatchList", DELIVERY, [row])


def _next(world: World) -> int:
    batch = world.batches.get("DispatchList")
    return len(batch.rows) + 1 if batch else 1
