"""An order of the auto-parts maker on its way: shipped, filmed, tracked, with fitting papers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from seamline.facts import Actor, Origin, Record
from seamline.ui.app import create_app
from seamline.usecases import accounts, files
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit

from ..published import published

ADMIN = Actor("operator", "operator", ("administrator",))
CLI = Origin("cli")
EXAMPLE = Path(__file__).parents[2] / "examples" / "auto_parts"
PASSWORD = "correct horse battery"
ORDER: dict[str, Any] = {
    "channel": "wechat", "evidence_ref": "群 09:20", "order_type": "series", "customer": "C0012",
    "signing_date": "2026-01-28", "contact": "李工", "contact_phone": "13800138000",
    "agreement_no": "JS-1", "due_date": "2028-03-01", "urgency": "normal",
    "delivery_terms": "to_plant", "freight_by": "us", "delivery_address": "东风大街 2259 号",
    "packaging": "pallet", "inspection": "standard", "payment_terms": "monthly_60",
    "invoice_type": "vat_special", "remark": "SECRET-REMARK",
}  # fmt: skip
STOPS = (
    ("2026-02-16T08:00:00+08:00", 31.2, 121.5, "上海出库"),
    ("2026-02-17T20:00:00+08:00", 38.9, 121.6, "大连中转"),
    ("2026-02-18T06:00:00+08:00", 43.8, 125.3, "长春到达"),
)
TRACK = [
    {"at": at, "place": {"latitude": latitude, "longitude": longitude}, "note": note}
    for at, latitude, longitude, note in STOPS
]


@dataclass
class Way:
    """The desk, and what has happened on it by name: codes of records."""

    desk: Desk
    order: str
    other: str
    delivery: str
    clip: str
    guide: str


def do(desk: Desk, form: str, step: str, values: dict[str, Any], record: str = "") -> Record:
    """Let something happen as the operator; what a new record needs besides is filled in."""
    if step == "create":
        values = completed(desk, form) | values
    return submit(desk, ADMIN, CLI, Submission(form, step, values, record=record)).record


def completed(desk: Desk, form: str) -> dict[str, Any]:
    """Return a first choice, or a one, for every plain field that a form requires."""
    values: dict[str, Any] = {}
    for field in desk.catalogs.current().forms[form].form.fields:
        if field.required and field.kind not in ("reference", "table", "attachment", "image"):
            options = field.settings.get("options")
            values[field.id] = options[0]["id"] if options else "1"
            if field.kind in ("date", "datetime"):
                values[field.id] = "2028-01-01"
    return values


def kept(desk: Desk, content: bytes, name: str, kind: str) -> list[dict[str, Any]]:
    """Keep a file and return it as a field takes it."""
    return [asdict(files.keep(desk, ADMIN, content, name, kind))]


def order(desk: Desk, po: str, material: str) -> str:
    """Make an order of one line and return its code."""
    line = {"material": material, "qty": 12, "unit_price": "123.4567", "special_process": "none"}
    return do(desk, "sales_order", "create", ORDER | {"customer_po": po, "lines": [line]}).code


@pytest.fixture(scope="module")
def way(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Way]:
    """The workspace after the story."""
    desk = published(tmp_path_factory.mktemp("links"), EXAMPLE)
    customer = {"code": "C0012", "name": "华东一汽配套", "cooperation": "active",
                "credit_line": 1_000_000, "receivable": 0}  # fmt: skip
    do(desk, "customer", "create", customer)
    for code in ("HX-2041", "HX-3310"):
        do(desk, "material", "create", {"code": code, "name": f"零件 {code}"})
    do(desk, "warehouse", "create", {"code": "W1", "name": "成品库"})
    mine, other = order(desk, "PO-1", "HX-2041"), order(desk, "PO-2", "HX-3310")
    for title, fits in (
        ("安装指南 HX-2041", {"material": "HX-2041"}),
        ("安装指南 HX-3310", {"material": "HX-3310"}),
        ("通用质检标准", {}),
    ):
        stored = kept(desk, title.encode(), f"{title}.pdf", "application/pdf")
        paper = {"title": title, "kind": "installation", "files": stored, **fits}
        do(desk, "tech_document", "create", paper)
    do(desk, "sales_order", "confirm", {"promise_date": "2028-02-18"}, mine)
    line = {"material": "HX-2041", "qty": 12, "boxes": 2, "lot": "SECRET-LOT"}
    delivery = do(desk, "delivery", "create", {
        "sales_order": mine, "warehouse": "W1", "ship_date": "2026-02-16", "lines": [line],
    }).code  # fmt: skip
    clip = kept(desk, b"\0\0\0\x18ftypmp42" + bytes(2000), "picking.mp4", "video/mp4")
    report = kept(desk, b"%PDF-1.4 inspected", "report.pdf", "application/pdf")
    shipped = {
        "report": report,
        "carrier": "东北快运",
        "waybill": "YD-778",
        "air_cost": "777.77",
        "clip": clip,
    }
    do(desk, "delivery", "ship", shipped, delivery)
    do(desk, "delivery", "report_position", {"track": TRACK}, delivery)
    for login, role in (("chen", "sales"), ("fang", "finance")):
        accounts.create_user(
            desk, ADMIN, CLI, login=login, name=login.title(), roles=[role], language="en",
            password=PASSWORD,
        )  # fmt: skip
    yield Way(desk, mine, other, delivery, clip[0]["sha256"], "安装指南 HX-2041")
    desk.close()


@pytest.fixture(scope="module")
def app(way: Way) -> Flask:
    """The pages of that workspace."""
    return create_app(way.desk)


@pytest.fixture
def as_(app: Flask) -> Callable[[str], Any]:
    """A function that gives a browser in which somebody is signed in."""

    def give(login: str) -> Any:
        client = app.test_client()
        page = client.get("/sign-in").get_data(as_text=True)
        token = page.split('name="_csrf" value="')[1].split('"')[0]
        client.post("/sign-in", data={"_csrf": token, "login": login, "password": PASSWORD})
        return client

    return give
