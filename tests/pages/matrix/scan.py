"""The page to scan with as a storekeeper has it: empty, with an item, and after a move."""

from __future__ import annotations

from seamline.facts import Actor, Origin
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit

ADMIN = Actor("operator", "operator", ("administrator",))
SEED = Origin("seed")
PEOPLE = {"zhang": ("张艳玉", ("warehouse",))}
SCAN = "/p/scan"
PAGES = [
    ("generated.show", "zhang", SCAN),
    ("generated.show", "zhang", f"{SCAN}?act=count&warehouse=CP01&code=HX-2041|260128|60"),
    ("records.show", "zhang", "/r/stock_move/{move}"),
    ("records.show", "zhang", "/r/stock/{stock}"),
    ("history.show", "zhang", "/r/stock/{stock}/history"),
    ("history.show", "zhang", "/r/stock/{stock}/history?at=2099-01-01T08:00&field=on_hand"),
]
NOT_PAGES = {
    "scan.find": "what a code stands for, as JSON",
    "scan.carry": "the items a device takes along, as JSON",
    "scan.hello": "who is signed in, as JSON",
    "scan.worker": "the script that keeps the page at hand",
}


def stage(desk: Desk, staged: dict[str, str]) -> dict[str, str]:
    """Put a part into a warehouse and move some of it."""
    warehouse = {"code": "CP01", "name": "一号成品库", "purpose": "finished"}
    submit(desk, ADMIN, SEED, Submission("warehouse", "create", warehouse))
    stock = {
        "code": "HX-2041@CP01", "material": "HX-2041", "warehouse": "CP01", "shelf": "A-03-12",
        "erp_balance": 420, "reserved": 60, "basis": "u8", "as_of": "2026-11-26T08:00:00+08:00",
    }  # fmt: skip
    made = submit(desk, ADMIN, SEED, Submission("stock", "create", stock)).record
    values = {
        "act": "issue", "material": "HX-2041", "warehouse": "CP01", "qty": 60,
        "source_no": "PK-00871", "scanned": "HX-2041|260128|60",
    }  # fmt: skip
    move = submit(
        desk, ADMIN, Origin("pda", "10.0.0.7", "PDA-1"), Submission("stock_move", "create", values)
    )
    return {"stock": made.id, "move": move.record.id}
