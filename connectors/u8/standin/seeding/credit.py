"""Receivables and credit in use, so that each customer stands with its line as it is meant to."""

from __future__ import annotations

from random import Random

from .world import Customer, Row, World, day, text

DRIFTS = 6


def credit(world: World) -> None:
    """Tell customers with their lines, the ledger, and the sums U8 keeps of both."""
    dice = world.random("credit")
    ledger: list[Row] = []
    sums: list[Row] = []
    customers: list[Row] = []
    plain = [one for one in world.customers if not one.standing and not one.stopped]
    drifting = {one.code for one in dice.sample(plain, DRIFTS)}
    children = {one.parent for one in world.customers if one.parent}
    for number, one in enumerate(world.customers, 1):
        owed = _ledger(dice, world, one, ledger)
        open_, sent = _orders(one)
        used = round(owed + open_ + sent, 2)
        drift = round(used * 0.03 + 111, 2) if one.code in drifting else 0
        sums.append((number, 1, one.code, round(owed + drift, 2), open_, sent, 0))
        if drift:
            world.label("SA_CreditSum", number, "credit_drift")
        customers.append(_customer(dice, one, used, one.code in children))
        if one.standing in ("over", "near", "free"):
            world.label("Customer", one.code, f"credit_{one.standing}")
    world.add("Customer", (
        "cCusCode", "cCusName", "cCusAbbName", "cCCCode", "cCusPhone", "cCusPPerson",
        "cCusCreditCompany", "iCusCreLine", "iCusCreDate", "bCredit", "bCreditDate", "iARMoney",
        "dEndDate", "cCusPayCond", "dCusCreateDatetime", "cCusCreGrade",
    )[:15], customers)  # fmt: skip
    world.add("SA_CreditSum", (
        "AutoId", "iType", "cCusCode", "fARSum", "fSOSum", "fDLSum", "fBLSum",
    ), sums)  # fmt: skip
    world.add("Ap_Detail", (
        "Auto_ID", "iPeriod", "cVouchType", "cVouchID", "dVouchDate", "cDwCode", "cFlag",
        "cDigest", "iDAmount", "iCAmount", "cexch_name",
    ), ledger)  # fmt: skip


def _ledger(dice: Random, world: World, one: Customer, ledger: list[Row]) -> float:
    """Write a customer's invoices and receipts; return what is owed."""
    late = one.code in world.overdue
    owed = 0.0
    for _ in range(dice.randrange(2, 6)):
        # Whoever is late owes an invoice older than the days granted; the others none.
        age = one.days + dice.randrange(10, 60) if late else dice.randrange(1, one.days)
        amount = round(dice.uniform(8_000, 90_000), 2)
        number = len(ledger) + 1
        ledger.append((
            number, 11, "26", f"XS25{number:06}", text(day(-age)), one.code, "AR", "销售发票",
            amount, 0, "人民币",
        ))  # fmt: skip
        owed += amount
    if not late:
        part = round(owed * dice.uniform(0.1, 0.6), 2)
        number = len(ledger) + 1
        ledger.append((
            number, 11, "48", f"SK25{number:06}", text(day(-1)), one.code, "AR", "收款",
            0, part, "人民币",
        ))  # fmt: skip
        owed -= part
    return round(owed, 2)


def _orders(one: Customer) -> tuple[float, float]:
    """Return what is ordered but not shipped, and shipped but not invoiced."""
    open_ = sent = 0.0
    for order in one.orders:
        if order.open:
            open_ += sum((line.qty - line.shipped) * line.price for line in order.lines)
        sent += sum((line.shipped - line.invoiced) * line.price for line in order.lines)
    return round(open_, 2), round(sent, 2)


def _customer(dice: Random, one: Customer, used: float, is_parent: bool) -> Row:
    line = {
        "over": used * 0.8,
        "near": used / dice.uniform(0.955, 0.995),
        "parent": used * 4 + 5_000_000,
    }.get(one.standing, used * 1.5 + 100_000)
    return (
        one.code, one.name, f"{one.name[:12]}{one.code}", "01", "0571-55550000", "P001",
        one.parent or None, round(line, 2), one.days, int(one.standing != "free"), 1,
        round(used, 2), one.stopped or None, f"月结{one.days}天", text(day(-900)),
    )  # fmt: skip
