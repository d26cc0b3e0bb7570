"""The auto-parts order desk that the pages of the matrix show, and who looks at them."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from seamline.facts import Actor, Origin
from seamline.usecases import files, install
from seamline.usecases.desk import Desk
from seamline.usecases.submit import RefusedByRules, Submission, submit

ADMIN = Actor("operator", "operator", ("administrator",))
CHEN = Actor("chen", "陈洁", ("sales",))
WANG = Actor("wang", "王敏", ("business_manager",))
CLI = Origin("cli")
EXAMPLE = Path(__file__).parents[3] / "examples" / "auto_parts"
PEOPLE = {
    "chen": ("陈洁", ("sales",)),
    "wang": ("王敏", ("business_manager",)),
    "boss": ("管理员", ("administrator",)),
}
PAGES: list[tuple[str, str, str]] = []
NOT_PAGES: dict[str, str] = {}
ORDER: dict[str, Any] = {
    "channel": "wechat", "evidence_ref": "微信群 2026-02-03 09:20", "order_type": "series",
    "customer": "C0012", "signing_date": "2026-01-28", "contact": "李工",
    "contact_phone": "13800138000", "agreement_no": "JSXY-2026-0108", "due_date": "2028-03-01",
    "urgency": "normal", "delivery_terms": "to_plant", "freight_by": "us",
    "delivery_address": "长春市汽车产业开发区东风大街 2259 号 3 号厂房", "packaging": "pallet",
    "inspection": "standard", "payment_terms": "monthly_60", "invoice_type": "vat_special",
    "remark": "防锈包装\n托盘不得高于 1.2 米",
}  # fmt: skip


def stage(desk: Desk, staged: dict[str, str]) -> dict[str, str]:
    """Publish the package and make one order that went on, one that waits, one with 20 lines."""
    install.publish(desk, ADMIN, CLI, EXAMPLE)
    customer = {
        "code": "C0012", "name": "华东一汽配套", "group": "passenger", "cooperation": "active",
        "credit_line": 1_000_000, "receivable": 0,
    }  # fmt: skip
    submit(desk, ADMIN, CLI, Submission("customer", "create", customer))
    for number, name in (("HX-2041", "转向节"), ("HX-3310", "平衡杆支架")):
        submit(desk, ADMIN, CLI, Submission("material", "create", _material(desk, number, name)))
    ref = files.keep(desk, CHEN, b"%PDF-1.4 agreement", "技术协议.pdf", "application/pdf")
    order = order_of(
        desk, "PO-26-8812", [("HX-2041", 1200), ("HX-3310", 600)], agreement=[asdict(ref)]
    )
    step(desk, order, "rush", "客户产线停线", due_date="2028-02-01", urgency="urgent")
    step(desk, order, "confirm", promise_date="2028-01-28")
    held = order_of(desk, "PO-26-8813", [("HX-2041", 200_000)])
    long = order_of(desk, "PO-26-8814", [("HX-2041", n) for n in range(1, 21)])
    cancelled = order_of(desk, "PO-26-8815", [("HX-3310", 5)])
    step(desk, cancelled, "cancel", "客户取消")
    _refused(desk, long)
    return {"order": order, "held": held, "long": long, "cancelled": cancelled, "po": "PO-26-8812"}


def order_of(desk: Desk, po: str, lines: list[tuple[str, int]], **more: Any) -> str:
    """Make an order as its salesperson and return its code."""
    rows = [
        {"material": m, "qty": qty, "unit_price": "12.5", "special_process": "none"}
        for m, qty in lines
    ]
    values = ORDER | {"customer_po": po, "lines": rows} | more
    return submit(desk, CHEN, CLI, Submission("sales_order", "create", values)).record.code


def step(desk: Desk, order: str, name: str, reason: str = "", **values: Any) -> None:
    """Take a step of an order."""
    asked = Submission("sales_order", name, values, record=order, reason=reason)
    submit(desk, CHEN, CLI, asked)


def _refused(desk: Desk, order: str) -> None:
    try:
        step(desk, order, "spec_change", "换图", agreement_no="")
    except RefusedByRules:
        return


def _material(desk: Desk, number: str, name: str) -> dict[str, Any]:
    """Return a material with the first choice wherever the package asks for one."""
    form = desk.catalogs.current().forms["material"].form
    values: dict[str, Any] = {"code": number, "name": name}
    for field in form.fields:
        if field.required and field.id not in values:
            options = field.settings.get("options")
            values[field.id] = options[0]["id"] if options else 1
        elif field.kind in ("integer", "decimal") and field.id in ("available", "safety_stock"):
            values[field.id] = Decimal(1)
    return values
